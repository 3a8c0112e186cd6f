"""Shapes of operations, in and out."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from core.plugin_host.state import State
from core.setting_fields import Kind


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
    api = fields.String(required=True)
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


_ANY: Any = {"type": ["string", "number", "boolean", "array", "object", "null"]}


class SettingSchema(Schema):
    """One setting. `source`: page, file or default. Values are as the config file has them.

    `value` is null where it is secret, `is_set` says whether there is one; `choices` is empty where any value
    may be. `file_only`: it can be changed in the config file alone.
    """

    key = fields.String(required=True, attribute="field.key")
    title = fields.String(required=True, attribute="field.title")
    help = fields.String(required=True, attribute="field.help")
    kind = fields.Enum(Kind, by_value=True, required=True, attribute="field.kind")
    source = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True, metadata=_ANY)
    written = fields.Raw(required=True, allow_none=True, metadata=_ANY)
    default = fields.Raw(required=True, allow_none=True, attribute="field.default", metadata=_ANY)
    is_set = fields.Boolean(required=True)
    low = fields.Float(required=True, allow_none=True, attribute="field.low")
    high = fields.Float(required=True, allow_none=True, attribute="field.high")
    choices = fields.List(fields.Raw(), required=True, attribute="field.choices")
    is_secret = fields.Boolean(required=True, attribute="field.is_secret")
    file_only = fields.Boolean(required=True, attribute="field.in_file_only")


class PluginSettingsSchema(Schema):
    """A plugin's settings. `id` is its name; `version` goes back with a change.

    `settings` is empty while the plugin does not run; `strays`: keys set by page that are no setting now.
    `has_companions`: a change starts processes of the plugin anew.
    """

    id = fields.String(dump_only=True, required=True, attribute="name")
    version = fields.Integer(required=True)
    is_running = fields.Boolean(required=True)
    settings = fields.List(fields.Nested(SettingSchema), required=True)
    strays = fields.List(fields.String(), required=True)
    has_companions = fields.Boolean(required=True)


class PluginSettingsBody(Strict):
    """What to set, and what to put back to the config file's value. `version`: the one that was seen."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1))
    values = fields.Dict(fields.String(), fields.Raw(allow_none=True), load_default=dict)
    put_back = fields.List(fields.String(), load_default=list)


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
