"""Who may see a call, and who may do something about it: areas are walls."""

from typing import Any, Final

from core.errors import NotFound
from core.security import Actor
from plugins.call_button.call_words import ARRIVE, END, TAKE, TAKE_OVER
from plugins.call_button.models.calls import Call, CallStep

VIEW, ANSWER = "call_button.view", "call_button.answer"
# Whoever did one of these has worked on a call.
_WORK: Final = (TAKE, TAKE_OVER, ARRIVE, END)


def call_for(actor: Actor, call_id: int, right: str = VIEW) -> Call:
    """A call in the areas in which the actor holds `right`. Raises Unauthenticated, Forbidden, NotFound."""
    row: Call | None = Call.within(actor.demand(right)).where(Call.id == call_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def workers_of(call_id: int) -> set[int]:
    """The accounts that took a call, went there or ended it: they ask nobody whether that was good."""
    steps = CallStep.select(CallStep.account_id).where(
        (CallStep.call_id == call_id) & CallStep.deed.in_(_WORK) & CallStep.account_id.is_null(False)
    )
    return {int(step.account_id or 0) for step in steps}


def worked_on(account_id: int | None) -> Any:
    """The calls that an account has worked on, for a condition on `Call.id`."""
    return CallStep.select(CallStep.call_id).where(
        (CallStep.account_id == (account_id or 0)) & CallStep.deed.in_(_WORK)
    )
