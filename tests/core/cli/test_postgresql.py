"""The command line and a running server on PostgreSQL: the same words, the same county."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tools.running import make_county, serving

pytestmark = pytest.mark.postgresql


@pytest.fixture
def url(new_database: Callable[..., None]) -> str:
    """A new, empty database; GRIDGOV_DATABASE names it."""
    new_database("")
    return os.environ["GRIDGOV_DATABASE"]


@pytest.fixture
def gridgov(run: Callable[..., Any], url: str) -> Callable[..., Any]:
    """Runs `gridgov ARGUMENTS` on that database."""
    return lambda *arguments, **more: run(*arguments, **{"GRIDGOV_DATABASE": url, **more})


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as link:
        found = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found += link.execute("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    return [name for (name,) in found]


def test_a_county_is_made_seeded_proven_and_switched(gridgov: Callable[..., Any], tmp_path: Path) -> None:
    data = tmp_path / "county"
    assert gridgov("init", "--data", data).status == 0
    assert not list(data.glob("gridgov.db*"))
    assert gridgov("seed", "--profile", "acceptance", "--data", data).status == 0
    assert gridgov("ledger", "verify", "--data", data).status == 0
    assert gridgov("audit", "verify", "--data", data).status == 0
    for verb in ("disable", "enable"):
        assert gridgov("plugin", verb, "points_store", "--data", data).status == 0
    found = gridgov("doctor", "--json", "--data", data)
    assert found.json["healthy"], found
    before = gridgov("audit", "tables", "--json", "--data", data).json
    assert {table["name"]: table["rows"] for table in before}["people_household"] == 60


def test_the_same_number_gives_the_same_county_as_on_the_embedded_database(
    gridgov: Callable[..., Any], acceptance: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    made = gridgov("seed", "--profile", "acceptance", "--seed", 7, "--data", tmp_path / "county").json
    for accounts in (made["accounts"], acceptance[1]["accounts"]):
        for account in accounts:
            account["token"] = ""
    assert made == acceptance[1]


def test_the_address_may_stand_in_the_folder(run: Callable[..., Any], url: str, tmp_path: Path) -> None:
    data = tmp_path / "county"
    data.mkdir()
    (data / "database.url").write_text(f"{url}\n")
    assert run("init", "--data", data).status == 0
    assert "core_audit_line" in tables(url)


def test_a_county_that_could_not_be_made_leaves_an_empty_database(
    gridgov: Callable[..., Any], url: str, tmp_path: Path
) -> None:
    (tmp_path / "wrong.csv").write_text("code,name,level,valid_from,valid_to\n3308,x,town,2023-06-31,\n")
    file = tmp_path / "wrong.toml"
    text = '[county]\ncode = "330825"\nname = "龙游县"\nareas = "wrong.csv"\n[plugins]\nallowed = []\n'
    file.write_text(text, "utf-8")
    gridgov("init", "--data", tmp_path / "county", "--config", file).refused(2, "wrong.csv 第 2 行")
    assert tables(url) == []
    assert gridgov("init", "--data", tmp_path / "county").status == 0


def test_a_database_that_holds_a_county_is_left_alone(
    gridgov: Callable[..., Any], url: str, tmp_path: Path
) -> None:
    assert gridgov("init", "--data", tmp_path / "first").status == 0
    before = gridgov("audit", "tables", "--json", "--data", tmp_path / "first").json
    gridgov("init", "--data", tmp_path / "second").refused(2, "数据库里已经有数据表")
    assert not (tmp_path / "second" / "config.toml").exists()
    assert gridgov("audit", "tables", "--json", "--data", tmp_path / "first").json == before


def test_a_database_that_is_not_there_is_one_sentence(
    gridgov: Callable[..., Any], url: str, tmp_path: Path
) -> None:
    password = url.partition("@")[0].rpartition(":")[2]
    refused = gridgov("init", "--data", tmp_path / "county", GRIDGOV_DATABASE=url + "_not")
    refused.refused(1, "数据库现在不能使用", "does not exist")
    assert password not in refused.err
    gridgov("init", "--data", tmp_path / "county")
    found = gridgov("doctor", "--json", "--data", tmp_path / "county", GRIDGOV_DATABASE=url + "_not")
    assert (found.status, found.json["findings"][-1]["code"]) == (1, "database_unavailable")


class Program:
    """Speaks the JSON interface over HTTP."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        if key:
            request.add_header("Idempotency-Key", key)
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


@pytest.mark.usefixtures("url")
def test_award_code_and_redemption_over_http_are_booked_once(
    gridgov: Callable[..., Any], tmp_path: Path
) -> None:
    seed = make_county(tmp_path / "county")
    village = seed["areas"][2]["code"]
    holders = {a["role"]: a for a in reversed(seed["accounts"]) if a["area_code"] == village}
    rich = next(w["id"] for w in seed["wallets"] if w["balance"] == 50_000)
    household = next(h["id"] for h in seed["households"] if h["wallet_id"] == rich)
    product = next(p for p in seed["products"] if p["points"] == 100)
    store = next(s for s in seed["stores"] if s["id"] == product["store_id"])
    clerk_token = next(a["token"] for a in seed["accounts"] if a["id"] == store["clerk_account_ids"][0])
    with serving(tmp_path / "county") as url:
        programs = {role: Program(url, account["token"]) for role, account in holders.items()}
        clerk = Program(url, clerk_token)
        rule = seed["points_store"]["rules"][0]["id"]
        award = {"household_id": household, "rule_id": rule, "points": 10, "reason": "清扫“门前”"}
        status, booked = programs["reviewer"].call("POST", "/awards", award, key="award-0001")
        assert (status, booked["balance"]) == (201, 50_010)
        resident = Program(url, owner_of(url, rich, seed))
        status, code = resident.call("POST", f"/wallets/{rich}/codes", {})
        assert status == 201, code
        order = {"store_id": store["id"], "code": code["code"]}
        order |= {"items": [{"product_id": product["id"], "quantity": 2}]}
        answers = [clerk.call("POST", "/redemptions", order, key="redeem-0001") for _ in range(3)]
        assert [status for status, _ in answers] == [201, 201, 201]
        assert answers[0][1]["balance_after"] == 49_810
        assert answers == [answers[0]] * 3
        status, refused = clerk.call("POST", "/redemptions", order, key="redeem-0002")
        assert status == 409, refused
    assert gridgov("ledger", "verify", "--data", tmp_path / "county").status == 0
    assert gridgov("audit", "verify", "--data", tmp_path / "county").status == 0


def owner_of(url: str, wallet: str, seed: dict[str, Any]) -> str:
    """The token of the resident whose wallet it is."""
    residents = [a["token"] for a in seed["accounts"] if a["role"] == "resident"]
    return next(t for t in residents if Program(url, t).call("GET", f"/wallets/{wallet}")[0] == 200)
