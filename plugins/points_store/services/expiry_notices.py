"""Telling people that points of theirs end soon: once for each day ahead that the county has set."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.clock import now, today
from core.county import plugin_settings
from core.db import rows, unit_of_work
from core.notices.api import Accounts, notify
from core.text import N_
from plugins.points_store.models import ExpiryNotice, LedgerAccount, Lot
from plugins.points_store.services import lots
from plugins.points_store.services.telling import accounts_of

NOTICE = "points_store.points_ending"
_AT_ONCE = 200
_JOB = "the daily job looks at every wallet"


def tell_of_expiry() -> None:
    """Tell the holders of every wallet with points that end within the county's days of notice.

    A day that was missed is made up for; nobody is told twice for the same days ahead.
    """
    stages: list[int] = sorted(plugin_settings("points_store")["expiry_notice_days"])
    after = 0
    while stages and (wallet_ids := _ending_wallets(after, stages[-1])):
        with unit_of_work(housekeeping="a notice changes no book"):
            for wallet_id in wallet_ids:
                _tell(wallet_id, stages)
        after = wallet_ids[-1]


def ending_points(wallet_id: int, balance: int) -> dict[date, int]:
    """Points of a wallet that end, by their last day, the nearest first."""
    found: dict[date, int] = {}
    for left in lots.lots_left(wallet_id, balance):
        if left.expires_on is not None:
            found[left.expires_on] = found.get(left.expires_on, 0) + left.points
    return dict(sorted(found.items()))


def _ending_wallets(after: int, days: int) -> list[int]:
    ending = Lot.done.in_([False]) & Lot.expires_on.between(today(), today() + timedelta(days=days))
    found = rows(
        Lot.select(Lot.wallet_id)
        .where(ending & (Lot.wallet_id > after))
        .distinct()
        .order_by(Lot.wallet_id)
        .limit(_AT_ONCE)
    )
    return [wallet_id for (wallet_id,) in found]


def _tell(wallet_id: int, stages: Sequence[int]) -> None:
    wallet = LedgerAccount.unscoped(_JOB).where(LedgerAccount.id == wallet_id).get()
    for day, points in ending_points(wallet_id, wallet.balance).items():
        ahead = (day - today()).days
        # The nearest stage only: who is told late is not told twice.
        stage = next((days for days in stages if 0 <= ahead <= days), None)
        if stage is None or not _first_time(wallet_id, day, stage):
            continue
        notify(
            Accounts(tuple(accounts_of(wallet))),
            NOTICE,
            N_("您有 %(points)d 积分将于 %(day)s 到期，到期后不能再用，请及时兑换。"),
            {"points": points, "day": f"{day.year}年{day.month}月{day.day}日"},
            subject=f"wallet:{wallet_id}",
            url="/points-store/",
            area_code=wallet.area_code,
        )


def _first_time(wallet_id: int, day: date, stage: int) -> bool:
    told = ExpiryNotice.select().where(
        (ExpiryNotice.wallet_id == wallet_id)
        & (ExpiryNotice.expires_on == day)
        & (ExpiryNotice.days <= stage)
    )
    if told.exists():
        return False
    ExpiryNotice.insert(wallet_id=wallet_id, expires_on=day, days=stage, told_at=now()).execute()
    return True
