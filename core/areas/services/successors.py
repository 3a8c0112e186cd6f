"""Pilots of plugins go on in the area that takes the place of a merged one."""

from datetime import date

from core.areas.models import Area
from core.clock import today
from core.db import current_unit, rows, unit_of_work
from core.plugin_host.pilots import pilot_scopes
from core.plugin_host.state import follow_pilots
from core.plugin_manager import SYSTEM
from core.security import Actor


def keep_pilots(actor: Actor = SYSTEM) -> None:
    """Let every pilot take in the successors of what was merged up to yesterday.

    Called with each change of areas, and daily for those whose last day was still to come.
    """
    if not pilot_scopes():
        return
    if current_unit() is None:
        with unit_of_work(housekeeping="on record where a pilot changes, else nothing does"):
            _follow(actor, today())
    else:
        _follow(actor, today())


def _follow(actor: Actor, day: date) -> None:
    # In the order of their last days, so that a chain of mergers is walked to its end.
    merged = (
        Area.unscoped("the pilots of the whole county follow its mergers", Area.code, Area.successor_code)
        .where(Area.successor_code.is_null(False) & (Area.valid_to < day))
        .order_by(Area.valid_to, Area.code)
    )
    for code, successor in rows(merged):
        follow_pilots(actor, code, successor)
