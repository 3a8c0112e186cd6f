"""JSON operations of those who run the county."""

from typing import Any

from core.api import Blueprint, Page
from core.errors import NotFound
from core.security import Actor
from core.system import events, plugin_settings, probes, queries, schemas, services
from core.system.errors import NotReady
from core.system.pilots import PilotView
from core.text import N_
from core.version import VERSION

api = Blueprint("system", __name__, description=N_("插件、审计记录与健康检查"))


@api.operation(
    "GET",
    "/plugins",
    "listPlugins",
    access="system.plugins",
    returns=schemas.PluginSchema,
    many=True,
    errors=(404,),
)
def list_plugins(actor: Actor) -> Page:
    """Every plugin with its state and cause."""
    plugins = queries.list_plugins(actor)
    return Page(plugins, len(plugins))


@api.operation(
    "PUT",
    "/plugins/<string:plugin_name>/state",
    "setPluginState",
    access="system.plugins",
    returns=schemas.PluginSchema,
    body=schemas.PluginStateBody,
)
def set_plugin_state(actor: Actor, *, plugin_name: str, body: dict[str, Any]) -> queries.PluginView:
    """Switch a plugin on or off, within a second in every process; its data stay."""
    services.switch_plugin(actor, plugin_name, enabled=body["enabled"])
    return _plugin(actor, plugin_name)


@api.operation(
    "POST",
    "/plugins/<string:plugin_name>/retry",
    "retryPlugin",
    access="system.plugins",
    returns=schemas.PluginSchema,
)
def retry_plugin(actor: Actor, *, plugin_name: str) -> queries.PluginView:
    """Forget a plugin's troubles and load it again."""
    services.retry_plugin(actor, plugin_name)
    return _plugin(actor, plugin_name)


@api.operation(
    "GET",
    "/plugins/<string:plugin_name>/pilot",
    "getPluginPilot",
    access="system.plugins",
    returns=schemas.PluginPilotSchema,
)
def get_plugin_pilot(actor: Actor, *, plugin_name: str) -> PilotView:
    """The areas that try a plugin first; an empty list when it is there for the whole county."""
    return queries.get_pilot(actor, plugin_name)


@api.operation(
    "PUT",
    "/plugins/<string:plugin_name>/pilot",
    "updatePluginPilot",
    access="system.plugins",
    returns=schemas.PluginPilotSchema,
    body=schemas.PluginPilotBody,
)
def update_plugin_pilot(actor: Actor, *, plugin_name: str, body: dict[str, Any]) -> PilotView:
    """Let only some areas try a plugin, within a second in every process; data elsewhere stay, unseen."""
    services.update_pilot(actor, plugin_name, body["area_codes"])
    return queries.get_pilot(actor, plugin_name)


@api.operation(
    "GET",
    "/plugins/<string:plugin_name>/settings",
    "getPluginSettings",
    access="system.plugins",
    returns=schemas.PluginSettingsSchema,
)
def get_plugin_settings(actor: Actor, *, plugin_name: str) -> plugin_settings.SettingsView:
    """A plugin's settings, each with its value and whether page, config file or default says it."""
    return plugin_settings.settings_view(actor, plugin_name)


@api.operation(
    "PATCH",
    "/plugins/<string:plugin_name>/settings",
    "updatePluginSettings",
    access="system.plugins",
    returns=schemas.PluginSettingsSchema,
    body=schemas.PluginSettingsBody,
)
def update_plugin_settings(
    actor: Actor, *, plugin_name: str, body: dict[str, Any]
) -> plugin_settings.SettingsView:
    """Set some of a plugin's settings over the config file, or put them back; in effect within a second.

    404 `plugin_setting_unknown`: what is put back is no setting of the plugin.
    """
    services.change_settings(actor, plugin_name, **body)
    return plugin_settings.settings_view(actor, plugin_name)


def _plugin(actor: Actor, name: str) -> queries.PluginView:
    plugin = queries.get_plugin(actor, name)
    if plugin is None:
        raise NotFound
    return plugin


@api.operation(
    "GET",
    "/dead-letters",
    "listDeadLetters",
    access="system.events",
    returns=schemas.DeadLetterSchema,
    many=True,
    query=schemas.DeadLetterQuery,
    errors=(404,),
)
def list_dead_letters(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Events that a plugin could not take after many tries, the oldest first."""
    return Page(*events.list_failed(actor, **query))


@api.operation(
    "POST",
    "/dead-letters/<int:dead_letter_id>/retry",
    "retryDeadLetter",
    access="system.plugins",
    returns=schemas.DeadLetterSchema,
)
def retry_dead_letter(actor: Actor, *, dead_letter_id: int) -> events.DeadLetterView:
    """Let a dead letter be delivered again, within a second when its plugin is on."""
    services.retry_dead_letter(actor, dead_letter_id)
    return events.get_letter(actor, dead_letter_id)


@api.operation(
    "GET",
    "/audit",
    "listAudit",
    access="system.audit",
    returns=schemas.AuditLineSchema,
    many=True,
    query=schemas.AuditQuery,
    errors=(404,),
)
def list_audit(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The record of who did what, newest first."""
    return Page(*queries.list_lines(actor, **query))


@api.operation("GET", "/health", "health", access="public: monitoring asks it", returns=schemas.HealthSchema)
def health(actor: Actor) -> dict[str, str]:
    """Whether this process answers."""
    return {"id": "health", "version": VERSION}


@api.operation("GET", "/ready", "ready", access="public: monitoring asks it", returns=schemas.ReadySchema)
def ready(actor: Actor) -> dict[str, Any]:
    """Whether this process can serve: database, migrations, disk, plugins; 503 when something is grave."""
    checks = probes.run_checks()
    if not probes.is_ready(checks):
        grave = [check for check in checks if check.grave and not check.ok]
        raise NotReady(fields={check.name: [check.code or N_("不正常")] for check in grave})
    return {"id": "ready", "ready": True, "checks": checks}
