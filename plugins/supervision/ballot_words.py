"""Words of ballots: choices, ways, and what became of a receipt."""

from core.text import N_
from plugins.supervision.models.decisions import (
    ABSTAIN,
    AGAINST,
    AGREE,
    HELPER,
    PAPER,
    PHONE,
)

__all__ = [
    "CHOICES",
    "COUNTED",
    "HELPER",
    "OUTDATED",
    "PAPER",
    "RECEIPT_STATES",
    "RECUSED",
    "REFUSED",
    "REPLACED",
    "UNKNOWN",
    "WAITING",
    "WAYS",
]

CHOICES = {AGREE: N_("赞成"), AGAINST: N_("反对"), ABSTAIN: N_("弃权")}
WAYS = {PHONE: N_("本人手机"), PAPER: N_("纸质票"), HELPER: N_("他人代投")}

COUNTED, REPLACED, WAITING = "counted", "replaced", "waiting"
REFUSED, OUTDATED, RECUSED, UNKNOWN = "refused", "outdated", "recused", "unknown"
RECEIPT_STATES = {
    COUNTED: N_("已计票"),
    REPLACED: N_("已被之后投的一票替换"),
    WAITING: N_("纸质票，等待另一人核对"),
    REFUSED: N_("纸质票核对不符，没有计票"),
    OUTDATED: N_("属于以前的版本或已撤回的事项，不计票"),
    RECUSED: N_("投票人已回避，不计票"),
    UNKNOWN: N_("没有这个回执"),
}
