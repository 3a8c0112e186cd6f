"""Tasks as people see them: mine, those I gave, with a light for what is late."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import today
from core.db import rows
from core.errors import NotFound
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.grid.models.tasks import DONE, OPEN, Task, TaskRule, TaskStep
from plugins.grid.task_words import STEPS

DO, GIVE = "grid.task_do", "grid.task_give"
NEAR = timedelta(days=2)
_OWN = "tasks that were given to the actor or their grids"
_REACHED = "reached through a task that the actor may see"


@value_class
class TaskView:
    """A task in words. `light`: red (late), yellow (due within two days), green, or empty when done."""

    id: int
    area_code: str
    area_name: str
    account_id: int | None
    account_name: str
    title: str
    text: str
    due: date
    evidence: str
    state: str
    light: str
    given_by: int
    giver_name: str
    given_at: datetime
    done_by: int | None
    doer_name: str
    done_at: datetime | None
    note: str
    returns: int
    rule_id: int | None


@value_class
class StepView:
    """One step of a task."""

    at: datetime
    account_name: str
    title: str
    note: str


def light_of(state: str, due: date) -> str:
    """The light of a task today."""
    if state != OPEN:
        return ""
    return "red" if due < today() else "yellow" if due - today() < NEAR else "green"


def my_tasks(actor: Actor, *, limit: int = 50) -> list[TaskView]:
    """What is open for the actor: given to them, or to a grid (or village) of theirs; the first due first."""
    prefixes = actor.scope(DO).prefixes
    if not prefixes:
        return []
    # A grid's people do what was given to the grid or its village; a village's, to any of its grids.
    mine = Task.account_id == actor.account_id
    for prefix in prefixes:
        here = (Task.area_code >= prefix) & (Task.area_code < prefix + AFTER_DIGITS)
        above = Task.area_code.in_([prefix[:12]]) if len(prefix) == 15 else here
        mine |= (here | above) & Task.account_id.is_null()
    query = Task.unscoped(_OWN).where((Task.state == OPEN) & mine)
    return _views(list(query.order_by(Task.due, Task.id).limit(limit)))


def list_tasks(
    scope: AreaScope, *, area_code: str = "", state: str = "", page: int = 1, page_size: int = 20
) -> tuple[list[TaskView], int]:
    """Tasks of an area; open ones by the day they are due, others the newest first."""
    query: Any = Task.within(scope)
    if area_code:
        query = query.where((Task.area_code >= area_code) & (Task.area_code < area_code + AFTER_DIGITS))
    if state == "late":
        query = query.where((Task.state == OPEN) & (Task.due < today()))
    elif state:
        query = query.where(Task.state == state)
    order = (Task.due, Task.id) if state in (OPEN, "late") else (Task.id.desc(),)
    return _views(list(query.order_by(*order).paginate(page, page_size))), query.count()


def task_counts(scope: AreaScope, area_code: str) -> dict[str, int]:
    """State -> how many tasks of an area; `late` beside them."""
    column = Task.area_code
    here = (column >= area_code) & (column < area_code + AFTER_DIGITS)
    query = Task.within(scope, Task.state, fn.COUNT(Task.id)).where(here).group_by(Task.state)
    counts: dict[str, int] = dict(rows(query))
    late = Task.within(scope).where(here & (Task.state == OPEN) & (Task.due < today()))
    return {**counts, "late": late.count()}


def waiting_for_check(actor: Actor) -> int:
    """How many done tasks the actor gave and has not looked at."""
    query = Task.within(actor.scope(GIVE)).where((Task.state == DONE) & (Task.given_by == actor.account_id))
    return int(query.count())


def task(actor: Actor, task_id: int) -> TaskView:
    """A task that the actor may do or gives in. Raises NotFound."""
    row: Task | None = Task.unscoped(_REACHED).where(Task.id == task_id).get_or_none()
    if row is None or not _may_see(actor, row):
        raise NotFound
    return _views([row])[0]


def may_see_files(actor: Actor, subject: str) -> bool:
    """Whether the actor sees the photos of a task (`grid_task:7`)."""
    number = subject.partition(":")[2]
    row: Task | None = Task.unscoped(_REACHED).where(Task.id == int(number)).get_or_none()
    return row is not None and _may_see(actor, row)


def _may_see(actor: Actor, row: Task) -> bool:
    doing = actor.scope(DO)
    return (
        actor.scope(GIVE).covers(row.area_code)
        or actor.scope("grid.task_view").covers(row.area_code)
        or doing.covers(row.area_code)
        or any(prefix.startswith(row.area_code) for prefix in doing.prefixes)
    )


def steps_of(task_id: int) -> list[StepView]:
    """What happened to a task, in its order; the caller may see it."""
    found = list(TaskStep.select().where(TaskStep.task_id == task_id).order_by(TaskStep.id))
    names = account_names([row.account_id for row in found])
    return [
        StepView(row.at, names.get(row.account_id or 0, ""), STEPS.get(row.step, row.step), row.note)
        for row in found
    ]


def task_rules(scope: AreaScope) -> list[TaskRule]:
    """Recurring tasks that are active."""
    return list(TaskRule.within(scope).where(TaskRule.active).order_by(TaskRule.area_code, TaskRule.id))


def open_tasks_by_area(scope: AreaScope) -> dict[str, int]:
    """Area code -> tasks that are open there."""
    query = Task.within(scope, Task.area_code, fn.COUNT(Task.id)).where(Task.state == OPEN)
    return dict(rows(query.group_by(Task.area_code)))


def tasks_of(area_code: str, account_id: int) -> int:
    """Open tasks of a grid that were given to one account."""
    query = Task.unscoped("the caller has checked the grid").where(
        (Task.area_code == area_code) & (Task.account_id == account_id) & (Task.state == OPEN)
    )
    return int(query.count())


def _views(found: Sequence[Task]) -> list[TaskView]:
    names = area_names([row.area_code for row in found])
    accounts = account_names(
        [key for row in found for key in (row.account_id, row.given_by, row.done_by) if key is not None]
    )
    return [
        TaskView(
            id=row.id,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            account_id=row.account_id,
            account_name=accounts.get(row.account_id or 0, ""),
            title=row.title,
            text=row.text,
            due=row.due,
            evidence=row.evidence,
            state=row.state,
            light=light_of(row.state, row.due),
            given_by=row.given_by,
            giver_name=accounts.get(row.given_by, ""),
            given_at=row.given_at,
            done_by=row.done_by,
            doer_name=accounts.get(row.done_by or 0, ""),
            done_at=row.done_at,
            note=row.note,
            returns=row.returns,
            rule_id=row.rule_id,
        )
        for row in found
    ]
