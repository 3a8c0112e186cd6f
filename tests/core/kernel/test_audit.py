"""The record cannot be altered unseen."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from peewee import IntegrityError

from core import audit
from core.clock import CHINA, frozen
from core.county import County, close_county, open_county
from core.db import database, unit_of_work
from core.scope import AreaScope
from core.security import Actor

LINES = 12


def write_lines(count: int = LINES) -> None:
    for number in range(count):
        with unit_of_work():
            audit.record(
                Actor(account_id=number % 3, name="甲"),
                "trial.write_note",
                area_code=f"34150400100{number % 3}",
                subject=f"note:{number}",
                points=number,
                reason="清扫“门前”",
            )


def tamper(kernel: County, *statements: str) -> None:
    """What somebody does who holds the file: the triggers are the first thing to go."""
    with sqlite3.connect(kernel.data / "gridgov.db") as thief:
        thief.execute("DROP TRIGGER IF EXISTS core_audit_line_no_update")
        thief.execute("DROP TRIGGER IF EXISTS core_audit_line_no_delete")
        for statement in statements:
            thief.execute(statement)
    thief.close()


def test_an_untouched_chain_verifies_and_its_head_is_found(kernel: County) -> None:
    assert audit.verify() == audit.Verdict(0, audit.GENESIS, None, True)
    assert audit.head() == (0, audit.GENESIS)
    write_lines(3)
    kept = audit.head()
    write_lines(3)
    verdict = audit.verify(kept[1])
    assert (verdict.lines, verdict.broken_at, verdict.head_found) == (6, None, True)
    assert audit.head() == (6, verdict.head)


@pytest.mark.parametrize(
    "statement", ["UPDATE core_audit_line SET action = 'x'", "DELETE FROM core_audit_line"]
)
def test_the_database_itself_refuses_to_change_or_delete_a_line(kernel: County, statement: str) -> None:
    write_lines(2)
    with pytest.raises(IntegrityError, match="never changed"):
        database.execute_sql(statement)
    assert audit.verify().lines == 2


CHANGES = {
    "at": "at + 1",
    "account_id": "coalesce(account_id, 0) + 1",
    "action": "'trial.read_note'",
    "area_code": "'341504001009'",
    "subject": "'note:99'",
    "detail": "replace(detail, '1', '2') || ' '",
    "previous": "hash",
    "hash": "previous",
}


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("seq", [1, 5, LINES])
def test_a_change_of_any_column_is_found_at_its_line(kernel: County, column: str, seq: int) -> None:
    write_lines()
    tamper(kernel, f"UPDATE core_audit_line SET {column} = {CHANGES[column]} WHERE seq = {seq}")
    assert audit.verify().broken_at == seq


@pytest.mark.parametrize("value", ["NULL", "'abc'", "1e300", "x'ff'", "9223372036854775807"], ids=str)
def test_a_value_that_no_field_can_read_is_a_finding_and_no_crash(kernel: County, value: str) -> None:
    write_lines()
    keep(kernel)
    for column in ("account_id",) if value == "NULL" else ("at", "account_id", "detail", "action", "hash"):
        restore(kernel)
        tamper(kernel, f"UPDATE core_audit_line SET {column} = {value} WHERE seq = 5")
        assert audit.verify().broken_at == 5, column


def test_text_that_is_not_utf8_is_a_finding_and_no_crash(kernel: County) -> None:
    write_lines()
    tamper(kernel, "UPDATE core_audit_line SET subject = CAST(x'ff' AS TEXT) WHERE seq = 5")
    assert audit.verify().broken_at == 5


def keep(kernel: County) -> None:
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(kernel.data / "gridgov.db", kernel.data / "kept.db")


def restore(kernel: County) -> None:
    data = kernel.data
    close_county()
    for end in ("-wal", "-shm"):
        (data / f"gridgov.db{end}").unlink(missing_ok=True)
    shutil.copy(data / "kept.db", data / "gridgov.db")
    open_county(data)
    database.connect()


ROW = "at, account_id, action, area_code, subject, detail, previous, hash"
KINDS: dict[str, Callable[[int], list[str]]] = {
    "delete": lambda seq: [f"DELETE FROM core_audit_line WHERE seq = {seq}"],
    "swap": lambda seq: [
        f"UPDATE core_audit_line SET seq = -1 WHERE seq = {seq}",
        f"UPDATE core_audit_line SET seq = {seq} WHERE seq = {seq + 1}",
        f"UPDATE core_audit_line SET seq = {seq + 1} WHERE seq = -1",
    ],
    "insert a copy": lambda seq: [
        f"UPDATE core_audit_line SET seq = seq + 1000 WHERE seq > {seq}",
        f"INSERT INTO core_audit_line (seq, {ROW}) "
        f"SELECT {seq + 1}, {ROW} FROM core_audit_line WHERE seq = {seq}",
    ],
    "insert a made-up line": lambda seq: [
        f"UPDATE core_audit_line SET seq = seq + 1000 WHERE seq > {seq}",
        f"INSERT INTO core_audit_line (seq, {ROW}) SELECT {seq + 1}, at, 9, 'trial.x', area_code, "
        f"subject, detail, hash, previous FROM core_audit_line WHERE seq = {seq}",
    ],
    "change": lambda seq: [f"UPDATE core_audit_line SET detail = '{{}}' WHERE seq = {seq}"],
}


def test_two_hundred_random_tamperings_are_all_found_and_located(kernel: County) -> None:
    write_lines()
    keep(kernel)
    dice = random.Random(2026)
    for _ in range(200):
        restore(kernel)
        seq, kind = dice.randrange(1, LINES), dice.choice(sorted(KINDS))
        tamper(kernel, *KINDS[kind](seq))
        broken = audit.verify().broken_at
        assert broken is not None, (kind, seq)
        assert broken in (seq, seq + 1), (kind, seq)


@pytest.mark.parametrize("left", [0, 1, 7, LINES - 1])
def test_cutting_off_the_end_is_found_by_a_kept_head(kernel: County, left: int) -> None:
    write_lines()
    printed = audit.head()[1]
    tamper(kernel, f"DELETE FROM core_audit_line WHERE seq > {left}")
    assert audit.verify().broken_at is None, "without a kept head nobody can see it"
    assert not audit.verify(printed).head_found


def test_a_chain_forged_from_a_line_on_does_not_hold_the_kept_head(kernel: County) -> None:
    write_lines(4)
    printed = audit.head()[1]
    tamper(kernel, "DELETE FROM core_audit_line WHERE seq > 2")
    with frozen(datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)):
        write_lines(4)
    assert audit.verify().broken_at is None
    assert not audit.verify(printed).head_found


def test_a_line_written_at_any_millisecond_verifies(kernel: County) -> None:
    # Floats lose a millisecond here and there; the chain must not.
    dice = random.Random(1)
    for _ in range(300):
        moment = datetime(2026, 1, 1, tzinfo=CHINA).replace(microsecond=dice.randrange(1_000_000))
        with frozen(moment):
            write_lines(1)
    assert audit.verify().broken_at is None


def test_only_lines_of_ones_own_areas_are_shown_and_counted(kernel: County) -> None:
    write_lines()
    found, total = audit.lines(AreaScope(("341504001001",)), page_size=3)
    assert total == 4
    assert [line.subject for line in found] == ["note:10", "note:7", "note:4"]
    assert audit.lines(AreaScope(()), page_size=3) == ([], 0)
    assert audit.lines(AreaScope(("341504",)), action="trial.none")[1] == 0


def test_the_chain_goes_on_after_reopening(kernel: County, tmp_path: Path) -> None:
    write_lines(2)
    close_county()
    open_county(kernel.data)
    write_lines(2)
    assert (audit.verify().lines, audit.verify().broken_at) == (4, None)
