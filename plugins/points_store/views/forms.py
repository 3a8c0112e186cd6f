"""What several office pages share: finding households, choosing villages, a list with a form."""

from typing import Any

from core.areas.api import list_areas, path_names
from core.clock import today
from core.fields import FormPoints
from core.people.api import find_households
from core.scope import AreaScope
from core.security import current_actor
from plugins.points_store.queries import wallets as wallet_queries

P = "points_store."
FOUND_AT_MOST = 20
LIST_SIZE = 20
CHOICES_AT_MOST = 1000


class OptionalPoints(FormPoints):
    """Points that a form may leave empty: None."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """None for an empty input, which browsers send as an empty text."""
        if isinstance(value, str) and not value.strip():
            return None
        return super().deserialize(value, *args, **kwargs)


def is_id(raw_id: str) -> bool:
    return raw_id.isascii() and raw_id.isdigit() and len(raw_id) <= 15


def found_households(scope: AreaScope, text: str) -> list[dict[str, Any]]:
    """Households that fit the search, with their balances."""
    if not text.strip():
        return []
    households = find_households(scope, text.strip(), FOUND_AT_MOST)
    wallets = wallet_queries.wallets_of([household.id for household in households])
    return [household_row(household, wallets.get(household.id)) for household in households]


def household_row(household: Any, wallet: Any) -> dict[str, Any]:
    return {
        "household_id": household.id,
        "number": household.number,
        "head_name": household.head_name,
        "area_code": household.area_code,
        "area_name": household.area_name,
        "balance": wallet.balance if wallet else 0,
        "wallet_id": wallet.id if wallet else None,
    }


def villages(permission: str) -> list[tuple[str, str]]:
    """The villages that the actor may choose in a form: code and name with its town."""
    return villages_in(current_actor().scope(permission))


def villages_in(scope: AreaScope) -> list[tuple[str, str]]:
    """The villages of `scope`: code and name with its town."""
    rows, _ = list_areas(scope, level="village", on_date=today(), page_size=CHOICES_AT_MOST)
    paths = path_names([row.code for row in rows])
    return [(row.code, paths.get(row.code, row.name)) for row in rows]
