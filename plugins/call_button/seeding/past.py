"""Calls of the last weeks of a demo county, each deed by the service that people use, at its moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from operator import itemgetter

from core.accounts.api import actor_for
from core.clock import frozen
from core.hookspecs import SeedWorld
from core.security import Actor
from core.value_classes import value_class
from plugins.call_button.call_words import MISTAKE
from plugins.call_button.duty_words import ANSWER
from plugins.call_button.models.calls import CALLING_BACK, ON_MY_WAY, Call
from plugins.call_button.seeding.devices import Hung
from plugins.call_button.services.calls import answer_call, arrive, end_call

_OWN = "the demo's own calls"
# Why, what came of it, how it was taken, minutes until somebody was there (0: it was done by telephone).
_STORIES = (
    ("help", "帮老人把米面搬进屋。（模拟）", ON_MY_WAY, 9),
    ("illness", "头晕，陪同到村卫生室量血压，已告知子女。（模拟）", ON_MY_WAY, 6),
    ("repair", "保险丝烧断，请村电工换好。（模拟）", CALLING_BACK, 25),
    ("policy", "问高龄津贴何时发放，电话里说清。（模拟）", CALLING_BACK, 0),
    ("company", "老人想说说话，聊了一刻钟。（模拟）", CALLING_BACK, 0),
    (MISTAKE, "", CALLING_BACK, 0),
    ("fall", "起夜滑倒，无外伤，扶回床上并观察。（模拟）", ON_MY_WAY, 5),
    ("help", "代买降压药送到家。（模拟）", ON_MY_WAY, 40),
)
# Seconds until somebody took it: most within a minute, a few later, as records of real desks look.
_WAITS = (12, 25, 18, 41, 9, 22, 34, 15, 52, 20, 28, 11, 19, 75, 26, 14, 38, 23, 17, 130)
_RUNG_SECONDS = 30

Deed = tuple[datetime, Callable[[], object]]


@value_class
class Helpers:
    """Who answers in a village, as they may act today.

    A county's posts begin with it and its past does not, so in the past the ladder finds nobody to tell.
    """

    secretary: Actor
    leaders: list[Actor]

    def leader_of(self, area_code: str) -> Actor:
        """Whoever leads the grid of a home; the secretary where nobody does."""
        return next((each for each in self.leaders if each.may(ANSWER, area_code)), self.secretary)


def helpers(world: SeedWorld, village: str) -> Helpers:
    """The secretary and the grid leaders of a village."""
    leaders = world.accounts.get(("grid_leader", village), [])
    secretary = world.accounts["secretary", village][0]
    return Helpers(actor_for(secretary), [actor_for(each) for each in leaders])


def live(deeds: list[Deed], ends: datetime) -> None:
    """Do all of it in the order of time, with the clock set to each deed's moment."""
    with frozen(ends) as set_clock:
        for at, deed in sorted(deeds, key=itemgetter(0)):
            set_clock(min(at, ends))
            deed()


def past_calls(world: SeedWorld, people: Helpers, devices: list[Hung], count: int) -> list[Deed]:
    """`count` calls of the last four weeks until the day before yesterday; a red key in between."""
    deeds: list[Deed] = []
    for number in range(count):
        device = devices[world.random.randrange(len(devices))]
        days = 2 + number * 26 // count
        clock = timedelta(hours=world.random.randrange(7, 21), minutes=world.random.randrange(60))
        # A second apart, so that no two of one device are one press.
        at = _midnight(world.started_at) - timedelta(days=days) + clock + timedelta(seconds=number)
        if number % 11 == 5:
            deeds += _cancelled(device, at)
        else:
            story = _STORIES[number % len(_STORIES)]
            deeds += answered(people, device, at, _WAITS[number % len(_WAITS)], story, thumb=_thumb(number))
    return deeds


def _thumb(number: int) -> str:
    return "" if number % 13 == 7 else "3"


def answered(
    people: Helpers, device: Hung, at: datetime, wait: int, story: tuple[str, str, str, int], *, thumb: str
) -> list[Deed]:
    """A call from the press to its thumb (a key; empty: none)."""
    reason, result, how, minutes = story
    who = people.secretary if wait < _RUNG_SECONDS else people.leader_of(device.area_code)
    taken = at + timedelta(seconds=wait)
    done = taken + timedelta(minutes=minutes + 12)
    deeds: list[Deed] = [
        (at, lambda: device.press("1")),
        (taken, lambda: answer_call(who, open_call(device), how=how)),
    ]
    if minutes and how == ON_MY_WAY:
        deeds.append((taken + timedelta(minutes=minutes), lambda: arrive(who, open_call(device))))
    deeds.append((done, lambda: end_call(who, open_call(device), reason=reason, result=result)))
    if thumb and reason != MISTAKE:
        deeds.append((done + timedelta(minutes=6), lambda: device.press(thumb)))
    return deeds


def _cancelled(device: Hung, at: datetime) -> list[Deed]:
    hang_up: Deed = (at + timedelta(seconds=14), lambda: device.press("2"))
    return [(at, lambda: device.press("1")), hang_up]


def open_call(device: Hung) -> int:
    """The open call of a device."""
    is_open = (Call.device_id == device.id) & Call.ended_at.is_null()
    return int(Call.unscoped(_OWN).where(is_open).get().id)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
