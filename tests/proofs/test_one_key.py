"""One key, one deed: however often it is sent, whatever happens to the server meanwhile."""

import pytest

from tests.proofs import stage, truth
from tests.proofs.conftest import Figures
from tests.proofs.load import Load, Request, ask, send
from tests.proofs.server import Site
from tests.proofs.sizes import SIZE

pytestmark = pytest.mark.proof
KEY = "one-key-for-all"


def by_card(site: Site, key: str | None = KEY) -> Request:
    """A redemption of one point with a printed card: nothing but the key keeps it from a second booking."""
    if site.card is None:
        with stage.opened(site):
            site.card = stage.issue_card(site, int(site.county["households"][0]["id"]))
            site.goods = stage.add_product(site, site.stores[0], 1)
    return stage.redeem(site, site.stores[0], site.card.serial, site.goods, key, pin=site.card.pin)


def booked(site: Site) -> int:
    assert truth.county_mistakes(site) == []
    with truth.looking(site) as select:
        return truth.deeds_by_key(select)[0]


def test_one_key_sent_by_many_at_once_books_once(site: Site, figures: Figures) -> None:
    request = by_card(site)
    site.server.start()
    answers = send(site.server.port, [request] * SIZE.repeats, clients=SIZE.repeats)
    assert {(answer.status, answer.body) for answer in answers} == {(201, answers[0].body)}
    assert booked(site) == 1
    figures(f"{len(answers)} requests at once, one booking, one answer")


def test_control_a_key_each_books_again_and_again(site: Site) -> None:
    by_card(site)
    site.server.start()
    send(site.server.port, [by_card(site, None) for _ in range(10)])
    assert booked(site) == 10


def test_a_key_outlives_a_server_killed_while_answering_it(site: Site) -> None:
    request = by_card(site)
    site.server.start()
    with Load([site.server.port], [request] * SIZE.repeats, SIZE.repeats, until_cut=True) as load:
        load.wait_for(1)
        site.server.kill()
    site.server.start()
    again = send(site.server.port, [request] * SIZE.repeats, clients=SIZE.repeats)
    told = {answer.body for answer in [*load.answers, *again] if answer.status}
    assert len(told) == 1
    assert booked(site) == 1


def test_a_key_belongs_to_one_request_of_one_account(site: Site) -> None:
    mine = by_card(site)
    with stage.opened(site):
        goods = stage.add_product(site, site.stores[1], 1)
        code = stage.make_codes([site.wallet], 1)[0]
    theirs = stage.redeem(site, site.stores[1], code, goods, KEY)
    other_body = stage.redeem(site, site.stores[0], code, goods, KEY)
    port = site.server.port
    site.server.start()
    first, reused, second = (ask(port, request) for request in (mine, other_body, theirs))
    assert (first.status, reused.status, second.status) == (201, 422, 201)
    assert reused.code == "idempotency_key_reused"
    assert first.json["id"] != second.json["id"]
    site.server.stop()
    site.server.start()
    assert [ask(port, request).body for request in (mine, other_body, theirs)] == [
        first.body,
        reused.body,
        second.body,
    ]
    assert booked(site) == 2
