"""The county's database held by somebody else, and an impatient county."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from core.db import database, engine, work


@contextmanager
def held_by_somebody_else() -> Iterator[None]:
    """Another program writes and does not come to an end: nobody here can write in this block."""
    if engine() == "sqlite":
        other = sqlite3.connect(database.obj.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(database.obj.database, autocommit=True)
        other.execute("SELECT pg_advisory_lock(%s)", (work.COUNTY_WRITES,))
    try:
        yield
    finally:
        other.close()


def wait_at_most(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """Units of work wait no longer than this for their turn."""
    patch.setattr(work, "WRITE_WAIT_SECONDS", seconds)
    if engine() == "postgresql":
        options = f"-c lock_timeout={int(seconds * 1000)}"
        patch.setitem(database.obj.connect_params, "options", options)
        database.obj.close_all()
        database.connect()
