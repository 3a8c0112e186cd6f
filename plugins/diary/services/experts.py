"""Experts are listed, corrected, taken off; asked about a case; their phone is shown for a purpose."""

from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.cases.api import list_cases
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import PURPOSES, check_phone
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.experts import AlreadyAsked, CaseUnknown, ExpertGone
from plugins.diary.library_words import FIELDS
from plugins.diary.models.experts import Expert, ExpertHelp
from plugins.diary.queries.experts import KEEP, PURPOSE, VIEW, expert_row, open_phone


@value_class
class ExpertDetails:
    """What is known of an expert. `phone`: empty leaves what is stored; `available`: when and for what."""

    name: str
    field: str
    speciality: str = ""
    unit: str = ""
    phone: str = ""
    available: str = ""


def add_expert(actor: Actor, area_code: str, details: ExpertDetails) -> int:
    """Put an expert on the list of an area; returns the id. Raises NotFound, Invalid, BadPhone."""
    actor.demand(KEEP, area_code)
    values = _checked(details)
    if len(area_code) < 6 or not is_current(area_code):
        raise Invalid(fields={"area_code": [N_("请选择现有的区域。")]})
    with unit_of_work():
        row = Expert.create(area_code=area_code, added_at=now(), **values)
        _record(actor, "diary.add_expert", row)
    return int(row.id)


def change_expert(actor: Actor, expert_id: int, details: ExpertDetails) -> None:
    """Correct what is known. Raises NotFound, ExpertGone, Invalid, BadPhone."""
    values = _checked(details)
    with unit_of_work():
        row = _kept(actor, expert_id)
        Expert.update(**values).where(Expert.id == row.id).execute()
        _record(actor, "diary.change_expert", row, fields=sorted(values))


def end_expert(actor: Actor, expert_id: int) -> None:
    """Take an expert off the list; phone and availability are forgotten. Raises NotFound, ExpertGone."""
    with unit_of_work():
        row = _kept(actor, expert_id)
        Expert.update(ended_at=now(), phone_sealed=None, available="").where(Expert.id == row.id).execute()
        _record(actor, "diary.end_expert", row)


def ask_expert(actor: Actor, expert_id: int, *, case_number: str, note: str = "") -> None:
    """Note that an expert was asked about a case that the actor may see.

    Raises NotFound, ExpertGone, CaseUnknown, AlreadyAsked, Invalid.
    """
    scope = actor.demand(VIEW)
    words, wanted = cleaned(note), cleaned(case_number)
    if len(words) > 300:
        raise Invalid(fields={"note": [N_("至多 300 个字。")]})
    with unit_of_work():
        row = expert_row(scope, expert_id)
        if row.ended_at is not None:
            raise ExpertGone
        found = list_cases(actor, search=wanted, page_size=2)[0] if wanted else []
        case = next((each for each in found if each.number == wanted.upper()), None)
        if case is None:
            raise CaseUnknown(fields={"case_number": [CaseUnknown.text]})
        try:
            with unit_of_work(housekeeping="the line about it follows"):
                ExpertHelp.create(
                    expert_id=row.id,
                    case_id=case.id,
                    case_number=case.number,
                    area_code=case.area_code,
                    note=words,
                    account_id=actor.account_id,
                    at=now(),
                )
        except IntegrityError:
            raise AlreadyAsked(fields={"case_number": [AlreadyAsked.text]}) from None
        _record(actor, "diary.ask_expert", row, case_id=case.id)


def show_phone(actor: Actor, expert_id: int, *, purpose: str) -> str:
    """An expert's phone in clear; that it was shown, to whom and why, is on record.

    Raises NotFound, Invalid.
    """
    scope = actor.demand(VIEW)
    if purpose not in PURPOSES:
        raise Invalid(fields={"purpose": [N_("请选择用途。")]})
    with unit_of_work():
        row = expert_row(scope, expert_id)
        if not row.phone_sealed:
            raise NotFound
        _record(actor, "diary.show_expert_phone", row, purpose=purpose)
    return open_phone(row)


def _kept(actor: Actor, expert_id: int) -> Expert:
    scope = actor.demand(KEEP)
    row: Expert | None = Expert.within(scope).where(Expert.id == expert_id).get_or_none()
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        raise ExpertGone
    return row


def _checked(details: ExpertDetails) -> dict[str, Any]:
    texts = {name: cleaned(getattr(details, name)) for name in ("name", "speciality", "unit", "available")}
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(texts["name"]) <= 60:
        wrong["name"] = [N_("请写姓名，至多 60 个字。")]
    for name, longest in (("speciality", 100), ("unit", 100), ("available", 200)):
        if len(texts[name]) > longest:
            wrong[name] = [N_("写得太长了。")]
    if details.field not in FIELDS:
        wrong["field"] = [N_("请选择领域。")]
    if wrong:
        raise Invalid(fields=wrong)
    values: dict[str, Any] = {"field": details.field, **texts}
    if details.phone.strip():
        values["phone_sealed"] = county().keys.seal(check_phone(details.phone), PURPOSE)
    return values


def _record(actor: Actor, action: str, row: Expert, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_expert:{row.id}", **detail)
