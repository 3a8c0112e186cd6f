"""Whom a message is for."""

from core.accounts.api import holders
from core.value_classes import value_class


@value_class
class Accounts:
    """These accounts."""

    ids: tuple[int, ...]


@value_class
class Holders:
    """Whoever holds `role` at `area_code` today; where nobody does, at the next area above."""

    role: str
    area_code: str


@value_class
class Group:
    """The group robots of this name in the config whose area covers the message's; no inbox."""

    name: str


Recipients = Accounts | Holders | Group


def account_ids(to: Recipients) -> list[int]:
    """The accounts behind `to`, each once."""
    if isinstance(to, Holders):
        return holders(to.role, to.area_code)
    return sorted(set(to.ids)) if isinstance(to, Accounts) else []
