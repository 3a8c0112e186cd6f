"""Enterprises, co-operatives, farms and shops (市场主体)."""

from collections.abc import Sequence
from datetime import date

from core.areas.api import area_names
from core.clock import today
from core.county import county
from core.db import contains, rows
from core.errors import NotFound
from core.people.api import mask_phone
from core.scope import AFTER_DIGITS, AreaScope
from core.value_classes import value_class
from plugins.diary.models.visits import Establishment

PURPOSE = "diary_establishment.phone"


@value_class
class EstablishmentView:
    """An establishment in words; the contact's phone is masked."""

    id: int
    area_code: str
    area_name: str
    kind: str
    name: str
    credit_code: str
    contact: str
    phone_masked: str
    address: str
    latitude: float | None
    longitude: float | None
    last_visit: date | None
    visits: int
    due_on: date
    is_closed: bool

    @property
    def late(self) -> bool:
        """Whether it should have been visited by now."""
        return not self.is_closed and self.due_on < today()


def list_establishments(
    scope: AreaScope,
    *,
    area_code: str = "",
    kind: str = "",
    search: str = "",
    closed: bool = False,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[EstablishmentView], int]:
    """Establishments by area and name; `search`: a part of the name."""
    query = Establishment.within(scope).where(Establishment.closed_at.is_null(not closed))
    if area_code:
        column = Establishment.area_code
        query = query.where((column >= area_code) & (column < area_code + AFTER_DIGITS))
    if kind:
        query = query.where(Establishment.kind == kind)
    if text := search.strip()[:60]:
        query = query.where(contains(Establishment.name, text))
    found = list(query.order_by(Establishment.area_code, Establishment.name).paginate(page, page_size))
    return establishment_views(found), query.count()


def establishment(scope: AreaScope, establishment_id: int) -> EstablishmentView:
    """One of them, a closed one too. Raises NotFound."""
    return establishment_views([establishment_row(scope, establishment_id)])[0]


def establishment_row(scope: AreaScope, establishment_id: int) -> Establishment:
    """The row. Raises NotFound."""
    row: Establishment | None = (
        Establishment.within(scope).where(Establishment.id == establishment_id).get_or_none()
    )
    if row is None:
        raise NotFound
    return row


def establishment_names(scope: AreaScope, area_code: str) -> list[tuple[int, str]]:
    """Those of an area that are open, for finding in a text who is meant: id and name."""
    column = Establishment.area_code
    query = Establishment.within(scope, Establishment.id, Establishment.name).where(
        (column >= area_code) & (column < area_code + AFTER_DIGITS) & Establishment.closed_at.is_null()
    )
    return list(rows(query.order_by(Establishment.id)))


def names_of(establishment_ids: Sequence[int]) -> dict[int, str]:
    """Id -> name, for records that keep ids; the caller has checked that they may be seen."""
    query = Establishment.unscoped("names behind ids", Establishment.id, Establishment.name)
    return dict(rows(query.where(Establishment.id.in_(list(establishment_ids)))))


def establishment_views(found: Sequence[Establishment]) -> list[EstablishmentView]:
    """Rows that were found in scope, in words."""
    areas = area_names({row.area_code for row in found})
    return [
        EstablishmentView(
            id=row.id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            kind=row.kind,
            name=row.name,
            credit_code=row.credit_code,
            contact=row.contact,
            phone_masked=mask_phone(open_phone(row)) if row.phone_sealed else "",
            address=row.address,
            latitude=row.latitude,
            longitude=row.longitude,
            last_visit=row.last_visit,
            visits=row.visits,
            due_on=row.due_on,
            is_closed=row.closed_at is not None,
        )
        for row in found
    ]


def open_phone(row: Establishment) -> str:
    """The contact's phone in clear, for whoever has said why."""
    return county().keys.unseal(bytes(row.phone_sealed), PURPOSE) if row.phone_sealed else ""
