"""The JSON interface and the pages of vouchers, goods between stores, days and months."""

import itertools
from datetime import timedelta

import pytest

from plugins.points_store.models import ProviderStaff, StoreClerk, Voucher
from plugins.points_store.services import goods_transfers, settlements, stores
from plugins.points_store.services.redemption import Pick
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE

KEYS = (f"store-key-{number:08d}" for number in itertools.count())


@pytest.fixture
def clerk(world, api_as):
    client = api_as("clerk", VILLAGE)
    StoreClerk.create(store_id=world.store.id, account_id=int(client.get("/me").json["id"]))
    return client


def test_a_voucher_is_used_once_and_one_key_answers_the_same(world, bought, api_as):
    code = bought()
    provider = api_as("provider", VILLAGE)
    (bound,) = ProviderStaff.select()
    ProviderStaff.create(provider_id=bound.provider_id, account_id=int(provider.get("/me").json["id"]))
    key = next(KEYS)
    first = provider.post("/voucher-uses", {"code": code}, key=key)
    assert (first.status_code, first.json["state"]) == (201, "used")
    assert provider.post("/voucher-uses", {"code": code}, key=key).text == first.text
    again = provider.post("/voucher-uses", {"code": code}, key=next(KEYS))
    assert (again.status_code, again.json["code"]) == (409, "voucher_used")
    assert provider.post("/voucher-uses", {"code": "ABCDEFGH"}, key=next(KEYS)).status_code == 404
    secretary = api_as("secretary", VILLAGE)
    (listed,) = secretary.get("/vouchers").json
    assert listed["id"] == first.json["id"]
    assert code not in secretary.get("/vouchers").text
    assert secretary.get("/vouchers?unused=true").json == []
    returned = secretary.post(f"/vouchers/{listed['id']}/return", {"reason": "没去"}, key=next(KEYS))
    assert returned.json["code"] == "voucher_used"


def test_a_month_is_settled_and_paid_over_the_interface(world, api_as):
    world.award(100)
    world.redeem(world.code().code, (world.oil, 1))
    world.move_clock(NOON + timedelta(days=11))
    secretary, county = api_as("secretary", VILLAGE), api_as("county_admin", "341504")
    path, key = f"/stores/{world.store.id}/settlements", next(KEYS)
    done = secretary.post(path, {"month": "2026-11"}, key=key)
    assert (done.status_code, done.json["points"], done.json["fen"]) == (201, 30, 3000)
    assert secretary.post(path, {"month": "2026-11"}, key=key).text == done.text
    twice = secretary.post(path, {"month": "2026-11"}, key=next(KEYS))
    assert (twice.status_code, twice.json["code"]) == (409, "month_settled")
    assert secretary.post(path, {"month": "2026-13"}, key=next(KEYS)).status_code == 422
    paid = county.post(
        f"/settlements/{done.json['id']}/payment",
        {"paid_on": "2026-12-01", "document": "记-12"},
        key=next(KEYS),
    )
    assert (paid.status_code, paid.json["paid_on"]) == (201, "2026-12-01")
    assert secretary.get("/settlements").json == [paid.json]
    assert secretary.get(f"/settlements/{done.json['id']}").json == paid.json


def test_goods_are_sent_and_received_and_a_day_closed_over_the_interface(world, clerk):
    west = stores.create_store(world.secretary, area_code=VILLAGE, name="西店")
    me = int(clerk.get("/me").json["id"])
    StoreClerk.create(store_id=west.id, account_id=me)
    items = [{"product_id": str(world.salt.id), "quantity": 4}]
    body = {"to_store_id": str(west.id), "items": items}
    sent = clerk.post(f"/stores/{world.store.id}/goods-transfers", body, key=next(KEYS))
    assert (sent.status_code, sent.json["state"]) == (201, "sent")
    line = {"line_id": sent.json["lines"][0]["id"], "received": 3}
    path = f"/goods-transfers/{sent.json['id']}/receipt"
    assert clerk.post(path, {"lines": [line]}, key=next(KEYS)).json["code"] == "invalid"
    got = clerk.post(path, {"lines": [{**line, "reason": "少一袋"}]}, key=next(KEYS))
    assert (got.json["state"], got.json["lines"][0]["received"]) == ("received", 3)
    assert clerk.get("/goods-transfers").json == [got.json]
    path = f"/stores/{world.store.id}/day-closes"
    closed = clerk.post(path, {"day": NOON.date().isoformat()}, key=next(KEYS))
    assert (closed.status_code, closed.json["points_in"]) == (201, 0)
    assert clerk.post(path, {"day": NOON.date().isoformat()}, key=next(KEYS)).json["code"] == "day_closed"
    assert clerk.get(path).json == [closed.json]


def test_lines_are_returned_over_the_interface(world, api_as):
    world.award(100)
    receipt = world.redeem(world.code().code, (world.salt, 2), (world.bus, 1))
    from plugins.points_store.models import RedemptionLine

    line = RedemptionLine.select().where(RedemptionLine.name == "食盐").get()
    body = {"lines": [{"line_id": str(line.id), "quantity": 1}], "reason": "不要了"}
    path = f"/redemptions/{receipt.redemption_id}/returns"
    answer = api_as("secretary", VILLAGE).post(path, body, key=next(KEYS))
    assert (answer.status_code, answer.json["points"]) == (201, 3)
    assert api_as("secretary", SIBLING).post(path, body, key=next(KEYS)).status_code == 404
    assert api_as("clerk", VILLAGE).post(path, body, key=next(KEYS)).status_code == 403


ROLES = ["secretary", "reviewer", "clerk", "resident", "provider", "grid_member"]


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_the_next_village_is_reached_or_listed(world, bought, api_as, as_role, role):
    bought()
    west = stores.create_store(world.secretary, area_code=VILLAGE, name="西店")
    sent = goods_transfers.send_goods(
        world.clerk, store_id=world.store.id, to_store_id=west.id, picks=[Pick(world.salt.id, 1)]
    )
    world.move_clock(NOON + timedelta(days=11))
    settled = settlements.settle_store(world.admin, store_id=world.store.id, month="2026-11")
    voucher = Voucher.unscoped("test").get()
    client, browser, store = api_as(role, SIBLING), as_role(role, SIBLING), world.store.id
    for path in ("/vouchers", "/settlements", "/goods-transfers"):
        assert client.get(path).headers.get("X-Total-Count", "0") == "0"
    answers = [
        client.get(f"/settlements/{settled.id}"),
        client.get(f"/wallets/{voucher.wallet_id}/vouchers"),
        client.get(f"/stores/{store}/day-closes"),
        client.post(f"/vouchers/{voucher.id}/return", {"reason": "x"}, key=next(KEYS)),
        client.post(f"/stores/{store}/settlements", {"month": "2026-11"}, key=next(KEYS)),
        client.post(f"/stores/{store}/day-closes", {"day": "2026-11-20"}, key=next(KEYS)),
        client.post(
            f"/goods-transfers/{sent.id}/receipt",
            {"lines": [{"line_id": "1", "received": 1}]},
            key=next(KEYS),
        ),
    ]
    answers += [
        browser.get(f"/points-store{path}")
        for path in (
            f"/stores/{store}/days",
            f"/stores/{store}/transfers",
            f"/stores/{store}/stocktakes",
            f"/stores/{store}/stocktakes/sheet",
            f"/stores/{store}/redemptions/{voucher.redemption_id}/slip",
            f"/vouchers/{voucher.id}",
            f"/office/redemptions/{voucher.redemption_id}",
            f"/office/settlements/{settled.id}",
        )
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}
    for answer in answers:
        assert "理发一次" not in answer.text
        assert "张三" not in answer.text
    for path in ("/office/vouchers", "/office/settlements", "/office/oddities", "/provider", "/vouchers"):
        assert "理发一次" not in browser.get(f"/points-store{path}").text


def test_every_page_of_the_office_and_the_till_opens_for_its_people(world, bought, as_role):
    bought()
    voucher = Voucher.unscoped("test").get()
    west = stores.create_store(world.secretary, area_code=VILLAGE, name="西店")
    goods_transfers.send_goods(
        world.clerk, store_id=world.store.id, to_store_id=west.id, picks=[Pick(world.salt.id, 1)]
    )
    world.move_clock(NOON + timedelta(days=11))
    settled = settlements.settle_store(world.admin, store_id=world.store.id, month="2026-11")
    secretary, county = as_role("secretary", VILLAGE), as_role("county_admin", "341504")
    office = (
        f"/office/redemptions/{voucher.redemption_id}",
        "/office/vouchers",
        "/office/providers",
        "/office/settlements",
        f"/office/settlements/{settled.id}",
        f"/stores/{world.store.id}/transfers",
        f"/stores/{world.store.id}/stocktakes",
        f"/stores/{world.store.id}/stocktakes/sheet",
        f"/stores/{world.store.id}/stock",
        "/office/bookings",
    )
    for path in office:
        assert secretary.get(f"/points-store{path}").status_code == 200, path
        assert county.get(f"/points-store{path}").status_code == 200, path
    assert county.get("/points-store/office/oddities").status_code == 200
    assert as_role("provider", VILLAGE).get("/points-store/provider").status_code == 200
