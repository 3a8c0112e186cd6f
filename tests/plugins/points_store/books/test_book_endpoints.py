"""The book in JSON and on pages: months, closings, opening balances, wallets; each behind its wall."""

import itertools
from datetime import datetime

import pytest

from core.clock import CHINA
from core.db import database
from plugins.points_store.chain import current_head
from tests.plugins.points_store.village import SIBLING, VILLAGE

KEYS = (f"book-{number:08d}" for number in itertools.count())
DECEMBER = datetime(2026, 12, 1, 8, 0, tzinfo=CHINA)


@pytest.fixture
def november(world):
    """A month that is over, with an award and a redemption."""
    world.award(100)
    world.redeem(world.code().code, (world.bus, 2))
    world.move_clock(DECEMBER)
    return world


def test_a_month_is_read_closed_once_and_listed(november, api_as):
    client = api_as("accountant", VILLAGE)
    (row,) = client.get("/ledger-summaries?month=2026-11").json
    assert (row["opening"], row["issued"], row["redeemed"], row["outstanding"]) == (0, 100, 20, 80)
    body, key = {"area_code": VILLAGE, "month": "2026-11"}, next(KEYS)
    first, again = (client.post("/ledger-closings", body, key=key) for _ in range(2))
    assert (first.status_code, again.text) == (201, first.text)
    assert first.json["head"] == current_head().hash
    assert client.post("/ledger-closings", body, key=next(KEYS)).json["code"] == "month_closed"
    (listed,) = client.get("/ledger-closings").json
    assert (listed["month"], listed["closing"], listed["transfers"]) == ("2026-11", 80, 3)
    assert client.get("/ledger-summaries?month=2026-13").status_code == 422
    assert len(client.get("/ledger-summaries").json) == 1


def test_the_next_village_sees_and_closes_nothing_of_it(november, api_as):
    client = api_as("accountant", SIBLING)
    assert client.get("/ledger-summaries?month=2026-11").json == []
    answer = client.post("/ledger-closings", {"area_code": VILLAGE, "month": "2026-11"}, key=next(KEYS))
    assert answer.status_code == 404


def test_an_opening_is_entered_and_confirmed_by_two(november, api_as):
    body = {
        "area_code": VILLAGE,
        "source": "台账第3页",
        "lines": [{"household_id": str(november.other_household), "points": 25, "page": "3"}],
    }
    accountant, secretary = api_as("accountant", VILLAGE), api_as("secretary", VILLAGE)
    sheet = accountant.post("/opening-sheets", body, key=next(KEYS)).json
    assert (sheet["state"], sheet["points"]) == ("waiting", 25)
    address = f"/opening-sheets/{sheet['id']}/confirmation"
    assert accountant.post(address, {}, key=next(KEYS)).json["code"] == "opening_second_person"
    key = next(KEYS)
    answers = [secretary.post(address, {}, key=key) for _ in range(3)]
    assert {answer.json["state"] for answer in answers} == {"confirmed"}
    assert november.balance(november.other_household) == 25


def test_a_wallet_is_stopped_shared_out_and_resumed(november, api_as):
    client = api_as("secretary", VILLAGE)
    wallet = november.award(20)
    assert client.post(f"/wallets/{wallet}/stop", {"reason": "议定"}).json["state"] == "stopped"
    shares = [
        {"household_id": str(november.other_household), "points": 60},
        {"household_id": str(november.household), "points": 40},
    ]
    body = {"shares": shares, "reason": "分户"}
    assert client.post(f"/wallets/{wallet}/split", body, key=next(KEYS)).json["balance"] == 40
    more = {"household_id": str(november.other_household), "points": 41, "reason": "转"}
    refused = client.post(f"/wallets/{wallet}/handovers", more, key=next(KEYS))
    assert refused.json["code"] == "insufficient_points"
    assert client.post(f"/wallets/{wallet}/resumption", {"reason": "议定"}).json["state"] == "active"
    elsewhere = api_as("secretary", SIBLING).post(f"/wallets/{wallet}/stop", {"reason": "越权"})
    assert elsewhere.status_code == 404


PAGES = {
    "accountant": ["months", "openings", "summary"],
    "secretary": ["months", "openings", "wallets/{wallet}/holder"],
    "county_admin": ["funds", "months", "openings"],
    "auditor": ["months"],
}


@pytest.mark.parametrize("role", PAGES)
def test_pages_are_open_to_those_who_keep_the_book(november, as_role, role):
    wallet = november.award(1)
    place = VILLAGE if role in ("accountant", "secretary") else "341504"
    client = as_role(role, place)
    for page in PAGES[role]:
        assert client.get(f"/points-store/office/{page.format(wallet=wallet)}").status_code == 200
    sheet = client.get(f"/points-store/office/months/2026-11/{VILLAGE}")
    assert "月末结余" in sheet.text
    assert client.get("/points-store/office/months/2026-99/" + VILLAGE).status_code == 404
    if place == VILLAGE:
        assert client.get("/points-store/office/months/2026-11/" + SIBLING).status_code == 404


def test_every_page_of_the_book_costs_fewer_than_twenty_statements(november, as_role, monkeypatch):
    wallet = november.award(1)
    browser = as_role("county_admin", "341504")
    asked = []
    handle = type(database.obj)
    for name in ("execute_sql", "run"):
        plain = getattr(handle, name)

        def counted(self, sql, *rest, plain=plain, **more):
            asked.append(sql)
            return plain(self, sql, *rest, **more)

        monkeypatch.setattr(handle, name, counted)
    for page in (
        "months?month=2026-11",
        "months/2026-11/341504",
        "openings",
        "funds",
        f"wallets/{wallet}/holder",
    ):
        asked.clear()
        assert browser.get(f"/points-store/office/{page}").status_code == 200
        assert 0 < len(asked) < 20, (page, len(asked))
