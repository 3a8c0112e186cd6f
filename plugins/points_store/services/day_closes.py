"""The daily close of a store: figures re-added from the book and signed by its clerk, once a day.

No close is undone: somebody may have carried its figures into a paper book. One that came too early is
followed by another one of the same day, for what came since, with the reason; the day is the sum of both.
"""

from datetime import date, datetime, time, timedelta

from core import audit
from core.clock import CHINA, now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from plugins.points_store.errors import BookDiffers, DayClosed, DayToCome, NotYourStore
from plugins.points_store.models import DayClose, Store, StoreClerk
from plugins.points_store.services.day_figures import BEGINNING, figures_between, last_close


def close_day(actor: Actor, *, store_id: int, day: date, remark: str = "", again: bool = False) -> DayClose:
    """Close a day of the store whose clerk the actor is: whatever was booked since the last close.

    Today is closed up to this moment, an earlier day up to its midnight. What comes afterwards, a return
    too, belongs to the next close. `again`: the last closed day is closed once more, for which `remark`
    gives the reason. Raises NotFound, NotYourStore, DayToCome, DayClosed, Invalid, BookDiffers.
    """
    scope = actor.demand("points_store.redeem")
    with unit_of_work():
        store: Store | None = Store.within(scope).where(Store.id == store_id).first()
        if store is None:
            raise NotFound
        bound = (StoreClerk.store_id == store_id) & (StoreClerk.account_id == actor.account_id)
        if not StoreClerk.select().where(bound).exists():
            raise NotYourStore
        if day > today():
            raise DayToCome
        last = last_close(store_id)
        number = 1
        if last is not None and day <= last.day:
            if not again or day < last.day:
                raise DayClosed(day=last.day.isoformat())
            if not remark:
                raise Invalid(fields={"remark": [N_("补结要写明原因。")]})
            number = last.number + 1
        since, until = (last.until if last else BEGINNING), _end_of(day)
        figures = figures_between(store_id, since, until)
        if number > 1 and not figures.is_anything:
            raise Invalid(fields={"remark": [N_("结账以后没有新的业务，不必补结。")]})
        if not figures.agrees:
            raise BookDiffers(shown=figures.net, booked=figures.booked_in - figures.booked_back)
        close: DayClose = DayClose.create(
            area_code=store.area_code,
            store_id=store_id,
            day=day,
            number=number,
            since=since,
            until=until,
            redemptions=figures.redemptions,
            points_in=figures.points_in,
            returns=figures.returns,
            points_back=figures.points_back,
            pieces_out=figures.pieces_out,
            pieces_in=figures.pieces_in,
            short=figures.short,
            over=figures.over,
            vouchers=figures.vouchers,
            closed_at=now(),
            account_id=actor.account_id,
            remark=remark,
        )
        audit.record(
            actor,
            "points_store.close_day",
            area_code=store.area_code,
            subject=f"store:{store_id}",
            day=day.isoformat(),
            number=number,
            points=figures.net,
        )
    return close


def _end_of(day: date) -> datetime:
    if day == today():
        return now()
    return datetime.combine(day + timedelta(days=1), time(), CHINA)
