"""Schema changes: one playhouse.migrations Runner per module and plugin.

Each has its own folder of numbered, frozen scripts and its own history table, so a plugin's
schema comes and goes without touching anybody else's.
"""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import Database, DatabaseError, Model, SqliteDatabase
from playhouse.migrations import Migration, Runner
from playhouse.schema_diff import diff_models

from core.db import database, engine, write_turn
from core.errors import DomainError
from core.text import N_
from core.value_classes import value_class


class DataNewer(DomainError):
    """An older program would read and write tables that it does not know."""

    code, status = "data_newer", 409
    text = N_("%(name)s 的数据已由更新的版本升级过（%(script)s），旧版本不能用；请装回那个或更新的版本。")


@value_class
class Chain:
    """The migrations of one module or plugin: `name` is its table prefix too."""

    name: str
    folder: Path


def _runner(chain: Chain) -> Runner:
    return Runner(database.obj, str(chain.folder), table_name=_history(chain))


def _history(chain: Chain) -> str:
    return f"{chain.name}_migration"


def upgrade(chains: Iterable[Chain]) -> list[str]:
    """Apply all pending migrations in order; returns `chain/name` of what was applied.

    Each script runs in its own transaction, so a cut leaves the old or the new state. Of several
    processes that start at once, one migrates and the others find it done.
    """
    here = [chain for chain in chains if chain.folder.is_dir()]
    if not pending(here):
        return []
    with _alone():
        return [f"{chain.name}/{done}" for chain in here for done in _runner(chain).up()]


def downgrade(chain: Chain) -> list[str]:
    """Undo every migration of one chain, newest first: its tables are gone afterwards."""
    undone: list[str] = []
    with _alone():
        while steps := _runner(chain).down():
            undone += steps
    return undone


@contextmanager
def _alone() -> Iterator[None]:
    if engine() == "postgresql":
        with write_turn():
            yield
        return
    # SQLite's own lock cannot serve: a script that rebuilds a table must switch foreign keys off,
    # which no transaction around it allows.
    with Path(f"{database.obj.database}.migrating").open("w") as mark, write_turn():
        fcntl.flock(mark, fcntl.LOCK_EX)
        yield


def refuse_changes(db: Database, table: str, why: str) -> None:
    """For migrations: let the database itself refuse UPDATE and DELETE on `table`, saying `why`.

    The triggers are named TABLE_no_update and TABLE_no_delete.
    """
    for verb in ("UPDATE", "DELETE"):
        name = f"{table}_no_{verb.lower()}"
        if isinstance(db, SqliteDatabase):
            db.execute_sql(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
            )
            continue
        db.execute_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{why}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        db.execute_sql(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def accept_changes(db: Database, table: str) -> None:
    """Undo `refuse_changes`, before the table is dropped."""
    for verb in ("UPDATE", "DELETE"):
        name = f"{table}_no_{verb.lower()}"
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f"DROP TRIGGER IF EXISTS {name}")
        else:
            db.execute_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            db.execute_sql(f"DROP FUNCTION IF EXISTS {name}()")


def pending(chains: Iterable[Chain]) -> list[str]:
    """`chain/name` of each migration that is not applied yet."""
    here = [chain for chain in chains if chain.folder.is_dir()]
    done = _applied(here)
    wanted = [
        f"{chain.name}/{step.name}" for chain in here for step in Migration.load_directory(chain.folder)
    ]
    return [name for name in wanted if name not in done]


def demand_known(chain: Chain) -> None:
    """Raises DataNewer where a script was applied that this program does not have: it is the older one."""
    steps = Migration.load_directory(chain.folder) if chain.folder.is_dir() else ()
    known = {f"{chain.name}/{step.name}" for step in steps}
    if stranger := sorted(_applied([chain]) - known):
        raise DataNewer(name=chain.name, script=stranger[0])


def _applied(chains: Iterable[Chain]) -> set[str]:
    """`chain/name` of what is applied, by one look at all histories: each start and each switch asks.

    Where a history vanishes between being listed and being read, its plugin is being removed: looked at anew.
    """
    histories = {_history(chain): chain.name for chain in chains}
    there = histories.keys() & set(database.get_tables())
    while there:
        looks = [
            f"SELECT '{histories[table]}/' || name FROM \"{table}\""  # noqa: S608 - names as manifests allow
            for table in sorted(there)
        ]
        try:
            return {name for (name,) in database.execute_sql(" UNION ALL ".join(looks))}
        except DatabaseError:
            still_there = there & set(database.get_tables())
            if still_there == there:
                raise
            there = still_there
    return set()


def differences(models: Iterable[type[Model]]) -> list[str]:
    """Where the migrated database and the models disagree; empty when they agree."""
    diff = diff_models(database.obj, list(models))
    return str(diff).splitlines() if diff else []
