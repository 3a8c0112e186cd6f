"""Listens to the broker: what comes is put into a bounded queue, and acknowledged when it is stored."""

import logging
import queue
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, topic_matches_sub
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from core.clock import now
from core.devices import DeviceInput
from plugins.call_button import bridge_figures as figures
from plugins.call_button.bridge.address import Address
from plugins.call_button.bridge.message import Message
from plugins.call_button.bridge.pulse import Pulse

log = logging.getLogger(__name__)

QOS = 1
KEEPALIVE_SECONDS = 30
LONGEST_PAUSE = 30
WAITING = 10_000
LONGEST_FILTER = 65_535
_LOOK_SECONDS = 0.5


def is_filter(text: object) -> bool:
    """Whether it is a filter of topics as MQTT 3.1.1 has them (`#` at the end, `+` alone in its level)."""
    if not isinstance(text, str) or not text or "\0" in text or len(text.encode()) > LONGEST_FILTER:
        return False
    *before, last = text.split("/")
    return all(part == "+" or not set(part) & set("+#") for part in before) and (
        last in ("+", "#") or not set(last) & set("+#")
    )


class Listener:
    """A client of the broker with a session that the broker keeps while nobody listens.

    `topics`: driver -> filters. Nothing that comes in ever stops it: what cannot be read is logged, and a
    full queue makes the broker wait.
    """

    def __init__(self, address: Address, topics: Mapping[str, Iterable[str]], pulse: Pulse) -> None:
        self.messages: queue.Queue[Message] = queue.Queue(WAITING)
        self._address, self._pulse = address, pulse
        self._topics = {driver: tuple(filters) for driver, filters in topics.items()}
        self._stopping = threading.Event()
        # Guards `_connection`: an acknowledgement must not slip onto a connection after its own.
        self._acknowledging = threading.Lock()
        self._connection, self._is_connected = 0, False
        self._has_subscribed = False
        self._client = self._make_client()

    def start(self) -> None:
        """Connect, in a thread of the client's own; it tries again with growing pauses."""
        self._client.connect_async(self._address.host, self._address.port, KEEPALIVE_SECONDS)
        self._client.loop_start()

    def look_after(self) -> None:
        """Start the client's thread again, should it have ended; call it now and then."""
        self._client.loop_start()  # refused while it runs

    def stop(self) -> None:
        """Take leave of the broker, which keeps what is not acknowledged."""
        self._stopping.set()
        self._client.disconnect()
        self._client.loop_stop()

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Tell the broker that these are stored; what came over an earlier connection it sends again."""
        with self._acknowledging:
            for message in messages:
                if message.qos and self._is_connected and message.connection == self._connection:
                    self._client.ack(message.mid, message.qos)

    def _make_client(self) -> Client:
        address = self._address
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=address.client_id, clean_session=False, manual_ack=True
        )
        client.suppress_exceptions = True
        client.reconnect_delay_set(1, LONGEST_PAUSE)
        if address.username:
            client.username_pw_set(address.username, address.password)
        if address.tls:
            client.tls_set(str(address.ca_file) if address.ca_file else None)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: Client, _: Any, flags: ConnectFlags, reason: ReasonCode, __: Properties | None
    ) -> None:
        if reason.is_failure:
            self._pulse.mark(figures.REFUSED_AT)
            log.error("the broker refuses the connection: %s", reason)
            return
        with self._acknowledging:
            self._connection += 1
            self._is_connected = True
        if not flags.session_present and self._pulse.has(figures.CONNECTED_AT):
            self._pulse.mark(figures.SESSION_LOST_AT)
            log.error("the broker has forgotten the session; what came meanwhile is lost")
        self._pulse.say(figures.CONNECTED, 1)
        self._pulse.mark(figures.CONNECTED_AT)
        log.info("connected to the broker, session %s", "kept" if flags.session_present else "new")
        filters = sorted({each for filters in self._topics.values() for each in filters})
        # Asking again would have the broker send again what it retains.
        if filters and not (self._has_subscribed and flags.session_present):
            client.subscribe([(each, QOS) for each in filters])

    def _on_disconnect(
        self, _: Client, __: Any, ___: DisconnectFlags, reason: ReasonCode, ____: Properties | None
    ) -> None:
        with self._acknowledging:
            self._is_connected = False
        self._pulse.say(figures.CONNECTED, 0)
        if not self._stopping.is_set():
            log.warning("the broker is gone: %s", reason)

    def _on_subscribe(
        self, _: Client, __: Any, ___: int, reasons: list[ReasonCode], ____: Properties | None
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            self._pulse.mark(figures.REFUSED_AT)
            log.error("the broker refuses topics: %s", reasons)
        else:
            self._has_subscribed = True

    def _on_message(self, _: Client, __: Any, message: MQTTMessage) -> None:
        """In the client's thread: it waits while the queue is full, so that the broker does too."""
        try:
            kept = self._kept(message)
        except Exception:
            log.exception("a message could not be taken in")
            return
        while not self._stopping.is_set():
            try:
                self.messages.put(kept, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return

    def _kept(self, message: MQTTMessage) -> Message:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        drivers = tuple(
            driver
            for driver, filters in self._topics.items()
            if topic and any(topic_matches_sub(each, topic) for each in filters)
        )
        if not drivers:
            log.warning("a message for no driver is passed over")
        self._pulse.add(figures.MESSAGES)
        self._pulse.mark(figures.LAST_AT)
        if message.retain:
            self._pulse.mark(figures.RETAINED_AT)
        elif message.qos == 0:
            for driver in drivers:
                self._pulse.mark(figures.QOS0_AT + driver)
        content = DeviceInput(
            topic,
            bytes(message.payload),
            now(),
            retained=bool(message.retain),
            packet=str(message.mid) if message.qos else "",
            is_again=bool(message.dup),
        )
        return Message(drivers, content, self._connection, message.mid, message.qos)
