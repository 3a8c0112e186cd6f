"""Thumbs: pressed on the device, or said to somebody who asked. Down is never the end of it."""

from datetime import datetime, timedelta
from typing import Final

from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid
from core.plugin_manager import SYSTEM
from core.security import Actor
from core.text import N_
from plugins.call_button.call_words import CASE, RATE, RATE_FOR, STATES, THUMBS, UNSATISFIED_KIND
from plugins.call_button.errors.calls import CallMovedOn, OwnCallRated, ThumbFromDevice, ThumbOver
from plugins.call_button.models.calls import DONE, DOWN, RINGING, Call, CallStep
from plugins.call_button.queries.call_reach import ANSWER, call_for, workers_of
from plugins.call_button.services.call_cases import file_by_itself, take_up_again
from plugins.call_button.services.call_steps import advance, minutes
from plugins.call_button.services.press_rows import last_answered_call

UNSATISFIED: Final = N_("%(at)s 的呼叫，按了“不满意”；请了解情况、重新办理。")
LATER: Final = timedelta(minutes=10)


def put_device_thumb(device_id: int, thumb: str, at: datetime) -> Call | None:
    """Bind a thumb to the last call of a device that somebody answered, within `thumb_minutes`; that call."""
    window = minutes("thumb_minutes")
    row = last_answered_call(device_id)
    if row is None or abs(at - (row.ended_at or row.answered_at)) > window:
        return None
    _put(SYSTEM, row, RATE, thumb, at)
    return row


def rate_call(actor: Actor, call_id: int, *, thumb: str) -> None:
    """Put down what the resident said when somebody asked (回访) who has not worked on the call.

    Raises Forbidden, NotFound, Invalid, ThumbOver, CallMovedOn, OwnCallRated, ThumbFromDevice.
    """
    if thumb not in THUMBS:
        raise Invalid(fields={"thumb": [N_("请点“满意”或“不满意”。")]})
    with unit_of_work():
        row = call_for(actor, call_id, ANSWER)
        if row.answered_at is None:
            raise ThumbOver
        if row.state != DONE:
            raise CallMovedOn(state=STATES[row.state])
        if actor.account_id in workers_of(row.id):
            raise OwnCallRated
        if row.thumb and _was_pressed(row):
            raise ThumbFromDevice
        _put(actor, row, RATE_FOR, thumb, now())


def _was_pressed(row: Call) -> bool:
    pressed = CallStep.select().where((CallStep.call_id == row.id) & (CallStep.deed == RATE))
    return bool(pressed.exists())


def _put(actor: Actor, row: Call, deed: str, thumb: str, at: datetime) -> None:
    before = row.thumb
    # A call that rings again is still to become a case where nobody comes.
    wake_at = row.wake_at if row.state == RINGING else None
    advance(actor, row, deed, thumb, thumb=thumb, thumbed_at=at, wake_at=wake_at)
    if thumb == DOWN and before != DOWN:
        follow_up(row)


def follow_up(row: Call) -> None:
    """Nobody is left dissatisfied alone: a case, or the call's own once more; if that fails, later again."""
    filed = (
        take_up_again(row)
        if row.case_id is not None
        else file_by_itself(row, UNSATISFIED_KIND, CASE, UNSATISFIED)
    )
    wake_at = None if filed else now() + LATER
    if row.wake_at != wake_at:
        Call.update(wake_at=wake_at).where(Call.id == row.id).execute()
        row.wake_at = wake_at
