"""What time does by itself: nobody took a call, nobody rated it, its case could not be filed."""

import logging
from typing import Final

from core.clock import now
from core.db import is_outage, milliseconds, unit_of_work
from core.plugin_manager import SYSTEM
from core.text import N_
from plugins.call_button.call_words import ASK, CASE, UNANSWERED_KIND
from plugins.call_button.errors.calls import CallMovedOn
from plugins.call_button.models.calls import DONE, DOWN, RINGING, Call
from plugins.call_button.queries.call_reach import workers_of
from plugins.call_button.services.call_cases import file_by_itself
from plugins.call_button.services.call_steps import (
    NOTICE_ASK,
    PLEASE_ASK,
    advance,
    change,
    minutes,
    tell,
    told,
)
from plugins.call_button.services.ladder import Ladder
from plugins.call_button.services.thumbs import LATER, follow_up

log = logging.getLogger(__name__)

UNANSWERED: Final = N_("%(at)s 的呼叫很久没有人接听，请马上联系这一户。")
_AT_ONCE: Final = 500
_ASKING: Final = ("grid_member", "grid_leader", "secretary", "town_duty")
_ALL: Final = "time looks at every call, wherever it is"


def watch_calls(limit: int = _AT_ONCE) -> int:
    """Look at the calls whose moment has come, the oldest first; how many were looked at.

    One whose moment lies further ahead than anybody waits is looked at too: the clock was put back.
    """
    at, ladder = now(), Ladder(now())
    ahead = at + max(minutes("case_minutes"), minutes("ask_minutes"), LATER)
    query = Call.unscoped(_ALL).where(
        (Call.wake_at <= milliseconds(at)) | (Call.wake_at > milliseconds(ahead))
    )
    due = list(query.order_by(Call.wake_at, Call.id).limit(limit))
    return sum(_look_at(row, ladder) for row in due)


def _look_at(row: Call, ladder: Ladder) -> bool:
    try:
        with unit_of_work(housekeeping="a call is looked at; what becomes of it has its line"):
            if row.state == RINGING:
                _make_case(row)
            elif row.thumb == DOWN:
                follow_up(row)
            elif row.state == DONE and not row.thumb and not row.asked:
                _ask(row, ladder)
            else:
                change(row, wake_at=None)
    except CallMovedOn:
        return False
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("call %s could not be looked at", row.id)
        return False
    return True


def _make_case(row: Call) -> None:
    """Nobody came: besides ringing on, it is a case of the town's, with a clock and lights of its own."""
    filed = row.case_id is not None or file_by_itself(row, UNANSWERED_KIND, CASE, UNANSWERED)
    Call.update(wake_at=None if filed else now() + LATER).where(Call.id == row.id).execute()


def _ask(row: Call, ladder: Ladder) -> None:
    """Nobody pressed a thumb: the first of these asks who has not worked on the call."""
    workers = workers_of(row.id)
    rungs = (
        (who, tuple(each for each in ladder.people(who, row.area_code) if each not in workers))
        for who in _ASKING
    )
    who, accounts = next(((who, found) for who, found in rungs if found), ("", ()))
    advance(SYSTEM, row, ASK, told(who, accounts), asked=True, wake_at=None)
    tell(row, accounts, PLEASE_ASK, NOTICE_ASK)
