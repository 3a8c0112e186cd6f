"""Experts who can be asked in an area, and what they were asked about."""

from collections.abc import Sequence
from datetime import datetime

from core.accounts.api import account_names
from core.areas.api import area_names
from core.county import county
from core.db import contains
from core.errors import NotFound
from core.people.api import mask_phone
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.diary.models.experts import Expert, ExpertHelp
from plugins.diary.queries.reach import is_served, serves

VIEW, KEEP = "diary.view", "diary.experts"
PURPOSE = "diary_expert.phone"
_SERVES = "whom an expert serves is a condition"


@value_class
class ExpertView:
    """An expert in words; the phone is masked."""

    id: int
    area_code: str
    area_name: str
    name: str
    field: str
    speciality: str
    unit: str
    phone_masked: str
    available: str
    is_gone: bool


@value_class
class HelpView:
    """A case that an expert was asked about."""

    case_id: int
    case_number: str
    area_name: str
    note: str
    account_name: str
    at: datetime


def list_experts(
    scope: AreaScope,
    *,
    area_code: str = "",
    field: str = "",
    search: str = "",
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[ExpertView], int]:
    """Experts who serve one's areas (those of the town and county among them), by field and name.

    `area_code`: who can be asked in it; `search`: a part of name, speciality or unit.
    """
    query = Expert.unscoped(_SERVES).where(serves(scope, Expert.area_code) & Expert.ended_at.is_null())
    if area_code:
        query = query.where(serves(AreaScope((area_code,)), Expert.area_code))
    if field:
        query = query.where(Expert.field == field)
    if text := search.strip()[:60]:
        found = contains(Expert.name, text) | contains(Expert.speciality, text) | contains(Expert.unit, text)
        query = query.where(found)
    order = (Expert.field, Expert.area_code, Expert.name)
    return expert_views(list(query.order_by(*order).paginate(page, page_size))), query.count()


def expert(scope: AreaScope, expert_id: int) -> ExpertView:
    """One who serves the reader's areas. Raises NotFound."""
    return expert_views([expert_row(scope, expert_id)])[0]


def expert_row(scope: AreaScope, expert_id: int) -> Expert:
    """The row. Raises NotFound."""
    row: Expert | None = Expert.unscoped(_SERVES).where(Expert.id == expert_id).get_or_none()
    if row is None or not is_served(scope, row.area_code):
        raise NotFound
    return row


def helps_of(scope: AreaScope, expert_id: int, *, most: int = 50) -> list[HelpView]:
    """The cases of the reader's areas that an expert was asked about, the newest first."""
    query = ExpertHelp.within(scope).where(ExpertHelp.expert_id == expert_id)
    found = list(query.order_by(ExpertHelp.id.desc()).limit(most))
    areas = area_names({row.area_code for row in found})
    names = account_names([row.account_id for row in found])
    return [
        HelpView(
            row.case_id,
            row.case_number,
            areas.get(row.area_code, row.area_code),
            row.note,
            names.get(row.account_id, ""),
            row.at,
        )
        for row in found
    ]


def open_phone(row: Expert) -> str:
    """The phone in clear, for whoever has said why."""
    return county().keys.unseal(bytes(row.phone_sealed), PURPOSE) if row.phone_sealed else ""


def expert_views(found: Sequence[Expert]) -> list[ExpertView]:
    """Rows that the reader may see, in words."""
    areas = area_names({row.area_code for row in found})
    return [
        ExpertView(
            id=row.id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            name=row.name,
            field=row.field,
            speciality=row.speciality,
            unit=row.unit,
            phone_masked=mask_phone(open_phone(row)) if row.phone_sealed else "",
            available=row.available,
            is_gone=row.ended_at is not None,
        )
        for row in found
    ]
