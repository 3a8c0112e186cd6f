"""Who may vote, until when, how often; what counts of it."""

from datetime import timedelta

import pytest

from core.clock import now
from core.db import database, unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.testing import FAR_VILLAGE, GRID, SISTER_VILLAGE, VILLAGE
from plugins.supervision.errors.ballots import (
    BallotClosed,
    HasPhone,
    KinBallot,
    NotOnRoll,
    NotOpen,
    TooManyHelped,
    VersionReplaced,
    Withdrawn,
)
from plugins.supervision.errors.decisions import Recused
from plugins.supervision.models.decisions import EXECUTING, HELPER, WITHDRAWN, Ballot, LogEntry
from plugins.supervision.queries.ballots import list_ballots
from plugins.supervision.queries.own_votes import my_votes, open_votes
from plugins.supervision.queries.tally import tally
from plugins.supervision.services.ballots import NewBallot, cast_ballot
from tests.plugins.supervision.ballot_world import CLOSES, world

__all__ = ["world"]


def counts(world, decision):
    found = tally(world.version(decision)).whole
    return found.agree, found.against, found.abstain, found.open


def test_the_last_of_ones_ballots_counts_and_all_are_kept(world):
    decision = world.publish(3)
    first = world.cast(0, decision, "agree", opinion="好事")
    last = world.cast(0, decision, "against", opinion="太贵")
    world.cast(1, decision, "abstain")
    assert (first.number, last.number) == (1, 2)
    assert first.receipt != last.receipt
    assert counts(world, decision) == (0, 1, 1, 1)
    assert Ballot.unscoped("test").count() == 3
    assert LogEntry.unscoped("test").where(LogEntry.decision_id == decision.id).count() == 3


def test_the_database_refuses_to_change_or_remove_a_ballot(world):
    ballot = world.cast(0, world.publish())
    for sql in ("UPDATE supervision_ballot SET choice = 'against'", "DELETE FROM supervision_ballot"):
        with pytest.raises(Exception, match="no cast is changed"), database.atomic():
            database.execute_sql(sql)
    assert Ballot.unscoped("test").where(Ballot.id == ballot.id).get().choice == "agree"


def test_a_ballot_is_taken_a_second_before_the_close_and_none_after(world):
    decision = world.publish()
    world.move_clock(CLOSES - timedelta(seconds=1))
    world.cast(0, decision)
    for late in (timedelta(0), timedelta(seconds=1)):
        world.move_clock(CLOSES + late)
        with pytest.raises(BallotClosed) as refusal:
            world.cast(1, decision)
        assert refusal.value.code == "supervision_ballot_closed"
    assert counts(world, decision)[0] == 1


def test_a_withdrawn_decision_and_one_under_way_take_no_more(world):
    decision = world.publish()
    for state, refusal in ((WITHDRAWN, Withdrawn), (EXECUTING, NotOpen)):
        with unit_of_work(housekeeping="a test's rows"):
            decision.state = state
            decision.save()
        with pytest.raises(refusal):
            world.cast(0, decision)


def test_an_older_version_takes_none_and_its_ballots_do_not_count(world):
    decision = world.publish()
    world.cast(0, decision, version=1)
    world.new_version(decision)
    with pytest.raises(VersionReplaced):
        world.cast(1, decision, version=1)
    world.cast(1, decision, version=2)
    assert counts(world, decision) == (1, 0, 0, 4)


def test_who_is_not_on_the_roll_is_told_and_who_is_outside_finds_nothing(world):
    decision = world.publish(3)
    with pytest.raises(NotOnRoll):
        world.cast(5, decision)
    stranger = world.make_actor("resident", FAR_VILLAGE, person_id=None)
    with pytest.raises(NotFound):
        cast_ballot(stranger, decision.id, NewBallot("agree"))
    with pytest.raises(NotFound):
        cast_ballot(world.voter(0), decision.id + 1, NewBallot("agree"))
    with pytest.raises(Forbidden):
        cast_ballot(world.make_actor("auditor", VILLAGE), decision.id, NewBallot("agree"))


def test_a_voter_who_lives_elsewhere_votes_by_the_roll(world):
    decision = world.publish(3)
    away = world.make_actor("resident", FAR_VILLAGE, person_id=world.people[2])
    cast_ballot(away, decision.id, NewBallot("agree"))
    assert counts(world, decision)[0] == 1
    assert [vote.id for vote in my_votes(away)[0]] == [decision.id]


def test_the_recused_neither_vote_nor_see_ballots_and_leave_the_base(world):
    decision = world.publish(5)
    for place in range(5):
        world.cast(place, decision, "agree" if place < 4 else "against")
    world.recuse(4, decision)
    found = tally(world.version(decision))
    assert (found.agree, found.base, found.needed) == (4, 4, 4)
    with pytest.raises(Recused):
        world.cast(4, decision)
    secretary = world.make_actor("secretary", VILLAGE, person_id=world.people[4])
    with pytest.raises(NotFound):
        list_ballots(secretary, decision.id)
    assert my_votes(world.voter(4)) == ([], 0)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewBallot("maybe"), "choice"),
        (NewBallot("agree", opinion="长" * 501), "opinion"),
        (NewBallot("agree", way="pigeon"), "way"),
        (NewBallot("agree", person_id=999_999), "person_id"),
        (NewBallot("agree", way=HELPER), "person_id"),
        (NewBallot("agree", photos=("x",)), "photos"),
    ],
)
def test_what_makes_no_ballot_is_refused_by_field(world, new, field):
    with pytest.raises(Invalid) as refusal:
        cast_ballot(world.voter(0), world.publish().id, new)
    assert field in refusal.value.fields


def test_a_neighbour_helps_a_few_without_a_phone_and_is_on_record(world):
    decision = world.publish(8)
    neighbour = world.voter(9)
    world.voter(0)
    with pytest.raises(HasPhone):
        cast_ballot(neighbour, decision.id, NewBallot("agree", way=HELPER, person_id=world.people[0]))
    for place in (1, 2, 3):
        cast_ballot(neighbour, decision.id, NewBallot("agree", way=HELPER, person_id=world.people[place]))
    cast_ballot(neighbour, decision.id, NewBallot("against", way=HELPER, person_id=world.people[3]))
    with pytest.raises(TooManyHelped):
        cast_ballot(neighbour, decision.id, NewBallot("agree", way=HELPER, person_id=world.people[4]))
    assert counts(world, decision) == (2, 1, 0, 5)
    kept = Ballot.unscoped("test").where(Ballot.way == HELPER)
    assert {row.account_id for row in kept} == {neighbour.account_id}


def test_a_grid_member_helps_those_of_the_own_grid_alone(world, people):
    decision = world.publish(3)
    member = world.make_actor("grid_member", GRID)
    world.voter(0)
    with pytest.raises(HasPhone):  # no staff of that voter: a neighbour like any other
        cast_ballot(member, decision.id, NewBallot("agree", way=HELPER, person_id=world.people[0]))
    with pytest.raises(NotFound):
        world.paper(member, 1, decision)
    elsewhere = world.make_actor("grid_member", SISTER_VILLAGE)
    with pytest.raises(NotFound):
        cast_ballot(elsewhere, decision.id, NewBallot("agree", way=HELPER, person_id=world.people[1]))


def test_nobody_helps_themselves_or_their_kin(world):
    decision = world.publish(12)
    for place in (10, 11):
        new = NewBallot("agree", way=HELPER, person_id=world.people[place])
        with pytest.raises(KinBallot):
            cast_ballot(world.voter(10), decision.id, new)


def test_an_open_vote_waits_in_the_day_until_it_is_cast_or_closed(world):
    decision = world.publish()
    assert [vote.id for vote in open_votes(world.voter(0))] == [decision.id]
    assert open_votes(world.voter(0))[0].days_left == 7
    world.cast(0, decision)
    assert open_votes(world.voter(0)) == []
    assert len(open_votes(world.voter(1))) == 1
    world.move_clock(now() + timedelta(days=8))
    assert open_votes(world.voter(1)) == []


def test_staff_see_all_casts_in_their_areas_alone(world):
    decision = world.publish()
    world.cast(0, decision, "agree", opinion="好事")
    world.cast(0, decision, "against")
    secretary = world.make_actor("secretary", VILLAGE)
    found, total = list_ballots(secretary, decision.id)
    assert total == 2
    assert [(row.name, row.choice, row.opinion, row.receipt) for row in found] == [
        ("村民0", None, None, "")
    ] * 2
    world.move_clock(CLOSES)
    found, _ = list_ballots(secretary, decision.id)
    assert [(row.name, row.choice, row.counts, row.receipt) for row in found] == [
        ("村民0", "against", True, ""),
        ("村民0", "agree", False, ""),
    ]
    with pytest.raises(NotFound):
        list_ballots(world.make_actor("secretary", SISTER_VILLAGE), decision.id)
    with pytest.raises(Forbidden):
        list_ballots(world.voter(0), decision.id)
