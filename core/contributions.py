"""What plugins hand to the core: menu items, cards, jobs, kinds; and what the core hands to them: events.

Each checks itself, so that a wrong value fails in the plugin that made it and not in the page that
shows it. Plugins import these from `core.hookspecs`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from core.value_classes import value_class

if TYPE_CHECKING:
    import random

FACES: Final = ("phone", "office")


def _demand(value: object, kind: type) -> None:
    # A wrong value must fail in the plugin that made it, not in the page that shows it.
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")


@value_class
class MenuItem:
    """A way in. `face` is where it stands: `phone` (residents, clerks, grid staff) or `office`.

    `endpoint` is a Flask endpoint without arguments; `icon` names a symbol of static/icons.svg;
    `order` sorts, small first. `group` is the heading it stands under at a desk (`N_`); without one that
    is the plugin's title, which is right unless a plugin has more than a dozen entries.
    """

    title: str
    endpoint: str
    face: str
    icon: str = "dot"
    order: int = 100
    group: str = ""

    def __post_init__(self) -> None:
        _demand(self.title, str)
        _demand(self.endpoint, str)
        _demand(self.order, int)
        _demand(self.group, str)
        if self.face not in FACES:
            raise ValueError(f"face is one of {', '.join(FACES)}, not {self.face!r}")


@value_class
class Card:
    """A figure or a short list on somebody's home page: template with its values, already safe to show."""

    template: str
    values: dict[str, Any]
    order: int = 100

    def __post_init__(self) -> None:
        _demand(self.template, str)
        _demand(self.values, dict)
        _demand(self.order, int)


@value_class
class Panel:
    """A part of somebody else's page (a household's file, say)."""

    template: str
    values: dict[str, Any]

    def __post_init__(self) -> None:
        _demand(self.template, str)
        _demand(self.values, dict)


# How urgent an item of a day is: what is too late, what must be done today, what is near, the rest.
NOW, LATE, TODAY, SOON, SOME_DAY = range(-1, 4)


@value_class
class DayItem:
    """Something that waits for somebody today: a visit that is due, a task, a case, a call.

    `kind` is a short title (走访, 任务), `url` the page on which one tap acts, `action` the word on that
    button, `urgency` one of NOW (somebody waits this minute), LATE, TODAY, SOON, SOME_DAY. Titles may hold
    names: the page is the actor's own.
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
        if self.urgency not in (NOW, LATE, TODAY, SOON, SOME_DAY):
            raise ValueError(f"urgency is -1 (now) to 3 (some day), not {self.urgency!r}")


@value_class
class RollCandidate:
    """Who may have a vote in a village: a person of the register and why (`seat`: `party_member`, say).

    `since`: the first day of it, where that is known.
    """

    person_id: int
    seat: str
    since: date | None = None

    def __post_init__(self) -> None:
        _demand(self.person_id, int)
        _demand(self.seat, str)


@value_class
class Finding:
    """Something wrong that `gridgov doctor` and /readyz report. `grave`: people should not work on.

    `beside`: what is wrong lies beside this program's pages and data (another process, a gateway). Grave or
    not, pages serve on and data may be moved; where it is grave, doctor ends with a failure all the same.
    """

    code: str
    text: str
    grave: bool
    beside: bool = False

    @property
    def stops(self) -> bool:
        """Whether this process must not serve."""
        return self.grave and not self.beside


@value_class
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


@value_class
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


@value_class
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


@value_class
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


@value_class
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


@value_class
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


@value_class
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
    "case_panels": Panel,
    "day_items": DayItem,
    "check_health": Finding,
    "roll_candidates": RollCandidate,
}
