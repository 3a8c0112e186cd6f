"""unit_of_work: the one owner of the transaction, on both databases.

Inside it services write, and it commits once or not at all. Units are alone by default: what one
has read cannot change before it commits. A `shared` one says that it is short and guards every
row it relies on (conditional updates, row locks in the order of ids): shared ones are committed
together on SQLite and run side by side on PostgreSQL.
"""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from peewee import OperationalError

from core.db.handle import SqliteHandle, connect, database
from core.db.postgresql import PostgresqlHandle
from core.db.unit import WRITE_WAIT_SECONDS, UnitOfWork, current_unit, enter_unit, leave_unit
from core.lending import demand_own
from core.tally import UNITS, tally

log = logging.getLogger(__name__)

# PostgreSQL's advisory locks are numbers; these are gridgov's.
COUNTY_WRITES, SCHEMA_CHANGES, AUDIT_CHAIN = 0x67726964_0001, 0x67726964_0002, 0x67726964_0003


class UnauditedWrite(RuntimeError):
    """A programming mistake: a unit of work was about to commit without an audit line."""


class NotShared(RuntimeError):
    """A programming mistake: a unit that must be alone was begun inside a shared one."""


@contextmanager
def unit_of_work(*, housekeeping: str | None = None, shared: bool = False) -> Iterator[UnitOfWork]:
    """One transaction: commits at the end, rolls back on any exception.

    Inside another one it is a savepoint of it, so that a refused step leaves no half writes
    and the outer one can still record the refusal. Every unit must write an audit line, but
    for `housekeeping` (a stated reason: last-seen times, expired keys), which no person does;
    a deed inside housekeeping needs its line all the same. `shared`: see above; a unit that must be
    alone cannot stand inside a shared one.
    Raises Busy or OperationalError when the turn to write does not come within WRITE_WAIT_SECONDS.
    """
    outer = current_unit()
    if outer is not None:
        _demand_shared(outer, shared=shared)
        with _step(outer, housekeeping):
            yield outer
        return
    unit = UnitOfWork(housekeeping, shared=shared)
    with _transaction(unit):
        token = enter_unit(unit)
        try:
            yield unit
            _close(unit)
        finally:
            leave_unit(token)
    tally(UNITS)
    for action in unit.after_commit:
        try:
            action()
        except Exception:
            # The deed is done and stays done; whoever did it must not be told otherwise.
            log.exception("after a commit, %r failed", action)


@contextmanager
def joined_unit(*, housekeeping: str, shared: bool = False) -> Iterator[UnitOfWork]:
    """The unit of work that is under way, without a savepoint, or one of one's own.

    For a frame around steps that undo themselves: an error that leaves it undoes the whole unit.
    """
    outer = current_unit()
    if outer is not None:
        _demand_shared(outer, shared=shared)
        yield outer
        return
    with unit_of_work(housekeeping=housekeeping, shared=shared) as unit:
        yield unit


def _demand_shared(outer: UnitOfWork, *, shared: bool) -> None:
    if outer.shared and not shared:
        raise NotShared("the outer unit of work is shared: say shared=True here too, or not there")


def _close(unit: UnitOfWork) -> None:
    if unit.deeds and not unit.audited:
        raise UnauditedWrite("every write leaves an audit line: call audit.record(...)")
    for action in unit.before_commit:
        action()


@contextmanager
def _step(unit: UnitOfWork, housekeeping: str | None) -> Iterator[None]:
    mark = unit.mark()
    unit.deeds = unit.deeds or housekeeping is None
    unit.depth += 1
    name = f"step_{unit.depth}"
    try:
        database.execute_sql(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException as error:
            if unit.connection is not None and not unit.connection.in_transaction:
                raise OperationalError("the database has undone the whole transaction") from error
            database.execute_sql(f"ROLLBACK TO SAVEPOINT {name}")
            raise
        finally:
            unit.depth -= 1
        database.execute_sql(f"RELEASE SAVEPOINT {name}")
    except BaseException:
        unit.back_to(mark)
        raise


@contextmanager
def _transaction(unit: UnitOfWork) -> Iterator[None]:
    handle = database.obj
    if isinstance(handle, SqliteHandle):
        demand_own()
        deadline = time.monotonic() + WRITE_WAIT_SECONDS
        with handle.writer.member(deadline, shared=unit.shared) as connection:
            unit.connection = connection
            handle.push_transaction(unit)  # so that peewee's own atomic() inside is a savepoint
            try:
                yield
            finally:
                handle.pop_transaction()
                unit.connection = None  # whoever still knows the unit gets at nothing of it
        return
    connect()
    with database.atomic():
        kind = "_shared" if unit.shared else ""
        database.execute_sql(f"SELECT pg_advisory_xact_lock{kind}(%s)", (COUNTY_WRITES,))
        yield


def hold(name: str) -> None:
    """Inside a unit of work: from here to its end no other unit that holds `name` is under way.

    For shared units whose decision rests on more than one row: the tries of a card, an idempotency
    key. On SQLite one unit runs after the other, and there is nothing to wait for. Hold before a
    step that may be undone, since its locks go with it.
    """
    if isinstance(database.obj, PostgresqlHandle):
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (number,))


@contextmanager
def one_view() -> Iterator[None]:
    """Inside it everything that is read is as of one moment, though others go on writing.

    For proofs that hold one table against another: a booking that comes between two statements is
    no mistake. Only for reading. A unit of work that is alone is one view already.
    """
    unit = current_unit()
    if unit is not None:
        _demand_shared(unit, shared=False)
        yield
        return
    connect()
    if database.in_transaction():
        yield  # whoever began that transaction has said what it sees
        return
    with database.atomic():
        if isinstance(database.obj, PostgresqlHandle):
            database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def write_turn() -> Iterator[None]:
    """The turn to write, for what is no unit of work: schema changes."""
    handle = database.obj
    if isinstance(handle, PostgresqlHandle):
        connect()
        database.execute_sql("SELECT pg_advisory_lock(%s)", (COUNTY_WRITES,))
        try:
            yield
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (COUNTY_WRITES,))
        return
    with handle.writer.turn(WRITE_WAIT_SECONDS):
        yield
