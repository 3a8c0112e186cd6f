"""Day figures of each village, kept from the plugin's own events, so that no page adds up the book."""

from datetime import date

from core.db import Statement, rows, unit_of_work
from core.events import announce, handled_once
from core.hookspecs import Event
from core.security import Actor
from plugins.points_store.models import AWARD, REDEMPTION, REVERSAL, DayFigure, LedgerAccount, Transfer
from plugins.points_store.services.ledger import Booked

KINDS = {
    AWARD: "points_store.PointsAwarded",
    REDEMPTION: "points_store.PointsRedeemed",
    REVERSAL: "points_store.RedemptionReversed",
}
_VILLAGE = "a figure belongs to the village of its booking"
_CHUNK = 1000
_BOOKING = Statement(lambda p: Transfer.unscoped(_VILLAGE).where(Transfer.id == p("id")))
_ADD = Statement(
    lambda p: DayFigure.update(bookings=DayFigure.bookings + 1, points=DayFigure.points + p("points")).where(
        (DayFigure.area_code == p("area_code")) & (DayFigure.day == p("day")) & (DayFigure.kind == p("kind"))
    )
)
_FIRST = Statement(
    lambda p: DayFigure.insert(
        area_code=p("area_code"), day=p("day"), kind=p("kind"), bookings=1, points=p("points")
    )
)


def announce_booking(actor: Actor, kind: str, wallet: LedgerAccount, booked: Booked, points: int) -> None:
    """Tell of an award, a redemption or a reversal; call inside its unit of work."""
    announce(
        actor,
        KINDS[kind],
        area_code=wallet.area_code[:12],
        subject=f"transfer:{booked.transfer_id}",
        transfer_id=booked.transfer_id,
        wallet_id=wallet.id,
        points=points,
    )


def count_booking(event: Event) -> None:
    """Add a booking to its village's day, exactly once however often it is told."""
    with handled_once(event):
        booking: Transfer = _BOOKING.get(id=event.payload["transfer_id"])
        place = {
            "area_code": booking.area_code,
            "day": booking.at.date().isoformat(),
            "kind": booking.kind,
            "points": booking.points,
        }
        if not _ADD.run(**place):
            _FIRST.run(**place)


def count_anew() -> None:
    """Make all figures from the ledger, where bookings were written in bulk (a demo county)."""
    booked = Transfer.unscoped(_VILLAGE, Transfer.area_code, Transfer.at, Transfer.kind, Transfer.points)
    counted: dict[tuple[str, date, str], list[int]] = {}
    for area_code, at, kind, points in rows(booked.where(Transfer.kind.in_(list(KINDS)))):
        figure = counted.setdefault((area_code, at.date(), kind), [0, 0])
        figure[0] += 1
        figure[1] += points
    names = ("area_code", "day", "kind", "bookings", "points")
    figures = [dict(zip(names, (*place, *figure), strict=True)) for place, figure in counted.items()]
    with unit_of_work(housekeeping="figures are no deed"):
        DayFigure.delete().execute()
        for start in range(0, len(figures), _CHUNK):
            DayFigure.insert_many(figures[start : start + _CHUNK]).execute()
