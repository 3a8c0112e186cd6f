"""Printed household cards with a PIN: the whole journey without a phone."""

import hmac
import secrets
from datetime import datetime, time

from peewee import fn

from core import audit, qr
from core.clock import CHINA, now, today
from core.county import county, plugin_settings
from core.db import Statement, milliseconds, rows, unit_of_work
from core.errors import NotFound
from core.people.api import household_area
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.errors import CardLimit, FaceLimit
from plugins.points_store.models import Card, Confirmation, LedgerAccount, Redemption
from plugins.points_store.services import proxies, wallets
from plugins.points_store.services.codes import CARD, SERIAL_LENGTH
from plugins.points_store.services.household_codes import LIFE, household_token

PIN_DIGITS = 6
TRIES = 5

# Of the wallet's redemptions only today's are looked at, however many there are.
_SPENT = Statement(
    lambda p: Redemption.unscoped(
        "a wallet's limit counts in every store",
        fn.COALESCE(fn.SUM(Redemption.points - Redemption.returned), 0),
    ).where(
        (Redemption.wallet_id == p("wallet_id"))
        & (Redemption.at >= p("since"))
        & Redemption.card_id.is_null(False)
        & (Redemption.day == p("day"))
    )
)


@value_class
class IssuedCard:
    """A card to print. The PIN is shown this once; only a keyed mark of it is stored."""

    card_id: int
    wallet_id: int
    serial: str
    token: str
    pin: str


def issue_card(actor: Actor, *, household_id: int, person_id: int | None = None) -> IssuedCard:
    """A new card for a household's (or person's) wallet; earlier ones stop. Raises NotFound."""
    scope = actor.demand("points_store.cards")
    area_code = household_area(household_id)
    if area_code is None or not scope.covers(area_code):
        raise NotFound
    serial, pin = qr.new_subject(SERIAL_LENGTH), new_pin()
    with unit_of_work():
        wallet = wallets.open_wallet(actor, household_id, person_id)
        # Whoever makes the card sees the PIN.
        wallets.refuse_own(actor, wallet)
        Card.update(stopped_at=now()).where(
            (Card.wallet_id == wallet.id) & Card.stopped_at.is_null() & Card.proxy_id.is_null()
        ).execute()
        card = _new_card(actor, wallet, serial, pin, area_code)
    return IssuedCard(card.id, wallet.id, serial, household_token(serial, wallet.id, now() + LIFE), pin)


def issue_proxy_card(actor: Actor, *, proxy_id: int) -> IssuedCard:
    """A card (代领卡) for whoever redeems for a household; an earlier one of theirs stops.

    Raises NotFound, OwnAffair, KinAffair, ProxyEnded.
    """
    serial, pin = qr.new_subject(SERIAL_LENGTH), new_pin()
    with unit_of_work():
        proxy, wallet = proxies.managed_proxy(actor, proxy_id)
        Card.update(stopped_at=now()).where((Card.proxy_id == proxy.id) & Card.stopped_at.is_null()).execute()
        card = _new_card(actor, wallet, serial, pin, wallet.area_code, proxy_id=proxy.id)
    # Signed for this server alone: without a line nobody knows a proxy's limits.
    token = qr.sign(county().keys, CARD, serial, None)
    return IssuedCard(card.id, wallet.id, serial, token, pin)


def _new_card(
    actor: Actor, wallet: LedgerAccount, serial: str, pin: str, area_code: str, proxy_id: int | None = None
) -> Card:
    card: Card = Card.create(
        serial=serial,
        wallet_id=wallet.id,
        area_code=area_code,
        pin_mark=pin_mark(serial, pin),
        issued_at=now(),
        issued_by=actor.account_id,
        proxy_id=proxy_id,
    )
    detail = {} if proxy_id is None else {"proxy": proxy_id}
    audit.record(
        actor,
        "points_store.issue_card",
        area_code=wallet.area_code,
        subject=f"card:{card.id}",
        wallet_id=wallet.id,
        **detail,
    )
    return card


def stop_card(actor: Actor, *, card_id: int) -> None:
    """Stop a lost card: from the next scan on it is refused. Raises NotFound."""
    scope = actor.demand("points_store.cards")
    with unit_of_work():
        card = Card.within(scope).where(Card.id == card_id).first()
        if card is None:
            raise NotFound
        Card.update(stopped_at=now()).where((Card.id == card_id) & Card.stopped_at.is_null()).execute()
        audit.record(actor, "points_store.stop_card", area_code=card.area_code, subject=f"card:{card_id}")


def tries_left(card: Card) -> int:
    """How many wrong PINs the card still takes; 0 means locked."""
    return max(0, TRIES - int(card.failures))


def pin_fits(card: Card, raw_pin: str) -> bool:
    """Whether the PIN is right; a right one clears the count. Call inside a unit of work."""
    if not hmac.compare_digest(bytes(card.pin_mark), pin_mark(card.serial, qr.normalize(raw_pin))):
        return False
    if card.failures:
        Card.update(failures=0).where(Card.id == card.id).execute()
    return True


def count_wrong_pin(card_id: int) -> None:
    """Count a wrong PIN, after the refused redemption was rolled back."""
    Card.update(failures=Card.failures + 1).where(Card.id == card_id).execute()


def demand_day_limit(card: Card, points: int) -> None:
    """A card's limit a day, over all of the wallet's card redemptions. Raises CardLimit."""
    limit = int(plugin_settings("points_store")["card_day_limit"])
    used = spent_today(card.wallet_id)
    if used + points > limit:
        raise CardLimit(limit=limit, used=used)


def known_face_limit() -> int:
    """Points a day that a card pays without its PIN where the clerk knows the holder; 0: never."""
    return int(plugin_settings("points_store")["known_face_limit"])


def demand_known_face(card: Card, points: int) -> None:
    """A clerk's word in place of the PIN, as far as the county lets it count. Raises FaceLimit."""
    # A face says nothing of what a household lets somebody else do.
    limit = known_face_limit() if card.proxy_id is None else 0
    spent = (
        Confirmation.select(Confirmation.points - Redemption.returned)
        .join(Redemption, on=(Redemption.id == Confirmation.redemption_id))
        .where((Confirmation.wallet_id == card.wallet_id) & (Confirmation.day == today()))
    )
    used = sum(points for (points,) in rows(spent))
    # A card that was locked by wrong PINs is a card that somebody tried.
    if used + points > limit or not tries_left(card):
        raise FaceLimit(limit=limit, used=used)


def confirm_by_face(redemption_id: int, card: Card, points: int) -> None:
    """Keep with a redemption that no PIN was asked for; inside its unit of work."""
    Confirmation.create(redemption_id=redemption_id, wallet_id=card.wallet_id, day=today(), points=points)


def stop_own_card(actor: Actor) -> None:
    """The resident's own lost card, stopped by themselves in one step; again is the same."""
    actor.demand("points_store.own")
    with unit_of_work(housekeeping="there may be no card in use"):
        wallet = wallets.find_own_wallet(actor)
        mine = Card.unscoped("one's own cards").where(
            (Card.wallet_id == (wallet.id if wallet else 0))
            & Card.stopped_at.is_null()
            & Card.proxy_id.is_null()
        )
        for card in mine:
            Card.update(stopped_at=now()).where(Card.id == card.id).execute()
            audit.record(actor, "points_store.stop_card", area_code=card.area_code, subject=f"card:{card.id}")


def spent_today(wallet_id: int) -> int:
    """Points redeemed today by card from a wallet, less what was taken back of them.

    A new card does not open a new limit.
    """
    (spent,) = _SPENT.first(wallet_id=wallet_id, day=today().isoformat(), since=_begin_of_today()) or (0,)
    return int(spent)


def _begin_of_today() -> int:
    return milliseconds(datetime.combine(today(), time(), CHINA))


def new_pin() -> str:
    """Six digits, drawn."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def pin_mark(serial: str, pin: str) -> bytes:
    """What is stored of a PIN."""
    # Keyed, so that a copied database does not give the PINs away to a guess over 10**6.
    return county().keys.sign(f"pin:{serial}:{pin}")
