"""Wallets: one a household or one a person, as the county decided."""

from typing import Any

from core import audit
from core.clock import now
from core.county import county, plugin_settings
from core.db import Statement
from core.errors import NotFound
from core.people.api import everybody_of, has_left, household_area, is_deserted, last_household_of
from core.scope import AreaScope
from core.security import Actor
from plugins.points_store.digest import Digest
from plugins.points_store.digest import holder as holder_text
from plugins.points_store.errors import HouseholdDeserted, NoWallet, OwnAffair
from plugins.points_store.models import MOVE_IN, MOVE_OUT, WALLET, Card, LedgerAccount
from plugins.points_store.services import ledger, lots
from plugins.points_store.services.expiry import expire_wallet
from plugins.points_store.services.ledger import Leg

OPEN_ACTION = "points_store.open_wallet"
_OWN = "one's own wallet, or looked up by its holder: the caller checks the area"
_OF_PERSON = Statement(
    lambda p: LedgerAccount.unscoped(_OWN).where(
        (LedgerAccount.kind == WALLET) & (LedgerAccount.person_id == p("holder"))
    )
)
_OF_HOUSEHOLD = Statement(
    lambda p: LedgerAccount.unscoped(_OWN).where(
        (LedgerAccount.kind == WALLET) & (LedgerAccount.household_id == p("holder"))
    )
)
_WALLET = Statement(
    lambda p: LedgerAccount.unscoped("found by id; its area is checked next").where(
        (LedgerAccount.kind == WALLET) & (LedgerAccount.id == p("id"))
    )
)


def per_person() -> bool:
    """Whether the county keeps a wallet a person (default: a household)."""
    return bool(plugin_settings("points_store")["wallet_per"] == "person")


def own_wallet(actor: Actor) -> LedgerAccount:
    """The acting resident's wallet, opened on first use; call inside a unit of work when it may be new.

    Raises NoWallet when the account is linked to no household.
    """
    wallet = find_own_wallet(actor)
    if wallet is not None:
        return wallet
    if actor.person_id is None or actor.household_id is None:
        raise NoWallet
    return open_wallet(actor, actor.household_id, actor.person_id)


def find_own_wallet(actor: Actor) -> LedgerAccount | None:
    """The acting resident's wallet, if it is open already."""
    if actor.household_id is None:
        return None
    return find_wallet(actor.household_id, actor.person_id)


def open_wallet(actor: Actor, household_id: int, person_id: int | None) -> LedgerAccount:
    """The wallet of a household (or of `person_id`, where the county keeps them a person).

    Opened on first use; call inside a unit of work. Raises NotFound without such a household.
    """
    area_code = household_area(household_id)
    if area_code is None or (per_person() and not _belongs_to(person_id, household_id)):
        raise NotFound
    found = find_wallet(household_id, person_id)
    if found is not None:
        return found
    holder = {"person_id": person_id} if per_person() else {"household_id": household_id}
    wallet = LedgerAccount.create(kind=WALLET, area_code=area_code, opened_at=now(), **holder)
    digest = Digest()
    digest.add(holder_text(wallet.id, wallet.household_id, wallet.person_id))
    audit.record(
        actor,
        OPEN_ACTION,
        area_code=area_code,
        subject=f"wallet:{wallet.id}",
        first_wallet=wallet.id,
        last_wallet=wallet.id,
        holders=digest.hex(),
    )
    return wallet


def find_wallet(household_id: int, person_id: int | None) -> LedgerAccount | None:
    """The wallet of a household (or of `person_id`, where the county keeps them a person), if it is open."""
    wallet: LedgerAccount | None = (
        _OF_PERSON.get(holder=person_id) if per_person() else _OF_HOUSEHOLD.get(holder=household_id)
    )
    return wallet


def _belongs_to(person_id: int | None, household_id: int) -> bool:
    return person_id is not None and last_household_of(person_id) == household_id


def wallet_within(scope: AreaScope, wallet_id: int) -> LedgerAccount:
    """A wallet by id in `scope`. Raises NotFound."""
    wallet: LedgerAccount | None = _WALLET.get(id=wallet_id)
    if wallet is None or not scope.covers(wallet.area_code):
        raise NotFound
    return wallet


def household_of(wallet: LedgerAccount) -> int | None:
    """The household behind a wallet, also of somebody who has left."""
    if wallet.household_id is not None or wallet.person_id is None:
        return wallet.household_id
    return last_household_of(wallet.person_id)


def demand_holder(wallet: LedgerAccount) -> None:
    """Somebody is left whose points they are. Raises HouseholdDeserted."""
    gone = is_deserted(wallet.household_id) if wallet.household_id else has_left(wallet.person_id or 0)
    if gone:
        raise HouseholdDeserted


def refuse_own(actor: Actor, wallet: LedgerAccount) -> None:
    """Raises OwnAffair when the wallet is the actor's own or their household's."""
    if actor.household_id is not None and household_of(wallet) == actor.household_id:
        raise OwnAffair


def move_wallets(actor: Actor, household_id: int, area_code: str) -> None:
    """Take a household's wallets and cards along to `area_code`; call inside its unit of work.

    Points are booked out of the old village and into the new one through the mint, so that each
    village's equation still closes.
    """
    rows = LedgerAccount.unscoped("a move crosses the wall on purpose").where(LedgerAccount.kind == WALLET)
    for wallet in [row for row in rows.where(held_by(household_id)) if row.area_code != area_code]:
        expired = expire_wallet(actor, wallet.id)
        # What is promised stays promised: it goes along and is held again over there.
        _hold_points(wallet.id, 0)
        carry_points(actor, wallet, wallet.balance - expired, wallet.area_code[:12], area_code[:12])
        _hold_points(wallet.id, wallet.held)
        LedgerAccount.update(area_code=area_code).where(LedgerAccount.id == wallet.id).execute()
        Card.update(area_code=area_code).where(Card.wallet_id == wallet.id).execute()


def carry_points(
    actor: Actor,
    wallet: LedgerAccount,
    points: int,
    source: str,
    target: str,
    into: LedgerAccount | None = None,
    reason: str = "",
) -> int:
    """Book points of a wallet out of one village and into another, if they are two; in a unit of work.

    `into`: another wallet that gets them. The points keep the days on which they end. Returns the transfer
    that took them out (0: none).
    """
    moved = 0
    if points and source != target:
        mint = ledger.mint(county().settings.county_code)
        balance = balance_of(wallet.id)
        kept = lots.oldest_shares(wallet.id, balance, points)
        out = [Leg(wallet.id, -points), Leg(mint.id, points)]
        back = [Leg((into or wallet).id, points), Leg(mint.id, -points)]
        moved = ledger.post(actor, MOVE_OUT, out, area_code=source, reason=reason or "迁出").transfer_id
        ledger.post(actor, MOVE_IN, back, area_code=target, reason=reason or "迁入", kept=kept)
    return moved


def balance_of(wallet_id: int) -> int:
    """What a wallet holds now; call inside a unit of work that is alone."""
    row = LedgerAccount.unscoped("the caller has found the wallet").where(LedgerAccount.id == wallet_id).get()
    return int(row.balance)


def _hold_points(wallet_id: int, points: int) -> None:
    LedgerAccount.update(held=points).where(
        (LedgerAccount.id == wallet_id) & (LedgerAccount.held != points)
    ).execute()


def held_by(household_id: int) -> Any:
    """Wallets of a household, of one of its members or of somebody who left it, as a condition."""
    everybody = everybody_of(household_id)
    return (LedgerAccount.household_id == household_id) | LedgerAccount.person_id.in_(everybody)
