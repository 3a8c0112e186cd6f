"""Every hook of gridgov: the whole contract between the core and a plugin.

`register_*` hooks are asked once, when a plugin is switched on; an error there means "failed to
load". All others are asked while people work; an error there costs that one contribution, is
counted, and after repeated errors the plugin is quarantined. Order never has a meaning.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pluggy

from core.contributions import (
    DIFFICULTIES,
    FACES,
    ITEMS,
    LATE,
    LEVELS,
    NOW,
    SOME_DAY,
    SOON,
    TODAY,
    Card,
    CaseKind,
    Channel,
    DayItem,
    Event,
    Finding,
    Job,
    MenuItem,
    Message,
    NoticeKind,
    Panel,
    RollCandidate,
    SeedWorld,
)

if TYPE_CHECKING:
    from flask import Blueprint
    from marshmallow import Schema
    from peewee import Model

    from core.devices import DeviceDriver
    from core.security import Actor, Role

__all__ = (
    "DIFFICULTIES",
    "FACES",
    "ITEMS",
    "LATE",
    "LEVELS",
    "NOW",
    "PROJECT",
    "SOME_DAY",
    "SOON",
    "TODAY",
    "Card",
    "CaseKind",
    "Channel",
    "DayItem",
    "Event",
    "Finding",
    "Job",
    "MenuItem",
    "Message",
    "NoticeKind",
    "Panel",
    "RollCandidate",
    "SeedWorld",
    "hookimpl",
    "hookspec",
)

PROJECT = "gridgov"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_pages() -> "Iterable[Blueprint]":
    """Blueprints of HTML pages. Names and URL prefixes begin with the plugin's name."""
    raise AssertionError


@hookspec
def register_api() -> "Iterable[Blueprint]":
    """Blueprints of the JSON interface (`core.api.Blueprint`), mounted under /api/v1."""
    raise AssertionError


@hookspec
def register_roles() -> "Iterable[Role]":
    """Roles of this plugin, or permissions to add to an existing role of the same name.

    Permissions of its own plugin.toml, or of a plugin that it `requires`; any other stops it from loading.
    """
    raise AssertionError


@hookspec
def register_models() -> "Iterable[type[Model]]":
    """All tables of the plugin, so that models and migrated database can be held side by side."""
    raise AssertionError


@hookspec
def register_settings() -> "Schema":
    """The shape of the config section [plugin.NAME]; the values are at `core.county.plugin_settings`.

    `metadata` of a field (`title`, `help`, `secret`, `file_only`) says how people set it by page.
    """
    raise AssertionError


@hookspec
def register_audit_titles() -> dict[str, str]:
    """Audit action -> Chinese title, for the people who read the record."""
    raise AssertionError


@hookspec
def register_jobs() -> Iterable[Job]:
    """Work that is done again and again by the worker process; names begin with the plugin's name.

    A run that fails is noted and not repeated before the next due time; one that hangs, or fails
    again and again, quarantines its plugin as a failing hook does.
    """
    raise AssertionError


@hookspec
def register_case_kinds() -> Iterable[CaseKind]:
    """Kinds of cases that this plugin files; names begin with its name and stay the same for good."""
    raise AssertionError


@hookspec
def register_service_lines() -> dict[str, str]:
    """Code (`plugin.line`) -> Chinese title of a line of service (条线), such as power or medical insurance.

    Plugins tell postings and diaries apart by them. A code stays the same for good, and what was written
    under a line whose plugin is off keeps it.
    """
    raise AssertionError


@hookspec
def register_device_drivers() -> "Iterable[DeviceDriver]":
    """Families of devices (`core.devices.DeviceDriver`) whose messages this plugin can read.

    `call_button` feeds them with what comes by MQTT, HTTP or SMS and knows who lives where; a driver only
    reads. Names begin with the plugin's name and stay the same for good.
    """
    raise AssertionError


@hookspec
def register_file_owners() -> "dict[str, Callable[[Actor, str], bool]]":
    """Kind of a subject (`case` of `case:12`) -> whether an actor may see the files of that subject.

    The actor may be nobody (`is_anonymous`). A plugin's kinds are its name, or begin with it and `_`. What no
    one answers for, or fails, is not seen.
    """
    raise AssertionError


@hookspec
def register_notice_kinds() -> dict[str, NoticeKind]:
    """Kind (`plugin.past_tense`) -> the sorts of messages that `core.notices.api.notify` takes from it."""
    raise AssertionError


@hookspec
def register_channels() -> Iterable[Channel]:
    """Ways out for messages besides the inbox; asked to send by the worker, never in a request."""
    raise AssertionError


@hookspec
def menu_items(actor: "Actor") -> Iterable[MenuItem]:
    """Ways in for this actor. Return only what the actor may open.

    At a desk they fold under headings: an item's `group`, or else the plugin's title. On the phone the first
    three stand in the bar and the others behind 更多.
    """
    raise AssertionError


@hookspec
def home_cards(actor: "Actor") -> Iterable[Card]:
    """What this actor should see first after logging in; of who is not logged in, before it."""
    raise AssertionError


@hookspec
def household_panels(actor: "Actor", household_id: int) -> Iterable[Panel]:
    """Parts to add to a household's page. The core has checked that the actor may see the household."""
    raise AssertionError


@hookspec
def case_panels(actor: "Actor", case_id: int) -> Iterable[Panel]:
    """Parts to add to a case's page for staff. The core has checked that the actor may see the case.

    The case may lie where the plugin shows this actor nothing: a department sees cases of every village.
    """
    raise AssertionError


@hookspec
def day_items(actor: "Actor") -> Iterable[DayItem]:
    """What waits for this actor today: own work only, at most a few dozen items."""
    raise AssertionError


@hookspec
def roll_candidates(area_code: str) -> Iterable[RollCandidate]:
    """Who may have a vote in this village, by what the plugin's own registers hold today.

    So that nobody keeps a list twice: they are proposed, and a person takes them over.
    """
    raise AssertionError


@hookspec
def veto_household_end(household_id: int) -> str | None:
    """A reason (Chinese) why this household must not be ended now, or None.

    A plugin that fails here counts as a veto: refusing is the safe side.
    """
    raise AssertionError


@hookspec
def veto_import_undo(households: range, persons: range) -> str | None:
    """A reason (Chinese) why an import must not be taken back now, or None.

    The ids are those of the households and persons that it registered; object where something of
    the plugin's stands on one of them, for they are about to be deleted. A plugin that fails here
    counts as a veto.
    """
    raise AssertionError


@hookspec
def household_moved(household_id: int, area_code: str) -> None:
    """A household now stands in `area_code`; told inside the unit of work that moves it.

    Move what belongs to the household. An error refuses the whole move, since a half moved
    household would be seen from both sides of a wall.
    """
    raise AssertionError


@hookspec
def household_ended(household_id: int) -> None:
    """A household has ended (moved away, joined another, died out); told inside that unit of work.

    Close what hangs on it and waits for somebody. An error refuses the end.
    """
    raise AssertionError


@hookspec
def person_left(person_id: int) -> None:
    """A person has died or moved away alone; told inside the unit of work that says so.

    Close what waits for this person alone; what belongs to the household stays with those who remain.
    The register names them no more as a member (`core.people.api.has_left`). It may be taken back, but
    nothing is told then: what was closed stays closed until people open it. An error refuses the leaving.
    """
    raise AssertionError


@hookspec
def on_event(event: Event) -> None:
    """Something that this plugin `listens` to (plugin.toml) has happened and is committed.

    Called in the worker process, outside of any transaction, at least once for each event, one
    event of a plugin at a time; order has no meaning. Write inside `core.events.handled_once(event)`
    and the writes happen exactly once. An error is tried again after growing pauses (1 s to 1 h),
    then the event stands among the dead letters; a handler that keeps failing, or takes longer
    than 30 seconds, quarantines its plugin, whose events wait.
    """
    raise AssertionError


@hookspec
def check_health() -> Iterable[Finding]:
    """What is wrong in the plugin's own data or surroundings. Must answer within a second."""
    raise AssertionError


@hookspec
def seed(world: SeedWorld) -> dict[str, Any]:
    """Fill the plugin for a demo or test county; returns what the JSON of `gridgov seed` shows.

    `gridgov demo` lists what a role does in the plugin (`demo_duties` in it: {"clerk": "..."}) and further
    accounts (`demo_accounts`: [{"account_id": "...", "title": "..."}]).
    """
    raise AssertionError
