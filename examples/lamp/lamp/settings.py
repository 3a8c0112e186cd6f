"""The config section [plugin.lamp]."""

from marshmallow import ValidationError, fields, validate, validates_schema

from core.fields import Strict
from core.text import N_


class LampSettings(Strict):
    """Where the broker is (empty `host`: nothing is switched), who comes to it, and what is sent where.

    `topic`: `{area}` stands for the code of the village; `on`, `off`: what the lamp or loudspeaker
    understands (Tasmota and Zigbee2MQTT take such words). The password stands in the file `password_file`.
    """

    host = fields.String(load_default="", validate=validate.Length(max=200))
    port = fields.Integer(load_default=8883, strict=True, validate=validate.Range(1, 65535))
    tls = fields.Boolean(load_default=True)
    ca_file = fields.String(load_default="", validate=validate.Length(max=300))
    username = fields.String(load_default="", validate=validate.Length(max=60))
    password_file = fields.String(load_default="", validate=validate.Length(max=300))
    topic = fields.String(load_default="lamps/{area}/set", validate=validate.Length(1, 120))
    on = fields.String(load_default="ON", validate=validate.Length(1, 200))
    off = fields.String(load_default="OFF", validate=validate.Length(1, 200))

    @validates_schema
    def check_topic(self, data: dict[str, object], **_: object) -> None:
        """A topic to write to has no wildcards."""
        if set("+#") & set(str(data.get("topic", ""))):
            raise ValidationError({"topic": [N_("主题里不能有 + 和 #。")]})
