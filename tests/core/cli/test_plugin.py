"""gridgov plugin: works whatever a plugin does, since none is imported."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ENDS_THE_PROCESS = "open(__file__ + '.imported', 'w').close()\nraise SystemExit(9)"


@pytest.fixture
def spoiled(data: Path, allow: Callable[..., None], write_plugin: Callable[..., Path]) -> dict[str, str]:
    """The environment of a county with a plugin that ends the process when it is imported."""
    folder = write_plugin("spoiled", ENDS_THE_PROCESS, __init__=ENDS_THE_PROCESS)
    allow("spoiled")
    return {"GRIDGOV_PLUGINS": str(folder), "GRIDGOV_DATA": str(data)}


def states(run: Callable, environment: dict[str, str]) -> dict[str, Any]:
    listed = run("plugin", "list", "--json", **environment)
    assert (listed.status, listed.err) == (0, "")
    return {plugin["name"]: plugin for plugin in listed.json}


def test_listing_switching_and_retrying_never_import_a_plugin(run: Callable, spoiled: dict[str, str]) -> None:
    assert states(run, spoiled)["spoiled"]["state"] == "on"
    assert run("plugin", "disable", "spoiled", **spoiled).status == 0
    assert states(run, spoiled)["spoiled"]["state"] == "off"
    assert run("plugin", "enable", "spoiled", **spoiled).status == 0
    assert run("plugin", "retry", "spoiled", **spoiled).status == 0
    assert states(run, spoiled)["spoiled"]["state"] == "on"
    assert not list(Path(spoiled["GRIDGOV_PLUGINS"]).rglob("*.imported"))


def test_a_plugin_that_fails_to_load_is_listed_with_its_cause_and_the_rest_works(
    run: Callable, spoiled: dict[str, str], start: Callable
) -> None:
    server = start("serve", **spoiled)
    assert server.get("/healthz")[0] == 200
    listed = run("plugin", "list", **spoiled)
    line = next(line for line in listed.out.splitlines() if line.startswith("spoiled"))
    assert "加载失败" in line
    assert "SystemExit" in line
    assert states(run, spoiled)["points_store"]["state"] == "on"


@pytest.mark.parametrize(
    ("manifest", "cause"),
    [
        ('colour = "red"', "colour"),
        ("[commands", "无法解析"),
        ('[permissions]\n"other.see" = "看"', "权限名应以 troubled. 开头"),
    ],
    ids=["an unknown key", "no TOML", "a foreign permission"],
)
def test_a_wrong_manifest_is_named_with_what_is_wrong(
    run: Callable,
    data: Path,
    allow: Callable,
    write_plugin: Callable,
    manifest: str,
    cause: str,
) -> None:
    folder = write_plugin("troubled", manifest=manifest)
    allow("troubled")
    plugin = states(run, {"GRIDGOV_PLUGINS": str(folder), "GRIDGOV_DATA": str(data)})["troubled"]
    assert plugin["state"] == "failed"
    assert cause in plugin["cause"]


def test_a_plugin_for_another_version_does_not_fit(
    run: Callable, data: Path, allow: Callable, write_plugin: Callable
) -> None:
    folder = write_plugin("early")
    file = folder / "early" / "plugin.toml"
    file.write_text(file.read_text("utf-8").replace(">=1.0,<2", ">=7"), "utf-8")
    allow("early")
    environment = {"GRIDGOV_PLUGINS": str(folder), "GRIDGOV_DATA": str(data)}
    assert states(run, environment)["early"]["state"] == "misfit"
    enabled = run("plugin", "enable", "early", **environment)
    assert (enabled.status, "接口版本 >=7" in enabled.out) == (1, True)


def test_an_unknown_plugin_is_a_sentence(run: Callable, data: Path) -> None:
    run("plugin", "enable", "nothing", "--data", data).refused(1, "没有名为 nothing 的插件")


def test_switching_leaves_an_audit_line(run: Callable, data: Path) -> None:
    before = run("audit", "head", "--json", "--data", data).json["seq"]
    assert run("plugin", "disable", "points_store", "--data", data).status == 0
    assert run("audit", "head", "--json", "--data", data).json["seq"] == before + 1


def test_a_running_server_follows_a_switch_within_a_second(
    run: Callable, data: Path, start: Callable
) -> None:
    server = start("serve", "--data", data)
    page = "/points-store/stores/"
    assert server.get(page)[0] != 404
    assert run("plugin", "disable", "points_store", "--data", data).status == 0
    time.sleep(1)
    assert server.get(page)[0] == 404


def test_some_villages_try_a_plugin_and_then_everybody(
    run: Callable, data: Path, acceptance: tuple[Path, dict]
) -> None:
    village = next(area["code"] for area in acceptance[1]["areas"] if area["level"] == "village")
    first = run("plugin", "pilot", "diary", "--area", village, "--data", data)
    assert first.status == 0
    assert "试点：1 个村" in first.out
    assert village in first.out
    listed = run("plugin", "list", "--json", "--data", data).json
    assert {each["name"]: each["pilot"] for each in listed if each["pilot"]} == {"diary": [village]}
    assert "试点：1 个村" in run("plugin", "list", "--data", data).out
    run("plugin", "pilot", "diary", "--area", "110101", "--data", data).refused(1, "不是本县区现有的镇街")
    run("plugin", "pilot", "nothing", "--data", data).refused(1, "")
    assert run("plugin", "pilot", "diary", "--all", "--json", "--data", data).json["areas"] == {}
