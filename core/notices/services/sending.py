"""What is due goes out: by the worker, never in a request, and never while a transaction is open.

A message is taken by one conditional update that also says when it is due again, so of two workers one
sends it, and a kill in the middle only delays it.
"""

import logging
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import groupby

from core.accounts.api import persons_of_accounts
from core.clock import now
from core.county import plugins
from core.db import unit_of_work
from core.hookspecs import Channel, Message, NoticeKind
from core.notices.errors import Undelivered
from core.notices.models import FAILED, MERGED, SENT, UNREACHABLE, WAITING, Sending
from core.notices.outside import compose
from core.notices.settings import quiet_end
from core.people.api import phones_for_messages
from core.plugin_manager import describe
from core.text import N_

log = logging.getLogger(__name__)

# Seconds until the next try; after the last one it has failed.
PAUSES = (60, 300, 900, 3600, 4 * 3600, 12 * 3600)
LEASE = timedelta(minutes=5)
CALL_SECONDS = 15.0
_BATCH = 500
_ORDINARY_SHARE = 0.9
_ANY = "who sends messages sends those of all areas"


def send_due(*, seconds: float) -> int:
    """Send what is due, beginning nothing new after `seconds`; returns how many messages went out."""
    _hold_back_at_night()
    stop, count = time.monotonic() + seconds, 0
    for plugin, channel in plugins().channels().values():
        closed: set[str] = set()
        for group in _groups(channel):
            if time.monotonic() >= stop:
                return count
            # Whoever does not answer is asked no more in this round: others wait behind.
            if group[0].target not in closed and _send(plugin, channel, group, closed):
                count += 1
    return count


def _hold_back_at_night() -> None:
    if (end := quiet_end(now())) is not None:
        due = (Sending.state == WAITING) & (Sending.due_at <= now()) & ~Sending.urgent
        if Sending.unscoped(_ANY).where(due).exists():
            with unit_of_work(housekeeping="messages wait for the morning"):
                Sending.update(due_at=end).where(due).execute()


def _groups(channel: Channel) -> Iterator[list[Sending]]:
    """What is due on a channel, urgent first; what becomes one message in one list."""
    due = (Sending.channel == channel.name) & (Sending.state == WAITING) & (Sending.due_at <= now())
    rows = list(Sending.unscoped(_ANY).where(due).order_by(Sending.urgent.desc(), Sending.id).limit(_BATCH))
    yield from ([row] for row in rows if row.urgent)
    kinds = plugins().notice_kinds()
    ordinary = sorted((row for row in rows if not row.urgent), key=lambda row: (_reader(row), row.id))
    for _, group in groupby(ordinary, key=_reader):
        yield from _merged(channel, list(group), kinds)


def _reader(row: Sending) -> tuple[str, int]:
    return row.target, row.account_id or 0


def _merged(channel: Channel, rows: list[Sending], kinds: dict[str, NoticeKind]) -> Iterator[list[Sending]]:
    # A group that gets more than it may take in a minute gets one message of all of it.
    room = _most(channel, urgent=False) - _tried_lately(channel, rows[0].target)
    if rows[0].target and len(rows) > room:
        yield rows
        return
    together = [row for row in rows if row.kind in kinds and kinds[row.kind].digest]
    yield from ([row] for row in rows if row not in together)
    if together:
        yield together


def _most(channel: Channel, *, urgent: bool) -> int:
    """How many messages a minute: the rest of what the channel takes is kept free for urgent ones."""
    return max(channel.most_per_minute if urgent else int(channel.most_per_minute * _ORDINARY_SHARE), 1)


def _tried_lately(channel: Channel, target: str) -> int:
    lately = (Sending.channel == channel.name) & (Sending.tried_at > now() - timedelta(minutes=1))
    if channel.to == "group":
        lately &= Sending.target == target
    return int(Sending.unscoped(_ANY).where(lately).count())


def _send(plugin: str, channel: Channel, rows: list[Sending], closed: set[str]) -> bool:
    lead = rows[0]
    if _tried_lately(channel, lead.target) >= _most(channel, urgent=lead.urgent):
        if not lead.urgent:
            closed.add(lead.target)  # ordinary ones come last: there is no room for any of them
        return False
    if not _claim(rows):
        return False
    address = lead.target if channel.to == "group" else _phone(lead.account_id)
    if not address:
        _finish(rows, UNREACHABLE, N_("没有登记手机号"))
        return False
    error = _try(plugin, channel, _message(channel, rows, address))
    if error is None:
        _finish(rows[:1], SENT)
        _finish(rows[1:], MERGED)
        return True
    if not error.permanent:
        closed.add(lead.target)
    _put_off(channel, rows, error)
    return False


def _claim(rows: list[Sending]) -> bool:
    ids, at = [row.id for row in rows], now()
    mine = Sending.id.in_(ids) & (Sending.state == WAITING) & (Sending.due_at <= at)
    with unit_of_work(housekeeping="a message is being sent"):
        if Sending.unscoped(_ANY).where(mine).count() != len(ids):
            return False  # another worker was quicker with some of them
        Sending.update(due_at=at + LEASE, tries=Sending.tries + 1).where(Sending.id.in_(ids)).execute()
        Sending.update(tried_at=at).where(Sending.id == ids[0]).execute()
    return True


def _phone(account_id: int | None) -> str:
    if account_id is None:
        return ""
    person_id = persons_of_accounts([account_id]).get(account_id)
    return phones_for_messages([person_id]).get(person_id, "") if person_id else ""


def _message(channel: Channel, rows: list[Sending], address: str) -> Message:
    lead = rows[0]
    kind = plugins().notice_kinds().get(lead.kind)
    return compose(
        f"gridgov-{lead.id}",
        kind.title if kind else "",
        lead.number,
        lead.url,
        more=len(rows) - 1,
        address=address,
        urgent=lead.urgent,
        longest=channel.longest,
    )


def _try(plugin: str, channel: Channel, message: Message) -> Undelivered | None:
    result = plugins().call(
        plugin, "register_channels", partial(_delivered, channel, message), seconds=CALL_SECONDS
    )
    if result.error is not None:
        return Undelivered(describe(result.error))
    error: Undelivered | None = result.value
    return error


def _delivered(channel: Channel, message: Message) -> Undelivered | None:
    # What goes wrong between two systems is nobody's quarantine; only a hang is (PluginManager.call).
    try:
        channel.send(message)
    except Undelivered as error:
        return error
    except Exception as error:  # noqa: BLE001 - a channel may be anybody's
        return Undelivered(describe(error))
    return None


def _finish(rows: list[Sending], state: str, error: str = "") -> None:
    if rows:
        changes: dict[str, object] = {"state": state, "done_at": now(), "error": error}
        if state == UNREACHABLE:
            changes["tried_at"] = None  # it took nobody's room
        with unit_of_work(housekeeping="what became of a message"):
            Sending.update(changes).where(
                Sending.id.in_([row.id for row in rows]) & (Sending.state == WAITING)
            ).execute()


def _put_off(channel: Channel, rows: list[Sending], error: Undelivered) -> None:
    reason, tries = str(error)[:300], rows[0].tries + 1
    log.warning("a message by %s did not go out (try %d): %s", channel.name, tries, reason)
    if error.permanent or tries > len(PAUSES):
        _finish(rows, FAILED, reason)
        return
    pause = max(PAUSES[tries - 1] * random.uniform(0.9, 1.2), error.wait)  # noqa: S311 - no secret
    again = now() + timedelta(seconds=pause)
    with unit_of_work(housekeeping="a message is tried again later"):
        Sending.update(due_at=again, error=reason).where(Sending.id.in_([row.id for row in rows])).execute()
        if error.wait:
            # The other side asked to be left alone: that holds for whatever else is on its way there.
            same = (Sending.channel == channel.name) & (Sending.target == rows[0].target)
            Sending.update(due_at=again).where(
                same & (Sending.state == WAITING) & (Sending.due_at < again)
            ).execute()
