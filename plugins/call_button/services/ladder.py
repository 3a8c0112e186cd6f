"""Whom a call rings with, one after the other, until somebody takes it.

Rungs at which nobody is are passed over at once, and so is whoever is away. Behind the last rung town and
county are told again and again, a bounded number of times; the call itself stays open for good.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from core.accounts.api import Holding, holdings
from core.areas.api import LEVEL_DIGITS, codes_above, current_code
from core.clock import now
from core.county import plugin_settings
from core.db import is_outage, milliseconds, unit_of_work
from core.plugin_manager import SYSTEM
from core.value_classes import value_class
from plugins.call_button.call_words import END_OF_LADDER, TELL
from plugins.call_button.errors.calls import CallMovedOn
from plugins.call_button.models.calls import Call
from plugins.call_button.services.call_steps import RINGS, UNTAKEN, advance, seconds, tell, told
from plugins.call_button.services.duty import is_away, on_duty

log = logging.getLogger(__name__)

_ALL = "every call climbs, wherever it rings"
_TOWN, _VILLAGE, _GRID, _COUNTY = (LEVEL_DIGITS[level] for level in ("town", "village", "grid", "county"))
# Rung -> at which levels its holders are looked for: the first of them at which somebody is.
_LEVELS: Final = {
    "secretary": (_VILLAGE,),
    "deputy": (_VILLAGE,),
    "grid_leader": (_GRID, _VILLAGE),
    "grid_member": (_GRID, _VILLAGE),
    "assistant": (_GRID, _VILLAGE),
}
# Where a call stands before its first rung.
BELOW: Final = -1
_TOWN_ROLE, _COUNTY_ROLE = "town_official", "county_admin"


@value_class
class Rung:
    """Where a call rings: `number` on the ladder, `who` by name, the accounts, and when it climbs on."""

    number: int
    who: str
    accounts: tuple[int, ...]
    climbs_at: datetime | None


class Ladder:
    """The county's ladder as it is at one moment: what it finds out about an area it keeps."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._steps = [(step["who"], step["seconds"]) for step in plugin_settings("call_button")["ladder"]]
        self._held: dict[str, list[Holding]] = {}
        self._duty: dict[str, tuple[int, ...]] = {}
        self._away: dict[int, bool] = {}

    def rung(self, area_code: str, number: int) -> Rung:
        """The first rung from `number` on at which somebody is; behind the last one its end."""
        for place, (who, wait) in list(enumerate(self._steps))[number:]:
            if accounts := self.people(who, area_code):
                return Rung(place, who, accounts, self._at + timedelta(seconds=wait))
        return self._end(area_code, max(number, len(self._steps)))

    def people(self, who: str, area_code: str) -> tuple[int, ...]:
        """Who is there of a rung, without whoever is away."""
        code = current_code(area_code)
        if who == "town_duty":
            return self._on_duty(code[:_TOWN], _TOWN_ROLE)
        for digits in _LEVELS[who]:
            if found := self._present(code, who, digits):
                return found
        return ()

    def _end(self, area_code: str, number: int) -> Rung:
        code = current_code(area_code)
        accounts = {
            *self._on_duty(code[:_TOWN], _TOWN_ROLE),
            *self._on_duty(code[:_COUNTY], _COUNTY_ROLE),
        }
        goes_on = number - len(self._steps) + 1 < plugin_settings("call_button")["again_times"]
        climbs_at = self._at + seconds("again_seconds") if goes_on else None
        return Rung(number, END_OF_LADDER, tuple(sorted(accounts)), climbs_at)

    def _on_duty(self, code: str, role: str) -> tuple[int, ...]:
        if code not in self._duty:
            roster = [each for each in on_duty(code, self._at) if not self._is_away(each)]
            self._duty[code] = tuple(sorted(set(roster))) or self._present(code, role, len(code))
        return self._duty[code]

    def _present(self, code: str, role: str, digits: int) -> tuple[int, ...]:
        place = code[:digits]
        if len(place) < digits:
            return ()
        held = (
            each.account_id for each in self._holdings(code) if (each.role, each.area_code) == (role, place)
        )
        return tuple(sorted({each for each in held if not self._is_away(each)}))

    def _holdings(self, code: str) -> list[Holding]:
        if code not in self._held:
            self._held[code] = holdings(at=codes_above(code))
        return self._held[code]

    def _is_away(self, account_id: int) -> bool:
        if account_id not in self._away:
            self._away[account_id] = is_away(account_id, self._at.date())
        return self._away[account_id]


def climb(limit: int = 200) -> int:
    """Move calls whose time on their rung is over one rung up, the oldest first, at most `limit`; how many.

    A short unit of work a call, so that a press never waits for more than one of them.
    """
    at = now()
    ladder = Ladder(at)
    return sum(climb_now(row, ladder) for row in _due(at, limit))


def climb_now(row: Call, ladder: Ladder) -> bool:
    """Tell the next rung of a call, in a unit of work of its own or as a step of the caller's.

    False where somebody has taken it meanwhile, or something went wrong: it then stays due. Raises what the
    database raises when it cannot store.
    """
    try:
        with unit_of_work():
            rung = ladder.rung(row.area_code, row.rung + 1)
            words = told(rung.who, rung.accounts)
            advance(SYSTEM, row, TELL, words, rung=rung.number, climbs_at=rung.climbs_at)
            tell(row, rung.accounts, UNTAKEN if rung.who == END_OF_LADDER else RINGS)
    except CallMovedOn:
        return False
    except Exception as error:
        if is_outage(error):
            raise
        # One call that cannot climb must not keep the others on their rung.
        log.exception("call %s could not climb", row.id)
        return False
    return True


def _due(at: datetime, limit: int) -> Iterable[Call]:
    """Those whose moment has come; and those whose moment lies further ahead than any rung lasts: the clock
    was put back."""
    longest = max(step["seconds"] for step in plugin_settings("call_button")["ladder"])
    ahead = at + max(timedelta(seconds=longest), seconds("again_seconds"))
    due = _calls(Call.climbs_at <= milliseconds(at), limit)
    return [*due, *_calls(Call.climbs_at > milliseconds(ahead), limit - len(due))]


def _calls(condition: object, limit: int) -> list[Call]:
    if limit <= 0:
        return []
    return list(Call.unscoped(_ALL).where(condition).order_by(Call.climbs_at, Call.id).limit(limit))
