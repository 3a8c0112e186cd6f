"""One's own inbox: read, and forgotten when it is old."""

from datetime import timedelta

from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.notices.models import FAILED, WAITING, Notice, Sending
from core.security import Actor

READ_DAYS, UNREAD_DAYS, SENT_DAYS = 180, 730, 90


def mark_read(actor: Actor, notice_id: int) -> Notice:
    """Mark one of the actor's messages as read; returns it. Raises NotFound."""
    actor.demand_signed_in()
    notice: Notice | None = Notice.get_or_none(
        (Notice.id == notice_id) & (Notice.account_id == actor.account_id)
    )
    if notice is None:
        raise NotFound
    if notice.read_at is None:
        notice.read_at = now()
        with unit_of_work(housekeeping="somebody read a message of their own", shared=True):
            Notice.update(read_at=notice.read_at).where(Notice.id == notice_id).execute()
    return notice


def mark_all_read(actor: Actor) -> int:
    """Mark all of the actor's messages as read; returns how many were not."""
    actor.demand_signed_in()
    mine = (Notice.account_id == actor.account_id) & Notice.read_at.is_null()
    with unit_of_work(housekeeping="somebody read messages of their own", shared=True):
        return int(Notice.update(read_at=now()).where(mine).execute())


def forget_old() -> int:
    """Delete what was read half a year ago, or never in two years, and what was sent long ago."""
    at = now()
    read = Notice.read_at < at - timedelta(days=READ_DAYS)
    old = Notice.created_at < at - timedelta(days=UNREAD_DAYS)
    done = Sending.done_at.is_null(False) & ~(Sending.state << [WAITING, FAILED])
    with unit_of_work(housekeeping="old messages are forgotten"):
        count = Notice.delete().where(read | old).execute()
        count += (
            Sending.delete().where(done & (Sending.created_at < at - timedelta(days=SENT_DAYS))).execute()
        )
    return int(count)
