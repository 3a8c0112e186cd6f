"""A plugin's settings as its administrator sees them: what each is, whence its value comes. Reads only."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from core.county import county, plugins
from core.plugin_host.settings import saved
from core.plugin_host.state import Report, UnknownPlugin, survey
from core.security import Actor
from core.setting_fields import SettingField, setting_fields, toml_value
from core.system.queries import PLUGINS
from core.value_classes import value_class

PAGE, FILE, DEFAULT = "page", "file", "default"


@value_class
class SettingView:
    """One setting. `value`: in effect; `written`: what the config file says; both None where it is secret."""

    field: SettingField
    source: str
    value: Any
    written: Any
    is_set: bool

    @property
    def text(self) -> str:
        """The value in effect as it stands in a box."""
        return self.field.write(self.value)


@value_class
class SettingsView:
    """A plugin's settings by page and file. `version` goes back with a change.

    `settings` is empty while the plugin is not loaded; `strays`: keys that were set by page but are no
    setting that is known just now, each with its value in TOML. `has_companions`: a change starts processes
    of the plugin anew.
    """

    name: str
    title: str
    title_en: str
    version: int
    is_running: bool
    settings: tuple[SettingView, ...]
    strays: dict[str, str]
    has_companions: bool


def settings_view(actor: Actor, name: str) -> SettingsView:
    """The settings of one plugin. Raises UnknownPlugin."""
    actor.demand(PLUGINS, county().settings.county_code)
    report = demand_plugin(name)
    found = fields_of(name)
    here, section = saved(name, county().keys), section_of(name)
    views = tuple(_view(field, here.values, section) for field in found or ())
    known = {view.field.key for view in views}
    return SettingsView(
        name=name,
        title=report.title,
        title_en=report.manifest.title_en if report.manifest else name,
        version=here.version,
        is_running=found is not None,
        settings=views,
        strays={
            key: "" if key in here.sealed else toml_value(value)
            for key, value in sorted(here.values.items())
            if key not in known
        },
        has_companions=bool(found is not None and report.manifest and report.manifest.companions),
    )


def _view(field: SettingField, by_page: Mapping[str, Any], section: Mapping[str, Any]) -> SettingView:
    source = PAGE if field.key in by_page else FILE if field.key in section else DEFAULT
    value = by_page.get(field.key, section.get(field.key, field.default))
    written = section.get(field.key)
    if field.is_secret:
        return SettingView(field, source, None, None, is_set=bool(value))
    return SettingView(field, source, value, written, is_set=value is not None)


def demand_plugin(name: str) -> Report:
    """The plugin of this name, whatever its state. Raises UnknownPlugin."""
    report = survey(county().settings, county().plugins_folder).get(name)
    if report is None:
        raise UnknownPlugin(name=name)
    return report


def section_of(name: str) -> dict[str, Any]:
    """What the config file says of a plugin."""
    return dict(county().settings.plugin.get(name, {}))


def fields_of(name: str) -> tuple[SettingField, ...] | None:
    """The settings of a plugin that is loaded, read out of its schema; None when it cannot be asked."""
    manager = plugins()
    loaded = manager.loaded.get(name)
    if loaded is None or name not in manager.reports:
        return None
    if loaded.schema is None:
        return ()
    # A foreign schema may compute its defaults: within the walls, as all that is a plugin's.
    result = manager.call(name, "register_settings", partial(setting_fields, loaded.schema))
    return None if result.error is not None else result.value
