"""What every call of `gridgov` has in common: it starts fast, imports little, refuses in sentences."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.program import COMMANDS

HEAVY = {"click", "flask", "peewee", "marshmallow", "pluggy", "granian", "cryptography", "plugins"}


def test_the_version_is_told_without_importing_anything() -> None:
    script = (
        "import sys; sys.argv[1:] = ['--version']; from core.cli import main; main(); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    version, modules = done.stdout.splitlines()
    assert version.startswith("gridgov ")
    assert not HEAVY & set(modules.split())


def test_a_server_starts_without_what_only_writes_workbooks() -> None:
    script = "import core.wsgi, plugins.points_store.plugin, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert {"flask", "python_calamine"} <= set(done.stdout.split())
    assert "openpyxl" not in done.stdout.split()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_chinese(run: Callable, name: str) -> None:
    shown = run(name, "--help")
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.startswith("用法：gridgov ")


def test_no_arguments_show_all_commands(run: Callable) -> None:
    shown = run()
    assert shown.status == 0
    for name, entry in COMMANDS.items():
        assert name in shown.out
        assert entry.help in shown.out


def test_listing_commands_imports_no_plugin(run: Callable, write_plugin: Callable, tmp_path: Path) -> None:
    trace = tmp_path / "imported"
    spoiled = f"open({str(trace)!r}, 'w').close()\nraise SystemExit(9)"
    folder = write_plugin(
        "spoiled", spoiled, __init__=spoiled, cli=spoiled, manifest='[commands]\nspoil = "spoiled.cli:spoil"'
    )
    shown = run("--help", GRIDGOV_PLUGINS=str(folder))
    assert shown.status == 0
    assert "插件 试验插件（spoiled）的命令" in shown.out
    assert not trace.exists()


def test_an_unknown_command_is_wrong_usage(run: Callable) -> None:
    run("demonstrate").refused(2, "没有命令 demonstrate", "gridgov --help")


def test_an_unknown_option_is_wrong_usage(run: Callable) -> None:
    run("serve", "--prot", "80").refused(2, "没有选项 --prot", "--port")


def test_a_missing_county_folder_is_wrong_usage(run: Callable) -> None:
    run("doctor").refused(2, "缺少 --data", "GRIDGOV_DATA")


def test_a_folder_without_a_county_says_how_to_make_one(run: Callable, tmp_path: Path) -> None:
    run("audit", "head", "--data", tmp_path).refused(2, f"gridgov init --data {tmp_path}")


def test_the_county_may_come_from_the_environment(run: Callable, data: Path) -> None:
    assert run("audit", "head", GRIDGOV_DATA=str(data)).status == 0
