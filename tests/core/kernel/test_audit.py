"""The record cannot be altered unseen."""

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from peewee import IntegrityError

from core import audit
from core.clock import CHINA, frozen
from core.county import County, close_county, open_county
from core.db import database, engine, unit_of_work
from core.scope import AreaScope
from core.security import Actor
from tests.tampering import alter, undone, without_triggers

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
    alter(kernel.data, f"UPDATE core_audit_line SET {column} = {CHANGES[column]} WHERE seq = {seq}")
    assert audit.verify().broken_at == seq


@pytest.mark.sqlite  # PostgreSQL keeps such values out of the column
@pytest.mark.parametrize("value", ["'abc'", "1e300", "x'ff'", "9223372036854775807"], ids=str)
def test_a_value_that_no_field_can_read_is_a_finding_and_no_crash(kernel: County, value: str) -> None:
    write_lines()
    for column in ("at", "account_id", "detail", "action", "hash"):
        with undone(), without_triggers():
            database.execute_sql(f"UPDATE core_audit_line SET {column} = {value} WHERE seq = 5")
            assert audit.verify().broken_at == 5, column


def test_a_line_that_names_nobody_any_more_is_a_finding(kernel: County) -> None:
    write_lines()
    alter(kernel.data, "UPDATE core_audit_line SET account_id = NULL WHERE seq = 5")
    assert audit.verify().broken_at == 5


@pytest.mark.sqlite  # PostgreSQL keeps such text out
def test_text_that_is_not_utf8_is_a_finding_and_no_crash(kernel: County) -> None:
    write_lines()
    alter(kernel.data, "UPDATE core_audit_line SET subject = CAST(x'ff' AS TEXT) WHERE seq = 5")
    assert audit.verify().broken_at == 5


@pytest.mark.parametrize("kind", ["text", "numeric", "double precision"])
def test_a_column_made_into_another_kind_is_a_finding_and_no_crash(kernel: County, kind: str) -> None:
    if engine() == "sqlite":
        return  # a column of SQLite has no kind: the values above
    write_lines()
    alter(kernel.data, f"ALTER TABLE core_audit_line ALTER COLUMN at TYPE {kind}")
    assert audit.verify().broken_at == 1


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
    dice = random.Random(2026)
    for _ in range(200):
        seq, kind = dice.randrange(1, LINES), dice.choice(sorted(KINDS))
        with undone(), without_triggers():
            for statement in KINDS[kind](seq):
                database.execute_sql(statement)
            broken = audit.verify().broken_at
        assert broken is not None, (kind, seq)
        assert broken in (seq, seq + 1), (kind, seq)


@pytest.mark.parametrize("left", [0, 1, 7, LINES - 1])
def test_cutting_off_the_end_is_found_by_a_kept_head(kernel: County, left: int) -> None:
    write_lines()
    printed = audit.head()[1]
    alter(kernel.data, f"DELETE FROM core_audit_line WHERE seq > {left}")
    assert audit.verify().broken_at is None, "without a kept head nobody can see it"
    assert not audit.verify(printed).head_found


def test_a_chain_forged_from_a_line_on_does_not_hold_the_kept_head(kernel: County) -> None:
    write_lines(4)
    printed = audit.head()[1]
    alter(kernel.data, "DELETE FROM core_audit_line WHERE seq > 2")
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
