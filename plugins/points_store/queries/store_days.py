"""Reading the closed days of a store."""

from core.accounts.api import account_names
from core.value_classes import value_class
from plugins.points_store.models import DayClose

_REACHED = "reached through a store that the actor may see"


@value_class
class ClosedDay:
    """A close as people see it."""

    row: DayClose
    clerk_name: str


def closed_days(store_id: int, page: int, page_size: int) -> tuple[list[ClosedDay], int]:
    """The closes of a store that the caller may see, newest first, and how many there are."""
    query = DayClose.unscoped(_REACHED).where(DayClose.store_id == store_id)
    newest = query.order_by(DayClose.day.desc(), DayClose.number.desc())
    found = list(newest.paginate(page, page_size))
    names = account_names([row.account_id for row in found])
    return [ClosedDay(row, names.get(row.account_id, "")) for row in found], query.count()
