"""Messages that were not obeyed: kept for whoever mends it, and never more of them than fit."""

from datetime import datetime, timedelta

from peewee import fn

from core.clock import now
from core.db import Statement, milliseconds, unit_of_work
from core.devices import DeviceInput
from plugins.call_button.models.devices import RefusedMessage
from plugins.call_button.refusal_words import TOO_MANY

# What of one source and reason is kept whole in an hour, and of all sources together.
KEPT_AN_HOUR, KEPT_OF_ALL = 5, 2_000
LONGEST_PAYLOAD = 4_096
KEPT_DAYS, KEPT_ROWS = 30, 50_000
_HOUR = timedelta(hours=1)

_COUNTS = Statement(
    lambda p: RefusedMessage.select(fn.COUNT(RefusedMessage.id), fn.MAX(RefusedMessage.id)).where(
        (RefusedMessage.source == p("source"))
        & (RefusedMessage.at > p("since"))
        & (RefusedMessage.why == p("why"))
        & (RefusedMessage.driver == p("driver"))
    )
)
_COUNTS_OF_ALL = Statement(
    lambda p: RefusedMessage.select(fn.COUNT(RefusedMessage.id), fn.MAX(RefusedMessage.id)).where(
        RefusedMessage.at > p("since")
    )
)
_ONE_MORE = Statement(
    lambda p: RefusedMessage.update(times=RefusedMessage.times + 1).where(RefusedMessage.id == p("id"))
)


def keep_refused(message: DeviceInput, driver: str, why: str, *, source: str = "", detail: str = "") -> None:
    """Keep a refused message, within the caller's unit of work; what is too much is only counted."""
    since = milliseconds(message.received_at - _HOUR)
    source = source[:120]
    count, newest = _COUNTS.first(source=source, since=since, why=why, driver=driver) or (0, None)
    if count >= (1 if why == TOO_MANY else KEPT_AN_HOUR):
        _ONE_MORE.run(id=newest)
        return
    count, newest = _COUNTS_OF_ALL.first(since=since) or (0, None)
    if count >= KEPT_OF_ALL:
        _ONE_MORE.run(id=newest)
        return
    RefusedMessage.insert(
        at=message.received_at,
        driver=driver[:81],
        topic=_shown(message.topic)[:200],
        source=source,
        why=why,
        detail=_shown(detail)[:200],
        payload=message.payload[:LONGEST_PAYLOAD],
    ).execute()


def _shown(text: str) -> str:
    # A NUL cannot be stored everywhere, and half a pair of UTF-16 nowhere.
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def forget_refused(before: datetime | None = None) -> int:
    """Delete what is older than 30 days, and of a flood all but the newest rows; returns how many."""
    limit = before or now() - timedelta(days=KEPT_DAYS)
    flood = RefusedMessage.select(RefusedMessage.id).order_by(RefusedMessage.id.desc()).offset(KEPT_ROWS)
    with unit_of_work(housekeeping="refused messages are kept for 30 days"):
        last = flood.limit(1).scalar() or 0
        old = (RefusedMessage.at < limit) | (RefusedMessage.id <= last)
        return int(RefusedMessage.delete().where(old).execute())
