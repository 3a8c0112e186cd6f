"""Shapes of webhooks, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, Strict, Text
from core.webhooks.addresses import LONGEST

_EVENT = fields.String(validate=validate.Length(1, 81))


class WebhookChanges(Strict):
    """What is told to whom."""

    title = Text(60, shortest=1, required=True)
    url = Text(LONGEST, shortest=1, required=True)
    events = fields.List(_EVENT, required=True, validate=validate.Length(1, 100))


class WebhookBody(WebhookChanges):
    """A new subscription, for an area and all below it."""

    area_code = AreaCode(required=True)


class WebhookForm(WebhookChanges):
    """The same from the page, where nothing ticked means nothing sent."""

    events = fields.List(_EVENT, load_default=list)
    area_code = AreaCode(required=True)


class WebhookState(Strict):
    """Whether anything is sent."""

    on = fields.Boolean(required=True, truthy={True}, falsy={False})


class WebhookSchema(Schema):
    """A subscription without its secret. `state`: on, off, or gone (it answered 410)."""

    id = Id(required=True)
    title = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    area_code = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["on", "off", "gone"]))
    why_off = fields.String(required=True)
    paused_until = Moment(required=True, allow_none=True)
    created_at = Moment(required=True)
    succeeded_at = Moment(required=True, allow_none=True)
    waiting = fields.Integer(required=True)
    failed = fields.Integer(required=True)


class WebhookSecretSchema(Schema):
    """A secret just made (`whsec_...`), shown this once."""

    id = Id(required=True)
    secret = fields.String(required=True)


class WebhookDeliverySchema(Schema):
    """A message to a subscription. `status`: what was answered last, 0 for no answer."""

    id = Id(required=True)
    message_id = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["waiting", "sent", "failed", "dropped"]))
    tries = fields.Integer(required=True)
    status = fields.Integer(required=True)
    error = fields.String(required=True)
    body = fields.String(required=True)
    created_at = Moment(required=True)
    due_at = Moment(required=True)
    done_at = Moment(required=True, allow_none=True)
