"""What people do about a call: take it, go there, end it, make a case or an errand of it.

Each step is a conditional update under the call's version: of two who answer at once exactly one has it, and
the other is told who.
"""

from typing import Any, Final

from core.accounts.api import account_names
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid
from core.events import announce
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.call_button.call_words import (
    ARRIVE,
    CASE,
    END,
    ERRAND,
    ERRAND_KIND,
    HOWS,
    MISTAKE,
    NOTE,
    ORDER_KIND,
    REASONS,
    STATES,
    TAKE,
    TAKE_OVER,
    TESTED,
    subject_of,
)
from plugins.call_button.errors.calls import CallMovedOn, CallTaken
from plugins.call_button.models.calls import ANSWERED, ARRIVED, DONE, DOWN, ON_MY_WAY, RINGING, Call
from plugins.call_button.queries.call_reach import ANSWER, call_for
from plugins.call_button.services.call_cases import case_of
from plugins.call_button.services.call_steps import advance, minutes

LONGEST_WORDS: Final = 500


def answer_call(actor: Actor, call_id: int, *, how: str, take_over: bool = False) -> None:
    """Take a call: `how` is calling_back or on_my_way; of one's own call it says what one does now.

    `take_over`: also where somebody else has it. Raises Forbidden, NotFound, Invalid, CallTaken, CallMovedOn.
    """
    if how not in HOWS:
        raise Invalid(fields={"how": [N_("请选择“正在回电”或“正在赶去”。")]})
    with unit_of_work(housekeeping="an answer that is said twice changes nothing"):
        row = call_for(actor, call_id, ANSWER)
        if row.state not in (RINGING, ANSWERED, ARRIVED):
            raise CallMovedOn(state=STATES[row.state])
        is_mine = row.taken_by == actor.account_id
        if row.state != RINGING and not is_mine and not take_over:
            raise _taken(row)
        if is_mine and (row.state == ARRIVED or row.taken_how == how):
            return  # said twice
        _take(actor, row, how)


def _take(actor: Actor, row: Call, how: str) -> None:
    is_ringing, is_first = row.state == RINGING, row.answered_at is None
    taken: dict[str, Any] = {
        "taken_by": actor.account_id,
        "taken_how": how,
        "state": ANSWERED,
    }
    if is_ringing:
        # Of a call that rang again the first answer counts, and a thumb down still waits for its case.
        waits = row.thumb == DOWN and row.case_id is None
        wake_at = row.wake_at if waits else None
        taken |= {"answered_at": row.answered_at or now(), "climbs_at": None, "wake_at": wake_at}
    is_other = not is_ringing and row.taken_by != actor.account_id
    advance(actor, row, TAKE_OVER if is_other else TAKE, how, **taken)
    if is_first:
        waited = max(0, int((row.answered_at - row.rung_at).total_seconds()))
        _announce(actor, "CallAnswered", row, how=how, seconds=waited)


def arrive(actor: Actor, call_id: int) -> None:
    """Whoever has the call is there. Raises Forbidden, NotFound, CallTaken, CallMovedOn."""
    with unit_of_work():
        row = call_for(actor, call_id, ANSWER)
        _demand_mine(actor, row, (ANSWERED,))
        # Who comes after a colleague was there changes nothing about when somebody first was.
        arrived_at = row.arrived_at or now()
        advance(actor, row, ARRIVE, state=ARRIVED, taken_how=ON_MY_WAY, arrived_at=arrived_at)


def end_call(actor: Actor, call_id: int, *, reason: str, result: str) -> None:
    """It is done: why it rang, and what came of it.

    Raises Forbidden, NotFound, Invalid, CallTaken, CallMovedOn.
    """
    fields: dict[str, list[str]] = {}
    if reason not in REASONS:
        fields["reason"] = [N_("请选择呼叫的原因。")]
    words = _words(result, "result", fields, needed=reason not in (MISTAKE, TESTED))
    if fields:
        raise Invalid(fields=fields)
    with unit_of_work():
        row = call_for(actor, call_id, ANSWER)
        _demand_mine(actor, row, (ANSWERED, ARRIVED))
        at = now()
        asks = not row.thumb and reason not in (MISTAKE, TESTED)
        wake_at = at + minutes("ask_minutes") if asks else row.wake_at
        over = {"state": DONE, "ended_at": at, "reason": reason, "result": words, "wake_at": wake_at}
        advance(actor, row, END, reason, **over)
        _announce(actor, "CallEnded", row, reason=reason, attended=row.arrived_at is not None)


def note_call(actor: Actor, call_id: int, *, words: str) -> None:
    """Note something down, whoever has the call. Raises Forbidden, NotFound, Invalid."""
    fields: dict[str, list[str]] = {}
    text = _words(words, "words", fields, needed=True)
    if fields:
        raise Invalid(fields=fields)
    with unit_of_work():
        advance(actor, call_for(actor, call_id, ANSWER), NOTE, text)


def file_case(actor: Actor, call_id: int, *, text: str) -> int:
    """A resident's order (群众点单): the call becomes a case; its id.

    Raises Forbidden, NotFound, CallMovedOn, CallHasCase, and what filing a case raises.
    """
    return _file(actor, call_id, ORDER_KIND, CASE, text)


def give_errand(actor: Actor, call_id: int, *, text: str) -> int:
    """An errand (代办): a case that begins at the desk of the grid; its id. Raises as `file_case`."""
    return _file(actor, call_id, ERRAND_KIND, ERRAND, text)


def _file(actor: Actor, call_id: int, kind: str, deed: str, text: str) -> int:
    with unit_of_work():
        row = call_for(actor, call_id, ANSWER)
        if row.state not in (ANSWERED, ARRIVED, DONE):
            raise CallMovedOn(state=STATES[row.state])
        return case_of(actor, row, kind, deed, text)


def _demand_mine(actor: Actor, row: Call, states: tuple[str, ...]) -> None:
    if row.state in (ANSWERED, ARRIVED) and row.taken_by != actor.account_id:
        raise _taken(row)
    if row.state not in states:
        raise CallMovedOn(state=STATES[row.state])


def _taken(row: Call) -> CallTaken:
    return CallTaken(name=account_names([row.taken_by]).get(row.taken_by or 0, ""))


def _words(raw: str, name: str, fields: dict[str, list[str]], *, needed: bool) -> str:
    text = cleaned(raw)
    if needed and not text:
        fields[name] = [N_("请写几个字说明情况。")]
    if len(text) > LONGEST_WORDS:
        fields[name] = [N_("至多 500 个字。")]
    return text


def _announce(actor: Actor, kind: str, row: Call, **payload: str | int | bool | None) -> None:
    announce(
        actor,
        f"call_button.{kind}",
        area_code=row.area_code,
        subject=subject_of(row.id),
        call=row.id,
        device=row.device_id,
        device_kind=row.kind,
        **payload,
    )
