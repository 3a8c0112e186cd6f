"""Makes the counties of the proofs: one is seeded, the others are copies of it."""

import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core.county import DATABASE_FILE
from core.testing_server import TestServer, program
from tests.proofs.server import POSTGRESQL, SQLITE, Site
from tools.running import make_county

MakeSite = Callable[[], Site]
ON_POSTGRESQL = pytest.param(POSTGRESQL, marks=pytest.mark.servers)
only_sqlite = pytest.mark.parametrize("database", [SQLITE], indirect=True)
only_postgresql = pytest.mark.parametrize("database", [ON_POSTGRESQL], indirect=True)


def first_county(data: Path, server: TestServer | None) -> Site:
    """A seeded county in `data`; on the PostgreSQL `server`, if given, else on SQLite."""
    if server is None:
        return Site(data, make_county(data))
    address = server.create(f"first_{secrets.token_hex(4)}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRIDGOV_DATABASE", address)
        county = make_county(data)
    _write_address(data, address)
    return Site(data, county, address)


def copied(first: Site, data: Path, server: TestServer | None) -> Site:
    """A copy of a county that nobody serves."""
    shutil.copytree(first.data, data)
    if server is None:
        return Site(data, first.county)
    template = first.address.rpartition("/")[2]
    address = server.create(f"site_{secrets.token_hex(4)}", template=template)
    _write_address(data, address)
    return Site(data, first.county, address)


def carried_over(first: Site, data: Path, server: TestServer) -> Site:
    """A copy of a county that nobody serves, on another PostgreSQL server, sooner there than seeded."""
    shutil.copytree(first.data, data)
    address = server.create(f"site_{secrets.token_hex(4)}")
    dump = subprocess.run([program("pg_dump"), "--no-owner", first.address], check=True, capture_output=True)
    restore = [program("psql"), "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", address]
    subprocess.run(restore, input=dump.stdout, check=True, capture_output=True)
    _write_address(data, address)
    return Site(data, first.county, address)


def _write_address(data: Path, address: str) -> None:
    file = data / DATABASE_FILE
    file.touch(mode=0o600)
    file.write_text(address)
