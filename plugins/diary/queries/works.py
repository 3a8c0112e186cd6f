"""Small works as people find them, and their sums."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from peewee import SQL, Case, fn

from core.accounts.api import account_names
from core.areas.api import area_names, path_names
from core.db import contains, rows
from core.errors import NotFound
from core.files.api import FileBrief, files_of_many
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.meeting_words import AFTER, BEFORE, CHECKED, DONE, DROPPED, WORK_WAYS
from plugins.diary.models.works import Work, WorkStep
from plugins.diary.queries.former import widened

VIEW = "diary.meetings"
_LONGEST_SEARCH = 60


@value_class
class WorkView:
    """A small work in words; money in fen."""

    id: int
    area_code: str
    area_name: str
    title: str
    place: str
    budget_fen: int
    cost_fen: int | None
    cost_reason: str
    contractor: str
    note: str
    state: str
    meeting_id: int | None
    case_id: int | None
    account_name: str
    proposed_on: date
    done_on: date | None
    done_by: int | None

    @property
    def over_fen(self) -> int:
        """How much it came to above its budget; 0 when it did not."""
        return max(0, (self.cost_fen or 0) - self.budget_fen)

    @property
    def ways(self) -> tuple[str, ...]:
        """Where it may go from here."""
        return WORK_WAYS.get(self.state, ())


@value_class
class StepLine:
    """A step of a work."""

    state: str
    note: str
    account_name: str
    at: datetime


@value_class
class WantedWorks:
    """Which works; what is empty does not count. Days: when they were proposed, both inclusive."""

    area_code: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    meeting_id: int | None = None
    search: str = ""


@value_class
class Sum:
    """Small works of an area: how many, how many of them done, budget and cost in fen."""

    area_code: str
    area_name: str
    works: int
    done: int
    budget_fen: int
    cost_fen: int


def list_works(
    scope: AreaScope, wanted: WantedWorks, *, page: int = 1, page_size: int = 20
) -> tuple[list[WorkView], int]:
    """Works in `scope` (and of villages that merged into it), the newest first; how many."""
    query = _wanted(Work.within(widened(scope)), wanted)
    found = list(query.order_by(Work.proposed_on.desc(), Work.id.desc()).paginate(page, page_size))
    total = len(found) if page == 1 and len(found) < page_size else query.count()
    return work_views(found), total


def _wanted(query: Any, wanted: WantedWorks) -> Any:
    if wanted.area_code:
        query = query.where(widened(AreaScope((wanted.area_code,))).where(Work.area_code))
    if wanted.state:
        query = query.where(Work.state == wanted.state)
    if wanted.since is not None:
        query = query.where(Work.proposed_on >= wanted.since)
    if wanted.until is not None:
        query = query.where(Work.proposed_on <= wanted.until)
    if wanted.meeting_id is not None:
        query = query.where(Work.meeting_id == wanted.meeting_id)
    for word in wanted.search[:_LONGEST_SEARCH].split():
        query = query.where(contains(Work.title, word))
    return query


def sums(scope: AreaScope, wanted: WantedWorks, *, digits: int) -> list[Sum]:
    """Works by area, `digits` of the code that count (9: town, 12: village); dropped ones do not count."""
    head = fn.SUBSTR(Work.area_code, 1, digits).alias("place_code")
    is_done = Case(None, ((Work.state.in_((DONE, CHECKED)), 1),), 0)
    query = Work.within(
        widened(scope),
        head,
        fn.COUNT(Work.id),
        fn.SUM(is_done),
        fn.SUM(Work.budget_fen),
        fn.SUM(fn.COALESCE(Work.cost_fen, 0)),
    ).where(Work.state != DROPPED)
    found = list(rows(_wanted(query, wanted).group_by(SQL("place_code")).order_by(SQL("place_code"))))
    names = area_names([line[0] for line in found])
    return [
        Sum(code, names.get(code, code), *(int(value or 0) for value in values)) for code, *values in found
    ]


def work(scope: AreaScope, work_id: int) -> WorkView:
    """One work. Raises NotFound."""
    return work_views([work_row(widened(scope), work_id)])[0]


def work_row(scope: AreaScope, work_id: int) -> Work:
    """The row; `scope` is widened already. Raises NotFound."""
    row: Work | None = Work.within(scope).where(Work.id == work_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def steps_of(work_id: int) -> list[StepLine]:
    """What became of a work that was reached, the first step first."""
    query = WorkStep.unscoped("of a work that was reached").where(WorkStep.work_id == work_id)
    found = list(query.order_by(WorkStep.id))
    names = account_names([row.account_id for row in found])
    return [StepLine(row.state, row.note, names.get(row.account_id, ""), row.at) for row in found]


def photos_of(work_id: int, when: str) -> str:
    """The subject that photos of before or after belong to."""
    return f"diary_work_{when}:{work_id}"


def shown_photos(work_id: int) -> dict[str, list[FileBrief]]:
    """The photos of a work that was reached, before and after."""
    found = files_of_many([photos_of(work_id, when) for when in (BEFORE, AFTER)])
    return {when: found.get(photos_of(work_id, when), []) for when in (BEFORE, AFTER)}


def sees_photos(actor: Actor, subject: str) -> bool:
    """Whether the actor may see the photos of `diary_work_before:12`."""
    number = subject.partition(":")[2]
    if not (number.isascii() and number.isdigit() and len(number) <= 15):
        return False
    return Work.within(widened(actor.scope(VIEW))).where(Work.id == int(number)).exists()


def work_views(found: Sequence[Work]) -> list[WorkView]:
    """Rows that may be seen, in words."""
    paths = path_names({row.area_code for row in found})
    names = account_names({row.account_id for row in found})
    return [
        WorkView(
            id=row.id,
            area_code=row.area_code,
            area_name=paths.get(row.area_code, row.area_code),
            title=row.title,
            place=row.place,
            budget_fen=row.budget_fen,
            cost_fen=row.cost_fen,
            cost_reason=row.cost_reason,
            contractor=row.contractor,
            note=row.note,
            state=row.state,
            meeting_id=row.meeting_id,
            case_id=row.case_id,
            account_name=names.get(row.account_id, ""),
            proposed_on=row.proposed_on,
            done_on=row.done_on,
            done_by=row.done_by,
        )
        for row in found
    ]
