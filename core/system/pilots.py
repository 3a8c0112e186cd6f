"""A plugin in some villages first: which areas try it, and the list that people tick."""

from collections.abc import Iterable

from core.areas.api import LEVEL_DIGITS, former_codes, is_current, list_areas, path_names
from core.clock import today
from core.county import county
from core.errors import DomainError, NotFound
from core.plugin_host.state import Report, set_pilot, survey
from core.scope import AreaScope, outermost
from core.security import Actor
from core.text import N_
from core.value_classes import value_class

_LEVELS = ("town", "village", "grid")
_ALL = 100_000


class PilotAreaUnknown(DomainError):
    """A pilot lies in towns, villages or grids of today in this county."""

    code, status = "pilot_area_unknown", 422
    text = N_("%(area_code)s 不是本县区现有的镇街、村社或网格，请核对代码。")


@value_class
class PilotView:
    """Where a plugin is tried. `areas`: code -> name with its town, none of them: the whole county."""

    name: str
    title: str
    title_en: str
    areas: dict[str, str]

    @property
    def area_codes(self) -> list[str]:
        """The codes alone."""
        return list(self.areas)


@value_class
class Choice:
    """A town to tick, or some of its villages. `more`: grids of it that were chosen by code, with names."""

    code: str
    name: str
    villages: tuple[tuple[str, str], ...]
    more: tuple[tuple[str, str], ...]

    @property
    def codes(self) -> list[str]:
        """All that can be ticked here."""
        return [self.code, *(code for code, _ in (*self.villages, *self.more))]


def pilot_of(name: str) -> PilotView:
    """Where plugin `name` is tried. Raises NotFound for one that is not installed."""
    report = _report(name)
    assert report.manifest is not None
    paths = path_names(report.pilot)
    areas = {code: paths[code] for code in report.pilot}
    return PilotView(name, report.title, report.manifest.title_en, areas)


def choices(name: str) -> list[Choice]:
    """The towns of the county with their villages, to tick."""
    scope = AreaScope((county().settings.county_code,))
    towns, _ = list_areas(scope, level="town", on_date=today(), page_size=_ALL)
    villages, _ = list_areas(scope, level="village", on_date=today(), page_size=_ALL)
    grids = [code for code in _report(name).pilot if len(code) == LEVEL_DIGITS["grid"]]
    names = path_names(grids)
    return [
        Choice(
            town.code,
            town.name,
            tuple((row.code, row.name) for row in villages if row.code.startswith(town.code)),
            tuple((code, names[code]) for code in grids if code.startswith(town.code)),
        )
        for town in towns
    ]


def choose_pilot(actor: Actor, name: str, codes: Iterable[str]) -> None:
    """Let only the areas `codes` try plugin `name`; none of them, or the county itself: everybody.

    Merged villages that lead to one of them stay in view with it. Raises UnknownPlugin, PilotAreaUnknown.
    """
    settings = county().settings
    chosen = outermost(set(codes))
    if chosen == (settings.county_code,):
        chosen = ()
    for code in chosen:
        is_one = code.startswith(settings.county_code) and any(is_current(code, level) for level in _LEVELS)
        if not is_one:
            raise PilotAreaUnknown(area_code=code)
    set_pilot(actor, settings, county().plugins_folder, name, chosen, former_codes(chosen))


def _report(name: str) -> Report:
    report = survey(county().settings, county().plugins_folder).get(name)
    if report is None or report.manifest is None:
        raise NotFound
    return report
