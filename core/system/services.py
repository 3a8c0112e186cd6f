"""Switching plugins for the county, and giving what they could not take another chance."""

from collections.abc import Iterable

from core import outbox, plugin_state
from core.county import county
from core.db import current_unit
from core.security import Actor
from core.system.pilots import choose_pilot
from core.system.queries import PLUGINS


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


def retry_dead_letter(actor: Actor, delivery_id: int) -> None:
    """Let one dead letter be delivered again. Raises NoDeadLetter."""
    actor.demand(PLUGINS, county().settings.county_code)
    outbox.retry_dead(actor, county().settings, delivery_ids=[delivery_id])


def retry_dead_letters(actor: Actor, plugin: str) -> int:
    """Let all dead letters of a plugin be delivered again; returns how many. Raises NoDeadLetter."""
    actor.demand(PLUGINS, county().settings.county_code)
    return outbox.retry_dead(actor, county().settings, plugin=plugin)
