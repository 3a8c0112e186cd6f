"""What happens by itself: a reminder before a report is late, one level up when it is, the end in silence.

Posts change while a report is open: whoever has come above its office is not answered for by it, and what
lies with somebody who may no longer see it is given out anew.
"""

from datetime import datetime
from typing import Any

from core.accounts.api import holdings
from core.areas.api import codes_above
from core.cases.api import days_from
from core.clock import now
from core.db import milliseconds, unit_of_work
from core.plugin_manager import SYSTEM
from plugins.supervision.models.reports import MisconductReport, ReportSubject
from plugins.supervision.queries.report_reach import officers
from plugins.supervision.report_words import (
    ANSWERED,
    CLIMB,
    END,
    ENDED,
    OPEN,
    RECEIVED,
    RELEASE,
    REMIND,
    REPORTED,
    RISE,
    TRANSFER,
)
from plugins.supervision.services.report_steps import (
    CAME,
    LATE,
    NOTICE_LATE,
    SOON,
    change,
    is_at_county,
    move_up,
    record,
    setting,
    tell,
    tell_office,
    write_step,
)

_AT_ONCE = 500
_ALL = "the county watches over all reports, whoever has them"


def watch_reports() -> int:
    """Look through all reports that somebody has to act on; returns how many were changed."""
    return sum(deed() for deed in (_raise_outgrown, _release, _climb, _remind, _end_unrated))


def _remind() -> int:
    """Yellow: whoever has to act hears of it, once a clock."""
    report = MisconductReport
    near = (report.yellow_at < milliseconds(now())) & report.reminded_at.is_null()
    changed = 0
    for row in _rows(report.state.in_(OPEN) & near):
        with unit_of_work():
            change(row, reminded_at=now())
            write_step(SYSTEM, row, REMIND)
            is_late = row.due_at is not None and row.due_at < now()
            text = LATE if is_late else SOON
            if row.handler_id is not None:
                tell(row, [row.handler_id], text, NOTICE_LATE)
            else:
                tell_office(row, text, NOTICE_LATE)
            record(SYSTEM, "supervision.remind_report", row)
        changed += 1
    return changed


def _climb() -> int:
    """Late by so many working days: one level up. At the county its officers hear of it again each time."""
    report, changed = MisconductReport, 0
    for row in _rows(report.state.in_(OPEN) & (report.due_at < milliseconds(now()))):
        if row.due_at is None or days_from(row.due_at, setting("report_climb_days")).due_at > now():
            continue
        with unit_of_work(housekeeping="a report that is late at the county stays there"):
            if not is_at_county(row):
                move_up(SYSTEM, row, CLIMB)
                record(SYSTEM, "supervision.climb_report", row)
                changed += 1
            elif row.urged_at is None or row.urged_at.date() < now().date():
                change(row, urged_at=now())
                tell_office(row, LATE, NOTICE_LATE)
                changed += 1
    return changed


def _raise_outgrown() -> int:
    """A reported person has come to hold a post at the town or above: the county takes over."""
    changed = 0
    for row in _rows(MisconductReport.state.in_(OPEN)):
        if is_at_county(row) or not _outgrown(row):
            continue
        with unit_of_work():
            move_up(SYSTEM, row, RISE)
            record(SYSTEM, "supervision.raise_report", row)
        changed += 1
    return changed


def _release() -> int:
    """Whoever had it left the office, or has come to be concerned: it waits for another; its clock goes on.

    Where the whole office may no longer see it, the county takes over.
    """
    changed = 0
    for row in _rows(MisconductReport.state.in_(OPEN)):
        able = {each.account_id for each in officers(row)}
        if not able and not is_at_county(row):
            with unit_of_work():
                move_up(SYSTEM, row, TRANSFER)
                record(SYSTEM, "supervision.transfer_report", row)
        elif row.handler_id is not None and row.handler_id not in able:
            with unit_of_work():
                change(row, state=RECEIVED, handler_id=None)
                write_step(SYSTEM, row, RELEASE)
                tell_office(row, CAME)
                record(SYSTEM, "supervision.release_report", row)
        else:
            continue
        changed += 1
    return changed


def _outgrown(row: MisconductReport) -> bool:
    held = holdings(at=codes_above(row.level_code))
    subjects = list(
        ReportSubject.select().where((ReportSubject.report_id == row.id) & (ReportSubject.part == REPORTED))
    )
    accounts, persons = {each.account_id for each in held}, {each.person_id for each in held} - {None}
    return any(each.account_id in accounts or each.person_id in persons for each in subjects)


def _end_unrated() -> int:
    """Answered, and nobody said a word for so many days: over; it may still be rated for some time."""
    report, changed = MisconductReport, 0
    for row in _rows(report.state == ANSWERED):
        if not _is_silent(row.answered_at):
            continue
        with unit_of_work():
            change(row, state=ENDED, ended_at=now())
            write_step(SYSTEM, row, END)
            record(SYSTEM, "supervision.end_report", row)
        changed += 1
    return changed


def _is_silent(since: datetime | None) -> bool:
    return since is not None and days_from(since, setting("report_rate_days")).due_at <= now()


def _rows(condition: Any) -> list[MisconductReport]:
    """The oldest of them; the rest is left to the next time."""
    found = (
        MisconductReport.unscoped(_ALL)
        .where(condition)
        .order_by(MisconductReport.received_at, MisconductReport.id)
    )
    return list(found.limit(_AT_ONCE))
