"""Who may see a call, and who may do something about it: areas are walls."""

from core.errors import NotFound
from core.security import Actor
from plugins.call_button.models.calls import Call

VIEW, ANSWER = "call_button.view", "call_button.answer"


def call_for(actor: Actor, call_id: int, right: str = VIEW) -> Call:
    """A call in the areas in which the actor holds `right`. Raises Unauthenticated, Forbidden, NotFound."""
    row: Call | None = Call.within(actor.demand(right)).where(Call.id == call_id).get_or_none()
    if row is None:
        raise NotFound
    return row
