"""The decision log read again: what was done to a decision, the chain's head, and the proof of it all."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from core import audit
from core.accounts.api import account_names
from core.db import database, one_view, rows
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.decision_log import GENESIS, link
from plugins.supervision.models.decisions import LogEntry
from plugins.supervision.queries.ballot_proof import Fault, first_fault

_CHAIN = "the chain runs through all villages"
_REACHED = "of a decision that was reached"
_AT_ONCE = 20_000
_LOWEST = -(2**62)
CHANGED, REMOVED, INSERTED, CUT = "changed", "removed", "inserted", "cut"
WHYS = {
    CHANGED: N_("被改动过"),
    REMOVED: N_("被删除"),
    INSERTED: N_("是系统之外插入的"),
    CUT: N_("及以后的记录被截去"),
}
_ROWS = (
    "SELECT number, at, decision_id, area_code, body, hash FROM supervision_log "
    "WHERE number > {} ORDER BY number LIMIT {}"
)


@value_class
class LogLine:
    """A line in words of the program: `event` and the facts that it kept."""

    number: int
    at: datetime
    event: str
    account_name: str
    facts: dict[str, Any]
    hash: str


@value_class
class Verdict:
    """What `verify` found. `broken_at`: the first line that does not fit, and `why`; `head`: of what fits.

    `ballots`: how many fit their lines; `fault`: the first ballot, check, text or roll that does not.
    """

    lines: int
    head: str
    broken_at: int | None
    why: str
    head_found: bool
    ballots: int = 0
    fault: Fault | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.broken_at is None and self.head_found and self.fault is None


def log_head() -> tuple[int, str]:
    """Number and hash of the newest line; 0 and the genesis hash when there is none."""
    query = (
        LogEntry.unscoped(_CHAIN, LogEntry.number, LogEntry.hash).order_by(LogEntry.number.desc()).limit(1)
    )
    return next(rows(query), (0, GENESIS))


def log_of(decision_id: int, *, limit: int = 200) -> list[LogLine]:
    """What was done to a decision that was reached, the newest first."""
    query = LogEntry.unscoped(_REACHED).where(LogEntry.decision_id == decision_id)
    found = list(query.order_by(LogEntry.number.desc()).limit(limit))
    facts = [json.loads(row.body) for row in found]
    names = account_names([each["account"] for each in facts if each["account"] is not None])
    return [
        LogLine(
            row.number,
            row.at,
            each.pop("event"),
            names.get(each.pop("account") or 0, ""),
            each,
            row.hash,
        )
        for row, each in zip(found, facts, strict=True)
    ]


def verify(expected_head: str | None = None) -> Verdict:
    """Re-make the chain and hold it against the audit record, which keeps each line's number and hash.

    Where the chain is whole, ballots, checks, texts and rolls are held against it (ballot_proof).

    With `expected_head` (a hash printed earlier) that one must lie on it. Reads in portions: a million
    lines need no more memory than twenty thousand.
    """
    with one_view():
        found = _verify(expected_head)
        if found.broken_at is not None:
            return found
        ballots, fault = first_fault()
        return Verdict(found.lines, found.head, None, "", found.head_found, ballots, fault)


def _verify(expected_head: str | None) -> Verdict:
    previous, count = GENESIS, 0
    found = expected_head in (None, GENESIS)
    kept = _kept()
    try:
        for number, at, decision_id, area_code, body, stored in _lines():
            why = ""
            if number != count + 1:
                why = REMOVED if number > count + 1 else INSERTED
            elif link(previous, number, at, decision_id, area_code, body) != stored:
                why = CHANGED
            elif (anchor := next(kept, None)) is None:
                why = INSERTED
            elif not anchor.endswith(f'"hash":"{stored}","number":{number}}}'):
                why = CHANGED
            if why:
                return Verdict(count, previous, count + 1 if why == REMOVED else number, why, found)
            previous, count, found = stored, number, found or stored == expected_head
    except (TypeError, ValueError, AttributeError):
        return Verdict(count, previous, count + 1, CHANGED, found)  # bytes where text was
    except sqlite3.OperationalError:
        # Text that is not UTF-8, which only SQLite takes: the row never came.
        return Verdict(count, previous, count + 1, CHANGED, found)
    if next(kept, None) is not None:
        return Verdict(count, previous, count + 1, CUT, found)
    return Verdict(count, previous, None, "", found)


def _kept() -> Iterator[str]:
    """What the audit record says of each line, oldest first; it ends with the line's hash and number."""
    return (text for _, text in audit.texts(["supervision.log"]))


def _lines() -> Iterator[tuple[Any, ...]]:
    """Raw values: whoever tampers may store what no field of ours can read."""
    last: Any = _LOWEST
    while portion := database.execute_sql(_ROWS.format(int(last), _AT_ONCE)).fetchall():
        yield from portion
        last = portion[-1][0]
