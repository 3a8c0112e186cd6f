"""The JSON interface of the store: one booking a key, whole numbers only, plain refusals."""

import itertools

import pytest

from plugins.points_store.models import Redemption, StoreClerk, Transfer
from tests.plugins.points_store.village import VILLAGE

KEYS = (f"key-{number:08d}" for number in itertools.count())


@pytest.fixture
def clerk(world, api_as):
    """A clerk's program, bound to the store."""
    client = api_as("clerk", VILLAGE)
    StoreClerk.create(store_id=world.store.id, account_id=int(client.get("/me").json["id"]))
    return client


def order(world, quantity=1, **more):
    """A redemption of some salt."""
    items = [{"product_id": str(world.salt.id), "quantity": quantity}]
    return {"store_id": str(world.store.id), "code": world.code().code, "items": items, **more}


def test_a_redemption_answers_with_its_receipt(world, clerk):
    world.award(100)
    answer = clerk.post("/redemptions", order(world, 2), key=next(KEYS))
    assert answer.status_code == 201
    assert answer.json["points"] == 6
    assert answer.json["balance_after"] == 94
    assert isinstance(answer.json["id"], str)


def test_one_key_books_once_and_answers_the_same(world, clerk):
    world.award(100)
    body, key = order(world), next(KEYS)
    answers = [clerk.post("/redemptions", body, key=key) for _ in range(5)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert Redemption.unscoped("test").count() == 1


def test_a_refusal_is_answered_the_same_to_the_same_key(world, clerk):
    world.award(1)
    body, key = order(world, 5), next(KEYS)
    first = clerk.post("/redemptions", body, key=key)
    world.award(100)
    second = clerk.post("/redemptions", body, key=key)
    assert (first.status_code, first.json["code"]) == (409, "insufficient_points")
    assert second.text == first.text


def test_a_key_with_another_body_is_refused_and_without_a_key_nothing_is_booked(world, clerk):
    world.award(100)
    key = next(KEYS)
    clerk.post("/redemptions", order(world), key=key)
    assert clerk.post("/redemptions", order(world, 2), key=key).json["code"] == "idempotency_key_reused"
    missing = clerk.post("/redemptions", order(world))
    assert (missing.status_code, missing.json["code"]) == (400, "idempotency_key_missing")


def test_a_key_belongs_to_its_account(world, clerk, api_as):
    world.award(100)
    other = api_as("clerk", VILLAGE)
    StoreClerk.create(store_id=world.store.id, account_id=int(other.get("/me").json["id"]))
    key = next(KEYS)
    assert clerk.post("/redemptions", order(world), key=key).status_code == 201
    assert other.post("/redemptions", order(world), key=key).status_code == 201
    assert Redemption.unscoped("test").count() == 2


BAD_NUMBERS = [-1, 0, 0.5, 1e18, 2**63, "1", "1e3", True, None, [], "NaN", float("nan"), float("inf")]


@pytest.mark.parametrize("quantity", BAD_NUMBERS, ids=repr)
def test_no_odd_number_is_ever_booked(world, clerk, api_as, quantity):
    world.award(100)
    answer = clerk.post("/redemptions", order(world, quantity), key=next(KEYS))
    assert answer.status_code == 422
    assert answer.json["code"] == "invalid"
    reviewer = api_as("reviewer", VILLAGE)
    give = {"household_id": str(world.household), "rule_id": str(world.rule.id), "reason": "x"}
    if quantity not in (None, 2**63, 1e18) or isinstance(quantity, bool):
        answer = reviewer.post("/awards", {**give, "points": quantity}, key=next(KEYS))
        assert answer.status_code == 422
    assert world.balance() == 100


def test_an_award_beyond_the_budget_says_what_is_left(world, api_as):
    reviewer = api_as("reviewer", VILLAGE)
    give = {"household_id": str(world.household), "rule_id": str(world.rule.id), "reason": "x"}
    answer = reviewer.post("/awards", {**give, "points": 1001}, key=next(KEYS))
    assert (answer.status_code, answer.json["code"]) == (409, "budget_exceeded")
    assert "1000" in answer.json["detail"]
    english = reviewer.call("POST", "/awards", {**give, "points": 1001}, key=next(KEYS), accept_language="en")
    assert "budget" in english.json["detail"].lower()


def test_a_token_without_the_permission_is_refused_though_the_account_has_it(world, api_as):
    reviewer = api_as("reviewer", VILLAGE, ["points_store.view"])
    give = {"household_id": str(world.household), "rule_id": str(world.rule.id), "reason": "x", "points": 1}
    assert reviewer.post("/awards", give, key=next(KEYS)).status_code == 403
    assert Transfer.unscoped("test").where(Transfer.kind == "award").count() == 0


def test_stock_is_taken_in_and_counted(world, clerk):
    path = f"/products/{world.oil.id}/stock-moves"
    assert clerk.post(path, {"quantity": 3}).json["stock"] == 5
    assert clerk.post(path, {"counted": 5}).json["stock"] == 5, "as the book says: nothing to explain"
    for silent in ({"counted": 4}, {"counted": 6, "note": " "}, {"quantity": -1}):
        refused = clerk.post(path, silent)
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["note"])
    assert clerk.post(path, {"counted": 4, "note": "破损一桶"}).json["stock"] == 4
    assert clerk.post(path, {"quantity": -5}).json["code"] == "out_of_stock"
    assert clerk.post(path, {"quantity": 1, "counted": 1}).status_code == 422
    assert clerk.post(f"/products/{world.bus.id}/stock-moves", {"counted": 1}).json["code"] == (
        "service_has_no_stock"
    )
