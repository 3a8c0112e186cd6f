"""Paper: entered with a photo, counted when a second person has read the same on it."""

from datetime import timedelta

import pytest

from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import add_kinship
from core.testing import SISTER_VILLAGE, VILLAGE
from plugins.supervision.errors.ballots import AlreadyChecked, KinBallot, OwnEntry, Withdrawn
from plugins.supervision.models.decisions import PAPER, WITHDRAWN
from plugins.supervision.queries.ballots import sees_photo, voters_without_ballot, waiting_papers
from plugins.supervision.queries.receipts import receipt
from plugins.supervision.queries.tally import tally
from plugins.supervision.services.ballot_checks import check_ballot
from plugins.supervision.services.ballots import NewBallot, cast_ballot
from tests.plugins.supervision.ballot_world import CLOSES, world

__all__ = ["world"]


@pytest.fixture
def clerk(world):
    return world.make_actor("secretary", VILLAGE)


@pytest.fixture
def second(world):
    return world.make_actor("grid_leader", VILLAGE)


def agreed(world, decision):
    return tally(world.version(decision)).agree


def test_a_paper_counts_once_a_second_person_reads_the_same(world, clerk, second):
    decision = world.publish()
    row = world.paper(clerk, 0, decision)
    assert agreed(world, decision) == 0
    assert receipt(row.receipt).state == "waiting"
    assert check_ballot(second, row.id, choice="agree") is True
    assert agreed(world, decision) == 1
    assert receipt(row.receipt).state == "counted"
    with pytest.raises(AlreadyChecked):
        check_ballot(second, row.id, choice="agree")


@pytest.mark.parametrize("read", ["against", ""])
def test_a_paper_on_which_two_read_differently_does_not_count_and_is_entered_anew(world, clerk, second, read):
    decision = world.publish()
    row = world.paper(clerk, 0, decision)
    assert check_ballot(second, row.id, choice=read, note="勾的是另一格") is False
    assert agreed(world, decision) == 0
    assert receipt(row.receipt).state == "refused"
    again = world.paper(clerk, 0, decision, "against")
    assert check_ballot(second, again.id, choice="against") is True
    assert tally(world.version(decision)).against == 1


def test_who_entered_it_never_checks_it_whichever_account_they_use(world):
    decision = world.publish(3)
    row = world.paper(world.make_actor("secretary", VILLAGE, person_id=world.people[9]), 0, decision)
    other_account = world.make_actor("grid_leader", VILLAGE, person_id=world.people[9])
    with pytest.raises(OwnEntry):
        check_ballot(other_account, row.id, choice="agree")


def test_nobody_enters_or_checks_a_paper_of_their_own_or_their_kin(world, clerk):
    decision = world.publish(12)
    kin = world.make_actor("secretary", VILLAGE, person_id=world.people[11])
    for place in (10, 11):
        with pytest.raises(KinBallot):
            world.paper(kin, place, decision)
        row = world.paper(clerk, place, decision)
        with pytest.raises(KinBallot):
            check_ballot(kin, row.id, choice="agree")
    add_kinship(
        world.make_actor("county_admin", VILLAGE[:6]),
        person_id=world.people[11],
        kin_id=world.people[2],
        relation="sibling",
    )
    with pytest.raises(KinBallot):
        world.paper(kin, 2, decision)
    offered = {row.person_id for row in voters_without_ballot(kin, decision, world.version(decision))}
    assert offered == {world.people[place] for place in (0, 1, 3, 4, 5, 6, 7, 8, 9)}


def test_until_it_is_checked_the_earlier_ballot_stands(world, clerk, second):
    decision = world.publish()
    first = world.paper(clerk, 0, decision, "against")
    check_ballot(second, first.id, choice="against")
    row = world.paper(clerk, 0, decision)
    assert (agreed(world, decision), receipt(first.receipt).state) == (0, "counted")
    check_ballot(second, row.id, choice="agree")
    assert (agreed(world, decision), receipt(first.receipt).state) == (1, "replaced")
    last = world.cast(0, decision, "abstain")
    assert (agreed(world, decision), receipt(row.receipt).state) == (0, "replaced")
    assert receipt(last.receipt).state == "counted"


def test_a_paper_that_came_in_time_is_checked_after_the_close_but_not_after_a_withdrawal(
    world, clerk, second
):
    decision = world.publish()
    rows = [world.paper(clerk, place, decision) for place in (0, 1)]
    world.move_clock(CLOSES + timedelta(hours=1))
    assert check_ballot(second, rows[0].id, choice="agree")
    assert agreed(world, decision) == 1
    with unit_of_work(housekeeping="a test's rows"):
        decision.state = WITHDRAWN
        decision.save()
    with pytest.raises(Withdrawn):
        check_ballot(second, rows[1].id, choice="agree")


def test_a_paper_needs_its_photo_and_a_check_its_place(world, clerk):
    decision = world.publish()
    with pytest.raises(Invalid) as refusal:
        cast_ballot(clerk, decision.id, NewBallot("agree", way=PAPER, person_id=world.people[0]))
    assert "photos" in refusal.value.fields
    row = world.paper(clerk, 0, decision)
    far = world.make_actor("secretary", SISTER_VILLAGE)
    with pytest.raises(NotFound):
        check_ballot(far, row.id, choice="agree")
    with pytest.raises(NotFound):
        check_ballot(clerk, row.id + 999, choice="agree")
    with pytest.raises(NotFound):
        check_ballot(world.make_actor("secretary", VILLAGE), world.cast(1, decision).id, choice="agree")


def test_the_photo_is_seen_by_those_who_need_it_and_of_a_secret_ballot_until_the_check(world, clerk, second):
    far = world.make_actor("secretary", SISTER_VILLAGE)
    for secret in (False, True):
        decision = world.publish(secret=secret)
        row = world.paper(clerk, 0, decision)
        assert len(waiting_papers(second, decision.id)[2]) == 1
        assert [
            sees_photo(who, f"supervision_ballot:{row.id}") for who in (second, clerk, far, world.voter(5))
        ] == [
            True,
            True,
            False,
            False,
        ]
        check_ballot(second, row.id, choice="agree")
        assert waiting_papers(second, decision.id)[2] == []
        assert sees_photo(second, f"supervision_ballot:{row.id}") is not secret
