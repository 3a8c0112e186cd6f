"""Which items of the power list are on in a village, and since when."""

from datetime import date

from core.areas.api import current_code, is_current
from core.clock import today
from core.errors import NotFound
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.supervision.models.powers import VillagePower
from plugins.supervision.queries.powers import PowerView, list_powers

ALL = 1000


@value_class
class SwitchView:
    """An item of the county's list and whether it is on in a village. `since` and `until` say from when to
    when, also for days to come; None where it was never on or is over."""

    power: PowerView
    is_on: bool
    since: date | None
    until: date | None


def switches(scope: AreaScope, area_code: str) -> list[SwitchView]:
    """Every item that holds today, with its switch in a village. Raises NotFound outside the scope."""
    if not scope.covers(area_code):
        raise NotFound
    day = today()
    rows = VillagePower.within(AreaScope((area_code,))).where(
        (VillagePower.area_code == area_code) & (VillagePower.until.is_null() | (VillagePower.until >= day))
    )
    # The one that is on, or the next that will be.
    current: dict[int, VillagePower] = {}
    for row in rows.order_by(VillagePower.since.desc()):
        current[row.power_id] = row
    items, _ = list_powers(page_size=ALL)
    return [_switch(item, current.get(item.id), day) for item in items]


def _switch(item: PowerView, row: VillagePower | None, day: date) -> SwitchView:
    if row is None:
        return SwitchView(item, is_on=False, since=None, until=None)
    return SwitchView(item, row.since <= day, row.since, row.until)


def village_of(raw_code: str) -> str:
    """The village of today that a code on a wall leads to; a grid's leads to its village. Raises NotFound."""
    code = raw_code[:12]
    if len(code) == 12 and code.isascii() and code.isdigit():
        code = current_code(code)[:12]
        if is_current(code, "village"):
            return code
    raise NotFound
