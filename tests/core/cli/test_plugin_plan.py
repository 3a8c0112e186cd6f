"""gridgov plugin plan and remove: what happens is what was shown, and nothing else."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.plugin_kit.new import new_plugin

Plan = dict[str, dict[str, set[str]]]


@pytest.fixture
def meals(tmp_path: Path, data: Path, allow: Callable[..., None], run: Callable) -> dict[str, str]:
    """The environment of a county with a new plugin, which is off."""
    project = new_plugin("meals", tmp_path / "projects", title="助老餐")
    allow("meals")
    environment = {"GRIDGOV_PLUGINS": str(project), "GRIDGOV_DATA": str(data)}
    assert run("plugin", "disable", "meals", **environment).status == 0
    return environment


@pytest.fixture
def plan(run: Callable) -> Callable[..., Plan]:
    """What `gridgov plugin plan` lists: subject -> change -> names."""

    def ask(*words: str, **environment: str) -> Plan:
        done = run("plugin", "plan", *words, "--json", **environment)
        assert (done.status, done.err) == (0, ""), done
        found: Plan = {}
        for change in done.json:
            found.setdefault(change["subject"], {}).setdefault(change["change"], set()).add(change["what"])
        return found

    return ask


def tables(data: str) -> dict[str, int]:
    with closing(sqlite3.connect(Path(data) / "gridgov.db")) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in names}


def bytes_of(data: str, table: str) -> list[Any]:
    with closing(sqlite3.connect(Path(data) / "gridgov.db")) as db:
        return db.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()


def switched_on(run: Callable, environment: dict[str, str], start: Callable) -> Any:
    assert run("plugin", "enable", "meals", **environment).status == 0
    return start("serve", **environment)


def test_what_appears_when_it_is_switched_on_is_what_was_shown(
    run: Callable, meals: dict[str, str], plan: Callable[..., Plan], start: Callable
) -> None:
    before = tables(meals["GRIDGOV_DATA"])
    shown = plan("enable", "meals", **meals)
    assert tables(meals["GRIDGOV_DATA"]) == before  # asking has changed nothing
    server = switched_on(run, meals, start)
    assert server.get("/readyz")[0] in (200, 503)
    new = set(tables(meals["GRIDGOV_DATA"])) - set(before)
    assert new == shown["tables"]["appears"]
    assert shown["migrations"]["appears"]
    opened = [path.split()[1] for path in shown["addresses"]["appears"] if path.startswith("GET ")]
    assert "/meals/notes" in opened
    for path in opened:
        assert server.get(path.replace("<path:filename>", "meals.css"))[0] != 404
    described = server.get("/api/v1/openapi.json")[1]
    for operation in shown["operations"]["appears"]:
        assert operation.split()[2] in described
    assert all(name.startswith("meals.") for name in shown["events"]["appears"])
    assert shown["permissions"]["appears"]
    assert "burdens" not in shown


def test_off_and_on_again_gives_the_same_bytes(
    run: Callable, meals: dict[str, str], plan: Callable[..., Plan], start: Callable
) -> None:
    switched_on(run, meals, start).stop()
    kept = {name for name in tables(meals["GRIDGOV_DATA"]) if name.startswith("meals_")}
    assert kept
    before = {name: bytes_of(meals["GRIDGOV_DATA"], name) for name in kept}
    shown = plan("disable", "meals", **meals)
    assert shown["tables"] == {"stays": kept}
    assert set(shown["addresses"]) == {"vanishes"}
    assert run("plugin", "disable", "meals", **meals).status == 0
    again = plan("enable", "meals", **meals)
    assert again["tables"] == {"stays": kept}
    assert "migrations" not in again
    assert again["addresses"]["appears"] == shown["addresses"]["vanishes"]
    assert run("plugin", "enable", "meals", **meals).status == 0
    assert {name: bytes_of(meals["GRIDGOV_DATA"], name) for name in kept} == before


def test_removed_with_its_data_after_a_backup_or_without_them(
    run: Callable, meals: dict[str, str], plan: Callable[..., Plan], start: Callable, tmp_path: Path
) -> None:
    data = meals["GRIDGOV_DATA"]
    before = set(tables(data))
    switched_on(run, meals, start).stop()
    run("plugin", "remove", "meals", "--drop-data", **meals).refused(1, "plugin disable meals")
    run("plugin", "remove", "meals", **meals).refused(2, "--keep-data")
    assert run("plugin", "disable", "meals", **meals).status == 0
    whole = set(tables(data))
    assert run("plugin", "remove", "meals", "--keep-data", **meals).status == 0
    assert set(tables(data)) == whole

    shown = plan("remove", "meals", "--drop-data", **meals)
    assert shown["tables"] == {"vanishes": whole - before}
    backup = tmp_path / "before.zip"
    done = run("plugin", "remove", "meals", "--drop-data", "--backup", backup, **meals)
    assert (done.status, str(backup) in done.out) == (0, True), done
    assert set(tables(data)) == before
    assert run("audit", "verify", **meals).status == 0

    keys = Path(data) / "keys.json"
    restored = run("restore", backup, "--keys", keys, "--data", tmp_path / "back")
    assert restored.status == 0, restored
    assert whole - before <= set(tables(str(tmp_path / "back")))
    # It can come back at any time, empty.
    assert run("plugin", "enable", "meals", **meals).status == 0
    switched = start("serve", **meals)
    assert switched.get("/healthz")[0] == 200
    assert whole - before <= set(tables(data))


def test_what_a_new_version_brings_is_the_difference(
    meals: dict[str, str], plan: Callable[..., Plan], tmp_path: Path
) -> None:
    newer = new_plugin("meals", tmp_path / "newer", title="助老餐")
    manifest = newer / "meals" / "plugin.toml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace("[announces]", '[announces]\nMealMissed = "没有取餐"', 1), "utf-8")
    assert plan("upgrade", "meals", "--from", str(newer), **meals) == {
        "events": {"appears": {"meals.MealMissed"}}
    }


def test_what_cannot_be_planned_is_a_sentence(
    run: Callable, meals: dict[str, str], write_plugin: Callable[..., Path]
) -> None:
    run("plugin", "plan", "disable", "meals", **meals).refused(1, "没有要改变的")
    run("plugin", "plan", "enable", "unheard", **meals).refused(1, "unheard")
    run("plugin", "plan", "upgrade", "meals", **meals).refused(1, "--from")
    file = Path(meals["GRIDGOV_PLUGINS"]) / "meals" / "plugin.py"
    file.write_text("raise SystemExit(9)\n", "utf-8")
    run("plugin", "plan", "enable", "meals", **meals).refused(1, "gridgov plugin check")
