"""What the reporter reads by the tracking number: how far it is and what was answered, never what they sent.

Whoever finds the number on somebody's phone learns neither what was reported nor about whom.
"""

from datetime import datetime, timedelta

from core.clock import now
from core.county import county, plugin_settings
from core.qr import normalize
from core.value_classes import value_class
from plugins.supervision.errors.reports import NumberUnknown
from plugins.supervision.models.reports import MisconductReport, ReportFile, ReportStep
from plugins.supervision.queries.report_desk import light_of
from plugins.supervision.queries.report_reach import officers
from plugins.supervision.report_words import (
    ANSWERED,
    DEEDS,
    ENDED,
    OFFICES,
    OPEN,
    OUTCOMES,
    RED,
    STATES,
    TOLD,
    UNTOLD,
)

SIGNS = 12
_PURPOSE = "supervision_report.number"


@value_class
class TrackedStep:
    """A step as the reporter reads it: no names."""

    at: datetime
    deed: str
    title: str
    note: str


@value_class
class TrackedReport:
    """A report as its reporter sees it. `id` is the tracking number itself.

    `is_attended`: false while it waits and concerns everybody who could handle it.
    """

    id: str
    state: str
    state_title: str
    office_title: str
    received_at: datetime
    due_at: datetime | None
    is_late: bool
    outcome: str
    outcome_title: str
    answer: str
    thumb: str
    is_solved: bool | None
    is_named: bool
    files: int
    round: int
    may_rate: bool
    may_urge: bool
    is_attended: bool
    steps: tuple[TrackedStep, ...]


def number_hash(number: str) -> bytes:
    """How the number of a report is stored."""
    return county().keys.blind_index(normalize(number), _PURPOSE)


def track(raw_number: str) -> TrackedReport:
    """The report of a tracking number. Raises NumberUnknown."""
    row = row_of_number(raw_number)
    steps = ReportStep.select().where((ReportStep.report_id == row.id) & ReportStep.deed.not_in(list(UNTOLD)))
    files = ReportFile.select().where(ReportFile.report_id == row.id).count()
    is_answered = row.state in (ANSWERED, ENDED)
    return TrackedReport(
        id=normalize(raw_number),
        state=row.state,
        state_title=STATES[row.state],
        office_title=OFFICES[len(row.level_code)],
        received_at=row.received_at,
        due_at=row.due_at,
        is_late=light_of(row) == RED,
        outcome=row.outcome if is_answered else "",
        outcome_title=OUTCOMES.get(row.outcome, "") if is_answered else "",
        answer=row.answer if is_answered else "",
        thumb=row.thumb,
        is_solved=row.is_solved,
        is_named=row.is_named,
        files=files,
        round=row.round,
        may_rate=may_rate(row),
        may_urge=row.state in OPEN and light_of(row) == RED and not urged_today(row),
        is_attended=row.state not in OPEN or bool(officers(row)),
        steps=tuple(
            TrackedStep(step.at, step.deed, DEEDS[step.deed], step.note if step.deed in TOLD else "")
            for step in steps.order_by(ReportStep.number)
        ),
    )


def row_of_number(raw_number: str) -> MisconductReport:
    """The row of a tracking number. Raises NumberUnknown."""
    row: MisconductReport | None = (
        MisconductReport.unscoped("whoever holds the number is its reporter")
        .where(MisconductReport.number_hash == number_hash(raw_number))
        .get_or_none()
    )
    if row is None:
        raise NumberUnknown
    return row


def may_rate(row: MisconductReport) -> bool:
    """Whether the reporter may say something: of an answer, and once more some time after "solved"."""
    if row.state == ANSWERED:
        return True
    if row.state != ENDED or row.ended_at is None or row.is_solved is False:
        return False
    days = plugin_settings("supervision")["report_follow_up_days"]
    return bool(now() <= row.ended_at + timedelta(days=days))


def urged_today(row: MisconductReport) -> bool:
    """Whether it was urged on this day already."""
    return row.urged_at is not None and row.urged_at.date() == now().date()
