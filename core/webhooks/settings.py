"""The config section [plugin.webhooks]: hosts of the county's own network that may be told of events."""

from marshmallow import fields, validate

from core.fields import Strict

_HOST = validate.Regexp(
    r"^[A-Za-z0-9]([A-Za-z0-9.\-]{0,252}[A-Za-z0-9])?\Z|^[0-9a-fA-F:]{2,45}\Z",
    error='应为主机名或 IP 地址，不带 http:// 和端口，如 "10.20.0.5"',
)


class WebhooksSettings(Strict):
    """Without it only https to public addresses is allowed."""

    allowed_hosts = fields.List(fields.String(validate=_HOST), load_default=list)
