"""Reading honour: what households earned (not what they hold), the level that gives, and its benefits."""

from datetime import datetime
from typing import Any

from peewee import Case, fn

from core.areas.api import area_names
from core.burdens import demand_ground
from core.clock import CHINA, today
from core.county import plugin_settings
from core.people.api import household_head_name
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.models import (
    AWARD,
    DEDUCTION,
    OPENING,
    WALLET,
    WITHDRAWAL,
    Entry,
    HonourConsent,
    LedgerAccount,
    Transfer,
)
from plugins.points_store.services.wallets import find_own_wallet

_OWN = "one's own wallet and consent"
_COUNTED = (AWARD, OPENING, WITHDRAWAL, DEDUCTION)


@value_class
class Honour:
    """A household's honour: awards, less what was taken back or deducted; `title` empty below all levels."""

    household_id: int
    head_name: str
    area_name: str
    awarded: int
    taken: int
    title: str
    benefits: list[str]
    next_title: str
    next_from: int

    @property
    def earned(self) -> int:
        """What counts."""
        return max(0, self.awarded - self.taken)


def has_levels() -> bool:
    """Whether the county's config has levels of honour at all."""
    return bool(plugin_settings("points_store")["honour"])


def own_honour(actor: Actor) -> tuple[Honour, bool] | None:
    """The acting resident's own, and whether they stand in the village's list; None without a household."""
    if actor.household_id is None:
        return None
    wallet = find_own_wallet(actor)
    sums = _sums(Entry.ledger_account_id == wallet.id) if wallet is not None else {}
    awarded, taken = sums.get(wallet.id, (0, 0)) if wallet is not None else (0, 0)
    joined = HonourConsent.select().where(HonourConsent.household_id == actor.household_id).exists()
    return _honour(actor.household_id, "", "", awarded, taken), joined


def village_list(scope: AreaScope, area_code: str, page: int, page_size: int) -> tuple[list[Honour], int]:
    """Those of a village who joined its list, by household, and how many. Raises BurdenOff."""
    demand_ground("ranking")
    consented: Any = HonourConsent.select(HonourConsent.household_id)
    return _list(scope, area_code, page, page_size, LedgerAccount.household_id.in_(consented))


def honour_table(scope: AreaScope, area_code: str) -> list[Honour]:
    """Every household of an area with a wallet, by area: a report for people who decide, no decision."""
    return _list(scope, area_code, 1, 100_000, None)[0]


def _list(scope: AreaScope, area_code: str, page: int, page_size: int, also: Any) -> tuple[list[Honour], int]:
    held = (LedgerAccount.kind == WALLET) & LedgerAccount.household_id.is_null(False)
    query = LedgerAccount.within(scope).where(held & AreaScope((area_code,)).where(LedgerAccount.area_code))
    if also is not None:
        query = query.where(also)
    wallets = list(
        query.order_by(LedgerAccount.area_code, LedgerAccount.household_id).paginate(page, page_size)
    )
    sums: dict[int, tuple[int, int]] = {}
    for start in range(0, len(wallets), 500):
        sums |= _sums(Entry.ledger_account_id.in_([row.id for row in wallets[start : start + 500]]))
    heads = household_head_name([row.household_id for row in wallets if row.household_id])
    names = area_names({row.area_code for row in wallets})
    return [
        _honour(
            row.household_id or 0,
            heads.get(row.household_id or 0, ""),
            names.get(row.area_code, row.area_code),
            *sums.get(row.id, (0, 0)),
        )
        for row in wallets
    ], query.count()


def _sums(which: Any) -> dict[int, tuple[int, int]]:
    """Wallet -> awarded, and taken back or deducted, as both stand above zero."""
    gained = fn.SUM(Case(None, [(Entry.points > 0, Entry.points)], 0))
    lost = fn.SUM(Case(None, [(Entry.points < 0, Entry.points * -1)], 0))
    query: Any = (
        Entry.select(Entry.ledger_account_id, gained, lost)
        .join(Transfer, on=(Transfer.id == Entry.transfer_id))
        .where(which & Transfer.kind.in_(_COUNTED))
        .group_by(Entry.ledger_account_id)
    )
    if plugin_settings("points_store")["honour_period"] == "year":
        query = query.where(Transfer.at >= datetime(today().year, 1, 1, tzinfo=CHINA))
    return {wallet_id: (int(up), int(down)) for wallet_id, up, down in query.tuples()}


def _honour(household_id: int, head: str, area_name: str, awarded: int, taken: int) -> Honour:
    earned = max(0, awarded - taken)
    levels = plugin_settings("points_store")["honour"]
    reached = [level for level in levels if level["start"] <= earned]
    ahead = [level for level in levels if level["start"] > earned]
    return Honour(
        household_id=household_id,
        head_name=head,
        area_name=area_name,
        awarded=awarded,
        taken=taken,
        title=reached[-1]["title"] if reached else "",
        benefits=[benefit for level in reached for benefit in level["benefits"]],
        next_title=ahead[0]["title"] if ahead else "",
        next_from=ahead[0]["start"] if ahead else 0,
    )
