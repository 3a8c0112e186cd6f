"""Wallets, which must follow a change of the division where the points store is installed too."""

from collections.abc import Sequence
from importlib.util import find_spec

from core.scope import AreaScope
from core.security import Actor

STORE = "points_store"
IS_THERE = find_spec(f"plugins.{STORE}") is not None


def give_points(admin: Actor, county: str, village: str, households: Sequence[int]) -> None:
    """Each household of the village gets its first points."""
    from plugins.points_store.services import awards

    rule = awards.create_rule(admin, area_code=county, title="人居环境整治", points_min=1, points_max=1_000)
    awards.grant_budget(admin, area_code=village, points=1_000, reason="年度预算")
    giver = Actor(**{**vars(admin), "permissions": {"points_store.award": (county,)}})
    for household in households:
        awards.award(giver, household_id=household, rule_id=rule.id, points=10, reason="清理河道")


def points_in(scope: AreaScope) -> int:
    """What all wallets of these areas hold."""
    from plugins.points_store.models import LedgerAccount

    wallets = LedgerAccount.within(scope).where(LedgerAccount.kind == "wallet")
    return sum(wallet.balance for wallet in wallets)
