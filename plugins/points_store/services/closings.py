"""Closing a month: its figures and the hash of the ledger are kept for good, and printed."""

from dataclasses import asdict

from core import audit
from core.areas.api import get_area
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import NotFound
from core.security import Actor
from plugins.points_store.chain import current_head, last_settled
from plugins.points_store.equation import month_begins, next_month
from plugins.points_store.errors import BookUneven, MonthClosed, MonthNotOver, MonthOutOfOrder
from plugins.points_store.models import Closing
from plugins.points_store.services.months import area_month, closing_of, last_closed

P = "points_store.close"


def close_month(actor: Actor, *, area_code: str, month: str) -> Closing:
    """Close a month (YYYY-MM) of a village, or (`area_code` of six digits) of the whole county.

    From then on no booking can fall into it. Raises NotFound, MonthNotOver, MonthClosed, MonthOutOfOrder
    (months are closed one after the other), BookUneven.
    """
    actor.demand(P, area_code)
    area = get_area(area_code)
    if area_code != county().settings.county_code and (area is None or area.level != "village"):
        raise NotFound
    until = month_begins(next_month(month))
    if now() < until:
        raise MonthNotOver(month=month)
    # A first closing reads years of bookings: the counters must not wait for that.
    known = current_head(until=last_settled())
    with unit_of_work():
        if closing_of(area_code, month) is not None:
            raise MonthClosed(month=month)
        last = last_closed(area_code)
        if last is not None and next_month(last) != month:
            raise MonthOutOfOrder(month=next_month(last))
        figures = area_month(area_code, month)
        if not figures.balanced:
            raise BookUneven
        head = current_head(known)
        closing = Closing.create(
            area_code=area_code,
            month=month,
            until=until,
            **asdict(figures),
            last_transfer_id=head.last_transfer_id,
            transfers=head.transfers,
            head=head.hash,
            at=now(),
            account_id=actor.account_id,
        )
        audit.record(
            actor,
            "points_store.close_month",
            area_code=area_code,
            subject=f"closing:{closing.id}",
            month=month,
            transfers=head.transfers,
            ledger_head=head.hash,
        )
    return closing
