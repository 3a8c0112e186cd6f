"""Whoever wants an outcome gathers no ballots: authors, kin, helpers of many, one photo for two papers."""

from datetime import timedelta

import pytest

from core.clock import now
from core.county import plugin_settings
from core.db import unit_of_work
from core.files.api import store_photo
from core.people.api import add_kinship
from core.testing import GRID, VILLAGE
from plugins.supervision.errors.ballots import (
    AuthorsBallot,
    HasPhone,
    HelpedAlready,
    OwnBallotStands,
    PhotoUsed,
    TooManyHelped,
)
from plugins.supervision.errors.decisions import GateShort, PapersUnchecked
from plugins.supervision.models.decisions import HELPER, PAPER, Ballot, DecisionVersion
from plugins.supervision.queries.ballots import ways_of
from plugins.supervision.queries.gate import gate
from plugins.supervision.queries.tally import tally
from plugins.supervision.services.ballot_checks import check_ballot
from plugins.supervision.services.ballots import NewBallot, cast_ballot
from plugins.supervision.services.publishing import start_execution
from tests.plugins.supervision.ballot_world import CLOSES, photo, world

__all__ = ["world"]

STAFF = ("secretary", "grid_leader", "assistant")


def help_with(world, helper, place, decision, choice="agree"):
    new = NewBallot(choice, way=HELPER, person_id=world.people[place])
    return cast_ballot(helper, decision.id, new)


def agreed(world, decision):
    return tally(world.version(decision)).agree


@pytest.mark.parametrize("role", STAFF)
def test_staff_neither_help_nor_overwrite_a_voter_who_has_an_account(world, role):
    decision = world.publish(5)
    staff = world.make_actor(role, VILLAGE)
    world.voter(0)
    with pytest.raises(HasPhone):
        help_with(world, staff, 0, decision)
    world.cast(0, decision, "against")
    with pytest.raises(HasPhone):
        help_with(world, staff, 0, decision)
    assert tally(world.version(decision)).against == 1


def test_what_a_voter_has_cast_stands_though_the_account_is_closed_afterwards(world):
    from core.accounts.api import disable_account

    decision = world.publish(5)
    world.cast(0, decision, "against")
    disable_account(world.make_actor("county_admin", VILLAGE[:6]), world.voter(0).account_id)
    member = world.make_actor("secretary", VILLAGE)
    with pytest.raises(OwnBallotStands):
        help_with(world, member, 0, decision)
    with pytest.raises(OwnBallotStands):
        world.paper(member, 0, decision)
    assert (agreed(world, decision), tally(world.version(decision)).against) == (0, 1)


def test_who_drafted_published_or_changed_it_gathers_enters_and_checks_nothing(world):
    drafter, publisher = (world.make_actor("secretary", VILLAGE) for _ in range(2))
    decision = world.publish(6, author=drafter.account_id)
    clerk = world.make_actor("grid_leader", VILLAGE)
    row = world.paper(clerk, 2, decision)
    for author in (drafter, publisher):
        if author is publisher:
            help_with(world, author, 0, decision)  # the control: nothing makes them an author yet
            world.new_version(decision)
            with unit_of_work(housekeeping="a test's rows"):
                version = world.version(decision)
                values = {**version.__data__, "id": None, "number": 3, "published_by": author.account_id}
                DecisionVersion.create(**values)
            row = None
        with pytest.raises(AuthorsBallot):
            help_with(world, author, 1, decision)
        with pytest.raises(AuthorsBallot):
            world.paper(author, 1, decision)
        if row is not None:
            with pytest.raises(AuthorsBallot):
                check_ballot(author, row.id, choice="agree")


def test_the_authors_kin_and_other_accounts_gather_nothing_either(world):
    drafter = world.make_actor("secretary", VILLAGE, person_id=world.people[8])
    decision = world.publish(5, author=drafter.account_id)
    again = world.make_actor("grid_leader", VILLAGE, person_id=world.people[8])
    sister = world.make_actor("grid_leader", VILLAGE, person_id=world.people[9])
    help_with(world, sister, 0, decision)
    add_kinship(
        world.make_actor("county_admin", VILLAGE[:6]),
        person_id=world.people[8],
        kin_id=world.people[9],
        relation="sibling",
    )
    for near in (again, sister):
        with pytest.raises(AuthorsBallot):
            help_with(world, near, 1, decision)


def test_staff_help_as_many_as_the_county_says_under_all_their_accounts(world):
    decision = world.publish(10)
    member = world.make_actor("grid_leader", VILLAGE, person_id=world.people[10])
    other = world.make_actor("secretary", VILLAGE, person_id=world.people[10])
    most = plugin_settings("supervision")["staff_helped_at_most"]
    for place in range(most):
        help_with(world, member if place % 2 else other, place, decision)
    for hands in (member, other):
        with pytest.raises(TooManyHelped):
            help_with(world, hands, most, decision)
    help_with(world, member, 1, decision, "against")  # what they entered themselves they may correct
    assert (agreed(world, decision), ways_of(world.version(decision))) == (most - 1, {HELPER: most})


def test_a_second_helper_changes_nothing_and_no_helper_a_paper(world):
    decision = world.publish(5)
    first, second = (world.make_actor(role, VILLAGE) for role in ("grid_leader", "secretary"))
    help_with(world, first, 0, decision, "against")
    with pytest.raises(HelpedAlready):
        help_with(world, second, 0, decision)
    row = world.paper(first, 1, decision, "against")
    for helper in (first, second):
        with pytest.raises(HelpedAlready):
            help_with(world, helper, 1, decision)
    assert check_ballot(second, row.id, choice="against")
    assert (agreed(world, decision), tally(world.version(decision)).against) == (0, 2)


def test_a_paper_replaces_no_vote_of_ones_own_but_ones_own_a_paper(world):
    decision = world.publish(5)
    clerk, second = (world.make_actor(role, VILLAGE) for role in ("grid_leader", "secretary"))
    world.cast(0, decision, "against")
    with pytest.raises(OwnBallotStands):
        world.paper(clerk, 0, decision)
    row = world.paper(clerk, 1, decision)
    world.cast(1, decision, "against")
    assert check_ballot(second, row.id, choice="agree")
    assert (agreed(world, decision), tally(world.version(decision)).against) == (0, 2)


def test_one_photo_serves_one_paper_in_any_decision(world):
    decision, later = world.publish(5), world.publish(5)
    clerk = world.make_actor("grid_leader", VILLAGE)

    def enter(place, of, color):
        kept = store_photo(clerk, "paper.jpg", photo(color), area_code=VILLAGE)
        new = NewBallot("agree", way=PAPER, person_id=world.people[place], photos=(kept.id,))
        return cast_ballot(clerk, of.id, new)

    enter(0, decision, "#111111")
    for of in (decision, later):
        with pytest.raises(PhotoUsed):
            enter(1, of, "#111111")
    enter(1, decision, "#222222")  # the control: another photo is taken
    assert Ballot.unscoped("test").count() == 2


def test_nothing_begins_while_a_changed_mind_on_paper_is_unread(world):
    decision = world.publish(5)
    clerk, second = (world.make_actor(role, VILLAGE) for role in ("grid_leader", "secretary"))
    for place in range(3):
        world.cast(place, decision)
    first = world.paper(clerk, 3, decision)
    check_ballot(second, first.id, choice="agree")
    world.paper(clerk, 4, decision, "against")  # somebody's first paper holds nothing up
    world.move_clock(CLOSES)
    assert gate(decision, now()).is_open
    world.move_clock(CLOSES - timedelta(days=1))
    changed = world.paper(clerk, 3, decision, "against")
    with pytest.raises(PapersUnchecked) as refusal:
        start_execution(second, decision.id)
    assert refusal.value.params == {"count": 1}
    check_ballot(second, changed.id, choice="against")
    with pytest.raises(GateShort):
        start_execution(second, decision.id)


def test_a_grid_member_meets_the_same_rules_in_the_own_grid(world, people):
    decision = world.publish(3)
    member = world.make_actor("grid_member", GRID)
    row = help_with(world, member, 0, decision)
    assert (row.way, row.account_id) == (HELPER, member.account_id)
