"""A county moves to a real PostgreSQL, is backed up there and comes back; a failure leaves it in place."""

import os
import secrets
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.moving.errors import RowUnmovable
from core.moving.tables import Table, source_rows
from tests.core.cli.test_backup import besides_files


@pytest.fixture
def empty(postgresql: Any) -> Iterator[Callable[[], str]]:
    """Makes an empty database; returns its address."""
    made: list[str] = []

    def make() -> str:
        made.append(f"ops_{secrets.token_hex(6)}")
        return str(postgresql.create(made[-1]))

    yield make
    for name in made:
        postgresql.drop(name)


def tables(run: Callable, data: Path) -> dict[str, int]:
    listed = run("audit", "tables", "--json", "--data", data).json
    return {table["name"]: table["rows"] for table in listed}


def head(run: Callable, data: Path) -> Any:
    return run("audit", "head", "--json", "--data", data).json


def is_sound(run: Callable, data: Path) -> bool:
    ledger, audit = run("ledger", "verify", "--data", data), run("audit", "verify", "--data", data)
    return (ledger.status, audit.status) == (0, 0)


def test_a_county_moves_row_by_row_and_serves_there(
    run: Callable, start: Callable, data: Path, empty: Callable[[], str]
) -> None:
    before, first, url = tables(run, data), head(run, data), empty()
    source = (data / "gridgov.db").read_bytes()
    result = run("migrate-database", "--data", data, GRIDGOV_MIGRATE_TO=url)
    assert result.status == 0, result.err
    (old,) = data.glob("gridgov.db.moved-*")
    assert not (data / "gridgov.db").exists()
    assert old.read_bytes() == source
    address = data / "database.url"
    assert address.read_text().strip() == url
    assert stat.S_IMODE(address.stat().st_mode) == 0o600
    after = tables(run, data)
    assert {name: rows for name, rows in after.items() if name in before} == before
    assert head(run, data) == first
    assert is_sound(run, data)
    assert start("serve", "--data", data).get("/readyz")[0] == 200


def test_new_rows_get_new_numbers_after_the_move(run: Callable, data: Path, empty: Callable[[], str]) -> None:
    assert run("migrate-database", "--to", empty(), "--data", data).status == 0
    known = int(run("user", "add", "first.new", "--name", "甲", "--data", data, "--json").json["id"])
    second = int(run("user", "add", "second.new", "--name", "乙", "--data", data, "--json").json["id"])
    with closing(sqlite3.connect(next(data.glob("gridgov.db.moved-*")))) as old:
        (newest,) = old.execute("SELECT MAX(id) FROM accounts_account").fetchone()
    assert newest < known < second
    assert is_sound(run, data)


def test_a_running_server_is_not_robbed_of_its_database(
    run: Callable, start: Callable, data: Path, empty: Callable[[], str]
) -> None:
    server = start("serve", "--data", data)
    run("migrate-database", "--to", empty(), "--data", data).refused(2, "服务还在运行")
    assert server.get("/readyz")[0] == 200
    assert server.stop()[0] == 0
    assert not (data / "database.url").exists()


def refused_and_at_home(run: Callable, data: Path, url: str, *sentences: str) -> None:
    """Refused in a sentence, and the county lives where it did."""
    run("migrate-database", "--to", url, "--data", data).refused(1, *sentences)
    assert not (data / "database.url").exists()
    assert (data / "gridgov.db").exists()


def test_a_text_that_postgresql_cannot_hold_is_named_by_table_and_row(
    run: Callable, data: Path, empty: Callable[[], str]
) -> None:
    with closing(sqlite3.connect(data / "gridgov.db")) as database:
        database.execute("UPDATE people_person SET name = 'a' || char(0) || 'b' WHERE id = 7")
        database.commit()
    url = empty()
    refused_and_at_home(run, data, url, "people_person", "第 7 行", "name")
    with psycopg.connect(url) as link:
        (count,) = link.execute("SELECT COUNT(*) FROM people_household").fetchone() or (None,)
    assert count == 0  # nothing half arrives


def test_a_book_that_was_tampered_with_does_not_move(
    run: Callable, data: Path, empty: Callable[[], str]
) -> None:
    with closing(sqlite3.connect(data / "gridgov.db")) as database:
        database.execute("DROP TRIGGER core_audit_line_no_update")
        database.execute("UPDATE core_audit_line SET subject = 'x' WHERE seq = 3")
        database.commit()
    refused_and_at_home(run, data, empty(), "审计记录")


def test_a_database_that_is_not_empty_not_there_or_not_postgresql_is_refused(
    run: Callable, data: Path, empty: Callable[[], str]
) -> None:
    url = empty()
    with psycopg.connect(url) as link:
        link.execute("CREATE TABLE somebody_elses (id int)")
    refused_and_at_home(run, data, url, "somebody_elses")
    refused_and_at_home(run, data, url + "_missing", "PostgreSQL")
    refused_and_at_home(run, data, "mysql://localhost/x", "--to postgresql://")
    assert (
        url.split(":")[2].split("@")[0] not in run("migrate-database", "--to", url + "x", "--data", data).err
    )


def test_a_county_in_postgresql_is_backed_up_and_comes_back(
    run: Callable, data: Path, empty: Callable[[], str], tmp_path: Path
) -> None:
    keys = Path(shutil.copy(data / "keys.json", tmp_path / "kept-keys.json"))
    assert run("migrate-database", "--to", empty(), "--data", data).status == 0
    made, back = tmp_path / "county.zip", tmp_path / "back"
    result = run("backup", made, "--data", data)
    assert result.status == 0, result.err
    names = {"manifest.json", "database.dump", "config.toml", "areas/341504.csv"}
    assert besides_files(made, data) == names
    restore = ("restore", made, "--data", back, "--keys", keys)
    run(*restore).refused(1, "--database")
    assert not back.exists()
    url = empty()
    result = run(*restore, "--database", url)
    assert result.status == 0, result.err
    assert (back / "database.url").read_text().strip() == url
    assert not (back / "database.dump").exists()
    assert tables(run, back) == tables(run, data)
    assert head(run, back) == head(run, data)
    assert is_sound(run, back)
    run("restore", made, "--data", tmp_path / "again", "--keys", keys, "--database", url).refused(
        1, "已经有表"
    )


def test_the_password_is_no_argument_of_the_programs_that_are_called(
    run: Callable, data: Path, empty: Callable[[], str], tmp_path: Path
) -> None:
    assert run("migrate-database", "--to", empty(), "--data", data).status == 0
    spy = tmp_path / "bin" / "pg_dump"
    spy.parent.mkdir()
    spy.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >> {tmp_path}/arguments\n'
        'case "$1" in --version) echo "pg_dump (PostgreSQL) 99.1";; *) echo "no luck" >&2; exit 1;; esac\n'
    )
    spy.chmod(0o755)
    path = f"{spy.parent}:{os.environ['PATH']}"
    refused = run("backup", tmp_path / "county.zip", "--data", data, PATH=path)
    refused.refused(1, "pg_dump", "no luck")
    assert not (tmp_path / "county.zip").exists()
    password = (data / "database.url").read_text().split(":")[2].split("@")[0]
    arguments = (tmp_path / "arguments").read_text()
    assert "--format=custom" in arguments
    assert password not in arguments + refused.err


def test_a_backup_of_sqlite_takes_no_postgresql(
    run: Callable, data: Path, tmp_path: Path, empty: Callable[[], str]
) -> None:
    made = tmp_path / "county.zip"
    assert run("backup", made, "--with-keys", "--data", data).status == 0
    result = run("restore", made, "--data", tmp_path / "back", "--database", empty())
    result.refused(1, "migrate-database")


def test_a_table_without_row_numbers_is_read_too(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as source:
        source.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, name TEXT)")
        source.execute("CREATE TABLE pairs (a INTEGER, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID")
        source.execute("INSERT INTO plain VALUES (7, 'x')")
        source.execute("INSERT INTO pairs VALUES (1, 'y')")
        plain = Table("plain", (("id", "integer"), ("name", "text")))
        pairs = Table("pairs", (("a", "integer"), ("b", "text")))
        assert list(source_rows(source, plain)) == [(7, "x")]
        assert list(source_rows(source, pairs)) == [(1, "y")]
        source.execute("INSERT INTO plain VALUES (8, ?)", ("z\0",))
        with pytest.raises(RowUnmovable) as refused:
            list(source_rows(source, plain))
        assert refused.value.params["row"] == 8
