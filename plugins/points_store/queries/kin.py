"""What a resident sees of points handed on within the household: to whom they may go, where they went."""

from datetime import datetime

from core.errors import NotFound
from core.people.api import person_names, persons_of
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.errors import InsufficientPoints, NotOneHousehold
from plugins.points_store.models import HANDOVER, Entry, LedgerAccount, Transfer
from plugins.points_store.services.holders import demand_gift
from plugins.points_store.services.wallets import find_own_wallet

_OWN = "a booking in the actor's own wallet, which is checked next, and its other side"


@value_class
class Relative:
    """Somebody who lives in the actor's household."""

    id: int
    name: str


@value_class
class GiftAhead:
    """Points that are about to be handed over; `after` is what the giver's wallet will hold then."""

    relative: Relative
    points: int
    after: int


@value_class
class GiftView:
    """One handing over as the giver sees it; `balance_after` is what the giver's wallet held then."""

    transfer_id: int
    name: str
    points: int
    at: datetime
    balance_after: int


def relatives(actor: Actor) -> list[Relative]:
    """Who lives with the actor, the head of the household first."""
    if actor.household_id is None:
        return []
    return [Relative(one.id, one.name) for one in persons_of(actor.household_id) if one.id != actor.person_id]


def gift_ahead(actor: Actor, person_id: int, points: int) -> GiftAhead:
    """What handing points on would do, to be looked at once more before it is done.

    Raises what `demand_gift` raises, NotOneHousehold, InsufficientPoints.
    """
    wallet = demand_gift(actor, person_id)
    relative = next((one for one in relatives(actor) if one.id == person_id), None)
    if relative is None:
        raise NotOneHousehold
    free = wallet.balance - wallet.held
    if points > free:
        raise InsufficientPoints(needed=points, balance=free)
    return GiftAhead(relative, points, wallet.balance - points)


def own_gift(actor: Actor, transfer_id: int) -> GiftView:
    """Points that the actor handed over. Raises NotFound for any other booking."""
    mine = find_own_wallet(actor)
    transfer = (
        Transfer.unscoped(_OWN).where((Transfer.id == transfer_id) & (Transfer.kind == HANDOVER)).first()
    )
    if mine is None or transfer is None:
        raise NotFound
    points = {row.ledger_account_id: row for row in Entry.select().where(Entry.transfer_id == transfer_id)}
    given = points.pop(mine.id, None)
    if given is None or given.points > 0:
        raise NotFound
    taker = LedgerAccount.unscoped(_OWN).where(LedgerAccount.id.in_(list(points))).get()
    names = person_names([taker.person_id] if taker.person_id else [])
    name = names.get(taker.person_id or 0, "")
    return GiftView(transfer_id, name, -given.points, transfer.at, given.balance_after)
