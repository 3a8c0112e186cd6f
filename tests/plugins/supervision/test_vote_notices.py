"""Voters hear that a vote is open, that it began anew, that somebody entered their ballot, that it closes."""

from datetime import timedelta

import pytest

from core.clock import now
from core.notices.models import Notice
from core.testing import TOWN, VILLAGE
from plugins.supervision.queries.decisions import current_version, decision
from plugins.supervision.queries.own_votes import my_vote
from plugins.supervision.services.ballots import NewBallot, cast_ballot
from plugins.supervision.services.decisions import Draft, withdraw_decision
from plugins.supervision.services.publishing import update_decision
from plugins.supervision.services.recusals import decide_recusal, propose_recusal
from plugins.supervision.services.vote_notices import (
    AGAIN,
    CLOSING,
    ENTERED,
    OPEN,
    OVER,
    RECUSED,
    ROLL,
    remind_voters,
)
from plugins.supervision.services.voter_notices import CHANGED, SEAT_ENDED
from plugins.supervision.services.voters import end_voter
from tests.plugins.supervision.ballot_world import world

__all__ = ["world"]


@pytest.fixture
def voters(village, actor):
    """The first three persons of the register vote on the phone."""
    return [actor("resident", VILLAGE, person_id=person_id) for person_id in village.persons[:3]]


def told(kind):
    return sorted(row.account_id for row in Notice.select().where(Notice.kind == kind))


def ids(voters):
    return sorted(voter.account_id for voter in voters)


def test_everybody_on_the_roll_is_asked_and_asked_again_when_the_text_changes(village, voters):
    decision_id = village.published()
    assert (told(OPEN), told(AGAIN)) == (ids(voters), [])
    cast_ballot(voters[0], decision_id, NewBallot("agree"))
    row = decision(village.secretary.scope("supervision.view"), decision_id)
    update_decision(village.secretary, decision_id, Draft(row.title, row.text + "（改）", row.budget_fen))
    assert told(AGAIN) == ids(voters)
    mine = [my_vote(voter, decision_id) for voter in voters]
    assert [(vote.version, vote.voided) for vote in mine] == [(2, 1), (2, 0), (2, 0)]
    assert {vote.receipt for vote in mine} == {""}
    cast_ballot(voters[0], decision_id, NewBallot("agree"))
    assert my_vote(voters[0], decision_id).voided == 0
    withdraw_decision(village.secretary, decision_id, "没有钱")
    assert told(OVER) == ids(voters)


def test_a_voter_hears_of_a_paper_and_sees_through_whom(world):
    decision_row = world.publish(3)
    voter = world.voter(0)
    clerk = world.make_actor("grid_leader", VILLAGE)
    world.paper(clerk, 0, decision_row)
    assert told(ENTERED) == [voter.account_id]
    vote = my_vote(voter, decision_row.id)
    assert (vote.way, vote.entered_by, vote.is_waiting) == ("paper", clerk.name, True)
    world.cast(0, decision_row)
    vote = my_vote(voter, decision_row.id)
    assert (vote.way, vote.entered_by, vote.is_waiting) == ("phone", "", False)
    assert told(ENTERED) == [voter.account_id]  # of one's own ballot nobody need be told


def test_whoever_has_not_voted_is_reminded_once_a_day_before_the_close(village, voters):
    decision_id = village.published()
    cast_ballot(voters[0], decision_id, NewBallot("agree"))
    assert remind_voters() == 0
    version = current_version(decision(village.secretary.scope("supervision.view"), decision_id))
    village.move_clock(version.closes_at - timedelta(hours=23))
    assert [remind_voters(), remind_voters()] == [1, 0]
    assert told(CLOSING) == ids(voters[1:])


def test_the_town_hears_who_is_to_leave_and_whoever_leaves_hears_it(village, voters):
    decision_id = village.published()
    propose_recusal(village.secretary, decision_id, village.persons[1], "承包方的合伙人")
    assert told(ROLL) == [village.town.account_id]
    decide_recusal(village.town, decision_id, village.persons[1], confirm=True)
    assert told(RECUSED) == [voters[1].account_id]
    assert told(AGAIN) == ids([voters[0], voters[2]])


def test_the_town_hears_of_seats_that_a_village_gives_and_ends(village, voters):
    voter_id = village.seat(village.persons[0])
    assert told(CHANGED) == [village.town.account_id]
    end_voter(village.secretary, voter_id, now().date())
    assert told(SEAT_ENDED) == [voters[0].account_id]
    assert len(told(CHANGED)) == 2
    end_voter(village.town, village.seat(village.persons[1]), now().date())
    assert len(told(CHANGED)) == 3  # what the town does itself it knows
    assert village.town.posts[0].area_code == TOWN
