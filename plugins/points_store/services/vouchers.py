"""Vouchers: services that residents have redeemed and bring to the provider, each of them once."""

from datetime import datetime, timedelta

from core import audit, qr
from core.clock import now, today
from core.county import county, plugin_settings
from core.db import joined_unit, unit_of_work
from core.errors import DomainError, NotFound, TooManyTries
from core.security import Actor
from plugins.points_store.errors import (
    NotYourProvider,
    VoucherExpired,
    VoucherForeign,
    VoucherReturned,
    VoucherUnknown,
    VoucherUsed,
)
from plugins.points_store.models import LedgerAccount, Provider, ProviderStaff, Refusal, Voucher
from plugins.points_store.services import wallets
from plugins.points_store.services.guesses import demand_few_guesses
from plugins.points_store.services.prices import Line

VOUCHER = "v"  # the purpose inside the signature
CODE_LENGTH = 8
_REACHED = "a voucher is found by its code; whose provider it is for is checked next"
_CHUNK = 200


def issue_vouchers(
    actor: Actor, area_code: str, redemption_id: int, line_id: int, wallet_id: int, line: Line, at: datetime
) -> None:
    """A voucher for each piece of a line; call inside the unit of work of the redemption."""
    valid_until = today() + timedelta(days=int(plugin_settings("points_store")["voucher_days"]))
    rows = [
        {
            "code": qr.new_subject(CODE_LENGTH),
            "redemption_id": redemption_id,
            "line_id": line_id,
            "store_id": line.product.store_id,
            "product_id": line.product.id,
            "provider_id": line.product.provider_id,
            "wallet_id": wallet_id,
            "area_code": area_code,
            "name": line.product.name,
            "points": line.price,
            "issued_at": at,
            "valid_until": valid_until,
        }
        for _ in range(line.quantity)
    ]
    for start in range(0, len(rows), _CHUNK):
        Voucher.insert_many(rows[start : start + _CHUNK]).execute()
    audit.record(
        actor,
        "points_store.issue_vouchers",
        area_code=area_code,
        subject=f"redemption:{redemption_id}",
        count=len(rows),
    )


def voucher_token(code: str) -> str:
    """What stands in a voucher's QR code. It does not end by itself: the row knows its last day."""
    return qr.sign(county().keys, VOUCHER, code, None)


def find_voucher(actor: Actor, raw_code: str) -> Voucher:
    """The voucher that a scanned URL, token or typed code names, when the actor may take it in now.

    Raises VoucherUnknown, VoucherForeign, VoucherUsed, VoucherReturned, VoucherExpired, OwnAffair,
    NotYourProvider, TooManyTries. A code that is none counts as a guess.
    """
    actor.demand("points_store.provide")
    return _storing(actor, raw_code, use=False)


def use_voucher(actor: Actor, *, raw_code: str) -> Voucher:
    """Take a voucher in: the service is rendered. The same refusals as `find_voucher`."""
    actor.demand("points_store.provide")
    return _storing(actor, raw_code, use=True)


def _storing(actor: Actor, raw_code: str, *, use: bool) -> Voucher:
    refused: DomainError | None = None
    with joined_unit(housekeeping="a look at a voucher"):
        try:
            with unit_of_work(housekeeping=None if use else "a look at a voucher"):
                voucher = _admit(actor, raw_code)
                if use:
                    _use(actor, voucher)
        except DomainError as refusal:
            refused = refusal
            _store_refusal(actor, raw_code, refusal)
    if refused is not None:
        raise refused
    return voucher


def _admit(actor: Actor, raw_code: str) -> Voucher:
    provider_ids = _own_providers(actor)
    demand_few_guesses(actor, VoucherUnknown.code)
    code = _code_of(raw_code)
    voucher: Voucher | None = Voucher.unscoped(_REACHED).where(Voucher.code == code).first()
    if voucher is None:
        raise VoucherUnknown
    if voucher.provider_id not in provider_ids:
        raise VoucherForeign
    demand_usable(voucher)
    wallet = LedgerAccount.unscoped(_REACHED).where(LedgerAccount.id == voucher.wallet_id).get()
    wallets.refuse_own(actor, wallet)
    return voucher


def _own_providers(actor: Actor) -> set[int]:
    bound = ProviderStaff.select(ProviderStaff.provider_id).where(
        ProviderStaff.account_id == actor.account_id
    )
    mine = Provider.within(actor.scope("points_store.provide")).where(
        Provider.id.in_(bound) & Provider.active
    )
    found = {int(row.id) for row in mine}
    if not found:
        raise NotYourProvider
    return found


def _code_of(raw_code: str) -> str:
    raw_token = raw_code.strip().rstrip("/").rpartition("/")[2]
    if "." not in raw_token:
        return qr.normalize(raw_token)
    try:
        signed = qr.read(county().keys, raw_token)
    except (qr.BadCode, qr.ExpiredCode):
        raise VoucherUnknown from None
    if signed.purpose != VOUCHER:
        raise VoucherUnknown
    return signed.subject


def demand_usable(voucher: Voucher) -> None:
    """Raises VoucherUsed, VoucherReturned or VoucherExpired."""
    if voucher.used_at is not None:
        raise VoucherUsed
    if voucher.returned_at is not None:
        raise VoucherReturned
    if voucher.valid_until < today():
        raise VoucherExpired(day=voucher.valid_until.isoformat())


def _use(actor: Actor, voucher: Voucher) -> None:
    # One conditional statement: of two at once, one finds it used.
    open_one = (Voucher.id == voucher.id) & Voucher.used_at.is_null() & Voucher.returned_at.is_null()
    if not Voucher.update(used_at=now(), used_by=actor.account_id).where(open_one).execute():
        raise VoucherUsed
    audit.record(
        actor,
        "points_store.use_voucher",
        area_code=voucher.area_code,
        subject=f"voucher:{voucher.id}",
        points=voucher.points,
    )
    voucher.used_at, voucher.used_by = now(), actor.account_id


def _store_refusal(actor: Actor, raw_code: str, refusal: DomainError) -> None:
    scope = actor.scope("points_store.provide")
    if not scope.prefixes or isinstance(refusal, TooManyTries | NotYourProvider):
        return
    with unit_of_work():
        Refusal.create(
            at=now(),
            area_code=scope.prefixes[0],
            account_id=actor.account_id,
            reason=refusal.code,
            scanned=raw_code.strip().rpartition("/")[2][:6],
        )
        audit.record(
            actor,
            "points_store.refuse_voucher",
            area_code=scope.prefixes[0],
            subject=f"account:{actor.account_id}",
            reason=refusal.code,
        )


def take_back(line_id: int, quantity: int, voucher_id: int | None = None) -> bool:
    """Void unused vouchers of a line that is returned; call inside its unit of work.

    Whether the line had vouchers at all. Raises VoucherUsed when fewer than `quantity` are unused.
    """
    of_line = Voucher.unscoped("reached through a redemption in the actor's areas").where(
        Voucher.line_id == line_id
    )
    if not of_line.exists():
        return False
    unused = of_line.where(Voucher.used_at.is_null() & Voucher.returned_at.is_null())
    if voucher_id is not None:
        unused = unused.where(Voucher.id == voucher_id)
    ids = [row.id for row in unused.order_by(Voucher.id).limit(quantity)]
    if len(ids) < quantity:
        raise VoucherUsed
    still = Voucher.id.in_(ids) & Voucher.used_at.is_null() & Voucher.returned_at.is_null()
    if Voucher.update(returned_at=now()).where(still).execute() != quantity:
        raise VoucherUsed
    return True


def own_voucher(actor: Actor, voucher_id: int) -> Voucher:
    """A voucher of the actor's own wallet. Raises NotFound."""
    actor.demand("points_store.own")
    wallet = wallets.find_own_wallet(actor)
    voucher: Voucher | None = Voucher.unscoped("one's own wallet's").where(Voucher.id == voucher_id).first()
    if wallet is None or voucher is None or voucher.wallet_id != wallet.id:
        raise NotFound
    return voucher
