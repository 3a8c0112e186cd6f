"""Commands that plugins bring: imported when used, with their county open."""

from collections.abc import Callable
from pathlib import Path

MANIFEST = '[commands]\ngreet = "greeter.cli:greet"'
CLI = """
import click
from core.county import county, plugins

@click.group()
def greet():
    "招呼。"

@greet.command()
@click.option("--loud", is_flag=True)
def county_name(loud):
    name = county().settings.county_name
    click.echo(f"你好，{name}{'！' if loud else ''} {'greeter' in plugins().loaded}")
"""


def test_a_plugin_command_finds_its_county_open(
    run: Callable, data: Path, allow: Callable, write_plugin: Callable
) -> None:
    folder = write_plugin("greeter", manifest=MANIFEST, __init__="", cli=CLI)
    allow("greeter")
    shown = run("greet", "county-name", "--loud", "--data", data, GRIDGOV_PLUGINS=str(folder))
    assert (shown.status, shown.out, shown.err) == (0, "你好，叶集区！ True\n", "")


def test_the_command_of_a_plugin_that_is_off_is_refused(run: Callable, data: Path) -> None:
    assert run("plugin", "disable", "points_store", "--data", data).status == 0
    run("ledger", "verify", "--data", data).refused(1, "points_store", "已停用")


def test_a_plugin_command_that_cannot_be_imported_is_a_sentence(
    run: Callable, data: Path, write_plugin: Callable
) -> None:
    folder = write_plugin("greeter", manifest=MANIFEST, __init__="", cli="import nothing_of_this_name")
    refused = run("greet", "county-name", "--data", data, GRIDGOV_PLUGINS=str(folder))
    refused.refused(1, "greeter", "加载失败", "nothing_of_this_name")


def test_a_plugin_cannot_take_the_place_of_a_core_command(run: Callable, write_plugin: Callable) -> None:
    folder = write_plugin("greeter", manifest='[commands]\nserve = "greeter.cli:greet"', cli=CLI)
    assert "--port" in run("serve", "--help", GRIDGOV_PLUGINS=str(folder)).out


def test_the_ledger_of_the_points_store_verifies(run: Callable, data: Path) -> None:
    proof = run("ledger", "verify", "--data", data, "--json")
    assert (proof.status, proof.json["mistakes"]) == (0, [])
