"""The codes that residents show: issued, read back, used once."""

from datetime import timedelta

from core import audit, qr
from core.clock import now
from core.county import county, plugin_settings
from core.db import Statement, hold, milliseconds, unit_of_work
from core.errors import NotFound
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.errors import CardStopped, CodeExpired, CodeUnknown, CodeUsed
from plugins.points_store.models import Card, LedgerAccount, RedeemCode
from plugins.points_store.services import proxies, wallets
from plugins.points_store.services.household_codes import (
    HOUSEHOLD,
    BadHouseholdCode,
    read_household_token,
)

# A purpose inside the signature: no code passes for a card (older cards carry "c", as proxies' cards do,
# which no device without a line may read; newer ones are household codes).
SHOWN, CARD = "r", "c"
CODE_LENGTH, SERIAL_LENGTH = 8, 10
# Rows outlive their codes by far, so that a replay is refused as used even after the clock went back.
KEPT = timedelta(days=7)
# An old resident takes time over the shelf: the counter that scanned the code in time keeps it so long.
HELD = timedelta(minutes=10)

_ISSUE = Statement(
    lambda p: RedeemCode.insert(
        code=p("code"),
        wallet_id=p("wallet_id"),
        issued_at=p("issued_at"),
        expires_at=p("expires_at"),
        proxy_id=p("proxy_id"),
    )
)
_FORGET = Statement(
    lambda p: RedeemCode.delete().where(
        (RedeemCode.wallet_id == p("wallet_id")) & (RedeemCode.issued_at < p("before"))
    )
)
_CODE = Statement(lambda p: RedeemCode.select().where(RedeemCode.code == p("code")))
_HOLD = Statement(
    lambda p: RedeemCode.update(held_by=p("clerk_id"), held_until=p("until")).where(
        (RedeemCode.code == p("code")) & RedeemCode.held_by.is_null()
    )
)
_USE = Statement(
    lambda p: RedeemCode.update(used_at=p("at")).where(
        (RedeemCode.code == p("code")) & RedeemCode.used_at.is_null()
    )
)
_CARD = Statement(
    lambda p: Card.unscoped("a card is found by its serial; the store's reach is checked").where(
        Card.serial == p("serial")
    )
)
_WALLET = Statement(
    lambda p: LedgerAccount.unscoped("found by a genuine code; the store's reach is checked").where(
        LedgerAccount.id == p("id")
    )
)


@value_class
class IssuedCode:
    """A code to show: `token` goes into the QR code's URL, `code` can be typed."""

    code: str
    token: str
    wallet_id: int
    seconds: int
    expires_at: object


@value_class
class ReadCode:
    """A genuine code: the wallet behind it, and the shown code or card it came by."""

    wallet: LedgerAccount
    code: RedeemCode | None
    card: Card | None

    @property
    def proxy_id(self) -> int | None:
        """Who shows it for the wallet's household, if it is not the household itself."""
        marked = self.code or self.card
        return marked.proxy_id if marked else None


def issue_code(actor: Actor, wallet_id: int | None = None, *, proxy_id: int | None = None) -> IssuedCode:
    """A new code for the actor's own wallet (`wallet_id`, if given, must be that one).

    `proxy_id`: for the wallet of somebody who has named the actor instead. It lives for the county's
    seconds (at most 60) and is used once. Raises NoWallet, NotFound, ProxyEnded.
    """
    if proxy_id is None:
        actor.demand("points_store.own")
    seconds = int(plugin_settings("points_store")["code_seconds"])
    with unit_of_work(shared=True):
        if proxy_id is not None:
            _, wallet = proxies.mandate_of(actor, proxy_id)
        else:
            hold(f"points_store.household:{actor.household_id}")  # the first code opens the wallet
            wallet = wallets.own_wallet(actor)
        if wallet_id is not None and wallet.id != wallet_id:
            raise NotFound
        code, issued_at = qr.new_subject(CODE_LENGTH), now()
        expires_at = issued_at + timedelta(seconds=seconds)
        _FORGET.run(wallet_id=wallet.id, before=milliseconds(issued_at - KEPT))
        _ISSUE.run(
            code=code,
            wallet_id=wallet.id,
            issued_at=milliseconds(issued_at),
            expires_at=milliseconds(expires_at),
            proxy_id=proxy_id,
        )
        audit.record(
            actor, "points_store.issue_code", area_code=wallet.area_code, subject=f"wallet:{wallet.id}"
        )
    token = qr.sign(county().keys, SHOWN, code, expires_at)
    return IssuedCode(code, token, wallet.id, seconds, expires_at)


def read_code(raw_code: str, *, clerk_id: int | None = None) -> ReadCode:
    """What a scanned URL, token or typed code stands for.

    A code that is over its time is still good for the clerk who opened it in time (`clerk_id`).
    Raises CodeUnknown (mistyped, forged, foreign county), CodeExpired, CodeUsed, CardStopped.
    """
    raw_token = raw_code.strip().rstrip("/").rpartition("/")[2]
    if "." in raw_token:
        return _read_signed(raw_token, clerk_id)
    typed = qr.normalize(raw_token)
    if len(typed) == SERIAL_LENGTH:
        return _card(typed)
    return _shown(typed, clerk_id)


def _read_signed(raw_token: str, clerk_id: int | None) -> ReadCode:
    if raw_token.startswith(f"{HOUSEHOLD}."):
        return _household_card(raw_token)
    try:
        signed = qr.read(county().keys, raw_token)
    except qr.ExpiredCode as expired:
        # Genuine, but over its time: the row knows whether a counter holds it. Cards never expire.
        return _shown(str(expired), clerk_id)
    except qr.BadCode:
        raise CodeUnknown from None
    return _shown(signed.subject, clerk_id) if signed.purpose == SHOWN else _card(signed.subject)


def _shown(code: str, clerk_id: int | None) -> ReadCode:
    row = _CODE.get(code=code)
    if row is None:
        raise CodeUnknown
    if row.used_at is not None:
        raise CodeUsed
    # Issued later than now: the clock was set back, and the code's age can't be known.
    fresh = row.issued_at <= now() < row.expires_at
    held = clerk_id is not None and row.held_by == clerk_id and row.issued_at <= now() < row.held_until
    if not (fresh or held):
        raise CodeExpired
    return ReadCode(_wallet(row.wallet_id), row, None)


def hold_code(code: str, clerk_id: int) -> None:
    """The clerk has opened the code in time, and picks goods now; call inside a unit of work."""
    _HOLD.run(code=code, clerk_id=clerk_id, until=milliseconds(now() + HELD))


def _household_card(raw_token: str) -> ReadCode:
    try:
        code = read_household_token(raw_token)
    except BadHouseholdCode:
        raise CodeUnknown from None
    if code.over:
        raise CodeExpired
    return _card(code.serial)


def _card(serial: str) -> ReadCode:
    card: Card | None = _CARD.get(serial=serial)
    if card is None:
        raise CodeUnknown
    if card.stopped_at is not None:
        raise CardStopped
    return ReadCode(_wallet(card.wallet_id), None, card)


def _wallet(wallet_id: int) -> LedgerAccount:
    wallet: LedgerAccount = _WALLET.get(id=wallet_id)
    return wallet


def subject_of(raw_code: str) -> str:
    """The short code or serial that a scanned URL, token or typed code names, unchecked.

    Two attempts with one code, however it was read, have one subject.
    """
    raw_token = raw_code.strip().rstrip("/").rpartition("/")[2]
    parts = raw_token.split(".")
    return qr.normalize(parts[1] if len(parts) > 1 else raw_token)


def use_code(code: str) -> None:
    """Mark a code as used; call inside the unit of work of the redemption. Raises CodeUsed."""
    if not _USE.run(code=code, at=milliseconds(now())):
        raise CodeUsed
