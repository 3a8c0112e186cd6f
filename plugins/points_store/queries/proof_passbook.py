"""The proof of what stands on paper and of who redeemed for whom, held against the ledger and the record."""

from collections.abc import Iterator

from core import audit
from core.db import rows
from plugins.points_store.models import Entry, Passbook, PassbookPrint, Redemption

_PROOF = "the proof of the ledger looks at every account"


def wrong_passbooks() -> Iterator[str]:
    """Prints with another balance than their last entry; redemptions with another proxy than recorded."""
    found = rows(
        PassbookPrint.select(
            PassbookPrint.id,
            PassbookPrint.balance_after,
            Passbook.wallet_id,
            Entry.ledger_account_id,
            Entry.balance_after,
        )
        .join(Passbook, on=(Passbook.id == PassbookPrint.passbook_id))
        .left_outer_join(Entry, on=(Entry.id == PassbookPrint.last_entry))
        .where(PassbookPrint.last_entry > 0)
    )
    for print_id, printed, wallet_id, account_id, balance in found:
        if (account_id, balance) != (wallet_id, printed):
            yield f"存折打印 {print_id} 的余额为 {printed}，账上应为 {balance}"
    by_proxy = Redemption.unscoped(_PROOF, Redemption.id, Redemption.proxy_id)
    noted = dict(rows(by_proxy.where(Redemption.proxy_id.is_null(False))))
    recorded = {
        int(detail["redemption"]): int(detail["proxy"])
        for _, detail in audit.details(["points_store.redeem_for"])
    }
    for redemption_id in sorted(noted.keys() | recorded.keys()):
        if noted.get(redemption_id) != recorded.get(redemption_id):
            yield f"兑换 {redemption_id} 的代领人与审计记录不符，可能被改动"
