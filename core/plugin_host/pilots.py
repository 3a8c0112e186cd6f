"""Which plugins some villages try before the whole county does (试点), and in which areas.

Where a plugin has rows here, its permissions reach no further than their areas (`narrowed`). That happens
where posts become permissions, so whatever is under an area's wall is under the pilot's too.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from peewee import BooleanField, CharField, CompositeKey

from core.db import AreaModel
from core.errors import DomainError
from core.scope import AreaScope
from core.text import N_

_OPEN = "where a plugin is tried is no secret: those who run the county and everybody's permissions need it"
# Digits of an area code -> so many areas of its level, in words.
COUNTED = {9: N_("%(count)s 个镇街"), 12: N_("%(count)s 个村"), 15: N_("%(count)s 个网格")}


class PluginPilot(AreaModel):
    """An area in which a plugin is tried.

    `is_former`: a village or grid that has been merged. Its successor takes part in its place; what was
    written under the old code stays in view.
    """

    plugin = CharField(max_length=40)
    area_code = CharField(max_length=15)
    is_former = BooleanField()

    class Meta:
        table_name = "core_plugin_pilot"
        primary_key = CompositeKey("plugin", "area_code")


class PilotElsewhere(DomainError):
    """The plugin is tried in other villages first; here nothing of it is there yet."""

    code, status = "pilot_elsewhere", 404
    text = N_("“%(title)s”先在部分村社试用，您这里还没有开通。")
    words: ClassVar[tuple[str, ...]] = ("title",)


def pilot_scopes() -> dict[str, AreaScope]:
    """Plugin -> the areas that it is tried in, merged ones too; what is there for everybody is not in it."""
    found: dict[str, list[str]] = {}
    for row in PluginPilot.unscoped(_OPEN).order_by(PluginPilot.area_code):
        found.setdefault(row.plugin, []).append(row.area_code)
    return {plugin: AreaScope(tuple(codes)) for plugin, codes in found.items()}


def pilot_areas() -> dict[str, tuple[str, ...]]:
    """The same as people read it: the areas of today, by code."""
    found: dict[str, tuple[str, ...]] = {}
    rows = PluginPilot.unscoped(_OPEN).where(~PluginPilot.is_former).order_by(PluginPilot.area_code)
    for row in rows:
        found[row.plugin] = (*found.get(row.plugin, ()), row.area_code)
    return found


def write_pilot(plugin: str, areas: Iterable[str], former: Iterable[str]) -> None:
    """Put `areas`, and the merged ones that lead to them, in the place of a plugin's rows; none of them: the
    whole county. Inside a unit of work."""
    PluginPilot.delete().where(PluginPilot.plugin == plugin).execute()
    for code in dict.fromkeys(areas):
        PluginPilot.insert(plugin=plugin, area_code=code, is_former=False).execute()
    for code in set(former) - set(areas):
        PluginPilot.insert(plugin=plugin, area_code=code, is_former=True).execute()


def lead_on(code: str, successor: str) -> list[str]:
    """`successor` has taken the place of `code`: it takes part in the pilots in which `code` itself did.

    A pilot of the whole town goes on in that town. Returns the plugins concerned. Inside a unit of work.
    """
    of_today = (PluginPilot.area_code == code) & ~PluginPilot.is_former
    led = [row.plugin for row in PluginPilot.unscoped(_OPEN).where(of_today)]
    if led:
        PluginPilot.update(is_former=True).where(of_today).execute()
    for plugin in led:
        if not pilot_scopes()[plugin].covers(successor):
            PluginPilot.insert(plugin=plugin, area_code=successor, is_former=False).execute()
    return led


def narrowed(
    grants: Mapping[str, tuple[str, ...]], pilots: Mapping[str, AreaScope]
) -> dict[str, tuple[str, ...]]:
    """Permission -> area prefixes as posts give them, cut down to where the permission's plugin is tried."""
    found = {}
    for permission, areas in grants.items():
        pilot = pilots.get(permission.partition(".")[0])
        if shared := areas if pilot is None else AreaScope(areas).shared_with(pilot).prefixes:
            found[permission] = shared
    return found


def counted(areas: Iterable[str]) -> list[tuple[str, int]]:
    """How many areas of each level, from the largest: `("%(count)s 个村", 3)`."""
    lengths = [len(code) for code in areas]
    return [(text, lengths.count(digits)) for digits, text in COUNTED.items() if digits in lengths]
