"""PostgreSQL's own programs for PostgreSQL's own format: pg_dump out, pg_restore in.

The password travels in the environment: arguments are there for every user of the machine to read.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from core.backups.errors import DatabaseTaken, ToolFailed, ToolMissing
from core.backups.facts import Facts, read_facts

_DEBIAN = Path("/usr/lib/postgresql")
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


def dump_database(url: str, target: Path) -> Facts:
    """Dump the database at `url` as it is at this moment into `target`, and count the same moment.

    Raises ToolMissing or ToolFailed.
    """
    with connected(url) as link:
        link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        link.read_only = True
        snapshot = _ask(link, "SELECT pg_export_snapshot()")[0][0]
        tool = find_tool("pg_dump", link.info.server_version // 10_000)
        target.touch(mode=0o600, exist_ok=False)
        # Not packed here: the archive packs its parts.
        _run(tool, url, "--format=custom", "--compress=0", f"--snapshot={snapshot}", f"--file={target}")
        return read_facts(lambda statement: _ask(link, statement), tables(link))


def demand_empty(url: str) -> None:
    """Raises DatabaseTaken when there is a table in the database at `url`."""
    with connected(url) as link:
        if found := tables(link):
            raise DatabaseTaken(table=found[0])


def restore_database(url: str, dump: Path) -> Facts:
    """Fill the empty database at `url` from `dump`, all or nothing, and count it. Raises as above."""
    with connected(url) as link:
        tool = find_tool("pg_restore", link.info.server_version // 10_000)
    _run(tool, url, "--exit-on-error", "--single-transaction", str(dump))
    with connected(url) as link:
        return read_facts(lambda statement: _ask(link, statement), tables(link))


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """A connection of one's own; what was done in the block is committed at its end. Raises ToolFailed."""
    try:
        link = psycopg.connect(url, connect_timeout=10, application_name="gridgov")
    except psycopg.Error as error:
        raise ToolFailed(tool="PostgreSQL", reason=str(error).strip().splitlines()[-1]) from None
    with link:
        yield link


def tables(link: psycopg.Connection) -> list[str]:
    """The names of the tables."""
    return sorted(name for (name,) in _ask(link, _TABLES))


def find_tool(name: str, at_least: int) -> Path:
    """The newest program called `name`, in the PATH or where Debian puts it. Raises ToolMissing."""
    found = [Path(place) for place in [shutil.which(name)] if place]
    found += sorted(_DEBIAN.glob(f"*/bin/{name}"))
    versions = {place: _version(place) for place in found}
    best = max(versions, key=lambda place: versions[place], default=None)
    if best is None or versions[best] < at_least:
        raise ToolMissing(tool=name, version=at_least)
    return best


def _version(tool: Path) -> int:
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _run(tool: Path, url: str, *arguments: str) -> None:
    place: dict[str, Any] = {**conninfo_to_dict(url)}
    password = place.pop("password", None)
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    command = [str(tool), "--no-owner", "--no-privileges", f"--dbname={make_conninfo(**place)}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        # The last line says it; what comes before may quote statements.
        reason = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
        raise ToolFailed(tool=tool.name, reason=reason)


def _ask(link: psycopg.Connection, statement: str) -> list[tuple[Any, ...]]:
    return link.execute(statement.encode()).fetchall()
