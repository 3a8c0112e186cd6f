"""Switching plugins for the county, setting them, and giving what they could not take another chance."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from core import outbox
from core.county import county, plugins
from core.db import current_unit
from core.errors import Invalid
from core.plugin_host import settings as plugin_settings
from core.plugin_host import state as plugin_state
from core.security import Actor
from core.system.errors import PluginNotRunning, SettingUnknown
from core.system.pilots import choose_pilot
from core.system.plugin_settings import demand_plugin, fields_of, section_of
from core.system.queries import PLUGINS
from core.text import N_

LONGEST_VALUE = 60_000  # bytes of a setting, as JSON
_SHOWN = 60  # signs of a name that is none


def switch_plugin(actor: Actor, name: str, *, enabled: bool) -> None:
    """Switch a plugin on or off for the whole county; its data stay. Raises UnknownPlugin."""
    actor.demand(PLUGINS, county().settings.county_code)
    plugin_state.switch(actor, county().settings, county().plugins_folder, name, enabled=enabled)
    _renew()


def _renew() -> None:
    # So that the very next page of whoever turned the switch shows what it did.
    unit = current_unit()
    if unit is None:
        county().renew()
    else:
        unit.after_commit.append(county().renew)


def retry_plugin(actor: Actor, name: str) -> None:
    """Forget a plugin's troubles and load it again. Raises UnknownPlugin."""
    actor.demand(PLUGINS, county().settings.county_code)
    plugin_state.retry(actor, county().settings, county().plugins_folder, name)
    _renew()


def update_pilot(actor: Actor, name: str, area_codes: Iterable[str]) -> None:
    """Let only some areas try a plugin; none of them: the whole county. Raises as `choose_pilot`."""
    actor.demand(PLUGINS, county().settings.county_code)
    choose_pilot(actor, name, area_codes)
    _renew()


def change_settings(
    actor: Actor,
    name: str,
    *,
    version: int,
    values: Mapping[str, Any],
    put_back: Collection[str] = (),
    unread: Mapping[str, list[str]] | None = None,
) -> None:
    """Set settings of a plugin by page, over the config file, and put others back to what that says.

    `values`: raw, as the file has them; `version`: the one that was seen; `unread`: what is wrong of boxes
    that could not be read, so that all mistakes are said at once. The plugin looks at its whole section
    before anything is kept. Raises UnknownPlugin, SettingUnknown (of what is put back), PluginNotRunning,
    Invalid (which says what is wrong of which key), SettingsMovedOn, PluginRefused.
    """
    actor.demand(PLUGINS, county().settings.county_code)
    demand_plugin(name)
    set_before = plugin_settings.saved(name, county().keys).values
    found = fields_of(name)
    known = {field.key: field for field in found or ()}
    if found is not None:
        _demand_settings(put_back, {*known, *set_before})
    put_back = [key for key in put_back if key in set_before and key not in values]
    if not values and not put_back and not unread:
        return
    if found is None and values:
        raise PluginNotRunning
    mistakes = {key: _refusal(key, value, known) for key, value in values.items()}
    wrong: dict[str, Any] = dict(unread or {}) | {key: [said] for key, said in mistakes.items() if said}
    if found is not None and not any(mistakes.values()):
        after = {key: value for key, value in set_before.items() if key not in put_back} | dict(values)
        wrong = plugins().section_mistakes(name, section_of(name) | after) | wrong
    if wrong:
        raise Invalid(fields=wrong)
    plugin_settings.change(
        actor,
        county().settings,
        county().keys,
        name,
        version=version,
        values=values,
        put_back=put_back,
        secret=[field.key for field in known.values() if field.is_secret],
    )
    _renew()


def _demand_settings(keys: Iterable[str], known: Collection[str]) -> None:
    for key in keys:
        if key not in known:
            raise SettingUnknown(key=key[:_SHOWN])


def _refusal(key: str, value: Any, known: Mapping[str, Any]) -> str:
    if key not in known:
        return N_("没有这一项，请检查拼写。")
    if known[key].in_file_only:
        return N_("这一项关系到服务器上的文件或其他主机，只能在配置文件里改。")
    try:
        size = len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError):
        return N_("内容有误。")  # what is no number, or half of a sign
    return N_("内容太长。") if size > LONGEST_VALUE else ""


def retry_dead_letter(actor: Actor, delivery_id: int) -> None:
    """Let one dead letter be delivered again. Raises NoDeadLetter."""
    actor.demand(PLUGINS, county().settings.county_code)
    outbox.retry_dead(actor, county().settings, delivery_ids=[delivery_id])


def retry_dead_letters(actor: Actor, plugin: str) -> int:
    """Let all dead letters of a plugin be delivered again; returns how many. Raises NoDeadLetter."""
    actor.demand(PLUGINS, county().settings.county_code)
    return outbox.retry_dead(actor, county().settings, plugin=plugin)
