"""Points whose last day is over go back to the fund of the village that their holder lives in.

Until then they count: a balance on a page is what can be spent. A wallet's due lots are booked at once,
however late or often the job runs; points that are promised (`held`) wait until they are free.
"""

from core.clock import today
from core.db import rows, unit_of_work
from core.plugin_manager import SYSTEM
from core.security import Actor
from plugins.points_store.models import EXPIRY, LedgerAccount, Lot
from plugins.points_store.services import ledger, lots
from plugins.points_store.services.ledger import Leg

# So many wallets in one unit of work: the counters wait no longer than that.
_AT_ONCE = 50
# As a value: an index serves no NOT.
_OPEN = Lot.done.in_([False])
_JOB = "the daily job looks at every wallet"


def expire_points() -> None:
    """Book what is over, in every wallet; may be cut off at any point and run again."""
    after = 0
    while wallet_ids := _due_wallets(after):
        with unit_of_work(housekeeping="lots that are used up need no booking"):
            for wallet_id in wallet_ids:
                expire_wallet(SYSTEM, wallet_id)
        after = wallet_ids[-1]


def expire_wallet(actor: Actor, wallet_id: int) -> int:
    """Book what is over in one wallet; returns the points. Call inside a unit of work that is alone."""
    lots_of = (Lot.wallet_id == wallet_id) & _OPEN & (Lot.expires_on < today())
    due = [lot_id for (lot_id,) in rows(Lot.select(Lot.id).where(lots_of).order_by(Lot.id))]
    if not due:
        return 0
    wallet = LedgerAccount.unscoped(_JOB).where(LedgerAccount.id == wallet_id).get()
    left = {each.lot_id: each.points for each in lots.lots_left(wallet_id, wallet.balance)}
    free, total = wallet.balance - wallet.held, 0
    for lot_id in due:
        over = left.get(lot_id, 0)
        taken = min(over, free)
        free, total = free - taken, total + taken
        Lot.update(expired=Lot.expired + taken, done=taken == over).where(Lot.id == lot_id).execute()
    if total:
        fund = ledger.fund(wallet.area_code)
        ledger.post(
            actor,
            EXPIRY,
            [Leg(wallet_id, -total), Leg(fund.id, total)],
            area_code=wallet.area_code[:12],
            reason="积分到期",
        )
    return total


def _due_wallets(after: int) -> list[int]:
    found = rows(
        Lot.select(Lot.wallet_id)
        .where(_OPEN & (Lot.expires_on < today()) & (Lot.wallet_id > after))
        .distinct()
        .order_by(Lot.wallet_id)
        .limit(_AT_ONCE)
    )
    return [wallet_id for (wallet_id,) in found]
