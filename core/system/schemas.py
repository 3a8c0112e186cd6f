"""Shapes of operations, in and out."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from core.plugin_state import State


class PluginStateBody(Strict):
    """Whether a plugin is switched on."""

    enabled = fields.Boolean(required=True, truthy={True}, falsy={False})


class AuditQuery(PageQuery):
    """Which lines of the record to list."""

    class Meta:
        unknown = EXCLUDE

    action = Text(80, load_default="")
    area_code = AreaCode(load_default="")
    account_id = Id(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


class AuditSearch(AuditQuery):
    """The same from the search form of the page."""

    @pre_load
    def drop_empty(self, data: Any, **_: Any) -> Any:
        """A search form sends an empty text for what was left out."""
        return {name: value for name, value in data.items() if value != ""}


class DeadLetterQuery(PageQuery):
    """Whose dead letters to list; all when empty."""

    class Meta:
        unknown = EXCLUDE

    plugin = Text(40, load_default="")


class DeadLetterSchema(Schema):
    """An event that a plugin could not take after many tries. `state` is waiting after a retry."""

    id = Id(required=True)
    plugin = fields.String(required=True)
    kind = fields.String(required=True)
    kind_title = fields.String(required=True)
    event_id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    subject = fields.String(required=True)
    announced_at = Moment(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    next_at = Moment(required=True, allow_none=True)
    error = fields.String(required=True)


class PluginSchema(Schema):
    """A plugin, its state and what it brings. `id` is its name."""

    id = fields.String(dump_only=True, required=True, attribute="name")
    title = fields.String(required=True)
    title_en = fields.String(required=True)
    version = fields.String(required=True)
    state = fields.Enum(State, by_value=True, required=True)
    cause = fields.String(required=True)
    is_allowed = fields.Boolean(required=True)
    requires = fields.List(fields.String(), required=True)
    permissions = fields.Dict(fields.String(), fields.String(), required=True)
    burdens = fields.Dict(fields.String(), fields.String(), required=True)
    grounds = fields.Dict(fields.String(), fields.String(), required=True)
    seconds = fields.Float(required=True)
    pilot = fields.List(fields.String(), required=True)


class PluginPilotBody(Strict):
    """The areas that try a plugin: codes of towns, villages or grids; an empty list is the whole county."""

    area_codes = fields.List(AreaCode(), required=True, validate=validate.Length(max=5000))


class PilotForm(Strict):
    """The same from the page: everybody, or the areas that are ticked."""

    reach = fields.String(required=True, validate=validate.OneOf(("all", "some")))
    area_codes = fields.List(AreaCode(), load_default=list, validate=validate.Length(max=5000))


class PluginPilotSchema(Schema):
    """Where a plugin is tried; an empty list is the whole county. `id` is the plugin's name."""

    id = fields.String(dump_only=True, required=True, attribute="name")
    title = fields.String(required=True)
    area_codes = fields.List(fields.String(), required=True)


class AuditLineSchema(Schema):
    """A line of the record. `account_id` is null for the system, "0" for whoever works at the machine."""

    id = Id(required=True)
    at = Moment(required=True)
    account_id = Id(required=True, allow_none=True)
    account_name = fields.String(required=True)
    action = fields.String(required=True)
    title = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    subject = fields.String(required=True)
    detail = fields.Dict(keys=fields.String(), required=True)
    hash = fields.String(required=True)


class HealthSchema(Schema):
    """That this process answers."""

    id = fields.String(required=True)
    version = fields.String(required=True)


class CheckSchema(Schema):
    """One thing looked at; `code` says what is wrong."""

    name = fields.String(required=True)
    ok = fields.Boolean(required=True)
    grave = fields.Boolean(required=True)
    code = fields.String(required=True)


class ReadySchema(Schema):
    """That this process can serve, and what was looked at."""

    id = fields.String(required=True)
    ready = fields.Boolean(required=True)
    checks = fields.List(fields.Nested(CheckSchema), required=True)
