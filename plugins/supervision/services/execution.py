"""A decision is carried out after its gate: what was done and paid, accepted, made public."""

from collections.abc import Sequence
from datetime import date

from core import audit
from core.clock import CHINA, now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.files.api import attach_files
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.decision_words import CONTRACT, LINE_TITLES, PAYMENT, RESULT_PUBLIC, STATE_TITLES
from plugins.supervision.errors.decisions import DecisionMovedOn, NotAccepted, OverBudget
from plugins.supervision.models.decisions import DONE, EXECUTING, Decision
from plugins.supervision.models.execution import DOWN, UP, ExecutionLine, Rating
from plugins.supervision.queries.decisions import current_version, decision
from plugins.supervision.queries.execution import is_accepted, paid_fen, photos_of
from plugins.supervision.services.decisions import MOST_FEN, decision_in, put, record
from plugins.supervision.services.steps import note_step

RATE = "supervision.rate"


@value_class
class NewLine:
    """A thing that was done. `amount_fen`: of a contract or payment; below zero takes a payment back."""

    kind: str
    day: date
    title: str
    amount_fen: int | None = None
    note: str = ""
    photos: Sequence[str] = ()


def add_line(actor: Actor, decision_id: int, new: NewLine) -> int:
    """Write down what was done; returns the line's id.

    Raises NotFound, DecisionMovedOn (the gate was not passed, or an edit has voided it), Recused, OverBudget,
    Invalid, and what attaching photos raises.
    """
    title, note = _checked(new)
    with unit_of_work():
        row = decision_in(actor, decision_id, EXECUTING)
        version = current_version(row)
        assert version is not None
        assert row.started_at is not None
        if not row.started_at.astimezone(CHINA).date() <= new.day <= today():
            raise Invalid(fields={"day": [N_("日期应在开始实施和今天之间。")]})
        if new.kind == PAYMENT:
            _demand_budget(row, new.amount_fen or 0)
        line = ExecutionLine.create(
            decision_id=row.id,
            area_code=row.area_code,
            version_id=version.id,
            kind=new.kind,
            day=new.day,
            title=title,
            amount_fen=new.amount_fen,
            note=note,
            account_id=actor.account_id,
            at=now(),
        )
        attach_files(actor, new.photos, photos_of(line.id), row.area_code)
        record(
            actor, "add_line", row, line=line.id, kind=new.kind, fen=new.amount_fen, photos=len(new.photos)
        )
    return int(line.id)


def _checked(new: NewLine) -> tuple[str, str]:
    title, note = cleaned(new.title), cleaned(new.note)
    wrong: dict[str, list[str]] = {}
    if new.kind not in LINE_TITLES:
        wrong["kind"] = [N_("请选择进度、合同、付款或验收。")]
    if not 1 <= len(title) <= 120 or len(note) > 500:
        wrong["title"] = [N_("请写做了什么，至多 120 个字；说明至多 500 个字。")]
    wanted = new.kind in (CONTRACT, PAYMENT)
    if wanted != (new.amount_fen is not None) or new.amount_fen == 0 or abs(new.amount_fen or 0) > MOST_FEN:
        wrong["amount"] = [N_("合同和付款请写金额（元）；其他不写金额。")]
    elif (new.amount_fen or 0) < 0 and (new.kind != PAYMENT or not note):
        wrong["amount"] = [N_("只有冲回付款可以是负数，并请在说明里写明原因。")]
    if wrong:
        raise Invalid(fields=wrong)
    return title, note


def _demand_budget(row: Decision, amount_fen: int) -> None:
    paid = paid_fen(row.id) + amount_fen
    if paid < 0:
        raise Invalid(fields={"amount": [N_("冲回的金额不能多于已付的金额。")]})
    if row.budget_fen is not None and paid > row.budget_fen:
        left = row.budget_fen - paid + amount_fen
        # What is beside the box needs no number: the sentence above it says how much is left.
        beside = N_("付款合计会超过公示的预算。")
        raise OverBudget(left=f"{left // 100}.{left % 100:02d}", fields={"amount": [beside]})


def publish_result(actor: Actor, decision_id: int, text: str) -> None:
    """Make the result public (结果公开), after acceptance; residents rate it.

    Raises NotFound, DecisionMovedOn, Recused, NotAccepted, Invalid.
    """
    result = cleaned(text)
    if not 1 <= len(result) <= 5000:
        raise Invalid(fields={"result": [N_("请写实施结果，至多 5000 个字。")]})
    with unit_of_work():
        row = decision_in(actor, decision_id, EXECUTING)
        if not is_accepted(row.id):
            raise NotAccepted
        put(row, state=DONE, done_at=now(), result=result)
        if row.six_steps:
            note_step(actor, row, RESULT_PUBLIC)
        record(actor, "publish_result", row, version=row.version, paid_fen=paid_fen(row.id))


def rate_result(actor: Actor, decision_id: int, thumb: str, note: str = "") -> None:
    """A resident of the village says what they think of the result; the last word counts.

    Raises NotFound (another village, or nobody of the register), DecisionMovedOn, Invalid.
    """
    words = cleaned(note)
    if thumb not in (UP, DOWN) or len(words) > 300:
        raise Invalid(fields={"thumb": [N_("请选择满意或不满意；意见至多 300 个字。")]})
    scope = actor.demand(RATE)
    with unit_of_work():
        # A resident may live in one of the village's grids.
        villages = AreaScope(tuple(sorted({code[:12] for code in scope.prefixes})))
        row = decision(villages, decision_id)
        if actor.person_id is None:
            raise NotFound
        if row.state != DONE:
            raise DecisionMovedOn(state=STATE_TITLES[row.state])
        Rating.delete().where(
            (Rating.decision_id == row.id) & (Rating.person_id == actor.person_id)
        ).execute()
        Rating.create(
            decision_id=row.id,
            area_code=row.area_code,
            person_id=actor.person_id,
            thumb=thumb,
            note=words,
            at=now(),
        )
        audit.record(
            actor,
            "supervision.rate_result",
            area_code=row.area_code,
            subject=f"supervision_decision:{row.id}",
            thumb=thumb,
        )
