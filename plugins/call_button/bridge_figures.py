"""What the bridge counts, by name; a name that ends in `_at` is a moment, in seconds since 1970."""

NAME = "call_button.bridge"
CONNECTED, QUEUE, MESSAGES, STORED, HELD_UP = "connected", "queue", "messages", "stored", "held_up"
CONFIGURED, CONNECTED_AT, LAST_AT = "configured", "connected_at", "last_message_at"
RETAINED_AT, SESSION_LOST_AT, REFUSED_AT = "retained_at", "session_lost_at", "refused_at"
# Before a driver's name: when a message came that the broker does not keep for whoever is away.
QOS0_AT = "qos0_at."
