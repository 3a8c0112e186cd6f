"""What waits for somebody in the points store: shown on their first page, a way in for each."""

from collections.abc import Iterator

from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.models import Device, Settlement, SettlementPayment
from plugins.points_store.queries.claims import waiting_for
from plugins.points_store.queries.settlements import unsettled_stores

P = "points_store."


@value_class
class Waiting:
    """`count` things of a kind; `text` says what to do with `%(count)d` of them, `endpoint` is where."""

    text: str
    count: int
    endpoint: str


def waiting_at_desk(actor: Actor) -> list[Waiting]:
    """What waits for this actor at a desk: claims, devices, months to settle, settlements to pay."""
    return [each for each in _asked(actor) if each.count]


def _asked(actor: Actor) -> Iterator[Waiting]:
    if actor.may(P + "review"):
        yield Waiting(N_("%(count)d 条积分申报等您处理"), waiting_for(actor), P + "claims_desk")
    if actor.may(P + "manage"):
        unanswered = Device.approved_at.is_null() & Device.stopped_at.is_null()
        count = Device.within(actor.scope(P + "manage")).where(unanswered).count()
        yield Waiting(N_("%(count)d 台离线设备等批准"), count, P + "devices")
    if actor.may(P + "settle"):
        count = unsettled_stores(actor.scope(P + "settle"))
        yield Waiting(N_("%(count)d 家超市上月没有结算"), count, P + "settlements")
    if actor.may(P + "pay"):
        paid = SettlementPayment.select(SettlementPayment.settlement_id)
        owed = (Settlement.fen + Settlement.provider_fen > 0) & Settlement.id.not_in(paid)
        count = Settlement.within(actor.scope(P + "pay")).where(owed).count()
        yield Waiting(N_("%(count)d 笔结算没有付款"), count, P + "settlements")
