"""Cards for a whole village at once: for every household that has none, or new ones for all."""

from core import audit, qr
from core.areas.api import area_names
from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.people.api import HouseholdBrief, list_households
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.errors import NothingToPrint
from plugins.points_store.models import Card, LedgerAccount
from plugins.points_store.services import wallets
from plugins.points_store.services.cards import IssuedCard, new_pin, pin_mark
from plugins.points_store.services.codes import SERIAL_LENGTH
from plugins.points_store.services.household_codes import LIFE, household_token

CARDS_AT_MOST = 3_000
_PAGE = 500


@value_class
class SheetCard:
    """A card to print, with the words on it. `pin` is readable this once."""

    issued: IssuedCard
    head_name: str
    number: str
    area_name: str


def issue_sheet(actor: Actor, *, area_code: str, renew: bool) -> list[SheetCard]:
    """Cards for the households of a village or grid, in the order of their numbers.

    `renew`: also for those that have one in use, which stops; without it these are left out. The actor's own
    household is left out always: whoever makes a card sees its PIN. Raises NotFound, NothingToPrint.
    """
    actor.demand("points_store.cards", area_code)
    if len(area_code) < 12 or wallets.per_person():
        raise NotFound
    with unit_of_work():
        homes = [home for home in _homes(area_code) if home.id != actor.household_id]
        served = {} if renew else _with_card([home.id for home in homes])
        names = area_names([area_code[:12]])
        cards = [
            SheetCard(_issue(actor, home), home.head_name, home.number, names.get(area_code[:12], ""))
            for home in homes
            if home.id not in served
        ]
        if not cards:
            raise NothingToPrint
        audit.record(
            actor,
            "points_store.issue_sheet",
            area_code=area_code,
            subject=f"card:{cards[0].issued.card_id}",
            first=cards[0].issued.card_id,
            last=cards[-1].issued.card_id,
            cards=len(cards),
        )
    return cards


def _homes(area_code: str) -> list[HouseholdBrief]:
    homes: list[HouseholdBrief] = []
    scope = AreaScope((area_code,))
    while len(homes) < CARDS_AT_MOST:
        found, total = list_households(scope, page=len(homes) // _PAGE + 1, page_size=_PAGE)
        homes += found
        if not found or len(homes) >= total:
            break
    return homes[:CARDS_AT_MOST]


def _with_card(household_ids: list[int]) -> set[int]:
    """Those of the households that have a card in use."""
    served: set[int] = set()
    for start in range(0, len(household_ids), _PAGE):
        query = (
            LedgerAccount.unscoped("the caller found the households in scope")
            .join(Card, on=(Card.wallet_id == LedgerAccount.id))
            .where(
                LedgerAccount.household_id.in_(household_ids[start : start + _PAGE])
                & Card.stopped_at.is_null()
                & Card.proxy_id.is_null()
            )
        )
        served |= {row.household_id for row in query if row.household_id is not None}
    return served


def _issue(actor: Actor, home: HouseholdBrief) -> IssuedCard:
    wallet = wallets.open_wallet(actor, home.id, None)
    Card.update(stopped_at=now()).where(
        (Card.wallet_id == wallet.id) & Card.stopped_at.is_null() & Card.proxy_id.is_null()
    ).execute()
    serial, pin = qr.new_subject(SERIAL_LENGTH), new_pin()
    card = Card.create(
        serial=serial,
        wallet_id=wallet.id,
        area_code=home.area_code,
        pin_mark=pin_mark(serial, pin),
        issued_at=now(),
        issued_by=actor.account_id,
    )
    return IssuedCard(card.id, wallet.id, serial, household_token(serial, wallet.id, now() + LIFE), pin)
