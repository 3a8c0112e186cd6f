"""Cadres object to a term of their index; somebody else answers."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.diary.errors.index import NotStationed, ObjectionAnswered, OwnObjection
from plugins.diary.index_rules import TERMS
from plugins.diary.models.index import IndexObjection
from plugins.diary.queries.index import INDEX, month_days, stationed_at

WRITE = "diary.write"


def object_to_index(actor: Actor, *, month: str, term: str, text: str) -> int:
    """Say what is wrong with a term of one's own index; returns the objection's id.

    Raises Forbidden, NotFound (no month), NotStationed, Invalid.
    """
    actor.demand(WRITE)
    month_days(month)
    words = cleaned(text)
    wrong: dict[str, list[str]] = {}
    if term not in TERMS:
        wrong["term"] = [N_("请选择对哪一项有异议。")]
    if not 1 <= len(words) <= 500:
        wrong["text"] = [N_("请写明理由，至多 500 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    area_code = stationed_at(actor.account_id or 0)
    if area_code is None:
        raise NotStationed
    with unit_of_work():
        row = IndexObjection.create(
            account_id=actor.account_id, area_code=area_code, month=month, term=term, text=words, at=now()
        )
        _record(actor, "diary.object_to_index", row)
    return int(row.id)


def answer_objection(actor: Actor, objection_id: int, *, answer: str) -> None:
    """Answer somebody else's objection, once.

    Raises Forbidden, NotFound, OwnObjection, ObjectionAnswered, Invalid.
    """
    scope = actor.demand(INDEX)
    words = cleaned(answer)
    if not 1 <= len(words) <= 500:
        raise Invalid(fields={"answer": [N_("请写明答复，至多 500 个字。")]})
    with unit_of_work():
        query = IndexObjection.within(scope).where(IndexObjection.id == objection_id)
        row: IndexObjection | None = query.get_or_none()
        if row is None:
            raise NotFound
        if row.account_id == actor.account_id:
            raise OwnObjection
        done = (
            IndexObjection.update(answer=words, answered_by=actor.account_id, answered_at=now())
            .where((IndexObjection.id == row.id) & IndexObjection.answered_at.is_null())
            .execute()
        )
        if not done:
            raise ObjectionAnswered
        _record(actor, "diary.answer_objection", row)


def _record(actor: Actor, action: str, row: IndexObjection) -> None:
    subject = f"diary_index_objection:{row.id}"
    audit.record(actor, action, area_code=row.area_code, subject=subject, month=row.month, term=row.term)
