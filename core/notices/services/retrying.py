"""What did not go out is sent again when somebody says so."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.notices.errors import NotFailed
from core.notices.models import FAILED, WAITING, Sending
from core.security import Actor

MANAGE = "notices.manage"
_AGAIN = {"state": WAITING, "tries": 0, "error": "", "done_at": None}


def retry_sending(actor: Actor, sending_id: int) -> None:
    """Send a failed message again, within the minute. Raises NotFound, NotFailed."""
    scope = actor.demand(MANAGE)
    with unit_of_work():
        row = Sending.within(scope).where(Sending.id == sending_id).get_or_none()
        if row is None:
            raise NotFound
        mine = (Sending.id == sending_id) & (Sending.state == FAILED)
        if not Sending.update(due_at=now(), **_AGAIN).where(mine).execute():
            raise NotFailed
        audit.record(
            actor,
            "notices.retry_sending",
            area_code=row.area_code,
            subject=f"sending:{row.id}",
            channel=row.channel,
        )


def retry_all(actor: Actor) -> int:
    """Send every failed message in the actor's areas again; returns how many."""
    scope = actor.demand(MANAGE)
    failed = (Sending.state == FAILED) & scope.where(Sending.area_code)
    with unit_of_work():
        count = int(Sending.update(due_at=now(), **_AGAIN).where(failed).execute())
        audit.record(
            actor, "notices.retry_all", area_code=scope.prefixes[0], subject="sending:many", messages=count
        )
    return count
