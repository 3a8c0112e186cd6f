"""A copy of a SQLite database that is being written to, by SQLite's own backup interface.

Never a copy of the file: what was committed last stands in the WAL beside it, and a file that is
read while pages are moved into it is a mixture of two moments.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from core.backups.errors import CopyDamaged
from core.backups.facts import Facts, read_facts

# 4 MB a step on usual pages: often enough for a bar, seldom enough to cost nothing.
_PAGES = 1_000
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


def copy_database(source: Path, target: Path, say: Callable[[int, int], None]) -> Facts:
    """Copy `source` as it is at this moment into the new file `target`, prove the copy, count it.

    Writers are not held up. Raises CopyDamaged.
    """
    target.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        # The copy reads in the transaction that is open here, so it shows one moment however long
        # it takes; without it each write of another process would make it begin again.
        live.execute("BEGIN")
        live.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        live.backup(copy, pages=_PAGES, progress=lambda _status, left, total: say(total - left, total))
        live.rollback()
        copy.execute("PRAGMA journal_mode = delete")  # one file, with nothing beside it
    return examine(target)


def examine(file: Path) -> Facts:
    """Prove a database that nobody writes to, and count it. Raises CopyDamaged."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            if (damage := database.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise CopyDamaged(reason=damage)
            if stray := database.execute("PRAGMA foreign_key_check").fetchone():
                raise CopyDamaged(reason=f"{stray[0]} 第 {stray[1]} 行指向 {stray[2]} 中没有的行")
            names = [name for (name,) in database.execute(_TABLES)]
            return read_facts(lambda statement: database.execute(statement).fetchall(), names)
    except sqlite3.DatabaseError as error:
        raise CopyDamaged(reason=str(error)) from None
