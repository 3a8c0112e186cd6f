"""The config section [plugin.lamp]."""

from marshmallow import ValidationError, fields, validate, validates_schema

from core.fields import Strict
from core.text import N_


class LampSettings(Strict):
    """Where the broker is, who comes to it, and what is sent where (Tasmota and Zigbee2MQTT take ON and OFF).

    To which host the password is sent is said in the config file alone (`file_only`).
    """

    host = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"title": N_("消息服务器"), "help": N_("留空就不开关任何灯。"), "file_only": True},
    )
    port = fields.Integer(
        load_default=8883,
        strict=True,
        validate=validate.Range(1, 65535),
        metadata={"title": N_("端口"), "file_only": True},
    )
    tls = fields.Boolean(load_default=True, metadata={"title": N_("加密连接"), "file_only": True})
    ca_file = fields.String(
        load_default="",
        validate=validate.Length(max=300),
        metadata={"title": N_("CA 文件"), "file_only": True},
    )
    username = fields.String(
        load_default="", validate=validate.Length(max=60), metadata={"title": N_("用户名"), "file_only": True}
    )
    password_file = fields.String(
        load_default="",
        validate=validate.Length(max=300),
        metadata={"title": N_("密码文件"), "help": N_("密码写在这个文件里。"), "file_only": True},
    )
    topic = fields.String(
        load_default="lamps/{area}/set",
        validate=validate.Length(1, 120),
        metadata={"title": N_("主题"), "help": N_("{area} 代表村的代码。")},
    )
    on = fields.String(
        load_default="ON",
        validate=validate.Length(1, 200),
        metadata={"title": N_("开灯的内容"), "help": N_("灯或喇叭听得懂的词。")},
    )
    off = fields.String(
        load_default="OFF",
        validate=validate.Length(1, 200),
        metadata={"title": N_("关灯的内容"), "help": N_("灯或喇叭听得懂的词。")},
    )

    @validates_schema
    def check_topic(self, data: dict[str, object], **_: object) -> None:
        """A topic to write to has no wildcards."""
        if set("+#") & set(str(data.get("topic", ""))):
            raise ValidationError({"topic": [N_("主题里不能有 + 和 #。")]})
