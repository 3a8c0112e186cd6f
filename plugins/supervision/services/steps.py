"""The sheets of 四议两公开 are put on record: none skipped, none out of order, none without its quorum."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from core.clock import now, today
from core.county import plugin_settings
from core.db import unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.files.api import attach_files
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.decision_form import text_digest
from plugins.supervision.decision_words import BEFORE_NOTICE, BODIES_OF_STEP, STEP_TITLES
from plugins.supervision.errors.decisions import (
    EvidenceMissing,
    MajorityMissing,
    QuorumMissing,
    StepClosed,
    StepOutOfOrder,
    StepSkipped,
)
from plugins.supervision.models.decisions import DRAFT, Decision
from plugins.supervision.models.steps import StepSheet
from plugins.supervision.queries.steps import days_for, photos_of, sheets_of
from plugins.supervision.services.decisions import decision_in, record
from plugins.supervision.sheet_rules import SheetRule, rule_of

_MOST_HEADS = 100_000


@value_class
class NewSheet:
    """A meeting's sheet. `body`: whose meeting (empty: the only one of the step); `photos`: ids of uploads.

    `due`, `present`, `agree`: heads; `signatures`: how many signed, where the paper itself is kept.
    """

    step: int
    day: date
    due: int
    present: int
    agree: int
    signatures: int | None = None
    body: str = ""
    note: str = ""
    photos: Sequence[str] = ()


def record_step(actor: Actor, decision_id: int, new: NewSheet) -> int:
    """Put a step's sheet on record; another one for the same step corrects it. Returns the sheet's id.

    Raises NotFound, DecisionMovedOn (it is published), Recused, StepSkipped, StepClosed, StepOutOfOrder,
    QuorumMissing, MajorityMissing, EvidenceMissing, Invalid, and what attaching photos raises.
    """
    body = _checked(new)
    rule = rule_of(body, plugin_settings("supervision")["quorums"])
    with unit_of_work():
        row = decision_in(actor, decision_id, DRAFT)
        sheets = sheets_of(row.id)
        _demand_order(row, new, sheets)
        _demand_valid(new, rule)
        sheet = _keep(
            actor,
            row,
            new.step,
            sheets.get(new.step),
            body=body,
            day=new.day,
            due=new.due,
            present=new.present,
            agree=new.agree,
            signatures=new.signatures,
            rule=rule.text,
            note=cleaned(new.note),
        )
        attach_files(actor, new.photos, photos_of(sheet.id), row.area_code)
        record(
            actor,
            "record_step",
            row,
            step=new.step,
            number=sheet.number,
            day=new.day.isoformat(),
            due=new.due,
            present=new.present,
            agree=new.agree,
            photos=len(new.photos),
        )
    return int(sheet.id)


def note_step(actor: Actor, row: Decision, step: int) -> None:
    """Something was made public: that is the step itself. Within the caller's unit of work."""
    _keep(actor, row, step, sheets_of(row.id).get(step), day=today())


def _checked(new: NewSheet) -> str:
    """Whose meeting it was. Raises Invalid."""
    wrong: dict[str, list[str]] = {}
    bodies = BODIES_OF_STEP.get(new.step, ())
    body = new.body or (bodies[0] if bodies else "")
    if not bodies:
        wrong["step"] = [N_("前四步才有会议记录。")]
    elif body not in bodies:
        wrong["body"] = [N_("请选择是哪一种会议。")]
    heads = (new.due, new.present, new.agree, new.signatures or 0)
    if not all(0 <= each <= _MOST_HEADS for each in heads) or new.due == 0:
        wrong["due"] = [N_("人数应为 0 到 10 万的整数，应到人数不能为 0。")]
    elif new.present > new.due or new.agree > new.present or (new.signatures or 0) > new.due:
        wrong["present"] = [N_("到会人数和签字人数不能多于应到人数，赞成人数不能多于到会人数。")]
    if len(cleaned(new.note)) > 2000:
        wrong["note"] = [N_("至多 2000 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    return body


def _demand_order(row: Decision, new: NewSheet, sheets: dict[int, StepSheet]) -> None:
    missing = next((step for step in BEFORE_NOTICE if step < new.step and step not in sheets), 0)
    if missing:
        raise StepSkipped(step=missing, title=STEP_TITLES[missing])
    if any(step > new.step for step in sheets):
        raise StepClosed
    since, until = days_for(row.id, new.step)
    if not since <= new.day <= until:
        raise StepOutOfOrder(since=since.isoformat(), until=until.isoformat())


def _demand_valid(new: NewSheet, rule: SheetRule) -> None:
    present, agree = rule.needed(new.due, new.present)
    if new.present < present:
        raise QuorumMissing(due=new.due, present=new.present, needed=present)
    if new.agree < agree:
        raise MajorityMissing(agree=new.agree, needed=agree)
    if not new.photos and (new.signatures or 0) < new.present:
        raise EvidenceMissing(fields={"signatures": [EvidenceMissing.text]})


def _keep(actor: Actor, row: Decision, step: int, before: StepSheet | None, **values: Any) -> StepSheet:
    return StepSheet.create(
        decision_id=row.id,
        area_code=row.area_code,
        step=step,
        number=before.number + 1 if before else 1,
        digest=text_digest(row.title, row.text, row.budget_fen),
        account_id=actor.account_id,
        at=now(),
        **values,
    )
