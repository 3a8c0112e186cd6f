"""Points are spent once, whoever spends them where and however many at a time."""

import random

import pytest

from tests.proofs import stage, truth
from tests.proofs.conftest import Figures
from tests.proofs.load import Load, send
from tests.proofs.server import Site
from tests.proofs.sizes import SIZE

pytestmark = pytest.mark.proof
HELD = 50_000


def test_a_wallet_pays_exactly_as_often_as_it_can(site: Site, figures: Figures) -> None:
    requests = stage.redemptions(site, SIZE.redemptions, HELD // SIZE.sold)
    site.server.start()
    answers = send(site.server.port, requests)
    sold = [answer for answer in answers if answer.status == 201]
    refused = [answer for answer in answers if answer.status == 409]
    assert (len(sold), len(refused)) == (SIZE.sold, SIZE.redemptions - SIZE.sold)
    assert {answer.code for answer in refused} == {"insufficient_points"}
    assert truth.county_mistakes(site, answers) == []
    slowest = max(answer.seconds for answer in answers)
    figures(f"{len(answers)} redemptions, {len(sold)} sold, none of 5xx, slowest {slowest:.2f} s")


def test_every_wallet_pays_the_floor_of_balance_by_cost(site: Site, figures: Figures) -> None:
    chance = random.Random(1)
    balances = [chance.randint(1, 999) for _ in range(SIZE.wallets)]
    costs = [chance.choice((31, 43, 59, 71, 97)) for _ in balances]
    with stage.opened(site):
        wallets = stage.settle(site, balances)
        shelf = {
            (number, cost): stage.add_product(site, store, cost)
            for number, store in enumerate(site.stores)
            for cost in set(costs)
        }
        tries = [
            (wallet, cost)
            for wallet, balance, cost in zip(wallets, balances, costs, strict=True)
            for _ in range(balance // cost + 2)
        ]
        codes = stage.make_codes([wallet for wallet, _ in tries], len(tries))
    requests = [
        stage.redeem(site, site.stores[number % 2], code, shelf[number % 2, cost])
        for number, ((_, cost), code) in enumerate(zip(tries, codes, strict=True))
    ]
    chance.shuffle(requests)
    site.server.start()
    answers = send(site.server.port, requests)
    assert {answer.status for answer in answers} == {201, 409}
    assert truth.county_mistakes(site, answers) == []
    with truth.looking(site) as select:
        paid = dict(select("SELECT wallet_id, COUNT(*) FROM points_store_redemption GROUP BY wallet_id"))
    expected = [balance // cost for balance, cost in zip(balances, costs, strict=True)]
    assert [paid.get(wallet, 0) for wallet in wallets] == expected
    figures(f"{len(wallets)} wallets, {len(answers)} redemptions, {sum(expected)} sold")


def over_two_servers(site: Site, flaw: str = "") -> int:
    """Half of the clients at each of two servers of one county; returns how many were served."""
    requests = stage.redemptions(site, 200, HELD // 20)
    for server in (site.server, site.add_server()):
        server.start(flaw=flaw)
    with Load([server.port for server in site.servers], requests) as load:
        answers = load.wait()
    assert all(answer.is_honest for answer in answers) or flaw
    return sum(answer.status == 201 for answer in answers)


def test_two_servers_of_one_county_sell_no_more_than_one(site: Site) -> None:
    assert over_two_servers(site) == 20
    assert truth.county_mistakes(site) == []


def test_control_checking_first_and_writing_later_is_found(site: Site) -> None:
    assert over_two_servers(site, "check_then_write") > 20
    assert truth.county_mistakes(site) != []
