"""One area at a time: opened, closed in favour of another, renamed; by date and on record.

The caller has demanded a permission of its own (areas.manage, or one of a plugin that divides
villages) and says in which areas it holds: `scope`.
"""

from datetime import date, timedelta

from core import audit
from core.areas.errors import AreaBegunToday, AreaClosed, AreaFull, AreaKept, NoSuccessor
from core.areas.levels import DIGITS, LEVEL_OF
from core.areas.models import Area
from core.areas.queries import area, is_current
from core.areas.services.successors import keep_pilots
from core.clock import today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.text import N_

LONGEST_NAME = 60


def open_area(actor: Actor, scope: AreaScope, *, parent_code: str, name: str, since: date) -> str:
    """Open a new area under `parent_code` from `since`; returns its code.

    The code is the next free one below its parent; those of closed areas are never given out again.
    Raises NotFound (parent outside `scope` or not valid on that day), Invalid (name), AreaFull.
    """
    if not scope.covers(parent_code) or not is_current(parent_code, on=since):
        raise NotFound
    checked = _checked_name(name)
    with unit_of_work():
        code = _next_code(parent_code)
        Area.create(code=code, name=checked, level=LEVEL_OF[len(code)], valid_from=since)
        audit.record(
            actor, "areas.open_area", area_code=code, subject=f"area:{code}", since=since.isoformat()
        )
    return code


def close_area(actor: Actor, scope: AreaScope, code: str, *, last_day: date, successor_code: str) -> None:
    """Close an area after `last_day`; whoever asks for its code later is led to `successor_code`.

    The last day may be yesterday, or later. Raises NotFound, AreaClosed, AreaKept (areas below it are
    still valid), AreaBegunToday (an area is valid for a day at least), NoSuccessor, Invalid.
    """
    with unit_of_work():
        row = area(scope, code)
        if row.valid_to is not None:
            raise AreaClosed
        if last_day < today() - timedelta(days=1):
            raise Invalid(fields={"last_day": [N_("日期不能早于昨天：以前的数字不改动。")]})
        if last_day < row.valid_from:
            raise AreaBegunToday
        if _has_children(code, last_day + timedelta(days=1)):
            raise AreaKept
        if successor_code == code or not is_current(successor_code, row.level, on=last_day + timedelta(1)):
            raise NoSuccessor
        Area.update(valid_to=last_day, successor_code=successor_code).where(Area.code == code).execute()
        audit.record(
            actor,
            "areas.close_area",
            area_code=code,
            subject=f"area:{code}",
            last_day=last_day.isoformat(),
            successor=successor_code,
        )
        keep_pilots(actor)


def rename_area(actor: Actor, scope: AreaScope, code: str, *, name: str) -> None:
    """Give a valid area another name. Raises NotFound, AreaClosed, Invalid."""
    checked = _checked_name(name)
    with unit_of_work():
        row = area(scope, code)
        if row.valid_to is not None and row.valid_to < today():
            raise AreaClosed
        Area.update(name=checked).where(Area.code == code).execute()
        audit.record(
            actor, "areas.rename_area", area_code=code, subject=f"area:{code}", before=row.name, after=checked
        )


def _checked_name(raw_name: str) -> str:
    name = raw_name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(fields={"name": [N_("名称应为 1 到 60 个字。")]})
    return name


def _next_code(parent_code: str) -> str:
    longer = sorted(digits for digits in LEVEL_OF if digits > len(parent_code))
    if not longer:
        raise Invalid(fields={"parent_code": [N_("网格之下没有更小的区域。")]})
    length = longer[0]
    assert length in DIGITS.values()
    last = (
        Area.unscoped("a new code is the next free one, whoever may see the others", Area.code)
        .where((Area.code > parent_code) & (Area.code < parent_code + AFTER_DIGITS))
        .where(Area.level == LEVEL_OF[length])
        .order_by(Area.code.desc())
        .limit(1)
        .scalar()
    )
    width = length - len(parent_code)
    number = int(last[-width:]) + 1 if last else 1
    if number >= 10**width:
        raise AreaFull
    return f"{parent_code}{number:0{width}d}"


def _has_children(code: str, on: date) -> bool:
    below = Area.unscoped("an area with parts is not closed, whoever may see them").where(
        (Area.code > code) & (Area.code < code + AFTER_DIGITS)
    )
    return bool(below.where(Area.valid_to.is_null() | (Area.valid_to >= on)).exists())
