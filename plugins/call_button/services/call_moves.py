"""What happens to calls when a household moves or ends."""

from typing import Final

from core.clock import now
from core.db import rows, unit_of_work
from core.plugin_manager import SYSTEM
from core.text import N_
from plugins.call_button.call_words import MOVE
from plugins.call_button.models.calls import RINGING, Call, Share
from plugins.call_button.services.call_steps import advance
from plugins.call_button.services.ladder import BELOW, Ladder, climb_now

_MOVED: Final = "the open calls of a household that moves, wherever it moves"
HAS_CALL: Final = N_("这一户有呼叫还没有办结，请先办结。")
HAS_CALLS: Final = N_("这些住户中有人用过呼叫器，不能撤销导入。")


def move_calls(household_id: int, area_code: str) -> None:
    """An open call follows its household and rings anew where that is now; inside the unit that moves it.

    What is over stays where people answered for it; the household's own list shows it all the same.
    """
    at = now()
    with unit_of_work(housekeeping="calls follow a household that moves"):
        for row in _open_calls(household_id):
            rings = {"rung": BELOW, "climbs_at": at} if row.state == RINGING else {}
            advance(SYSTEM, row, MOVE, row.area_code, area_code=area_code, **rings)
            if rings:
                climb_now(row, Ladder(at))
        Share.update(area_code=area_code).where(Share.household_id == household_id).execute()


def end_shares(household_id: int) -> None:
    """Nobody outside reads the calls of a household that is no more."""
    living = (Share.household_id == household_id) & Share.ended_at.is_null()
    Share.update(ended_at=now()).where(living).execute()


def veto_end(household_id: int) -> str | None:
    """A household that calls for help just now is not ended."""
    return HAS_CALL if _open_calls(household_id) else None


def veto_undo(households: range, persons: range) -> str | None:
    """Whoever has called was really there."""
    if not households:
        return None
    stands = Call.household_id.between(households.start, households.stop - 1)
    called = Call.unscoped("whether anybody of an import has called", Call.id).where(stands).limit(1)
    return HAS_CALLS if list(rows(called)) else None


def _open_calls(household_id: int) -> list[Call]:
    is_open = (Call.household_id == household_id) & Call.ended_at.is_null()
    return list(Call.unscoped(_MOVED).where(is_open).order_by(Call.id))
