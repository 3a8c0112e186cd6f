"""Reading awards: the newest ones of the reviewer's villages."""

from dataclasses import dataclass
from datetime import datetime

from core.accounts.api import account_names
from core.areas.api import area_names
from core.people.api import household_head_name
from core.scope import AreaScope
from plugins.points_store.models import AWARD, WALLET, Entry, LedgerAccount, Rule, Transfer
from plugins.points_store.services.wallets import household_of

_REACHED = "reached through an award in the actor's areas"


@dataclass(frozen=True)
class AwardView:
    """An award in a list."""

    id: int
    at: datetime
    head_name: str
    area_name: str
    rule_title: str
    reason: str
    points: int
    actor_name: str


def recent_awards(scope: AreaScope, page: int, page_size: int) -> tuple[list[AwardView], int]:
    """The newest awards in `scope`, and how many there are."""
    query = Transfer.within(scope).where(Transfer.kind == AWARD)
    rows = list(query.order_by(Transfer.id.desc()).paginate(page, page_size))
    households = _households([int(row.id) for row in rows])
    heads = household_head_name([known for known in households.values() if known is not None])
    areas = area_names([row.area_code for row in rows])
    people = account_names([row.account_id for row in rows])
    rule_ids = [row.rule_id for row in rows if row.rule_id]
    rules = {rule.id: rule.title for rule in Rule.unscoped(_REACHED).where(Rule.id.in_(rule_ids))}
    return [
        AwardView(
            id=row.id,
            at=row.at,
            head_name=heads.get(households.get(row.id) or 0, ""),
            area_name=areas.get(row.area_code, row.area_code),
            rule_title=rules.get(row.rule_id or 0, ""),
            reason=row.reason,
            points=row.points,
            actor_name=people.get(row.account_id or 0, ""),
        )
        for row in rows
    ], query.count()


def _households(transfer_ids: list[int]) -> dict[int, int | None]:
    """Transfer id -> the household whose wallet it credited."""
    entries = Entry.select().where(Entry.transfer_id.in_(transfer_ids) & (Entry.points > 0))
    credited = {entry.ledger_account_id: entry.transfer_id for entry in entries}
    wallets = {
        wallet.id: wallet
        for wallet in LedgerAccount.unscoped(_REACHED).where(
            LedgerAccount.id.in_(list(credited)) & (LedgerAccount.kind == WALLET)
        )
    }
    return {
        entry.transfer_id: household_of(wallets[entry.ledger_account_id])
        for entry in entries
        if entry.ledger_account_id in wallets
    }
