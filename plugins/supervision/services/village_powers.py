"""Items of the power list switched on and off in a village, from a day to a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.clock import today
from core.db import hold, unit_of_work
from core.errors import Invalid
from core.security import Actor
from core.text import N_
from plugins.supervision.errors.powers import PowerEnded, PowerOff, PowerOn
from plugins.supervision.models.powers import PowerItem, VillagePower
from plugins.supervision.queries.powers import item_row

SWITCH = "supervision.village_powers"
MOST = 500


def switch_on(actor: Actor, area_code: str, codes: Sequence[str], *, since: date) -> int:
    """Use items in a village from a day on (today or later); returns how many.

    Raises NotFound, PowerEnded, PowerOn, Invalid.
    """
    actor.demand(SWITCH, area_code)
    wrong: dict[str, list[str]] = {}
    if not is_current(area_code, "village"):
        wrong["area_code"] = [N_("请选择现有的村或社区。")]
    if not 1 <= len(set(codes)) <= MOST:
        wrong["codes"] = [N_("请选择要开通的事项。")]
    if since < today():
        wrong["since"] = [N_("开通日期不能早于今天。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        # Two who switch on at once must not overlap: whether it is on rests on more than one row.
        hold(f"supervision_village_power:{area_code}")
        for code in sorted(set(codes)):
            item = item_row(code)
            if item.until is not None and item.until < since:
                raise PowerEnded
            if _rows(area_code, item, since).exists():
                raise PowerOn(power=code)
            try:
                with unit_of_work(housekeeping="the village's line follows"):
                    VillagePower.create(
                        area_code=area_code, power_id=item.id, since=since, account_id=actor.account_id
                    )
            except IntegrityError:
                raise PowerOn(power=code) from None
        audit.record(
            actor,
            "supervision.switch_on_powers",
            area_code=area_code,
            subject=f"area:{area_code}",
            codes=sorted(set(codes)),
            since=since.isoformat(),
        )
    return len(set(codes))


def switch_off(actor: Actor, area_code: str, code: str, *, until: date) -> None:
    """Use an item in a village to the end of a day (today or later). Raises NotFound, PowerOff, Invalid."""
    actor.demand(SWITCH, area_code)
    if until < today():
        raise Invalid(fields={"until": [N_("最后一天不能早于今天。")]})
    with unit_of_work():
        item = item_row(code)
        changed = (
            VillagePower.update(until=until)
            .where(
                (VillagePower.area_code == area_code)
                & (VillagePower.power_id == item.id)
                & VillagePower.until.is_null()
                & (VillagePower.since <= until)
            )
            .execute()
        )
        if not changed:
            raise PowerOff
        audit.record(
            actor,
            "supervision.switch_off_power",
            area_code=area_code,
            subject=f"area:{area_code}",
            code=code,
            until=until.isoformat(),
        )


def _rows(area_code: str, item: PowerItem, since: date) -> Any:
    return VillagePower.unscoped("whether an item is on in a village that was reached").where(
        (VillagePower.area_code == area_code)
        & (VillagePower.power_id == item.id)
        & (VillagePower.until.is_null() | (VillagePower.until >= since))
    )
