"""Reading the cards of wallets."""

from collections.abc import Iterable

from core.db import Statement
from plugins.points_store.models import Card

_REACHED = "reached through a wallet that the caller has found in scope"
_ACTIVE_CARD = Statement(
    lambda p: (
        Card.unscoped(_REACHED)
        .where((Card.wallet_id == p("wallet_id")) & Card.stopped_at.is_null() & Card.proxy_id.is_null())
        .order_by(Card.id.desc())
    )
)


def active_card(wallet_id: int) -> Card | None:
    """The card of a wallet that is in use, if any."""
    card: Card | None = _ACTIVE_CARD.get(wallet_id=wallet_id)
    return card


def active_cards(wallet_ids: Iterable[int]) -> dict[int, Card]:
    """Wallet -> its card that is in use, for those that have one."""
    held = Card.unscoped(_REACHED).where(
        Card.wallet_id.in_(list(wallet_ids)) & Card.stopped_at.is_null() & Card.proxy_id.is_null()
    )
    return {card.wallet_id: card for card in held.order_by(Card.id)}
