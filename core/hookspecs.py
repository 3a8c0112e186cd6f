"""Every hook of gridgov: the whole contract between the core and a plugin.

`register_*` hooks are asked once, when a plugin is switched on; an error there means "failed to
load". All others are asked while people work; an error there costs that one contribution, is
counted, and after repeated errors the plugin is quarantined. Order never has a meaning.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import pluggy

if TYPE_CHECKING:
    import random

    from flask import Blueprint
    from marshmallow import Schema
    from peewee import Model

    from core.security import Actor, Role

PROJECT = "gridgov"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
FACES: Final = ("phone", "office")


def _demand(value: object, kind: type) -> None:
    # A wrong value must fail in the plugin that made it, not in the page that shows it.
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")


@dataclass(frozen=True)
class MenuItem:
    """A way in. `face` is where it stands: `phone` (residents, clerks, grid staff) or `office`.

    `endpoint` is a Flask endpoint without arguments; `icon` names a symbol of static/icons.svg;
    `order` sorts, small first.
    """

    title: str
    endpoint: str
    face: str
    icon: str = "dot"
    order: int = 100

    def __post_init__(self) -> None:
        _demand(self.title, str)
        _demand(self.endpoint, str)
        _demand(self.order, int)
        if self.face not in FACES:
            raise ValueError(f"face is one of {', '.join(FACES)}, not {self.face!r}")


@dataclass(frozen=True)
class Card:
    """A figure or a short list on somebody's home page: template with its values, already safe to show."""

    template: str
    values: dict[str, Any]
    order: int = 100

    def __post_init__(self) -> None:
        _demand(self.template, str)
        _demand(self.values, dict)
        _demand(self.order, int)


@dataclass(frozen=True)
class Panel:
    """A part of somebody else's page (a household's file, say)."""

    template: str
    values: dict[str, Any]

    def __post_init__(self) -> None:
        _demand(self.template, str)
        _demand(self.values, dict)


# How urgent an item of a day is: what is too late, what must be done today, what is near, the rest.
LATE, TODAY, SOON, SOME_DAY = range(4)


@dataclass(frozen=True)
class DayItem:
    """Something that waits for somebody today: a visit that is due, a task, a case, a call.

    `kind` is a short title (走访, 任务), `url` the page on which one tap acts, `action` the word on that
    button, `urgency` one of LATE, TODAY, SOON, SOME_DAY. Titles may hold names: the page is the actor's own.
    """

    kind: str
    title: str
    url: str
    text: str = ""
    action: str = ""
    urgency: int = SOME_DAY
    due: date | None = None
    icon: str = "dot"

    def __post_init__(self) -> None:
        _demand(self.kind, str)
        _demand(self.title, str)
        _demand(self.url, str)
        if self.urgency not in (LATE, TODAY, SOON, SOME_DAY):
            raise ValueError(f"urgency is 0 (late) to 3 (some day), not {self.urgency!r}")


@dataclass(frozen=True)
class Finding:
    """Something wrong that `gridgov doctor` and /readyz report. `grave`: people should not work on."""

    code: str
    text: str
    grave: bool


@dataclass(frozen=True)
class SeedWorld:
    """The synthetic county that `seed` builds on.

    Ids by area code; `random` is seeded, so the same number gives the same county; `say`
    shows progress (done, total).
    """

    profile: str
    random: "random.Random"
    villages: tuple[str, ...]
    households: dict[str, list[int]]
    accounts: dict[tuple[str, str], list[int]]
    started_at: datetime
    say: Callable[[int, int], None] = field(default=lambda done, total: None)


@dataclass(frozen=True)
class Event:
    """Something that happened and was committed, as it is handed to one plugin.

    `id` is the same at every delivery, so a handler that keeps it does nothing twice; `kind` is
    `plugin.PastTense`, `subject` is `thing:id`, `payload` holds ids, codes and numbers, never names.
    `account_id` is who caused it, `plugin` who is being told.
    """

    id: int
    kind: str
    area_code: str
    at: datetime
    account_id: int | None
    subject: str
    payload: Mapping[str, Any]
    plugin: str


@dataclass(frozen=True)
class Job:
    """Work that is done again and again: `daily` at "HH:MM" of China's time, or `every` so many minutes.

    It runs once for each due time however many workers there are; what was missed while none ran
    is made up for by one run. `name` begins with the plugin's name; `run` may be called again
    after a run that was cut off.
    """

    name: str
    title: str
    run: Callable[[], None]
    daily: str = ""
    every: int = 0

    def __post_init__(self) -> None:
        _demand(self.name, str)
        _demand(self.title, str)
        _demand(self.every, int)
        if bool(self.daily) == bool(self.every):
            raise ValueError(f"{self.name}: a job is either daily or every so many minutes")
        if self.daily and not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", self.daily):
            raise ValueError(f"{self.name}: daily is a time of day such as 02:30, not {self.daily!r}")
        if self.every < 0:
            raise ValueError(f"{self.name}: every is a number of minutes")


LEVELS: Final = ("grid", "village", "town", "county")
DIFFICULTIES: Final = ("small", "medium", "large")


@dataclass(frozen=True)
class CaseKind:
    """A kind of case (事项): `name` is `plugin.kind`.

    `difficulty` of those whose filer says nothing; `public`: answers may be read by everybody unless the
    filer says otherwise; `rated`: the resident is asked for a rating; `first_level`: at which desk a case
    begins where the county's routing table says nothing. `open`: residents are offered it when they report,
    with a few words of what it is for (`hint`) and a sign (`icon`).
    """

    name: str
    title: str
    difficulty: str = "small"
    public: bool = False
    rated: bool = True
    first_level: str = "village"
    open: bool = False
    hint: str = ""
    icon: str = "dot"

    def __post_init__(self) -> None:
        _demand(self.name, str)
        _demand(self.title, str)
        if self.difficulty not in DIFFICULTIES:
            raise ValueError(f"{self.name}: difficulty is one of {', '.join(DIFFICULTIES)}")
        if self.first_level not in LEVELS:
            raise ValueError(f"{self.name}: first_level is one of {', '.join(LEVELS)}")


@dataclass(frozen=True)
class NoticeKind:
    """A sort of message. `title` is all that an outside message says of it, so it names nobody.

    `channels`: where it goes besides the inbox (`sms`, `dingtalk`, `wecom`, or a plugin's own);
    `digest`: several that wait for one person become one message ("另有 12 条").
    """

    title: str
    channels: tuple[str, ...] = ()
    digest: bool = False

    def __post_init__(self) -> None:
        _demand(self.title, str)
        _demand(self.channels, tuple)


@dataclass(frozen=True)
class Message:
    """What a channel sends: text without names, the link in it, and to whom.

    `address` is a phone number, or the name of a group, as the channel's `to` says. `id` is the same at
    every try.
    """

    id: str
    title: str
    text: str
    url: str
    address: str
    urgent: bool = False


@dataclass(frozen=True)
class Channel:
    """A way out for messages. `send` raises what went wrong; it is tried again after growing pauses.

    `to` says what an address is: `phone` (of the account's person) or `group` (by name); `longest` is in
    bytes of UTF-8. `ready` says whether the county has set it up.
    """

    name: str
    title: str
    send: Callable[[Message], None]
    to: str = "phone"
    most_per_minute: int = 60
    longest: int = 500
    ready: Callable[[], bool] = lambda: True

    def __post_init__(self) -> None:
        _demand(self.title, str)
        _demand(self.most_per_minute, int)
        _demand(self.longest, int)
        if self.to not in ("phone", "group"):
            raise ValueError(f"a channel sends to a phone or a group, not {self.to!r}")


# What one item of an asking hook's answer is; anything else counts as that plugin's error.
ITEMS: Final[dict[str, type]] = {
    "menu_items": MenuItem,
    "home_cards": Card,
    "household_panels": Panel,
    "day_items": DayItem,
    "check_health": Finding,
}


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
    """The shape of the config section [plugin.NAME]; the values are at `core.county.plugin_settings`."""
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
    """Ways in for this actor. Return only what the actor may open."""
    raise AssertionError


@hookspec
def home_cards(actor: "Actor") -> Iterable[Card]:
    """What this actor should see first after logging in."""
    raise AssertionError


@hookspec
def household_panels(actor: "Actor", household_id: int) -> Iterable[Panel]:
    """Parts to add to a household's page. The core has checked that the actor may see the household."""
    raise AssertionError


@hookspec
def day_items(actor: "Actor") -> Iterable[DayItem]:
    """What waits for this actor today: own work only, at most a few dozen items."""
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
    """Fill the plugin for a demo or test county; returns what the JSON of `gridgov seed` shows."""
    raise AssertionError
