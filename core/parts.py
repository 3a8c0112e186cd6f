"""A plugin of several subjects: each says its share of the hooks as a `Part`; `Parts` answers for all.

A plugin's `plugin.py` names its parts and hands on the hooks that it takes part in:

    PARTS = Parts(visits.PART, entries.PART)
    register_models = PARTS.register_models
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field

from peewee import Model

from core.devices import DeviceDriver
from core.hookspecs import (
    Card,
    CaseKind,
    DayItem,
    Event,
    Finding,
    Job,
    MenuItem,
    NoticeKind,
    Panel,
    RollCandidate,
    hookimpl,
)
from core.security import Actor, Role
from core.value_classes import value_class


@value_class
class Part:
    """One subject (visits, staffing, ...) as the hooks see it; what it has not stays empty.

    A part's module imports its pages and operations, which puts them on the plugin's blueprints.
    """

    models: tuple[type[Model], ...] = ()
    roles: tuple[Role, ...] = ()
    audit_titles: Mapping[str, str] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()
    file_owners: Mapping[str, Callable[[Actor, str], bool]] = field(default_factory=dict)
    case_kinds: tuple[CaseKind, ...] = ()
    notice_kinds: Mapping[str, NoticeKind] = field(default_factory=dict)
    device_drivers: tuple[DeviceDriver, ...] = ()
    menu_items: Callable[[Actor], Iterable[MenuItem]] | None = None
    home_cards: Callable[[Actor], Iterable[Card]] | None = None
    household_panels: Callable[[Actor, int], Iterable[Panel]] | None = None
    case_panels: Callable[[Actor, int], Iterable[Panel]] | None = None
    household_moved: Callable[[int, str], None] | None = None
    household_ended: Callable[[int], None] | None = None
    person_left: Callable[[int], None] | None = None
    day_items: Callable[[Actor], Iterable[DayItem]] | None = None
    roll_candidates: Callable[[str], Iterable[RollCandidate]] | None = None
    veto_household_end: Callable[[int], str | None] | None = None
    veto_import_undo: Callable[[range, range], str | None] | None = None
    on_event: Callable[[Event], None] | None = None
    check_health: Callable[[], Iterable[Finding]] | None = None


class Parts:
    """The hooks of a plugin, answered by all of its parts in their order; docs/hooks.md says what each is."""

    def __init__(self, *parts: Part) -> None:
        self._parts = parts

    @hookimpl
    def register_roles(self) -> Iterable[Role]:
        """A role that several parts give permissions holds all of them."""
        merged: dict[str, Role] = {}
        for role in (role for part in self._parts for role in part.roles):
            before = merged.get(role.name)
            merged[role.name] = before.joined(role) if before else role
        return list(merged.values())

    @hookimpl
    def register_models(self) -> Iterable[type[Model]]:
        """All tables."""
        return [model for part in self._parts for model in part.models]

    @hookimpl
    def register_audit_titles(self) -> dict[str, str]:
        """All words for lines of the audit log."""
        return {action: title for part in self._parts for action, title in part.audit_titles.items()}

    @hookimpl
    def register_jobs(self) -> Iterable[Job]:
        """All jobs."""
        return [job for part in self._parts for job in part.jobs]

    @hookimpl
    def register_case_kinds(self) -> Iterable[CaseKind]:
        """All kinds of cases."""
        return [kind for part in self._parts for kind in part.case_kinds]

    @hookimpl
    def register_notice_kinds(self) -> dict[str, NoticeKind]:
        """All kinds of messages."""
        return {name: kind for part in self._parts for name, kind in part.notice_kinds.items()}

    @hookimpl
    def register_device_drivers(self) -> Iterable[DeviceDriver]:
        """All families of devices."""
        return [driver for part in self._parts for driver in part.device_drivers]

    @hookimpl
    def register_file_owners(self) -> dict[str, Callable[[Actor, str], bool]]:
        """All subjects that files belong to."""
        return {kind: may for part in self._parts for kind, may in part.file_owners.items()}

    @hookimpl
    def menu_items(self, actor: Actor) -> Iterable[MenuItem]:
        """All entries of the menu."""
        return [item for part in self._parts if part.menu_items for item in part.menu_items(actor)]

    @hookimpl
    def home_cards(self, actor: Actor) -> Iterable[Card]:
        """All cards of the home page."""
        return [card for part in self._parts if part.home_cards for card in part.home_cards(actor)]

    @hookimpl
    def household_panels(self, actor: Actor, household_id: int) -> Iterable[Panel]:
        """All panels of a household's page."""
        asked = (part.household_panels for part in self._parts if part.household_panels)
        return [panel for panels in asked for panel in panels(actor, household_id)]

    @hookimpl
    def case_panels(self, actor: Actor, case_id: int) -> Iterable[Panel]:
        """All panels of a case's page."""
        asked = (part.case_panels for part in self._parts if part.case_panels)
        return [panel for panels in asked for panel in panels(actor, case_id)]

    @hookimpl
    def day_items(self, actor: Actor) -> Iterable[DayItem]:
        """All lines of somebody's day."""
        return [item for part in self._parts if part.day_items for item in part.day_items(actor)]

    @hookimpl
    def household_moved(self, household_id: int, area_code: str) -> None:
        """Every part hears of it."""
        for part in self._parts:
            if part.household_moved:
                part.household_moved(household_id, area_code)

    @hookimpl
    def household_ended(self, household_id: int) -> None:
        """Every part hears of it."""
        for part in self._parts:
            if part.household_ended:
                part.household_ended(household_id)

    @hookimpl
    def person_left(self, person_id: int) -> None:
        """Every part hears of it."""
        for part in self._parts:
            if part.person_left:
                part.person_left(person_id)

    @hookimpl
    def roll_candidates(self, area_code: str) -> Iterable[RollCandidate]:
        """Whoever any part knows."""
        asked = (part.roll_candidates for part in self._parts if part.roll_candidates)
        return [candidate for candidates in asked for candidate in candidates(area_code)]

    @hookimpl
    def veto_household_end(self, household_id: int) -> str | None:
        """The first part's reason."""
        asked = (part.veto_household_end for part in self._parts if part.veto_household_end)
        return next((reason for veto in asked if (reason := veto(household_id))), None)

    @hookimpl
    def veto_import_undo(self, households: range, persons: range) -> str | None:
        """The first part's reason."""
        asked = (part.veto_import_undo for part in self._parts if part.veto_import_undo)
        return next((reason for veto in asked if (reason := veto(households, persons))), None)

    @hookimpl
    def on_event(self, event: Event) -> None:
        """Every part hears of it."""
        for part in self._parts:
            if part.on_event:
                part.on_event(event)

    @hookimpl
    def check_health(self) -> Iterable[Finding]:
        """All findings."""
        return [finding for part in self._parts if part.check_health for finding in part.check_health()]
