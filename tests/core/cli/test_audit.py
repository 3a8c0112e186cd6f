"""gridgov audit: what was altered behind the program's back is found and named."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.tampering import alter


def test_an_untouched_record_is_intact(run: Callable, data: Path) -> None:
    head = run("audit", "head", "--json", "--data", data).json
    verdict = run("audit", "verify", "--json", "--data", data)
    assert verdict.status == 0
    assert verdict.json["intact"] is True
    assert verdict.json["lines"] == head["seq"]
    assert verdict.json["head"] == head["head"]


def test_an_altered_line_is_named(run: Callable, data: Path) -> None:
    alter(data, "UPDATE core_audit_line SET area_code = '341504002001' WHERE seq = 3")
    run("audit", "verify", "--data", data).refused(1, "第 3 条")


def test_a_removed_line_is_named(run: Callable, data: Path) -> None:
    alter(data, "DELETE FROM core_audit_line WHERE seq = 2")
    run("audit", "verify", "--data", data).refused(1, "第 3 条")


def test_a_printed_head_shows_that_the_newest_lines_were_cut_off(run: Callable, data: Path) -> None:
    head = run("audit", "head", "--json", "--data", data).json
    assert run("audit", "verify", "--head", head["head"], "--data", data).status == 0
    alter(data, f"DELETE FROM core_audit_line WHERE seq = {head['seq']}")
    assert run("audit", "verify", "--data", data).status == 0
    run("audit", "verify", "--head", head["head"], "--data", data).refused(1, "不在这条链上")


def test_two_copies_have_the_same_sums_until_one_byte_differs(
    run: Callable, data: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(data, copy)
    before, same = (run("audit", "tables", "--json", "--data", folder).json for folder in (data, copy))
    assert before == same
    alter(copy, "UPDATE areas_area SET name = name || '。' WHERE code = '341504'")
    after = run("audit", "tables", "--json", "--data", copy).json
    assert [new["name"] for old, new in zip(before, after, strict=True) if old != new] == ["areas_area"]
