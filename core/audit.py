"""Who did what: an append-only, hash-chained record, written in the transaction of the deed.

Personal data stay outside it: a line names people, households and accounts by id only, so
that erasing a person never breaks the chain. Each line's hash covers the line and the hash
before it; whoever keeps a printed head can prove that nothing older was altered.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from peewee import AutoField, BigIntegerField, CharField, TextField

from core.clock import now
from core.db import (
    AUDIT_CHAIN,
    AreaModel,
    MomentField,
    Statement,
    UnitOfWork,
    current_unit,
    database,
    engine,
    milliseconds,
    raw_rows,
)
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class

GENESIS = "0" * 64
_AT_ONCE = 20_000
COLUMNS = ("at", "account_id", "action", "area_code", "subject", "detail", "previous", "hash")


class AuditLine(AreaModel):
    """One deed. `detail` is canonical JSON without personal data."""

    seq = AutoField()
    at = MomentField(index=True)
    account_id = BigIntegerField(null=True)
    action = CharField(max_length=80, index=True)
    area_code = CharField(max_length=15, index=True)
    subject = CharField(max_length=80)
    detail = TextField()
    previous = CharField(max_length=64)
    hash = CharField(max_length=64)

    class Meta:
        table_name = "core_audit_line"


_LAST = Statement(
    lambda p: (
        AuditLine.unscoped("the chain runs through all areas", AuditLine.hash)
        .order_by(AuditLine.seq.desc())
        .limit(1)
    )
)
_APPEND = Statement(lambda p: AuditLine.insert({column: p(column) for column in COLUMNS}))
_HOLD_CHAIN = "SELECT pg_advisory_xact_lock(%s)"


def record(actor: Actor, action: str, *, area_code: str, subject: str, **detail: Any) -> None:
    """Put one line on record with the current unit of work.

    `action` is `module.verb_noun`, `subject` is `kind:id`; `detail` holds ids, codes and
    numbers, never names, ID numbers or phones. The line is chained and written at the end of the
    unit, so that units which run side by side wait for each other at the chain no longer than that.
    """
    unit = current_unit()
    assert unit is not None, "an audit line belongs to a unit of work"
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not unit.lines:
        unit.before_commit.append(partial(_chain, unit))
    unit.lines.append((milliseconds(now()), actor.account_id, action, area_code, subject, text))
    unit.audited = True


def _chain(unit: UnitOfWork) -> None:
    lines, unit.lines = unit.lines, []
    if not lines:
        return
    if engine() == "postgresql":
        database.execute_sql(_HOLD_CHAIN, (AUDIT_CHAIN,))
    last = _LAST.first()
    previous = last[0] if last else GENESIS
    for line in lines:
        digest = _hash(previous, *line)
        _APPEND.run(**dict(zip(COLUMNS, (*line, previous, digest), strict=True)))
        previous = digest


def _hash(previous: str, at: int, account_id: int | None, *rest: str) -> str:
    # A JSON list keeps the borders between fields unambiguous.
    line = json.dumps([previous, at, account_id, *rest], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()


@value_class
class Verdict:
    """What `verify` found. `broken_at` is the first line that does not fit, None when all do."""

    lines: int
    head: str
    broken_at: int | None
    head_found: bool


def head() -> tuple[int, str]:
    """The number and hash of the newest line (0 and the genesis hash when there is none)."""
    line = (
        AuditLine.unscoped("the chain runs through all areas").order_by(AuditLine.seq.desc()).limit(1).first()
    )
    return (line.seq, line.hash) if line else (0, GENESIS)


def verify(expected_head: str | None = None) -> Verdict:
    """Re-compute the chain. With `expected_head` (a hash printed earlier) it must lie on it.

    Without a kept head, cutting off the newest lines cannot be seen; that is why heads are printed.
    """
    previous, count, found = GENESIS, 0, expected_head in (None, GENESIS)
    # Raw values: whoever tampers may store what no field of ours can read.
    rows = database.execute_sql(
        "SELECT seq, at, account_id, action, area_code, subject, detail, previous, hash "
        "FROM core_audit_line ORDER BY seq"
    )
    seq = 0
    try:
        for seq, *parts, before, stored in rows:
            if before != previous or _hash(previous, *parts) != stored:
                return Verdict(count, previous, seq, found)
            previous, count, found = stored, count + 1, found or stored == expected_head
    except (TypeError, ValueError):
        return Verdict(count, previous, seq, found)  # bytes where text was
    except sqlite3.OperationalError:
        # Text that is not UTF-8, which only SQLite takes: the row never came.
        return Verdict(count, previous, seq + 1, found)
    return Verdict(count, previous, None, found)


def lines(
    scope: AreaScope, *, action: str | None = None, page: int = 1, page_size: int = 50
) -> tuple[list[AuditLine], int]:
    """The newest lines in `scope`, and how many there are."""
    query = AuditLine.within(scope)
    if action:
        query = query.where(AuditLine.action == action)
    return list(query.order_by(AuditLine.seq.desc()).paginate(page, page_size)), query.count()


def details(actions: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and detail of every line of some actions, oldest first: what a proof is held against."""
    for seq, detail in texts(actions):
        yield seq, json.loads(detail)


def texts(actions: Sequence[str]) -> Iterator[tuple[int, str]]:
    """As `details`, each as it lies there (JSON with sorted keys, without spaces): for a million of them."""
    lines = AuditLine.unscoped("a proof runs through all areas", AuditLine.seq, AuditLine.detail)
    last, _ = head()
    # In portions: a county's record does not fit into a worker's memory.
    for first in range(1, last + 1, _AT_ONCE):
        portion = AuditLine.seq.between(first, first + _AT_ONCE - 1)
        found = lines.where(portion & AuditLine.action.in_(list(actions))).order_by(AuditLine.seq)
        yield from raw_rows(found)
