"""Cases as requests of GeoReport v2: what whoever asks may see, and nobody's name.

Without a key only answered public cases are shown, as the page of public answers shows them: names, numbers
and phones taken out, and no place nearer than the village. A key shows what its account may see.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core.cases.models import Case
from core.cases.queries.codes import typed_number
from core.cases.queries.reach import visible
from core.cases.queries.views import CaseView, case_views
from core.cases.words import ANSWERED, OPEN
from core.clock import CHINA, now
from core.db import milliseconds
from core.security import Actor
from core.value_classes import value_class

LONGEST_SPAN = timedelta(days=90)
MOST_IDS = 100
_VILLAGE_DIGITS = 12


@value_class
class Wanted:
    """Which requests: `numbers` overrides all else; `status` is open, closed or empty."""

    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    status: str = ""
    page: int = 1
    page_size: int = 50


def request_list(actor: Actor, wanted: Wanted, say: Any) -> list[dict[str, Any]]:
    """The requests that the actor (maybe nobody) may see, the newest first; `say` translates."""
    public = Case.public & Case.state.in_(ANSWERED)
    seen = public if actor.is_anonymous else visible(actor) | public
    query = Case.unscoped(
        "what is public, or visible to the key's account, is a condition of the list"
    ).where(seen)
    for condition in _conditions(wanted):
        query = query.where(condition)
    rows = list(query.order_by(Case.id.desc()).paginate(wanted.page, wanted.page_size))
    whole = _whole(actor, rows)
    shown = {
        case.id: _request(case, say, whole=case.id in whole)
        for case in (
            *case_views([row for row in rows if row.id in whole]),
            *case_views([row for row in rows if row.id not in whole], full=False),
        )
    }
    return [shown[row.id] for row in rows]


def _whole(actor: Actor, rows: Sequence[Case]) -> set[int]:
    """Which of the rows the actor may see for more than that they are public."""
    if actor.is_anonymous or not rows:
        return set()
    ids = [row.id for row in rows]
    return {
        row.id
        for row in Case.unscoped("which rows the key opens is a condition on them", Case.id).where(
            Case.id.in_(ids) & visible(actor)
        )
    }


def _conditions(wanted: Wanted) -> list[Any]:
    if wanted.numbers:
        return [Case.number.in_([typed_number(number) for number in wanted.numbers[:MOST_IDS]])]
    start, end = _span(wanted)
    found = [Case.reported_at.between(milliseconds(start), milliseconds(end))]
    if wanted.codes:
        found.append(Case.kind.in_(wanted.codes))
    if wanted.status:
        found.append(Case.state.in_(OPEN) if wanted.status == "open" else ~Case.state.in_(OPEN))
    return found


def _span(wanted: Wanted) -> tuple[datetime, datetime]:
    """The last 90 days where nothing is said; never more than 90 days."""
    end = wanted.end or (wanted.start + LONGEST_SPAN if wanted.start else now())
    start = wanted.start or end - LONGEST_SPAN
    return max(start, end - LONGEST_SPAN), end


def _request(case: CaseView, say: Any, *, whole: bool) -> dict[str, Any]:
    dates = [case.reported_at, case.resolved_at, case.rated_at, case.closed_at]
    place = f"{case.area_name} {case.place}".strip() if whole else case.area_name
    return {
        "service_request_id": case.number,
        "status": "open" if case.is_open else "closed",
        "status_notes": _notes(case, say),
        "service_name": say(case.kind_title),
        "service_code": case.kind,
        "description": case.text,
        "agency_responsible": case.desk_title,
        "service_notice": "",
        "requested_datetime": _moment(case.reported_at),
        "updated_datetime": _moment(max(date for date in dates if date is not None)),
        "expected_datetime": _moment(case.resolve_by),
        "address": place,
        "address_id": case.area_code if whole else case.area_code[:_VILLAGE_DIGITS],
        "zipcode": "",
        "lat": case.latitude if whole else None,
        "long": case.longitude if whole else None,
        "media_url": "",
    }


def _notes(case: CaseView, say: Any) -> str:
    state = say(case.state_title)
    return f"{state}：{case.answer}" if case.answer else state


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(CHINA).isoformat(timespec="seconds")
