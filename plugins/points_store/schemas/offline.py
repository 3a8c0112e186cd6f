"""Shapes of devices that work without a line."""

import base64
import binascii
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from core.fields import AreaCode, Id, Moment, Strict, Text
from core.text import N_


class Base64(fields.String):
    """Bytes as base64 in JSON."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else base64.b64encode(bytes(value)).decode()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return base64.b64decode(value.encode("ascii"), validate=True)
        except (AttributeError, UnicodeEncodeError, binascii.Error):
            raise ValidationError(N_("应为 base64。")) from None


class EnrolIn(Strict):
    """A device asks to be let in: its public key (65 bytes) and, as proof, a signature made with it."""

    store_id = Id(required=True)
    name = Text(40, shortest=1, required=True)
    public_key = Base64(required=True)
    proof = Base64(required=True)


class Device(Schema):
    """A device; its id is made of its public key.

    `state`: waiting, working, or stopped (`stopped_why`: lost, clone, retired).
    """

    id = fields.String(required=True, attribute="mark")
    name = fields.String(required=True)
    store_id = Id(required=True)
    area_code = AreaCode(required=True)
    state = fields.String(required=True)
    stopped_why = fields.String(required=True, allow_none=True)


class ReserveIn(Strict):
    """`sent_through`: the device's last number, 0 when it never spent. `sent_at`: what its clock says."""

    sent_through = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1))
    sent_at = Moment(required=True)


class ReleaseIn(Strict):
    """`sent_through`: the device's last number. `quotas`: only these (their marks); without it, all."""

    sent_through = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1))
    quotas = fields.List(
        fields.String(validate=validate.Length(1, 12)), validate=validate.Length(1, 3_000), load_default=None
    )


class Quota(Schema):
    """What a device may spend of one wallet; the holder's name is masked."""

    mark = fields.String(required=True)
    wallet_id = Id(required=True)
    holder = fields.String(required=True)
    points = fields.Integer(required=True)


class Good(Schema):
    """A product of the shelf that was taken along, and its price in points."""

    product_id = fields.Integer(required=True)
    name = fields.String(required=True)
    points = fields.Integer(required=True)


class Reserved(Schema):
    """All that a device takes along. `server_key` (65 bytes) checks the codes on cards."""

    id = Id(required=True)
    device = fields.String(required=True)
    store_name = fields.String(required=True)
    expires_at = Moment(required=True)
    grace_until = Moment(required=True)
    server_key = Base64(required=True)
    quotas = fields.List(fields.Nested(Quota), required=True)
    shelf = fields.List(fields.Nested(Good), required=True)


class SignedEntryIn(Strict):
    """A line of the queue as the device signed it (docs/offline.md)."""

    text = fields.String(required=True, validate=validate.Length(2, 6_000))
    signature = Base64(required=True)


class SyncIn(Strict):
    """A part of a device's queue, in any order. `sent_at`: what the device's clock says now."""

    sent_at = Moment(required=True)
    entries = fields.List(fields.Nested(SignedEntryIn), required=True, validate=validate.Length(0, 100))


class Settled(Schema):
    """What became of a line: booked, conflict (the village decides) or refused (not kept)."""

    seq = fields.Integer(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    redemption_id = Id(required=True, allow_none=True)


class Synced(Schema):
    """The answer to a queue; `drift`: how far the device's clock is behind, ms.

    `stopped_quotas`: marks of quotas of which nobody is left: sell on them no more, and release them.
    """

    id = fields.String(required=True, attribute="mark")
    entries = fields.List(fields.Nested(Settled), required=True)
    last_seq = fields.Integer(required=True)
    stopped = fields.Boolean(required=True)
    drift = fields.Integer(required=True)
    stopped_quotas = fields.List(fields.String(), required=True)


class Released(Schema):
    """How many points came back."""

    id = fields.String(required=True)
    points = fields.Integer(required=True)
