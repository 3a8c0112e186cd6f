"""The board: the receipts of all ballots that count, no names, no choices."""

from core.db import unit_of_work
from plugins.supervision.models.decisions import WITHDRAWN
from plugins.supervision.queries.receipts import board, receipt, receipt_state
from tests.plugins.supervision.ballot_world import world

__all__ = ["world"]


def test_the_board_holds_the_receipts_that_count_in_the_order_of_their_signs(world):
    decision = world.publish()
    rows = [world.cast(place, decision) for place in (0, 1, 2, 0)]
    shown, total = board(decision, world.version(decision))
    assert total == 3
    assert shown == sorted(row.receipt for row in rows[1:])
    assert board(decision, world.version(decision), page=2, page_size=2) == (shown[2:], 3)


def test_a_receipt_that_is_typed_in_is_answered(world):
    decision, other = world.publish(), world.publish()
    first, last = world.cast(0, decision), world.cast(0, decision)
    typed = f" {last.receipt[:4].lower()}-{last.receipt[4:]} "
    assert receipt_state(decision, typed) == "counted"
    assert receipt_state(decision, first.receipt) == "replaced"
    assert receipt_state(other, last.receipt) == "unknown"
    assert receipt_state(decision, "AAAA BBBB CCCC") == "unknown"
    assert receipt("") is None


def test_a_receipt_of_an_older_version_a_recused_voter_and_a_withdrawn_decision(world):
    decision = world.publish()
    rows = [world.cast(place, decision) for place in (0, 1)]
    world.recuse(1, decision)
    assert receipt_state(decision, rows[1].receipt) == "recused"
    world.new_version(decision)
    assert receipt_state(decision, rows[0].receipt) == "outdated"
    now_cast = world.cast(0, decision)
    assert receipt_state(decision, now_cast.receipt) == "counted"
    with unit_of_work(housekeeping="a test's rows"):
        decision.state = WITHDRAWN
        decision.save()
    assert receipt_state(decision, now_cast.receipt) == "outdated"
    assert board(decision, world.version(decision)) == ([], 0)
