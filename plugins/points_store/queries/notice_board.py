"""What a village makes public for a month: what was credited in it, and what is in publicity now.

Only what is meant for the board: a masked name, the act, points and days. No text that people typed.
"""

from datetime import date, datetime, timedelta
from typing import Any

from core.clock import CHINA, today
from core.county import plugin_settings
from core.people.api import household_head_name, mask_name, person_names
from core.value_classes import value_class
from plugins.points_store.models import (
    AWARD,
    DEDUCTION,
    WALLET,
    Claim,
    Entry,
    LedgerAccount,
    Rule,
    Transfer,
)
from plugins.points_store.models.claims import OBJECTED
from plugins.points_store.queries.claims import in_publicity, signed_points
from plugins.points_store.services.wallets import household_of

_BOARD = "what a village makes public is for everybody; names are masked as the county sets"
MOST = 5000


@value_class
class BoardRow:
    """A line of the sheet. `points` signed. `until`: the last day of publicity, None once it was booked."""

    name: str
    act: str
    points: int
    day: date
    until: date | None
    objected: bool
    claim_id: int | None


def month_of(text: str) -> date | None:
    """The first day of `2026-11`; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=CHINA).date()
    except ValueError:
        return None


def month_after(first: date) -> date:
    """The first day of the month after that of `first`."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def is_public(first: date) -> bool:
    """Whether a month is on the public page (`public_months`, this one included)."""
    age = (today().year - first.year) * 12 + today().month - first.month
    return 0 <= age < int(plugin_settings("points_store")["public_months"])


def publicity_rows(area_code: str) -> list[BoardRow]:
    """What is in publicity in a village now, what ends first on top."""
    claims = list(in_publicity(area_code).limit(MOST))
    rules = _rules({claim.rule_id for claim in claims})
    heads = household_head_name({claim.household_id for claim in claims})
    persons = person_names({claim.person_id for claim in claims if claim.person_id})
    return [
        BoardRow(
            name=shown(persons.get(claim.person_id or 0) or heads.get(claim.household_id, "")),
            act=rules.get(claim.rule_id, ""),
            points=signed_points(claim.effect, claim.points),
            day=claim.day,
            until=claim.public_until,
            objected=claim.state == OBJECTED,
            claim_id=claim.id,
        )
        for claim in claims
    ]


def credited_rows(area_code: str, first: date) -> list[BoardRow]:
    """What was credited (or deducted) by rule in a village in a month, and stands, by day."""
    begin = datetime(first.year, first.month, 1, tzinfo=CHINA)
    after = month_after(first)
    end = datetime(after.year, after.month, 1, tzinfo=CHINA)
    undone: Any = Transfer.unscoped(_BOARD, Transfer.reverses_id).where(Transfer.reverses_id.is_null(False))
    transfers = list(
        Transfer.unscoped(_BOARD)
        .where(
            (Transfer.area_code == area_code[:12])
            & Transfer.kind.in_([AWARD, DEDUCTION])
            & (Transfer.at >= begin)
            & (Transfer.at < end)
            & Transfer.rule_id.is_null(False)
            & Transfer.id.not_in(undone)
        )
        .order_by(Transfer.id)
        .limit(MOST)
    )
    rules = _rules({row.rule_id for row in transfers})
    holders = _holders([row.id for row in transfers])
    claims = {
        row.transfer_id: row
        for start in range(0, len(transfers), 500)
        for row in Claim.unscoped(_BOARD).where(
            Claim.transfer_id.in_([transfer.id for transfer in transfers[start : start + 500]])
        )
    }
    return [
        BoardRow(
            name=shown(holders.get(row.id, "")),
            act=rules.get(row.rule_id or 0, ""),
            points=-row.points if row.kind == DEDUCTION else row.points,
            day=claims[row.id].day if row.id in claims else row.at.date(),
            until=None,
            objected=False,
            claim_id=None,
        )
        for row in transfers
    ]


def shown(name: str) -> str:
    """A name as the county makes it public."""
    if plugin_settings("points_store")["public_names"] == "full" or not name:
        return name
    return mask_name(name)


def _rules(ids: set[Any]) -> dict[int, str]:
    rows: Any = Rule.unscoped(_BOARD, Rule.id, Rule.title)
    return dict(rows.where(Rule.id.in_([key for key in ids if key])).tuples())


def _holders(transfer_ids: list[int]) -> dict[int, str]:
    """Transfer -> name of the head of the household (or of the person) whose wallet it touched."""
    wallets: dict[int, Any] = {}
    for start in range(0, len(transfer_ids), 500):
        some = transfer_ids[start : start + 500]
        pairs: Any = (
            Entry.select(Entry.transfer_id, Entry.ledger_account_id)
            .join(LedgerAccount, on=(LedgerAccount.id == Entry.ledger_account_id))
            .where(Entry.transfer_id.in_(some) & (LedgerAccount.kind == WALLET))
        )
        touched = dict(pairs.tuples())
        found = {
            row.id: row
            for row in LedgerAccount.unscoped(_BOARD).where(LedgerAccount.id.in_(set(touched.values())))
        }
        wallets |= {transfer_id: found[account_id] for transfer_id, account_id in touched.items()}
    persons = person_names({row.person_id for row in wallets.values() if row.person_id})
    homes = {key: household_of(row) for key, row in wallets.items() if not row.person_id}
    heads = household_head_name({home for home in homes.values() if home})
    return {
        key: persons.get(row.person_id, "") if row.person_id else heads.get(homes[key] or 0, "")
        for key, row in wallets.items()
    }
