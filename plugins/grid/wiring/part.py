"""The shape of one subject's share in the plugin's hooks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field

from peewee import Model

from core.hookspecs import Card, CaseKind, DayItem, Event, Finding, Job, MenuItem, Panel
from core.security import Actor, Role
from core.value_classes import value_class


@value_class
class Part:
    """One subject (division, staffing, patrols, ...) as the hooks see it; what it has not stays empty.

    A part's module imports its pages and operations, which puts them on the plugin's blueprints.
    """

    models: tuple[type[Model], ...] = ()
    roles: tuple[Role, ...] = ()
    audit_titles: Mapping[str, str] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()
    file_owners: Mapping[str, Callable[[Actor, str], bool]] = field(default_factory=dict)
    case_kinds: tuple[CaseKind, ...] = ()
    menu_items: Callable[[Actor], Iterable[MenuItem]] | None = None
    home_cards: Callable[[Actor], Iterable[Card]] | None = None
    household_panels: Callable[[Actor, int], Iterable[Panel]] | None = None
    household_moved: Callable[[int, str], None] | None = None
    household_ended: Callable[[int], None] | None = None
    day_items: Callable[[Actor], Iterable[DayItem]] | None = None
    veto_household_end: Callable[[int], str | None] | None = None
    on_event: Callable[[Event], None] | None = None
    check_health: Callable[[], Iterable[Finding]] | None = None
