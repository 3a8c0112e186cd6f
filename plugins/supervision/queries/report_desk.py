"""The desk of the discipline office: its reports with their lights, one of them with its timeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import Case as When
from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names, path_names
from core.clock import now
from core.county import county
from core.db import contains, milliseconds, rows
from core.files.api import FileBrief, files_of
from core.people.api import person_names
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.models.reports import MisconductReport, ReportStep, ReportSubject
from plugins.supervision.queries.report_reach import officers, row_for, visible
from plugins.supervision.report_words import ASSIGN, GREEN, OPEN, RED, REPORTED, STILL, YELLOW

_LONGEST_SEARCH = 60


@value_class
class ReportView:
    """A report as its office sees it. Names are of whoever handles it; of the reporter there is none."""

    id: int
    area_code: str
    area_name: str
    level_code: str
    level_name: str
    kind: str
    power_code: str
    who: str
    text: str
    is_named: bool
    state: str
    light: str
    round: int
    handler_id: int | None
    handler_name: str
    received_at: datetime
    due_at: datetime | None
    is_guessed: bool
    answered_at: datetime | None
    outcome: str
    answer: str
    is_solved: bool | None
    thumb: str
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the office still has to do something."""
        return self.state in OPEN

    @property
    def at_county(self) -> bool:
        """Whether there is no office above."""
        return self.level_code == county().settings.county_code


@value_class
class StepLine:
    """A step, with who did it."""

    number: int
    at: datetime
    deed: str
    level_name: str
    account_name: str
    handler_name: str
    note: str


@value_class
class Wanted:
    """Which reports; what is empty does not count. `search`: words of the text, or a power item's code."""

    state: str = ""
    light: str = ""
    kind: str = ""
    area_code: str = ""
    search: str = ""
    mine: bool = False


@value_class
class Lights:
    """How many reports of an office burn how, and how many wait for their reporter's verdict."""

    green: int
    yellow: int
    red: int
    answered: int


def list_reports(
    actor: Actor, wanted: Wanted, *, page: int = 1, page_size: int = 20
) -> tuple[list[ReportView], int]:
    """The reports that the actor may see, what is most urgent first; how many. Raises Forbidden."""
    query = _wanted(visible(actor), actor, wanted)
    is_still = When(None, ((MisconductReport.due_at.is_null(), 1),), 0)
    ordered = query.order_by(
        is_still, MisconductReport.due_at, MisconductReport.received_at.desc(), MisconductReport.id
    )
    found = list(ordered.paginate(page, page_size))
    total = len(found) if page == 1 and len(found) < page_size else query.count()
    return report_views(found), total


def lights(actor: Actor) -> Lights:
    """The same counted by light. Raises Forbidden."""
    at = milliseconds(now())
    report = MisconductReport
    red, yellow = report.due_at < at, (report.due_at >= at) & (report.yellow_at < at)
    green = (report.due_at >= at) & (report.yellow_at >= at)
    columns = [
        fn.COALESCE(fn.SUM(When(None, ((condition, 1),), 0)), 0)
        for condition in (green, yellow, red, report.state == "answered")
    ]
    (counts,) = rows(visible(actor, *columns))
    return Lights(*(int(count) for count in counts))


def report(actor: Actor, report_id: int) -> ReportView:
    """One report. Raises Forbidden, NotFound."""
    return report_views([row_for(actor, report_id)])[0]


def subjects_of(report_id: int) -> list[str]:
    """The names of those chosen or found in the register whom a report, which was reached, is about."""
    found = list(
        ReportSubject.select().where(
            (ReportSubject.report_id == report_id) & (ReportSubject.part == REPORTED)
        )
    )
    accounts = account_names(row.account_id for row in found)
    persons = person_names([row.person_id for row in found if row.account_id is None and row.person_id])
    return sorted({*accounts.values(), *persons.values()})


def steps_of(report_id: int) -> list[StepLine]:
    """The timeline of a report that was reached, the first step first."""
    query = ReportStep.select().where(ReportStep.report_id == report_id)
    found = list(query.order_by(ReportStep.number))
    names = account_names([*(row.account_id for row in found), *(row.handler_id for row in found)])
    areas = area_names(row.level_code for row in found)
    return [
        StepLine(
            row.number,
            row.at,
            row.deed,
            areas.get(row.level_code, row.level_code),
            names.get(row.account_id or 0, ""),
            names.get(row.handler_id or 0, ""),
            row.note,
        )
        for row in found
    ]


def shown_files(report_id: int) -> list[FileBrief]:
    """Photos and sounds of a report that was reached."""
    return files_of(subject_of(report_id))


def subject_of(report_id: int) -> str:
    """What the files, notices and audit lines of a report call it."""
    return f"supervision_report:{report_id}"


def handlers(actor: Actor, report_id: int) -> list[tuple[int, str]]:
    """Account and name of who may be assigned: another one than before, where there is another.

    Raises Forbidden, NotFound.
    """
    return _handlers(row_for(actor, report_id))


def report_with_handlers(actor: Actor, report_id: int) -> tuple[ReportView, list[tuple[int, str]]]:
    """Both at once; nobody can be assigned to what is not open. Raises Forbidden, NotFound."""
    row = row_for(actor, report_id)
    return report_views([row])[0], _handlers(row) if row.state in OPEN else []


def _handlers(row: MisconductReport) -> list[tuple[int, str]]:
    found = officers(row)
    earlier = (ReportStep.deed == ASSIGN) & (ReportStep.round < row.round)
    steps = ReportStep.select().where((ReportStep.report_id == row.id) & earlier)
    before = {step.handler_id for step in steps} if row.round > 1 else set()
    fresh = [each for each in found if each.account_id not in before]
    return [(each.account_id, each.name) for each in fresh or found]


def report_views(found: Sequence[MisconductReport]) -> list[ReportView]:
    """Rows that may be seen, in words."""
    paths = path_names({row.area_code for row in found})
    levels = area_names({row.level_code for row in found})
    names = account_names(row.handler_id for row in found)
    return [
        ReportView(
            id=row.id,
            area_code=row.area_code,
            area_name=paths.get(row.area_code, row.area_code),
            level_code=row.level_code,
            level_name=levels.get(row.level_code, row.level_code),
            kind=row.kind,
            power_code=row.power_code,
            who=row.who,
            text=row.text,
            is_named=row.is_named,
            state=row.state,
            light=light_of(row),
            round=row.round,
            handler_id=row.handler_id,
            handler_name=names.get(row.handler_id or 0, ""),
            received_at=row.received_at,
            due_at=row.due_at,
            is_guessed=row.is_guessed,
            answered_at=row.answered_at,
            outcome=row.outcome,
            answer=row.answer,
            is_solved=row.is_solved,
            thumb=row.thumb,
            ended_at=row.ended_at,
        )
        for row in found
    ]


def light_of(row: MisconductReport) -> str:
    """Green, yellow or red; still when nobody of the office has to do anything."""
    if row.due_at is None or row.yellow_at is None:
        return STILL
    at = now()
    return RED if row.due_at < at else YELLOW if row.yellow_at < at else GREEN


def _wanted(query: Any, actor: Actor, wanted: Wanted) -> Any:
    report, at = MisconductReport, milliseconds(now())
    if wanted.state:
        query = query.where(report.state == wanted.state)
    if wanted.kind:
        query = query.where(report.kind == wanted.kind)
    if wanted.light == RED:
        query = query.where(report.due_at < at)
    elif wanted.light == YELLOW:
        query = query.where((report.due_at >= at) & (report.yellow_at < at))
    elif wanted.light == GREEN:
        query = query.where((report.due_at >= at) & (report.yellow_at >= at))
    if wanted.area_code:
        query = query.where(AreaScope((wanted.area_code,)).where(report.area_code))
    if wanted.mine:
        query = query.where(report.handler_id == actor.account_id)
    for word in wanted.search[:_LONGEST_SEARCH].split():
        query = query.where(
            contains(report.text, word) | contains(report.who, word) | (report.power_code == word)
        )
    return query
