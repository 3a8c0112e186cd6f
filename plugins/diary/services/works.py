"""A small work is proposed, approved, done, shown and checked."""

from collections.abc import Sequence
from typing import Any

from core import audit
from core.areas.api import is_current
from core.cases.api import case
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.files.api import attach_files, files_of
from core.security import Actor
from core.sheets import CSV_TYPE, csv_bytes
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.works import AfterPhotoMissing, CostUnexplained, OwnWork, WorkMovedOn
from plugins.diary.meeting_words import (
    AFTER,
    APPROVED,
    BEFORE,
    CHECKED,
    DONE,
    DROPPED,
    PROPOSED,
    UNDER_WAY,
    WORK_STATES,
    WORK_WAYS,
)
from plugins.diary.models.works import Work, WorkStep
from plugins.diary.queries.former import widened
from plugins.diary.queries.meetings import meeting_row
from plugins.diary.queries.works import photos_of, work_row

WORKS, APPROVE, VIEW = "diary.works", "diary.works_approve", "diary.meetings"
# A small work of more than a million yuan is none.
MOST_FEN = 100_000_000
_NEEDS = {APPROVED: APPROVE, DROPPED: APPROVE, CHECKED: APPROVE}


@value_class
class NewWork:
    """A small work. Money in fen; `photos`: ids of uploads that show how it is before."""

    area_code: str
    title: str
    place: str
    budget_fen: int
    contractor: str = ""
    note: str = ""
    meeting_id: int | None = None
    case_id: int | None = None
    photos: Sequence[str] = ()


@value_class
class Step:
    """Where a work goes, and what is to be said of it there. `cost_fen`: what it came to, when it is done."""

    state: str
    note: str = ""
    contractor: str = ""
    cost_fen: int | None = None
    cost_reason: str = ""
    photos: Sequence[str] = ()


def propose_work(actor: Actor, new: NewWork) -> int:
    """Put a small work forward; returns its id.

    Raises NotFound (area, meeting or case outside one's areas), Invalid, and what attaching photos raises.
    """
    actor.demand(WORKS, new.area_code)
    title, place, contractor = cleaned(new.title), cleaned(new.place), cleaned(new.contractor)
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(title) <= 100:
        wrong["title"] = [N_("请写名称，至多 100 个字。")]
    if not 1 <= len(place) <= 200:
        wrong["place"] = [N_("请写地点，至多 200 个字。")]
    if not 0 <= new.budget_fen <= MOST_FEN:
        wrong["budget"] = [N_("预算应在 0 到 100 万元之间。")]
    if len(contractor) > 100 or len(cleaned(new.note)) > 2000:
        wrong["note"] = [N_("实施单位至多 100 个字，说明至多 2000 个字。")]
    if len(new.area_code) < 9 or not is_current(new.area_code):
        wrong["area_code"] = [N_("请选择现有的镇街或村社。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        if new.meeting_id is not None:
            meeting_row(widened(actor.scope(VIEW)), new.meeting_id)
        if new.case_id is not None:
            case(actor, new.case_id)
        row = Work.create(
            area_code=new.area_code,
            title=title,
            place=place,
            budget_fen=new.budget_fen,
            contractor=contractor,
            note=cleaned(new.note),
            state=PROPOSED,
            meeting_id=new.meeting_id,
            case_id=new.case_id,
            account_id=actor.account_id,
            proposed_on=today(),
        )
        attach_files(actor, new.photos, photos_of(row.id, BEFORE), row.area_code)
        _step(actor, row, PROPOSED, "")
        _record(actor, "diary.propose_work", row, budget_fen=new.budget_fen)
    return int(row.id)


def step_work(actor: Actor, work_id: int, step: Step) -> None:
    """Take a work on to another state.

    Done needs a photo of it and what it came to, with a reason above the budget; whoever said it is done
    does not check it. Raises NotFound, Forbidden, WorkMovedOn, AfterPhotoMissing, CostUnexplained, OwnWork,
    Invalid.
    """
    note = cleaned(step.note)
    if len(note) > 500:
        raise Invalid(fields={"note": [N_("至多 500 个字。")]})
    permission = _NEEDS.get(step.state, WORKS)
    with unit_of_work():
        row = work_row(widened(actor.demand(permission)), work_id)
        if step.state not in WORK_WAYS.get(row.state, ()):
            raise WorkMovedOn(state=WORK_STATES[row.state])
        changes: dict[str, Any] = {"state": step.state}
        if contractor := cleaned(step.contractor):
            if len(contractor) > 100:
                raise Invalid(fields={"contractor": [N_("至多 100 个字。")]})
            changes["contractor"] = contractor
        _demand_note(row, step.state, note)
        if step.state == DONE:
            changes |= _done(actor, row, step)
        elif step.state == CHECKED and row.done_by == actor.account_id:
            raise OwnWork
        Work.update(**changes).where(Work.id == row.id).execute()
        _step(actor, row, step.state, note)
        _record(actor, "diary.step_work", row, state=step.state, cost_fen=changes.get("cost_fen"))


def _demand_note(row: Work, state: str, note: str) -> None:
    goes_back = row.state == DONE and state == UNDER_WAY
    if (goes_back or state == DROPPED) and not note:
        raise Invalid(fields={"note": [N_("请写明原因。")]})


def _done(actor: Actor, row: Work, step: Step) -> dict[str, Any]:
    if step.cost_fen is None or not 0 <= step.cost_fen <= MOST_FEN:
        raise Invalid(fields={"cost": [N_("请写实际花费，0 到 100 万元。")]})
    reason = cleaned(step.cost_reason)
    if len(reason) > 300:
        raise Invalid(fields={"cost_reason": [N_("至多 300 个字。")]})
    if step.cost_fen > row.budget_fen and not reason:
        raise CostUnexplained(fields={"cost_reason": [CostUnexplained.text]})
    subject = photos_of(row.id, AFTER)
    attach_files(actor, step.photos, subject, row.area_code)
    if not files_of(subject):
        raise AfterPhotoMissing
    return {
        "cost_fen": step.cost_fen,
        "cost_reason": reason,
        "done_on": today(),
        "done_by": actor.account_id,
    }


def add_photos(actor: Actor, work_id: int, when: str, photos: Sequence[str]) -> None:
    """More photos of before or after. Raises NotFound, WorkMovedOn (a checked work stands), Invalid."""
    if when not in (BEFORE, AFTER) or not photos:
        raise Invalid(fields={"photos": [N_("请选择照片。")]})
    with unit_of_work():
        row = work_row(widened(actor.demand(WORKS)), work_id)
        if row.state in (CHECKED, DROPPED):
            raise WorkMovedOn(state=WORK_STATES[row.state])
        attach_files(actor, photos, photos_of(row.id, when), row.area_code)
        _record(actor, "diary.add_work_photos", row, photos=len(photos))


def export_works(actor: Actor, area_code: str, table: Sequence[Sequence[Any]]) -> tuple[str, str, bytes]:
    """File name, media type and content of a list of works, on the record. Raises NotFound."""
    actor.demand(VIEW, area_code)
    with unit_of_work():
        audit.record(
            actor, "diary.export_works", area_code=area_code, subject="export:csv", rows=len(table) - 1
        )
    return "works.csv", CSV_TYPE, csv_bytes(table)


def _step(actor: Actor, row: Work, state: str, note: str) -> None:
    WorkStep.create(
        work_id=row.id,
        area_code=row.area_code,
        state=state,
        note=note,
        account_id=actor.account_id,
        at=now(),
    )


def _record(actor: Actor, action: str, row: Work, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_work:{row.id}", **detail)
