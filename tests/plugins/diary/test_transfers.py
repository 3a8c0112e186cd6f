"""Supplies between two stores: one deed, two lines, nothing made and nothing lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import fn

from core.audit import lines
from core.db import database, rows
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.supplies import NotTheSameItem, SupplyClosed, SupplyShort
from plugins.diary.models.supplies import SupplyEntry
from plugins.diary.queries.supplies import same_elsewhere, supply, supply_entries
from plugins.diary.services.supplies import (
    SupplyDetails,
    Transfer,
    close_supply,
    open_supply,
    receive_supply,
    transfer_supply,
)

BAGS = SupplyDetails("编织袋", "条")
AREAS = (VILLAGE, SISTER_VILLAGE, TOWN)


@pytest.fixture
def stores(village):
    """Bags in the stores of two villages and of their town: 10, 5, none."""
    made = [open_supply(village.town, code, BAGS) for code in AREAS]
    for number, quantity in zip(made, (10, 5), strict=False):
        receive_supply(village.town, number, quantity=quantity, who="县应急局")
    return made


def balances(village, stores):
    scope = village.chief.scope("diary.view")
    return [supply(scope, number).balance for number in stores]


def test_one_deed_is_a_line_in_each_ledger(village, stores):
    gone, come = transfer_supply(village.town, stores[0], Transfer(stores[1], 4, "防汛"))
    assert balances(village, stores) == [6, 9, 0]
    scope = village.town.scope("diary.view")
    (out, *_), (into, *_) = (supply_entries(scope, number)[0] for number in stores[:2])
    assert (out.id, out.kind, out.quantity, out.for_id, out.for_label) == (
        gone,
        "moved_out",
        -4,
        stores[1],
        "二村",
    )
    assert (into.id, into.kind, into.quantity, into.for_id, into.for_label) == (
        come,
        "moved_in",
        4,
        stores[0],
        "一村",
    )
    deeds = {line.action: line.area_code for line in lines(AreaScope((COUNTY_CODE,)))[0]}
    assert deeds["diary.move_supply_out"] == VILLAGE
    assert deeds["diary.move_supply_in"] == SISTER_VILLAGE


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 12)), max_size=8))
def test_the_sum_stays_and_no_store_goes_below_zero(village, stores, moves):
    whole = sum(balances(village, stores))
    for source, target, quantity in moves:
        before = balances(village, stores)
        try:
            transfer_supply(village.town, stores[source], Transfer(stores[target], quantity))
        except SupplyShort:
            assert before[source] < quantity
            assert balances(village, stores) == before, "a refused transfer leaves no half"
        except NotTheSameItem:
            assert source == target
        assert sum(balances(village, stores)) == whole
    query = SupplyEntry.unscoped("a test", fn.SUM(SupplyEntry.quantity), fn.MIN(SupplyEntry.balance))
    ((total, least),) = rows(query.where(SupplyEntry.supply_id.in_(stores)))
    assert (total, least >= 0) == (whole, True)


def test_of_many_at_once_only_what_is_there_goes_and_both_ways_do_not_block(village, stores):
    start = threading.Barrier(8)

    def one(number):
        source, target = (stores[0], stores[1]) if number % 2 else (stores[1], stores[0])
        with database.connection_context():
            start.wait(20)
            try:
                transfer_supply(village.town, source, Transfer(target, 4))
            except DomainError as refusal:
                return refusal.code
            return "gone"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, range(8)))
    assert set(results) <= {"gone", "diary_supply_short"}
    left = balances(village, stores)
    assert sum(left) == 15
    assert min(left) >= 0


def test_only_the_same_item_of_stores_that_one_keeps(village, stores, actor):
    other = open_supply(village.town, SISTER_VILLAGE, SupplyDetails("手电", "个"))
    boxes = open_supply(village.chief, FAR_VILLAGE, SupplyDetails("编织袋", "箱"))
    far = open_supply(village.chief, COUNTY_CODE, BAGS)
    for who, target, error in (
        (village.town, other, NotTheSameItem),
        (village.chief, boxes, NotTheSameItem),
        (village.town, stores[0], NotTheSameItem),
        (village.town, far, NotFound),
        (village.secretary, stores[1], NotFound),
        (village.cadre, stores[1], Forbidden),
    ):
        with pytest.raises(error):
            transfer_supply(who, stores[0], Transfer(target, 1))
    with pytest.raises(Invalid):
        transfer_supply(village.town, stores[0], Transfer(stores[1], 0))
    close_supply(village.town, stores[2])
    with pytest.raises(SupplyClosed):
        transfer_supply(village.town, stores[0], Transfer(stores[2], 1))
    view = supply(village.town.scope("diary.view"), stores[0])
    assert [each.id for each in same_elsewhere(village.town.scope("diary.supplies"), view)] == [stores[1]]
    assert same_elsewhere(village.secretary.scope("diary.supplies"), view) == []
    assert balances(village, stores) == [10, 5, 0]


def test_page_and_interface_send_it_once(village, stores, as_role, api_as, submit):
    desk, place = as_role("town_official", TOWN), f"/diary/supplies/{stores[0]}"
    refused = submit(desk, place, place + "/transfer", to_id=stores[1], quantity="11")
    assert refused.status_code == 409
    for _ in range(2):
        sent = submit(desk, place, place + "/transfer", to_id=stores[1], quantity="3", form_key="t" * 16)
        assert sent.status_code == 303
    assert "拨出" in desk.get(place).text
    assert "拨给另一存放点" not in as_role("secretary", VILLAGE).get(place).text
    program, body = api_as("town_official", TOWN), {"to_id": str(stores[1]), "quantity": 2}
    answers = [program.post(f"/supplies/{stores[0]}/transfers", body, key="move-1-abcdef") for _ in range(2)]
    assert (answers[0].status_code, answers[0].json["kind"]) == (201, "moved_out")
    assert answers[0].json == answers[1].json
    assert balances(village, stores) == [5, 10, 0]
    entry = answers[0].json["id"]
    assert "领用人" in desk.get(f"/diary/supply-entries/{entry}/sheet").text
