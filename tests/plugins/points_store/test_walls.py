"""Village A never sees a thing of village B: not in a list, count, search, address, page or error."""

import pytest

from plugins.points_store.models import StoreClerk
from plugins.points_store.services import cards
from plugins.points_store.services.wallets import open_wallet
from tests.plugins.points_store.village import SIBLING, VILLAGE

SECRET_NAME, SECRET_STORE = "王五", "邻村超市"


@pytest.fixture
def neighbour(world, county):
    """What lies behind the wall: a wallet with points, a store, a redemption, a card."""
    from core.db import unit_of_work
    from plugins.points_store.services import awards, codes, redemption, stores
    from tests.plugins.points_store.village import acting

    awards.grant_budget(world.admin, area_code=SIBLING, points=777, reason="预算")
    reviewer = acting(31, "reviewer", SIBLING)
    wallet, _ = awards.award(
        reviewer, household_id=world.sibling_household, rule_id=world.rule.id, points=77, reason="机密事由"
    )
    product = stores.add_product(
        world.sibling_clerk, store_id=world.sibling_store.id, name="机密商品", kind="goods", points=7, stock=7
    )
    resident = acting(32, "resident", SIBLING, world.sibling_household)
    receipt = redemption.redeem(
        world.sibling_clerk,
        store_id=world.sibling_store.id,
        raw_code=codes.issue_code(resident).code,
        picks=[redemption.Pick(product.id, 1)],
    )
    card = cards.issue_card(world.admin, household_id=world.sibling_household)
    with unit_of_work(housekeeping="test"):
        open_wallet(world.admin, world.household, None)
    return {
        "wallet": wallet.id,
        "product": product.id,
        "redemption": receipt.redemption_id,
        "card": card.card_id,
    }


ROLES = [
    "secretary",
    "reviewer",
    "clerk",
    "resident",
    "grid_leader",
    "grid_member",
    "assistant",
    "town_official",
]


@pytest.mark.parametrize("role", ROLES)
def test_every_address_of_the_next_village_is_not_found_or_forbidden(world, neighbour, api_as, role):
    client = api_as(role, VILLAGE)
    store = world.sibling_store.id
    key = {"key": f"k-{role}-walls"}
    body = {"store_id": str(store), "code": "ABCDEFGH"}
    items = [{"product_id": str(neighbour["product"]), "quantity": 1}]
    give = {"household_id": str(world.sibling_household), "rule_id": str(world.rule.id)}
    answers = [
        client.get(f"/wallets/{neighbour['wallet']}"),
        client.get(f"/wallets/{neighbour['wallet']}/entries"),
        client.post(f"/wallets/{neighbour['wallet']}/codes"),
        client.get(f"/products?store_id={store}"),
        client.post(f"/products/{neighbour['product']}/stock-moves", {"counted": 0}),
        client.call("POST", "/redemptions", {**body, "items": items}, key=key["key"] + "1"),
        client.call("POST", "/awards", {**give, "points": 5, "reason": "x"}, key=key["key"] + "2"),
        client.call(
            "POST", f"/redemptions/{neighbour['redemption']}/reversal", {"reason": "x"}, key=key["key"] + "3"
        ),
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}
    for answer in answers:
        assert SECRET_NAME not in answer.text
        assert SECRET_STORE not in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_lists_and_their_totals_are_the_same_whatever_the_next_village_has(world, api_as, role, request):
    paths = ("/stores", "/rules", "/ledger-summaries")
    client = api_as(role, VILLAGE)
    before = [(a.status_code, a.headers.get("X-Total-Count"), a.text) for a in map(client.get, paths)]
    request.getfixturevalue("neighbour")
    after = [(a.status_code, a.headers.get("X-Total-Count"), a.text) for a in map(client.get, paths)]
    assert after == before
    assert SECRET_STORE not in str(after)


@pytest.mark.parametrize("role", ["secretary", "reviewer", "clerk", "resident", "grid_member"])
def test_pages_of_the_next_village_are_not_found_and_name_nobody(world, neighbour, as_role, role):
    browser = as_role(role, VILLAGE)
    store = world.sibling_store.id
    paths = [
        f"/points-store/stores/{store}",
        f"/points-store/stores/{store}/stock",
        f"/points-store/stores/{store}/open?code=ABCDEFGH",
        f"/points-store/stores/{store}/redemptions/{neighbour['redemption']}",
        f"/points-store/redemptions/{neighbour['redemption']}/reversal",
        f"/points-store/office/award?household_id={world.sibling_household}",
    ]
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code in (403, 404), path
        assert SECRET_NAME not in answer.text
    for path in (
        f"/points-store/office/award?q={SECRET_NAME}",
        f"/points-store/office/cards?q={SECRET_NAME}",
        "/points-store/office/summary",
        "/points-store/office/bookings",
        "/points-store/office/stores",
        "/",
    ):
        text = browser.get(path).text
        assert "机密" not in text
        assert SECRET_STORE not in text
        assert text.count(SECRET_NAME) <= 1  # the search field repeats what was typed


def test_a_clerk_bound_across_the_wall_without_a_post_there_is_still_outside(world, neighbour, api_as):
    client = api_as("clerk", VILLAGE)
    me = client.get("/me").json["id"]
    StoreClerk.create(store_id=world.sibling_store.id, account_id=int(me))
    body = {
        "store_id": str(world.sibling_store.id),
        "code": "ABCDEFGH",
        "items": [{"product_id": "1", "quantity": 1}],
    }
    assert client.post("/redemptions", body, key="outside-the-wall").status_code == 404


def test_a_post_in_the_town_opens_its_villages_and_no_other_town(world, neighbour, api_as):
    auditor = api_as("auditor", "341504001")
    assert auditor.get(f"/wallets/{neighbour['wallet']}").status_code == 200
    far = api_as("auditor", "341504002")
    assert far.get(f"/wallets/{neighbour['wallet']}").status_code == 404
    assert far.get("/ledger-summaries").headers["X-Total-Count"] == "0"
