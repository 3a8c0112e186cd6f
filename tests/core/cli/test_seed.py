"""gridgov seed: the acceptance county is what the contract says, and the same every time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

IN_EACH_VILLAGE = {
    "secretary": 1,
    "reviewer": 1,
    "grid_leader": 1,
    "grid_member": 1,
    "assistant": 1,
    "stationed_cadre": 1,
    "clerk": 2,
    "resident": 20,
}


BARREN = """
from core.hookspecs import hookimpl

@hookimpl
def seed(world):
    raise ValueError("no seed")
"""


@pytest.fixture
def world(acceptance: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    return acceptance[1]


def test_there_are_two_sister_villages_and_one_of_another_town(world: dict[str, Any]) -> None:
    villages = [area["code"] for area in world["areas"] if area["level"] == "village"]
    towns = [area["code"] for area in world["areas"] if area["level"] == "town"]
    assert [code[:9] for code in villages] == [towns[0], towns[0], towns[1]]
    assert all(area["name"] for area in world["areas"])


def test_every_village_has_its_people(world: dict[str, Any]) -> None:
    for village in [area["code"] for area in world["areas"] if area["level"] == "village"]:
        held = [account["role"] for account in world["accounts"] if account["area_code"] == village]
        assert {role: held.count(role) for role in set(held)} == IN_EACH_VILLAGE
        assert sum(household["area_code"] == village for household in world["households"]) == 20
        stores = [store for store in world["stores"] if store["area_code"] == village]
        assert [len(store["clerk_account_ids"]) for store in stores] == [1, 1]


def test_towns_and_county_have_theirs(world: dict[str, Any]) -> None:
    above = sorted(
        (account["role"], account["area_code"])
        for account in world["accounts"]
        if len(account["area_code"]) < 12
    )
    assert above == [
        ("auditor", "341504"),
        ("county_admin", "341504"),
        ("department_official", "341504"),
        ("discipline_officer", "341504"),
        ("discipline_officer", "341504"),
        ("discipline_officer", "341504001"),
        ("discipline_officer", "341504002"),
        ("provider", "341504"),
        ("supervisor", "341504"),
        ("town_official", "341504001"),
        ("town_official", "341504002"),
    ]


def test_the_first_village_has_a_rich_wallet_and_plenty_to_buy(world: dict[str, Any]) -> None:
    first = world["areas"][2]["code"]
    wallets = {wallet["id"]: wallet["balance"] for wallet in world["wallets"]}
    balances = [wallets[each["wallet_id"]] for each in world["households"] if each["area_code"] == first]
    assert balances.count(50_000) == 1
    stores = [store["id"] for store in world["stores"] if store["area_code"] == first]
    shelf = [(each["points"], each["stock"]) for each in world["products"] if each["store_id"] in stores]
    assert (100, 1_000_000) in shelf


def test_ids_are_strings_and_tokens_differ(world: dict[str, Any]) -> None:
    for key in ("accounts", "households", "wallets", "stores", "products"):
        assert all(isinstance(each["id"], str) for each in world[key])
    tokens = [account["token"] for account in world["accounts"]]
    assert len(set(tokens)) == len(tokens)


def without_tokens(world: dict[str, Any]) -> dict[str, Any]:
    accounts = [{**account, "token": ""} for account in world["accounts"]]
    return {**world, "accounts": accounts}


def test_the_same_number_gives_the_same_county(run: Callable, world: dict[str, Any], tmp_path: Path) -> None:
    again = run("seed", "--profile", "acceptance", "--seed", 7, "--data", tmp_path / "again")
    assert again.status == 0
    assert without_tokens(again.json) == without_tokens(world)


def test_another_number_gives_another_county(run: Callable, world: dict[str, Any], tmp_path: Path) -> None:
    other = run("seed", "--profile", "acceptance", "--seed", 8, "--data", tmp_path / "other")
    assert without_tokens(other.json) != without_tokens(world)


def test_made_up_people_never_get_in_among_others(run: Callable, data: Path) -> None:
    before = run("audit", "tables", "--json", "--data", data).json
    run("seed", "--profile", "small", "--data", data).refused(1, "已经有户籍数据")
    assert run("audit", "tables", "--json", "--data", data).json == before


def test_a_county_made_by_init_can_be_seeded(run: Callable, tmp_path: Path) -> None:
    data = tmp_path / "county"
    assert run("init", "--data", data).status == 0
    seeded = run("seed", "--profile", "acceptance", "--data", data)
    assert seeded.status == 0, seeded
    admins = [each["username"] for each in seeded.json["accounts"] if each["role"] == "county_admin"]
    assert admins == ["admin-county"]


def test_a_plugin_that_fails_to_seed_leaves_no_county_behind(
    run: Callable, data: Path, allow: Callable, write_plugin: Callable, tmp_path: Path
) -> None:
    folder = write_plugin("barren", BARREN)
    allow("barren")
    environment = {"GRIDGOV_PLUGINS": str(folder), "GRIDGOV_CONFIG": str(data / "config.toml")}
    refused = run("seed", "--profile", "small", "--data", tmp_path / "new", **environment)
    assert refused.status == 1
    assert "插件 barren 生成模拟数据时出错" in refused.err
    assert not (tmp_path / "new" / "gridgov.db").exists()


@pytest.mark.parametrize(
    ("name", "code", "title"),
    [("longyou", "330825", "龙游县"), ("shengzhou", "330683", "嵊州市"), ("zibo", "370323", "沂源县")],
)
def test_the_config_of_another_county_gives_a_demo_county_of_it(
    run: Callable, tmp_path: Path, name: str, code: str, title: str
) -> None:
    config = Path(__file__).parents[3] / "config" / f"{name}.toml"
    seeded = run("seed", "--profile", "small", "--data", tmp_path / name, GRIDGOV_CONFIG=str(config)).json
    assert {area["code"][:6] for area in seeded["areas"]} == {code}
    assert seeded["areas"][0]["name"] == title
    assert seeded["stores"]
    assert seeded["grids"]
