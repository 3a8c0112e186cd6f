"""Calls as people read them: lists with filters, one with its history, those of a household."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from core.accounts.api import account_names
from core.areas.api import path_names
from core.clock import now
from core.db import milliseconds, rows
from core.people.api import household_head_name, household_labels, person_names
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.call_button.call_words import (
    AGAIN,
    DEEDS,
    HANG_UP_LATE,
    HOWS,
    PRESS_AGAIN,
    REASONS,
    RING_AGAIN,
    RUNG_NAMES,
    TAKE,
    TOLD,
)
from plugins.call_button.models.calls import ANSWERED, ARRIVED, DONE, RINGING, Call, CallStep
from plugins.call_button.models.devices import Device
from plugins.call_button.queries.call_reach import ANSWER, VIEW, call_for, worked_on
from plugins.call_button.queries.contacts import ContactView, contacts_of

_OF_CALLS = "devices of calls that the reader may see"
_OF_HOUSEHOLD = "the past of a household that the reader may see, wherever it lived"
# The ways of the list that ask for more than one state.
OPEN_STATE, OVER_STATE = "open", "over"
_PRESSED: Final = (AGAIN, PRESS_AGAIN, RING_AGAIN, HANG_UP_LATE)


@value_class
class StepView:
    """A line of the history: `who` did it (empty: the device or the system), what was said, whom it told."""

    number: int
    at: datetime
    deed: str
    title: str
    who: str
    words: str
    told: tuple[str, ...]


@value_class
class CallView:
    """A call. `name`: whom to expect, else the head of the household; `seconds`: how long it rang or rings.
    `waits_since`: when it rang, or began to ring again; `pressed_at`: when the key was pressed, of a call
    whose press came late, else None. `first_taker`: who answered first, in whose seconds; `taken_name`: who
    has it now.

    `contacts` and `steps` are empty in lists.
    """

    id: int
    version: int
    changed: int
    area_code: str
    area_name: str
    household_id: int
    household_number: str
    name: str
    device_id: int
    place: str
    kind: str
    state: str
    urgency: int
    seconds: int
    follows_id: int | None
    rung: int
    rung_at: datetime
    waits_since: datetime
    pressed_at: datetime | None
    answered_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    cancelled_at: datetime | None
    first_taker: str
    taken_by: int | None
    taken_name: str
    taken_how: str
    reason: str
    result: str
    thumb: str
    is_asked: bool
    case_id: int | None
    contacts: tuple[ContactView, ...] = ()
    steps: tuple[StepView, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.ended_at is None

    @property
    def is_ringing(self) -> bool:
        """Whether nobody has taken it."""
        return self.state == RINGING

    @property
    def late_minutes(self) -> int:
        """How many minutes after the key was pressed it reached us; 0 where it came in time."""
        return (
            0 if self.pressed_at is None else max(1, (self.rung_at - self.pressed_at) // timedelta(minutes=1))
        )

    @property
    def red_at(self) -> datetime | None:
        """When red was pressed, of an open call that goes on; None where green came after it, and in
        lists."""
        pressed = [step for step in self.steps if step.deed in _PRESSED]
        is_red = self.is_open and pressed and pressed[-1].deed == HANG_UP_LATE
        return pressed[-1].at if is_red else None

    @property
    def answer_seconds(self) -> int | None:
        """From the press to the first answer; None where there was none, or it rings again."""
        return None if self.answered_at is None or self.is_ringing else self.seconds


@value_class
class Wanted:
    """Which calls; what is empty does not count. `state`: one state, or `open`, or `over`."""

    state: str = ""
    area_code: str = ""
    household_id: int | None = None
    kind: str = ""
    thumb: str = ""
    since: datetime | None = None
    until: datetime | None = None
    mine: bool = False


def list_calls(
    actor: Actor, wanted: Wanted, *, page: int = 1, page_size: int = 20
) -> tuple[list[CallView], int]:
    """The calls in one's areas, newest first, and how many. Raises Forbidden, NotFound (an area outside)."""
    scope = actor.demand(VIEW, wanted.area_code or None)
    query = Call.within(AreaScope((wanted.area_code,)) if wanted.area_code else scope)
    for condition in _conditions(actor, wanted):
        query = query.where(condition)
    newest = query.order_by(Call.rung_at.desc(), Call.id.desc())
    return views(list(newest.paginate(page, page_size))), query.count()


def _conditions(actor: Actor, wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.state == OPEN_STATE:
        found.append(Call.ended_at.is_null())
    elif wanted.state == OVER_STATE:
        found.append(Call.ended_at.is_null(False))
    elif wanted.state:
        found.append(Call.state == wanted.state)
    if wanted.household_id is not None:
        found.append(Call.household_id == wanted.household_id)
    if wanted.kind:
        found.append(Call.kind == wanted.kind)
    if wanted.thumb:
        found.append(Call.thumb == wanted.thumb)
    if wanted.since is not None:
        found.append(Call.rung_at >= milliseconds(wanted.since))
    if wanted.until is not None:
        found.append(Call.rung_at < milliseconds(wanted.until))
    if wanted.mine:
        found.append(Call.taken_by == (actor.account_id or 0))
    return found


def call(actor: Actor, call_id: int) -> CallView:
    """One call with contacts and history. Raises Forbidden, NotFound."""
    row = call_for(actor, call_id)
    return views([row], contacts=contacts_of(actor.scope(VIEW), row.device_id), steps=_steps(row))[0]


def calls_of_household(household_id: int, *, limit: int = 20) -> tuple[list[CallView], int]:
    """The calls of a household, newest first, wherever it lived then, and how many.

    The caller has checked that the household may be seen.
    """
    query = Call.unscoped(_OF_HOUSEHOLD).where(Call.household_id == household_id)
    newest = query.order_by(Call.rung_at.desc(), Call.id.desc())
    found = views(list(newest.limit(limit)))
    return found, query.count() if len(found) == limit else len(found)


def call_of_case(case_id: int) -> tuple[int, str] | None:
    """The call that a case was made of: its id and where it lies; None for any other case."""
    row: Call | None = (
        Call.unscoped("whose call it was is tested by the caller")
        .where(Call.case_id == case_id)
        .get_or_none()
    )
    return (row.id, row.area_code) if row else None


def ringing_calls(scope: AreaScope, *, limit: int = 10) -> list[CallView]:
    """What rings in the areas and nobody has taken, longest first."""
    rings = Call.within(scope).where(Call.ended_at.is_null() & (Call.state == RINGING))
    return views(list(rings.order_by(Call.rung_at, Call.id).limit(limit)))


def my_calls(actor: Actor, *, limit: int = 10) -> list[CallView]:
    """What one has taken and not ended, longest first."""
    mine = (
        Call.ended_at.is_null()
        & Call.state.in_((ANSWERED, ARRIVED))
        & (Call.taken_by == (actor.account_id or 0))
    )
    query = Call.within(actor.scope(ANSWER)).where(mine)
    return views(list(query.order_by(Call.rung_at, Call.id).limit(limit)))


def calls_to_ask_about(actor: Actor, *, since: datetime, limit: int = 10) -> list[CallView]:
    """Calls since a moment that ended without a thumb and that somebody is to ask about who has not worked
    on them, oldest first."""
    asked = (Call.state == DONE) & Call.asked & (Call.thumb == "") & (Call.rung_at >= milliseconds(since))
    query = Call.within(actor.scope(ANSWER)).where(asked & Call.id.not_in(worked_on(actor.account_id)))
    return views(list(query.order_by(Call.rung_at, Call.id).limit(limit)))


def views(
    found: Sequence[Call], *, contacts: tuple[ContactView, ...] = (), steps: tuple[StepView, ...] = ()
) -> list[CallView]:
    """Rows that may be seen, in words, in their order."""
    if not found:
        return []
    devices = {
        row.id: row
        for row in Device.unscoped(_OF_CALLS).where(Device.id.in_(sorted({each.device_id for each in found})))
    }
    homes = sorted({row.household_id for row in found})
    heads, numbers = household_head_name(homes), household_labels(homes)
    expected = person_names(row.person_id for row in devices.values() if row.person_id is not None)
    first, again = first_takers(found), _rung_again(found)
    names = account_names([*(row.taken_by for row in found), *first.values()])
    paths = path_names({row.area_code for row in found})
    at = now()

    def view(row: Call) -> CallView:
        device = devices.get(row.device_id)
        person_id = device.person_id if device else None
        until = at if row.state == RINGING else row.answered_at or row.ended_at or at
        waits_since = again.get(row.id, row.rung_at)
        return CallView(
            id=row.id,
            version=row.version,
            changed=row.changed,
            area_code=row.area_code,
            area_name=paths.get(row.area_code, row.area_code),
            household_id=row.household_id,
            household_number=numbers.get(row.household_id, ""),
            name=expected.get(person_id or 0, "") or heads.get(row.household_id, ""),
            device_id=row.device_id,
            place=device.place if device else "",
            kind=row.kind,
            state=row.state,
            urgency=row.urgency,
            # Never below zero: the clock may have been put back.
            seconds=max(0, (milliseconds(until) - milliseconds(waits_since)) // 1000),
            follows_id=row.follows_id,
            rung=row.rung,
            rung_at=row.rung_at,
            waits_since=waits_since,
            pressed_at=row.pressed_at,
            answered_at=row.answered_at,
            arrived_at=row.arrived_at,
            ended_at=row.ended_at,
            cancelled_at=row.cancelled_at,
            first_taker=names.get(first.get(row.id, 0), ""),
            taken_by=row.taken_by,
            taken_name=names.get(row.taken_by or 0, ""),
            taken_how=row.taken_how,
            reason=row.reason,
            result=row.result,
            thumb=row.thumb,
            is_asked=row.asked,
            case_id=row.case_id,
            contacts=contacts,
            steps=steps,
        )

    return [view(row) for row in found]


def first_takers(found: Iterable[Call]) -> dict[int, int]:
    """Call -> the account that answered it first; nothing of those that nobody has answered."""
    answered = [row.id for row in found if row.answered_at is not None]
    if not answered:
        return {}
    took = CallStep.select(CallStep.call_id, CallStep.account_id).where(
        CallStep.call_id.in_(answered) & (CallStep.deed == TAKE)
    )
    # The first one comes last, so that it stays.
    return dict(rows(took.order_by(CallStep.number.desc())))


def _rung_again(found: Iterable[Call]) -> dict[int, datetime]:
    """Call -> when it last began to ring again; only of those that were answered and ring again now."""
    answered = [row.id for row in found if row.state == RINGING and row.answered_at is not None]
    if not answered:
        return {}
    began = CallStep.select(CallStep.call_id, CallStep.at).where(
        CallStep.call_id.in_(answered) & (CallStep.deed == RING_AGAIN)
    )
    return {row.call_id: row.at for row in began.order_by(CallStep.number)}


def _steps(row: Call) -> tuple[StepView, ...]:
    steps = list(CallStep.select().where(CallStep.call_id == row.id).order_by(CallStep.number))
    told = {step.id: _told(step) for step in steps}
    names = account_names(
        [*(step.account_id for step in steps), *(each for ids in told.values() for each in ids)]
    )
    return tuple(
        StepView(
            number=step.number,
            at=step.at,
            deed=step.deed,
            title=DEEDS.get(step.deed, step.deed),
            who=names.get(step.account_id or 0, ""),
            words=step_words(step.deed, step.words),
            told=tuple(names[each] for each in told[step.id] if each in names),
        )
        for step in steps
    )


def _told(step: CallStep) -> list[int]:
    return [int(each) for each in step.words.split()[1:]] if step.deed in TOLD else []


def step_words(deed: str, words: str) -> str:
    """What a line of the history says besides its title; a code of ours as its title (N_)."""
    if deed in TOLD:
        return RUNG_NAMES.get(words.split(" ", maxsplit=1)[0], "")
    return HOWS.get(words) or REASONS.get(words) or _THUMB_WORDS.get(words) or words


_THUMB_WORDS: Final = {"up": N_("满意"), "down": N_("不满意")}
