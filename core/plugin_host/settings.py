"""What the county has set of its plugins by page: rows, over what the config file says, key by key.

One row a plugin, with a number that rises with each change: whoever saves says which number was seen, so of
two who change it at once the second is told. Values are raw, as TOML has them; the plugin's schema looks at
them with the rest of its section. Those of secret settings lie sealed.
"""

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from peewee import BlobField, CharField, IntegerField, TextField

from core import audit
from core.db import BaseModel, unit_of_work
from core.errors import DomainError
from core.keys import Keys
from core.plugin_host.state import forget_failure, raise_generation
from core.security import Actor
from core.settings import Settings
from core.text import N_
from core.value_classes import value_class

log = logging.getLogger(__name__)
_PURPOSE = "core_plugin_setting.sealed"


class PluginSetting(BaseModel):
    """One plugin's settings by page. `plain`: key -> value as JSON; `sealed`: the same of secret ones."""

    plugin = CharField(max_length=40, primary_key=True)
    version = IntegerField()
    plain = TextField()
    sealed = BlobField(null=True)

    class Meta:
        table_name = "core_plugin_setting"


class SettingsMovedOn(DomainError):
    """Somebody else has saved this plugin's settings since they were shown."""

    code, status = "plugin_settings_moved_on", 409
    text = N_("别人刚刚改过这个插件的设置，您的修改没有保存；请核对现在的值，再保存一次。")


@value_class
class Saved:
    """What was set of one plugin by page; `sealed`: which keys are never shown.

    `version` is 0 while nothing ever was.
    """

    version: int
    values: Mapping[str, Any]
    sealed: frozenset[str]


def overlaid(settings: Settings, keys: Keys) -> Settings:
    """`settings` with what was set by page over the sections of the file."""
    sections, by_page = dict(settings.plugin), {}
    for row in PluginSetting.select():
        # What is not allowed here is not loaded either.
        if (values := _saved(row, keys).values) and row.plugin in settings.allowed:
            sections[row.plugin] = {**sections.get(row.plugin, {}), **values}
            by_page[row.plugin] = frozenset(values)
    return replace(settings, plugin=sections, by_page=by_page)


def saved(plugin: str, keys: Keys) -> Saved:
    """What was set of `plugin` by page."""
    row = PluginSetting.get_or_none(PluginSetting.plugin == plugin)
    return Saved(0, {}, frozenset()) if row is None else _saved(row, keys)


def _saved(row: PluginSetting, keys: Keys) -> Saved:
    hidden: dict[str, Any] = {}
    if row.sealed is not None:
        try:
            hidden = json.loads(keys.unseal(bytes(row.sealed), _PURPOSE))
        except ValueError:
            # Other keys than those it was sealed with: the file's values stand, and the start is not stopped.
            log.error("the sealed settings of plugin %s cannot be read with these keys", row.plugin)
    return Saved(row.version, json.loads(row.plain) | hidden, frozenset(hidden))


def change(
    actor: Actor,
    settings: Settings,
    keys: Keys,
    plugin: str,
    *,
    version: int,
    values: Mapping[str, Any],
    put_back: Collection[str],
    secret: Collection[str],
) -> None:
    """Set `values` of `plugin`, and forget those of `put_back`; every process has it within a second.

    `version`: the number that was seen; `secret`: which keys of the plugin are sealed, and named but never
    shown by anybody. A plugin that could not be loaded is tried again. Raises SettingsMovedOn.
    """
    with unit_of_work():
        before = saved(plugin, keys)
        if before.version != version:
            raise SettingsMovedOn
        after = {key: value for key, value in before.values.items() if key not in put_back} | dict(values)
        _write(plugin, version + 1, after, keys, {*secret, *before.sealed})
        forget_failure(plugin)
        raise_generation()
        audit.record(
            actor,
            "core.change_plugin_settings",
            area_code=settings.county_code,
            subject=f"plugin:{plugin}",
            changed=sorted(values),
            put_back=sorted(set(put_back) - set(values)),
        )


def _write(plugin: str, version: int, values: Mapping[str, Any], keys: Keys, secret: Collection[str]) -> None:
    plain = {key: value for key, value in values.items() if key not in secret}
    hidden = {key: value for key, value in values.items() if key in secret}
    row = PluginSetting.insert(
        plugin=plugin,
        version=version,
        plain=json.dumps(plain),
        sealed=keys.seal(json.dumps(hidden), _PURPOSE) if hidden else None,
    )
    row.on_conflict(
        conflict_target=[PluginSetting.plugin],
        preserve=[PluginSetting.version, PluginSetting.plain, PluginSetting.sealed],
    ).execute()


def forget_settings(plugin: str) -> None:
    """Away with them, within the unit of work that takes the plugin out."""
    PluginSetting.delete().where(PluginSetting.plugin == plugin).execute()
