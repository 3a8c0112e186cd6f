"""gridgov config check: every mistake at once, each with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

WRONG = """\
[county]
code = "34150"
nane = "叶集区"
areas = "areas/missing.csv"

[plugins]
allowed = ["points_store"]
on = ["diary"]

[security]
idle_minutes = "thirty"

[plugin.points_store]
code_seconds = 600
"""
MISTAKES = (
    (1, "county.name"),
    (2, "county.code"),
    (3, "county.nane"),
    (4, "county.areas"),
    (8, "plugins.on"),
    (11, "security.idle_minutes"),
    (14, "plugin.points_store.code_seconds"),
)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    file = tmp_path / "wrong.toml"
    file.write_text(WRONG, "utf-8")
    return file


def test_every_mistake_is_named_with_its_line(run: Callable, wrong: Path) -> None:
    checked = run("config", "check", wrong)
    checked.refused(1, *(f"{wrong} 第 {line} 行 {key}：" for line, key in MISTAKES))
    assert len(checked.err.splitlines()) == len(MISTAKES) + 1


def test_the_same_as_json(run: Callable, wrong: Path) -> None:
    checked = run("config", "check", wrong, "--json")
    assert (checked.status, len(checked.json["mistakes"])) == (1, len(MISTAKES))


@pytest.mark.parametrize("county", ["yeji", "longyou", "shengzhou", "zibo"])
def test_the_shipped_configs_have_no_mistake(run: Callable, county: str) -> None:
    checked = run("config", "check", Path(__file__).parents[3] / "config" / f"{county}.toml")
    assert (checked.status, checked.err) == (0, "")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"[county", "TOML"), ("[county]\nname = '叶集'".encode("gb18030"), "UTF-8"), (None, "读不出来")],
    ids=["no TOML", "not UTF-8", "no file"],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    run: Callable, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    file = tmp_path / "odd.toml"
    if content is not None:
        file.write_bytes(content)
    run("config", "check", file).refused(1, sentence)


def test_a_plugin_that_cannot_be_loaded_costs_only_its_own_section(
    run: Callable, tmp_path: Path, write_plugin: Callable
) -> None:
    folder = write_plugin("broken", "import nothing_of_this_name")
    file = tmp_path / "county.toml"
    file.write_text(
        '[county]\ncode = "341504"\nname = "叶集区"\n[plugins]\nallowed = ["broken", "points_store"]\n'
        "[plugin.broken]\nx = 1\n[plugin.points_store]\ncode_seconds = 600\n",
        "utf-8",
    )
    checked = run("config", "check", file, GRIDGOV_PLUGINS=str(folder))
    checked.refused(1, "第 6 行 plugin.broken", "nothing_of_this_name", "plugin.points_store.code_seconds")
