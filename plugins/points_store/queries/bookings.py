"""Reading bookings one by one, for those who watch over the book."""

from datetime import datetime

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import today
from core.errors import NotFound
from core.people.api import household_head_name
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.models import AWARD, REDEMPTION, WALLET, Entry, LedgerAccount, Redemption, Transfer
from plugins.points_store.queries.vouchers import with_used_voucher
from plugins.points_store.queries.wallets import KIND_TITLES, details_of
from plugins.points_store.services.wallets import household_of

_REACHED = "reached through a booking in the actor's areas"


@value_class
class Booking:
    """A booking in a list. `points` moved; `redemption_id` when the actor may take it back today.

    `shown_id`: the redemption behind it, if any.
    """

    id: int
    kind: str
    kind_title: str
    at: datetime
    head_name: str
    wallet_id: int | None
    area_name: str
    detail: str
    points: int
    actor_name: str
    redemption_id: int | None
    shown_id: int | None


def list_bookings(
    actor: Actor, scope: AreaScope, kind: str, page: int, page_size: int
) -> tuple[list[Booking], int]:
    """The newest bookings in `scope`, all or of one kind, and how many there are."""
    query = Transfer.within(scope)
    if kind:
        query = query.where(Transfer.kind == kind)
    transfers = list(query.order_by(Transfer.id.desc()).paginate(page, page_size))
    wallets = _wallets([int(row.id) for row in transfers])
    households = {row_id: household_of(wallet) for row_id, wallet in wallets.items()}
    heads = household_head_name([known for known in households.values() if known is not None])
    areas = area_names([row.area_code for row in transfers])
    people = account_names([row.account_id for row in transfers])
    details = details_of(transfers)
    open_ones = _reversible_today(actor, transfers)
    handed = _redemptions(transfers)
    return [
        Booking(
            id=row.id,
            kind=row.kind,
            kind_title=KIND_TITLES[row.kind],
            at=row.at,
            head_name=heads.get(households.get(row.id) or 0, ""),
            wallet_id=wallets[row.id].id if row.id in wallets else None,
            area_name=areas.get(row.area_code, row.area_code),
            detail=details[row.id],
            points=row.points,
            actor_name=people.get(row.account_id or 0, ""),
            redemption_id=open_ones.get(row.id),
            shown_id=handed.get(row.id),
        )
        for row in transfers
    ], query.count()


def _wallets(transfer_ids: list[int]) -> dict[int, LedgerAccount]:
    """Transfer id -> the wallet that it touched."""
    touched = Entry.select().where(Entry.transfer_id.in_(transfer_ids))
    by_account: dict[int, list[int]] = {}
    for entry in touched:
        by_account.setdefault(entry.ledger_account_id, []).append(entry.transfer_id)
    rows = LedgerAccount.unscoped(_REACHED).where(
        LedgerAccount.id.in_(list(by_account)) & (LedgerAccount.kind == WALLET)
    )
    return {transfer_id: row for row in rows for transfer_id in by_account[row.id]}


def _redemptions(transfers: list[Transfer]) -> dict[int, int]:
    """Transfer id -> the redemption that it books."""
    redeemed = [int(row.id) for row in transfers if row.kind == REDEMPTION]
    rows = Redemption.unscoped(_REACHED).where(Redemption.transfer_id.in_(redeemed))
    return {row.transfer_id: row.id for row in rows}


def _reversible_today(actor: Actor, transfers: list[Transfer]) -> dict[int, int]:
    """Transfer id -> redemption of today that stands, served by somebody else, without a used voucher."""
    redeemed = [int(row.id) for row in transfers if row.kind == REDEMPTION]
    rows = list(
        Redemption.within(actor.scope("points_store.reverse")).where(
            Redemption.transfer_id.in_(redeemed) & (Redemption.day == today())
        )
    )
    used = with_used_voucher(row.id for row in rows)
    return {
        row.transfer_id: row.id
        for row in rows
        if row.returned < row.points and row.clerk_id != actor.account_id and row.id not in used
    }


@value_class
class AwardBooking:
    """An award that may be taken back. `left`: what the wallet has free now."""

    id: int
    at: datetime
    head_name: str
    area_name: str
    detail: str
    points: int
    left: int


def award_booking(scope: AreaScope, transfer_id: int) -> AwardBooking:
    """An award in `scope`. Raises NotFound."""
    row: Transfer | None = (
        Transfer.within(scope).where((Transfer.id == transfer_id) & (Transfer.kind == AWARD)).first()
    )
    wallet = _wallets([transfer_id]).get(transfer_id)
    if row is None or wallet is None:
        raise NotFound
    home = household_of(wallet)
    return AwardBooking(
        id=row.id,
        at=row.at,
        head_name=household_head_name([home]).get(home, "") if home is not None else "",
        area_name=area_names([row.area_code]).get(row.area_code, row.area_code),
        detail=details_of([row])[row.id],
        points=row.points,
        left=wallet.balance - wallet.held,
    )
