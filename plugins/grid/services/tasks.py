"""Giving tasks, doing them, checking them, sending them back."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from core import audit
from core.accounts.api import actor_for
from core.areas.api import is_current
from core.burdens import demand_ground
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.files.api import attach_files
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.grid.errors.tasks import (
    EvidenceMissing,
    NotYourTask,
    OwnWork,
    PhotoMissing,
    TakerUnknown,
    TaskMovedOn,
)
from plugins.grid.models.tasks import (
    CANCELLED,
    CHECKED,
    DONE,
    NOTHING,
    OPEN,
    PHOTO,
    WORDS,
    Task,
    TaskStep,
)
from plugins.grid.task_words import STATES

DO, GIVE = "grid.task_do", "grid.task_give"
LONGEST = 2_000
LATEST = timedelta(days=366)
_REACHED = "the area is checked right after"


@value_class
class NewTask:
    """A task as it is given: to a grid, or to one account that works there."""

    area_code: str
    title: str
    due: date
    text: str = ""
    account_id: int | None = None
    evidence: str = NOTHING


def create_task(actor: Actor, new: NewTask) -> int:
    """Give a task; returns its id.

    A photo as evidence is a burden (photo_duty). Raises NotFound (outside one's areas), Invalid,
    TakerUnknown, BurdenOff.
    """
    actor.demand(GIVE, new.area_code)
    if len(new.area_code) < 12 or not is_current(new.area_code):
        raise NotFound
    title, text = checked_words(new.title, new.text, new.evidence)
    if not today() <= new.due <= today() + LATEST:
        raise Invalid(fields={"due": [N_("期限应在今天到一年以内。")]})
    if new.account_id is not None and not _works_in(new.account_id, new.area_code):
        raise TakerUnknown(fields={"account_id": [TakerUnknown.text]})
    with unit_of_work():
        row = Task.create(
            area_code=new.area_code,
            account_id=new.account_id,
            title=title,
            text=text,
            due=new.due,
            evidence=new.evidence,
            given_by=actor.account_id,
            given_at=now(),
        )
        _step(actor, row, "give", "")
        _record(actor, "grid.create_task", row)
    return int(row.id)


def checked_words(title: str, text: str, evidence: str) -> tuple[str, str]:
    """Title and text as they are stored. Raises Invalid, BurdenOff (a photo without a legal ground)."""
    if evidence not in (NOTHING, WORDS, PHOTO):
        raise Invalid(fields={"evidence": [N_("没有这种要求。")]})
    if evidence == PHOTO:
        demand_ground("photo_duty")
    title, text = cleaned(title), cleaned(text)
    if not 1 <= len(title) <= 60:
        raise Invalid(fields={"title": [N_("名称应为 1 到 60 个字。")]})
    if len(text) > LONGEST:
        raise Invalid(fields={"text": [N_("至多 2000 个字。")]})
    return title, text


def _works_in(account_id: int, area_code: str) -> bool:
    worker = actor_for(account_id)
    # Whoever can do tasks in the grid, or in the whole village.
    return worker.may(DO, area_code) or any(
        post.area_code.startswith(area_code) for post in worker.posts if worker.may(DO, post.area_code)
    )


def finish_task(actor: Actor, task_id: int, *, note: str = "", photos: Sequence[str] = ()) -> Task:
    """It is done, with the evidence that was wanted.

    Raises NotFound, NotYourTask, TaskMovedOn, EvidenceMissing, PhotoMissing.
    """
    text = _note(note)
    with unit_of_work():
        row = _reached(actor, task_id, DO)
        if row.account_id not in (None, actor.account_id):
            raise NotYourTask
        if row.evidence != NOTHING and not text:
            raise EvidenceMissing(fields={"note": [EvidenceMissing.text]})
        if row.evidence == PHOTO:
            # A ground that was taken away since takes the duty with it.
            demand_ground("photo_duty")
            if not photos:
                raise PhotoMissing(fields={"photos": [PhotoMissing.text]})
        if photos:
            attach_files(actor, photos, f"grid_task:{row.id}", row.area_code)
        _move(row, OPEN, DONE, done_by=actor.account_id, done_at=now(), note=text)
        _step(actor, row, "done", text)
        _record(actor, "grid.finish_task", row)
    return row


def check_task(actor: Actor, task_id: int, *, passed: bool, note: str = "") -> Task:
    """Who gives tasks in the area looks at what was done: good, or back to be done again.

    Raises NotFound, TaskMovedOn, OwnWork, Invalid (sent back without a word why).
    """
    text = _note(note)
    with unit_of_work():
        row = _reached(actor, task_id, GIVE)
        if row.done_by == actor.account_id:
            raise OwnWork
        if passed:
            _move(row, DONE, CHECKED, checked_at=now())
        else:
            if not text:
                raise Invalid(fields={"note": [N_("请写明为什么退回。")]})
            _move(row, DONE, OPEN, done_by=None, done_at=None, returns=row.returns + 1)
        _step(actor, row, "check" if passed else "back", text)
        _record(actor, "grid.check_task" if passed else "grid.send_task_back", row)
    return row


def cancel_task(actor: Actor, task_id: int, *, note: str) -> Task:
    """It need not be done any more. Raises NotFound, TaskMovedOn, Invalid (without a word why)."""
    text = _note(note)
    if not text:
        raise Invalid(fields={"note": [N_("请写明取消的原因。")]})
    with unit_of_work():
        row = _reached(actor, task_id, GIVE)
        _move(row, OPEN, CANCELLED)
        _step(actor, row, "cancel", text)
        _record(actor, "grid.cancel_task", row)
    return row


def _reached(actor: Actor, task_id: int, permission: str) -> Task:
    """The task, if `permission` holds in its area or (for doing) in a grid of its village."""
    scope = actor.demand(permission)
    row: Task | None = Task.unscoped(_REACHED).where(Task.id == task_id).get_or_none()
    if row is None:
        raise NotFound
    own_grid = permission == DO and any(prefix.startswith(row.area_code) for prefix in scope.prefixes)
    if not (scope.covers(row.area_code) or own_grid):
        raise NotFound
    return row


def _move(row: Task, before: str, after: str, **values: Any) -> None:
    """One of several who act at once wins; the others are told what became of it. Raises TaskMovedOn."""
    here = (Task.id == row.id) & (Task.state == before)
    if not Task.update(state=after, **values).where(here).execute():
        state = Task.unscoped(_REACHED).where(Task.id == row.id).get().state
        raise TaskMovedOn(state=STATES[state])
    row.state = after
    for name, value in values.items():
        setattr(row, name, value)


def _note(note: str) -> str:
    text = cleaned(note)
    if len(text) > LONGEST:
        raise Invalid(fields={"note": [N_("至多 2000 个字。")]})
    return text


def _step(actor: Actor, row: Task, step: str, note: str) -> None:
    TaskStep.create(task_id=row.id, at=now(), account_id=actor.account_id, step=step, note=note)


def _record(actor: Actor, action: str, row: Task) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"task:{row.id}", state=row.state)
