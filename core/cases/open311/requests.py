"""Cases as requests of GeoReport v2: what whoever asks may see, and nobody's name.

Without a key only public cases are shown, and of them kind, state, dates and village: what somebody
wrote, or was answered, may name people. A key shows what its account may see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.cases.models import Case
from core.cases.queries.codes import typed_number
from core.cases.queries.reach import visible
from core.cases.queries.views import CaseView, case_views
from core.cases.words import OPEN
from core.clock import CHINA, now
from core.db import milliseconds
from core.security import Actor

LONGEST_SPAN = timedelta(days=90)
MOST_IDS = 100
_VILLAGE_DIGITS = 12


@dataclass(frozen=True)
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
    query = Case.unscoped("the reader's right is a condition").where(_seen(actor))
    for condition in _conditions(wanted):
        query = query.where(condition)
    rows = list(query.order_by(Case.id.desc()).paginate(wanted.page, wanted.page_size))
    return _shown(actor, case_views(rows, full=False), say)


def _seen(actor: Actor) -> Any:
    return Case.public == True if actor.is_anonymous else visible(actor) | (Case.public == True)  # noqa: E712


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


def _shown(actor: Actor, cases: Sequence[CaseView], say: Any) -> list[dict[str, Any]]:
    ids = [case.id for case in cases]
    whole = set(ids) if not actor.is_anonymous and ids else set()
    if whole:
        rows = Case.unscoped("the reader's right is a condition", Case.id).where(
            Case.id.in_(ids) & visible(actor)
        )
        whole = {row.id for row in rows}
    return [_request(case, say, whole=case.id in whole) for case in cases]


def _request(case: CaseView, say: Any, *, whole: bool) -> dict[str, Any]:
    dates = [case.reported_at, case.resolved_at, case.rated_at, case.closed_at]
    place = f"{case.area_name} {case.place}".strip() if whole else case.area_name
    return {
        "service_request_id": case.number,
        "status": "open" if case.is_open else "closed",
        "status_notes": _notes(case, say, whole=whole),
        "service_name": say(case.kind_title),
        "service_code": case.kind,
        "description": case.text if whole else "",
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


def _notes(case: CaseView, say: Any, *, whole: bool) -> str:
    state = say(case.state_title)
    return f"{state}：{case.answer}" if whole and case.answer else state


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(CHINA).isoformat(timespec="seconds")
