"""A decision is drafted, changed and withdrawn; every deed stands in the record and in the decision log."""

from collections.abc import Sequence
from typing import Any

from core import audit
from core.areas.api import LEVEL_DIGITS, is_current
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.files.api import attach_files, remove_file
from core.people.api import person_brief
from core.qr import new_subject
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.decision_form import text_digest
from plugins.supervision.decision_words import STATE_TITLES
from plugins.supervision.errors.decisions import DecisionMovedOn, Recused, StepsNeeded
from plugins.supervision.models.decisions import (
    DRAFT,
    EXECUTING,
    PUBLISHED,
    WITHDRAWN,
    Concerned,
    Decision,
)
from plugins.supervision.queries.decisions import current_version, decision, needs_six_steps
from plugins.supervision.queries.recusals import is_recused
from plugins.supervision.services import log
from plugins.supervision.services.proposing import propose_kin
from plugins.supervision.services.vote_notices import tell_withdrawn

DECIDE = "supervision.decide"
LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 120, 20_000, 300
# A village's decision of more than ten thousand million yuan is a slip of the keyboard.
MOST_FEN = 10**12
MOST_CONCERNED = 100


@value_class
class NewDecision:
    """A matter to be decided. Money in fen; `attachments`: ids of uploads; `concerned`: persons.

    `six_steps` None: as the item of the power list asks; an item that asks for them has them in any case.
    """

    area_code: str
    title: str
    text: str
    budget_fen: int | None = None
    power_code: str = ""
    six_steps: bool | None = None
    attachments: Sequence[str] = ()
    concerned: Sequence[int] = ()


@value_class
class Draft:
    """The text of the next version. Money in fen; `attachments`: ids of further uploads."""

    title: str
    text: str
    budget_fen: int | None = None
    attachments: Sequence[str] = ()


def create_decision(actor: Actor, new: NewDecision) -> int:
    """Draft a decision of a village; returns its id.

    Raises NotFound (area or person outside one's areas), PowerUnknown, StepsNeeded, Invalid, and what
    attaching raises.
    """
    actor.demand(DECIDE, new.area_code)
    values = checked(Draft(new.title, new.text, new.budget_fen))
    if len(new.area_code) != LEVEL_DIGITS["village"] or not is_current(new.area_code):
        raise Invalid(fields={"area_code": [N_("请选择现有的村社。")]})
    if len(new.power_code) > 20 or len(new.concerned) > MOST_CONCERNED:
        raise Invalid(fields={"concerned": [N_("当事人至多 100 人，权力事项编码至多 20 个字符。")]})
    six_steps = needs_six_steps(new.power_code)
    if six_steps and new.six_steps is False:
        raise StepsNeeded(fields={"six_steps": [StepsNeeded.text]})
    with unit_of_work():
        row = Decision.create(
            area_code=new.area_code,
            code=new_subject(8),
            power_code=new.power_code,
            six_steps=six_steps if new.six_steps is None else new.six_steps,
            state=DRAFT,
            account_id=actor.account_id,
            created_at=now(),
            **values,
        )
        attach_files(actor, new.attachments, files_subject(row.id), row.area_code)
        record(actor, "create_decision", row, six_steps=row.six_steps, text=_mark(row))
        for person_id in dict.fromkeys(new.concerned):
            _concern(actor, row, person_id)
    return int(row.id)


def checked(draft: Draft) -> dict[str, Any]:
    """The columns of a draft. Raises Invalid."""
    title, text = cleaned(draft.title), cleaned(draft.text)
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(title) <= LONGEST_TITLE:
        wrong["title"] = [N_("请写事项名称，至多 120 个字。")]
    if not 1 <= len(text) <= LONGEST_TEXT:
        wrong["text"] = [N_("请写决策内容，至多 2 万个字。")]
    if draft.budget_fen is not None and not 0 <= draft.budget_fen <= MOST_FEN:
        wrong["budget_fen"] = [N_("预算应在 0 到 100 亿元之间。")]
    if wrong:
        raise Invalid(fields=wrong)
    return {"title": title, "text": text, "budget_fen": draft.budget_fen}


def change_draft(actor: Actor, row: Decision, draft: Draft) -> None:
    """Write the next text into a row, within the caller's unit of work. Raises Invalid."""
    put(row, **checked(draft))
    attach_files(actor, draft.attachments, files_subject(row.id), row.area_code)
    record(actor, "change_draft", row, files=len(draft.attachments), text=_mark(row))


def remove_attachment(actor: Actor, decision_id: int, file_id: str) -> None:
    """Take a file off a draft; what was published stands. Raises NotFound, DecisionMovedOn, Recused."""
    with unit_of_work():
        row = decision_in(actor, decision_id, DRAFT)
        if row.version:
            raise DecisionMovedOn(state=STATE_TITLES[row.state])
        remove_file(actor, file_id, subject=files_subject(row.id))
        record(actor, "remove_attachment", row)


def name_concerned(actor: Actor, decision_id: int, person_id: int) -> None:
    """Say that a decision concerns somebody; they and their kin are proposed for recusal.

    Raises NotFound (also for a person outside one's areas), DecisionMovedOn, Recused.
    """
    with unit_of_work():
        row = decision_in(actor, decision_id, DRAFT, PUBLISHED)
        _concern(actor, row, person_id)


def _concern(actor: Actor, row: Decision, person_id: int) -> None:
    if person_brief(actor.scope(DECIDE), person_id) is None:
        raise NotFound
    known = Concerned.unscoped("of a decision that was reached").where(
        (Concerned.decision_id == row.id) & (Concerned.person_id == person_id)
    )
    if not known.exists():
        Concerned.create(decision_id=row.id, area_code=row.area_code, person_id=person_id)
    proposed = propose_kin(actor, row, person_id)
    record(actor, "name_concerned", row, person=person_id, proposed=len(proposed))


def withdraw_decision(actor: Actor, decision_id: int, why: str) -> None:
    """Take a decision back, in mid-vote too: no ballot counts any more and nothing is carried out.

    Raises NotFound, DecisionMovedOn (it is being carried out, or is over), Recused, Invalid.
    """
    reason = cleaned(why)
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(fields={"why": [N_("请写明撤回的原因，至多 300 个字。")]})
    with unit_of_work():
        row = decision_in(actor, decision_id, DRAFT, PUBLISHED)
        put(row, state=WITHDRAWN, withdrawn_at=now(), why_withdrawn=reason)
        record(actor, "withdraw_decision", row, version=row.version)
        if (version := current_version(row)) is not None:
            tell_withdrawn(row, version)


def decision_in(actor: Actor, decision_id: int, *states: str, permission: str = DECIDE) -> Decision:
    """The row, for a deed of somebody who may do it there. Raises NotFound, DecisionMovedOn, Recused."""
    row = decision(actor.demand(permission), decision_id)
    if is_recused(actor, row.id):
        raise Recused
    if states and row.state not in states:
        raise DecisionMovedOn(state=STATE_TITLES[row.state])
    return row


def put(row: Decision, **changes: Any) -> None:
    """Change columns of a decision, in the database and in the row."""
    Decision.update(**changes).where(Decision.id == row.id).execute()
    for name, value in changes.items():
        setattr(row, name, value)


def files_subject(decision_id: int) -> str:
    """The subject of a decision's attachments."""
    return f"supervision_decision:{decision_id}"


def _mark(row: Decision) -> str:
    return text_digest(row.title, row.text, row.budget_fen)


def record(actor: Actor, event: str, row: Decision, **facts: str | int | bool | None) -> None:
    """A deed on a decision: in the record of the county, and in the decision log."""
    audit.record(
        actor,
        f"supervision.{event}",
        area_code=row.area_code,
        subject=f"supervision_decision:{row.id}",
        **facts,
    )
    log.append(actor, row.id, row.area_code, event, **facts)


CHANGEABLE = (DRAFT, PUBLISHED, EXECUTING)
