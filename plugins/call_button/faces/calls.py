"""Calls on other people's pages: what rings, what one has taken, whom to ask; of a household, of a case."""

from collections.abc import Iterable
from datetime import date, timedelta

from core.clock import now, today
from core.hookspecs import NOW, SOON, TODAY, Card, DayItem, Panel
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.call_button.call_words import KINDS, STATES, page_of
from plugins.call_button.queries.call_reach import ANSWER, VIEW
from plugins.call_button.queries.calls import (
    CallView,
    call_of_case,
    calls_of_household,
    calls_to_ask_about,
    my_calls,
    ringing_calls,
)

_MOST = 10
# What nobody has asked about for so long is not asked any more.
_ASKED_FOR = timedelta(days=30)
_VILLAGE_DIGITS, _GRID_DIGITS = 12, 15


def day_items(actor: Actor) -> Iterable[DayItem]:
    """Calls that ring, then those that one has taken and not ended, then those to ask about.

    What rings is the day's work of the village and its grids; town and county have the duty screen.
    """
    if not actor.may(ANSWER):
        return
    near = AreaScope(tuple(code for code in actor.scope(ANSWER).prefixes if len(code) >= _VILLAGE_DIGITS))
    for row in ringing_calls(near, limit=_MOST):
        yield _item(row, N_("待接听的呼叫"), N_("去接听"), NOW, None)
    for row in my_calls(actor, limit=_MOST):
        yield _item(row, N_("我接听的呼叫"), N_("去办结"), TODAY, today())
    if any(len(prefix) == _GRID_DIGITS for prefix in actor.scope(ANSWER).prefixes):
        for row in calls_to_ask_about(actor, since=now() - _ASKED_FOR, limit=_MOST):
            yield _item(row, N_("呼叫回访"), N_("去回访"), SOON, today())


def _item(row: CallView, kind: str, action: str, urgency: int, due: date | None) -> DayItem:
    place = " · ".join(
        part for part in (row.area_name, row.place, say(KINDS.get(row.kind, row.kind))) if part
    )
    name = row.name or row.household_number
    return DayItem(kind, name, page_of(row.id), place, action, urgency, due, "bell")


def home_cards(actor: Actor) -> Iterable[Card]:
    """What rings, before everything else; nothing where nothing does."""
    if actor.may(ANSWER) and (found := ringing_calls(actor.scope(ANSWER), limit=_MOST)):
        yield Card("call_button/_home_calls.html", {"calls": found, "page_of": page_of}, order=1)


def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    """The calls of a household, those from before it moved as well."""
    if not actor.may(VIEW):
        return
    found, total = calls_of_household(household_id, limit=5)
    if found:
        values = {"calls": found, "total": total, "states": STATES, "kinds": KINDS, "page_of": page_of}
        values |= {"readable": {row.id for row in found if actor.may(VIEW, row.area_code)}}
        yield Panel("call_button/_household_calls.html", values)


def case_panels(actor: Actor, case_id: int) -> Iterable[Panel]:
    """The call that a case was made of, for whoever sees calls there."""
    found = call_of_case(case_id)
    if found is not None and actor.may(VIEW, found[1]):
        yield Panel("call_button/_case_call.html", {"href": page_of(found[0])})
