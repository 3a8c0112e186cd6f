"""The discipline office works on a report: assigns, urges, answers, hands it up, ends it."""

import json
from collections.abc import Sequence
from typing import Any

from core import audit
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.security import Actor
from core.sheets import CSV_TYPE, csv_bytes
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.errors.reports import (
    HandlerEnds,
    HandlerUnfit,
    NothingAbove,
    NotTheHandler,
    ReporterUnknown,
    UrgedJustNow,
)
from plugins.supervision.queries.report_desk import handlers, subject_of
from plugins.supervision.queries.report_reach import HANDLE, REVEAL, row_for
from plugins.supervision.queries.report_tracking import urged_today
from plugins.supervision.report_words import (
    ANSWER,
    ANSWERED,
    ASSIGN,
    ASSIGNED,
    END,
    ENDED,
    OPEN,
    OUTCOMES,
    PURPOSES,
    TRANSFER,
    URGE,
)
from plugins.supervision.report_words import REVEAL as REVEALED
from plugins.supervision.services.report_steps import (
    GIVEN,
    NOTICE_LATE,
    URGED,
    change,
    clock,
    demand_state,
    is_at_county,
    move_up,
    no_clock,
    record,
    setting,
    tell,
    tell_office,
    write_step,
)
from plugins.supervision.services.reports import SEALED

LONGEST_NOTE, LONGEST_ANSWER, SHORTEST_ANSWER = 500, 5_000, 5


@value_class
class Reporter:
    """Who sent a named report."""

    account_id: int | None
    name: str
    phone: str


def assign_report(actor: Actor, report_id: int, handler_id: int, note: str = "") -> None:
    """Give a report to somebody of its office; again, to somebody else. Its clock to answer begins.

    Raises Forbidden, NotFound, ReportMovedOn, HandlerUnfit (concerned, of another office, or answered it
    before while there is somebody else), Invalid.
    """
    with unit_of_work():
        row = row_for(actor, report_id)
        demand_state(row, OPEN)
        if handler_id not in dict(handlers(actor, report_id)):
            raise HandlerUnfit(fields={"handler_id": [HandlerUnfit.text]})
        # Giving it to another one does not set the clock back.
        begun = clock(setting("report_answer_days")) if row.state != ASSIGNED else {}
        change(row, state=ASSIGNED, handler_id=handler_id, **begun)
        write_step(actor, row, ASSIGN, _note(note), handler_id=handler_id)
        tell(row, [handler_id], GIVEN)
        record(actor, "supervision.assign_report", row, handler=handler_id)


def urge_report(actor: Actor, report_id: int, note: str = "") -> None:
    """Urge whoever has to act, once a day.

    Raises Forbidden, NotFound, ReportMovedOn, UrgedJustNow, Invalid.
    """
    with unit_of_work():
        row = row_for(actor, report_id)
        urge(actor, row, _note(note))
        record(actor, "supervision.urge_report", row)


def urge(actor: Actor, row: Any, note: str = "") -> None:
    """The same for a caller who has checked that the actor may, within a unit of work."""
    demand_state(row, OPEN)
    if urged_today(row):
        raise UrgedJustNow
    change(row, urged_at=now())
    write_step(actor, row, URGE, note)
    if row.handler_id is not None:
        tell(row, [row.handler_id], URGED, NOTICE_LATE)
    else:
        tell_office(row, URGED, NOTICE_LATE)


def transfer_report(actor: Actor, report_id: int, note: str) -> None:
    """Hand a report to the office above, with a reason. Raises what the others raise, and NothingAbove."""
    with unit_of_work():
        row = row_for(actor, report_id)
        demand_state(row, OPEN)
        if is_at_county(row):
            raise NothingAbove
        move_up(actor, row, TRANSFER, _note(note, needed=True))
        record(actor, "supervision.transfer_report", row)


def answer_report(actor: Actor, report_id: int, outcome: str, answer: str) -> None:
    """Answer, with what came out and why: the reporter reads it. Only who was assigned does.

    Raises Forbidden, NotFound, ReportMovedOn, NotTheHandler, Invalid.
    """
    text = cleaned(answer)
    wrong: dict[str, list[str]] = {}
    if outcome not in OUTCOMES:
        wrong["outcome"] = [N_("请选择办理结果。")]
    if not SHORTEST_ANSWER <= len(text) <= LONGEST_ANSWER:
        wrong["answer"] = [N_("请写明答复和理由，5 到 5000 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        row = row_for(actor, report_id)
        demand_state(row, (ASSIGNED,))
        if row.handler_id != actor.account_id:
            raise NotTheHandler
        fresh = {"is_solved": None, "thumb": "", "rated_at": None}
        change(row, state=ANSWERED, outcome=outcome, answer=text, answered_at=now(), **fresh, **no_clock())
        write_step(actor, row, ANSWER, text)
        record(actor, "supervision.answer_report", row, outcome=outcome)


def end_report(actor: Actor, report_id: int, note: str) -> None:
    """End an answered report without its reporter's word, with a reason; not by who answered it.

    Raises Forbidden, NotFound, ReportMovedOn, HandlerEnds, Invalid.
    """
    with unit_of_work():
        row = row_for(actor, report_id)
        demand_state(row, (ANSWERED,))
        if row.handler_id == actor.account_id:
            raise HandlerEnds
        change(row, state=ENDED, ended_at=now())
        write_step(actor, row, END, _note(note, needed=True))
        record(actor, "supervision.end_report", row)


def reveal_reporter(actor: Actor, report_id: int, purpose: str) -> Reporter:
    """Who sent a named report, for a purpose; each time leaves a line on record and a step that they see.

    A right of its own besides that to handle. Raises Forbidden, NotFound, ReporterUnknown, Invalid.
    """
    if purpose not in PURPOSES:
        raise Invalid(fields={"purpose": [N_("请选择查看的用途。")]})
    with unit_of_work():
        row = row_for(actor, report_id)
        actor.demand(REVEAL, row.level_code)
        if row.reporter is None:
            raise ReporterUnknown
        found = json.loads(county().keys.unseal(bytes(row.reporter), SEALED))
        write_step(actor, row, REVEALED)
        # Who looked at a name is for the county's auditors to see.
        audit.record(
            actor,
            "supervision.reveal_reporter",
            area_code=county().settings.county_code,
            subject=subject_of(row.id),
            purpose=purpose,
        )
    return Reporter(found["account_id"], found["name"], found["phone"])


def export_reports(actor: Actor, table: Sequence[Sequence[Any]]) -> tuple[str, str, bytes]:
    """File name, media type and content of a list of reports, on the record. Raises Forbidden."""
    actor.demand(HANDLE)
    with unit_of_work():
        code = county().settings.county_code
        audit.record(
            actor, "supervision.export_reports", area_code=code, subject="export:csv", rows=len(table) - 1
        )
    return "reports.csv", CSV_TYPE, csv_bytes(table)


def _note(raw_note: str, *, needed: bool = False) -> str:
    note = cleaned(raw_note)
    if needed and not note:
        raise Invalid(fields={"note": [N_("请写明原因。")]})
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": [N_("至多 500 个字。")]})
    return note
