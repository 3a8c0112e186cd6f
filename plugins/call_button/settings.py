"""The config section [plugin.call_button]: keys, windows, the ladder, the broker."""

from typing import Final

from marshmallow import ValidationError, fields, validate, validates_schema

from core.fields import Strict
from core.text import N_

# What a key can mean (document 003: green calls the secretary, red hangs up, thumbs rate).
CALL, CANCEL, SATISFIED, DISSATISFIED = "call", "cancel", "satisfied", "dissatisfied"
MEANINGS: Final = (CALL, CANCEL, SATISFIED, DISSATISFIED)
# Whom the ladder can tell: holders of a role at the village, its grid or its town; or whoever has duty there.
RUNGS: Final = ("secretary", "deputy", "grid_leader", "grid_member", "assistant", "town_duty")
_DEFAULT_LADDER: Final = tuple(
    {"who": who, "seconds": seconds} for who, seconds in zip(RUNGS, (30, 30, 30, 30, 60, 120), strict=True)
)


class RungSettings(Strict):
    """A step of the ladder: whom it tells, and after how many seconds without an answer the next one is."""

    who = fields.String(required=True, validate=validate.OneOf(RUNGS))
    seconds = fields.Integer(required=True, strict=True, validate=validate.Range(5, 3600))


class BrokerSettings(Strict):
    """Where the MQTT broker is; empty `host`: none. `client_id` stays the same, so that the broker keeps what
    came meanwhile; the password stands in the file `password_file`, not here."""

    host = fields.String(load_default="", validate=validate.Length(max=200))
    port = fields.Integer(load_default=8883, strict=True, validate=validate.Range(1, 65535))
    username = fields.String(load_default="gridgov", validate=validate.Length(max=60))
    password_file = fields.String(load_default="", validate=validate.Length(max=300))
    client_id = fields.String(load_default="gridgov-bridge", validate=validate.Length(1, 60))
    ca_file = fields.String(load_default="", validate=validate.Length(max=300))
    tls = fields.Boolean(load_default=True)
    zigbee2mqtt_topic = fields.String(load_default="zigbee2mqtt", validate=validate.Length(1, 60))
    chirpstack_application = fields.String(load_default="+", validate=validate.Length(1, 60))
    generic_topic = fields.String(load_default="gridgov", validate=validate.Length(1, 60))


class CallButtonSettings(Strict):
    """`keys`: what the keys 1 to 4 mean, left to right. Seconds: `same_press_seconds`, within which the same
    key of a device without message numbers is the same press; `repeat_seconds`, within which a call
    after one that is over is shown as a further one of the same trouble;
    `cancel_seconds`, within which red cancels; `believed_seconds`, how far a
    device's clock may be off before it is not believed; `signature_seconds`, how old a signed message may
    be. `thumb_minutes` after a call within which a thumb is about it; `ask_minutes` until the grid member is
    to ask. `ring_again_minutes` after somebody took it or came, a further press makes an
    open call ring again: they may be gone. `tell_again_seconds`: how soon a
    further press tells the same people again. At the ladder's end
    town and county are told every `again_seconds`, `again_times` times; after `case_minutes` without an
    answer the call is a case as well. `presses_per_minute` of one device, above which further ones are only
    counted. `ladder`: whom a call rings with, one after the other. `answer_seconds`: the marks of the board
    (TSA: 97.5 % within 60 s, 99 % within 180 s).
    `duty_phone` stands on posters and cards. `simulator`: who sees calls, and residents, may press simulated
    devices too, for demonstrations and training.
    """

    keys = fields.List(
        fields.String(validate=validate.OneOf(MEANINGS)),
        load_default=lambda: list(MEANINGS),
        validate=validate.Length(equal=4),
    )
    same_press_seconds = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 60))
    repeat_seconds = fields.Integer(load_default=120, strict=True, validate=validate.Range(0, 3600))
    cancel_seconds = fields.Integer(load_default=60, strict=True, validate=validate.Range(5, 3600))
    believed_seconds = fields.Integer(load_default=600, strict=True, validate=validate.Range(10, 86_400))
    signature_seconds = fields.Integer(load_default=300, strict=True, validate=validate.Range(10, 3600))
    thumb_minutes = fields.Integer(load_default=120, strict=True, validate=validate.Range(1, 10_080))
    ask_minutes = fields.Integer(load_default=1440, strict=True, validate=validate.Range(1, 43_200))
    tell_again_seconds = fields.Integer(load_default=10, strict=True, validate=validate.Range(1, 600))
    ring_again_minutes = fields.Integer(load_default=10, strict=True, validate=validate.Range(1, 1440))
    again_seconds = fields.Integer(load_default=300, strict=True, validate=validate.Range(30, 3600))
    again_times = fields.Integer(load_default=6, strict=True, validate=validate.Range(1, 50))
    case_minutes = fields.Integer(load_default=60, strict=True, validate=validate.Range(5, 1440))
    presses_per_minute = fields.Integer(load_default=20, strict=True, validate=validate.Range(2, 1000))
    ladder = fields.List(
        fields.Nested(RungSettings),
        load_default=lambda: [dict(rung) for rung in _DEFAULT_LADDER],
        validate=validate.Length(1, 12),
    )
    answer_seconds = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 86_400)),
        load_default=lambda: [60, 180],
        validate=validate.Length(equal=2),
    )
    duty_phone = fields.String(load_default="", validate=validate.Length(max=30))
    simulator = fields.Boolean(load_default=False)
    battery_low_percent = fields.Integer(load_default=20, strict=True, validate=validate.Range(1, 90))
    broker = fields.Nested(BrokerSettings, load_default=lambda: BrokerSettings().load({}))

    @validates_schema
    def _check_keys(self, data: dict[str, object], **_: object) -> None:
        keys = data.get("keys")
        if isinstance(keys, list) and CALL not in keys:
            raise ValidationError({"keys": [N_("四个键中至少要有一个是 call（呼叫）。")]})
