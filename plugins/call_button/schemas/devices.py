"""Shapes of devices and presses."""

from marshmallow import Schema, fields, validate

from core.devices import GESTURES, SINGLE
from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from plugins.call_button.device_words import KINDS, LIGHTS, RELATIONS, STATES
from plugins.call_button.drivers.http import LAST_SEQUENCE
from plugins.call_button.settings import MEANINGS


class CallContactBody(Strict):
    """Whom to ring besides."""

    relation = fields.String(load_default="other", validate=validate.OneOf(list(RELATIONS)))
    name = Text(40, shortest=1, required=True)
    phone = Text(30, shortest=1, required=True)


class CallHardware(Strict):
    """What is screwed to the wall. `driver` and `model` as the plugins name them; `source`: its address there
    (of a device that sends by HTTP it may be left out, of a text message it is the number)."""

    driver = fields.String(required=True, validate=validate.Length(1, 81))
    model = fields.String(required=True, validate=validate.Length(1, 60))
    source = Text(120, load_default="")
    serial = Text(60, load_default="")


class NewCallDevice(CallHardware):
    """A device at a household. `unknown_id`: of an unknown device that was pressed, in place of its address.

    `keys`: key -> meaning, where it differs from the county's.
    """

    household_id = Id(required=True)
    person_id = Id(load_default=None, allow_none=True)
    place = Text(60, load_default="")
    keys = fields.Dict(
        fields.String(validate=validate.Length(1, 40)),
        fields.String(validate=validate.OneOf(MEANINGS)),
        load_default=dict,
    )
    contacts = fields.List(fields.Nested(CallContactBody), load_default=list, validate=validate.Length(max=5))
    unknown_id = Id(load_default=None, allow_none=True)


class ReplacementDevice(CallHardware):
    """What takes the place of a device."""

    why = Text(120, load_default="")


class RevokeReason(Strict):
    """Why."""

    why = Text(120, load_default="")


class RegisteredDevice(Schema):
    """The id of a device, and its secret, shown this once (64 hexadecimal digits; empty: it needs none)."""

    id = Id(required=True)
    secret = fields.String(required=True)


class CallDeviceSchema(Schema):
    """A device. `holder_left`: whom to expect, or all of the home, left the register; `contact_left`: one
    of those to be rung besides did."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    household_id = Id(required=True)
    kind = fields.String(required=True)
    driver = fields.String(required=True)
    model = fields.String(required=True)
    source = fields.String(required=True)
    serial = fields.String(required=True)
    place = fields.String(required=True)
    state = fields.String(required=True)
    light = fields.String(required=True)
    holder_left = fields.Boolean(required=True)
    contact_left = fields.Boolean(required=True)
    meanings = fields.Dict(fields.String(), fields.String(), required=True)
    registered_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)
    seen_at = Moment(required=True, allow_none=True)
    battery = fields.Integer(required=True, allow_none=True)
    link = fields.Integer(required=True, allow_none=True)
    online = fields.Boolean(required=True, allow_none=True)
    tested_at = Moment(required=True, allow_none=True)
    silent_since = Moment(required=True, allow_none=True)
    replaces = Id(required=True, allow_none=True)


class CallDeviceQuery(PageQuery):
    """Which devices; what is empty does not count."""

    area_code = AreaCode(load_default="")
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    light = fields.String(load_default="", validate=validate.OneOf(["", *LIGHTS]))
    household_id = Id(load_default=None, allow_none=True)
    search = Text(60, load_default="")


class UnknownDeviceSchema(Schema):
    """A device nobody knows that was pressed within the last ten minutes."""

    id = Id(required=True)
    driver = fields.String(required=True)
    source = fields.String(required=True)
    model = fields.String(required=True)
    last_key = fields.String(required=True)
    presses = fields.Integer(required=True)
    pressed_at = Moment(required=True)


class NewPress(Strict):
    """A press: signed by a device (`device`, `sequence`, `at`, `signature`), or for a device by an account
    (`device_id`).

    Signed are six lines, HMAC-SHA256 with the device's secret: device, sequence, at, key, gesture, battery.
    """

    device = fields.String(load_default="", validate=validate.Length(max=120))
    sequence = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, LAST_SEQUENCE))
    at = fields.String(load_default="", validate=validate.Length(max=40))
    battery = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 100))
    signature = fields.String(load_default="", validate=validate.Length(max=64))
    device_id = Id(load_default=None, allow_none=True)
    key = fields.String(load_default="", validate=validate.Length(max=40))
    gesture = fields.String(load_default=SINGLE, validate=validate.OneOf(GESTURES))


class PressReceipt(Schema):
    """What became of it: pressed, repeated (the same press again), heard (no key).

    `id` is the press's, 0 where no key was pressed; `call_id` the call that it began or belongs to.
    """

    id = Id(required=True)
    kind = fields.String(required=True)
    device_id = Id(required=True, allow_none=True)
    call_id = Id(required=True, allow_none=True)
