"""What ballots come to: a share of the whole roll, in integers, all together or of each group."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.clock import now
from core.testing import VILLAGE
from plugins.supervision.ballot_seal import open_choice
from plugins.supervision.errors.decisions import GateHidden, GateSealed
from plugins.supervision.models.decisions import Ballot
from plugins.supervision.queries.ballots import list_ballots, opinions
from plugins.supervision.queries.gate import gate
from plugins.supervision.queries.own_votes import my_vote
from plugins.supervision.queries.tally import SeatTally, Tally, tally
from plugins.supervision.services.publishing import start_execution
from tests.plugins.supervision.ballot_world import CLOSES, world

__all__ = ["world"]

PARTY, VILLAGERS, GRID_EYES = "party_member", "representative", "grid_supervisor"


@given(base=some.integers(0, 10_000), agree=some.integers(0, 10_000), percent=some.integers(1, 100))
def test_enough_is_the_share_itself_and_not_one_less(base, agree, percent):
    agree = min(agree, base)
    group = SeatTally(agree, 0, 0, agree, base, percent)
    exact = base > 0 and Fraction(agree, base) >= Fraction(percent, 100)
    assert group.is_met is exact
    assert group.short == (0 if base == 0 else max(0, -(-percent * base // 100) - agree))
    assert group.is_met or base == 0 or SeatTally(agree + group.short, 0, 0, 0, base, percent).is_met
    assert not group.short or not SeatTally(agree + group.short - 1, 0, 0, 0, base, percent).is_met


@pytest.mark.parametrize(("base", "needed"), [(5, 4), (6, 5), (10, 8), (11, 9), (1, 1), (0, 0)])
def test_eighty_percent_of_a_roll(base, needed):
    assert SeatTally(0, 0, 0, 0, base, 80).needed == needed


def test_four_of_five_is_enough_and_silence_is_no_consent(world):
    decision = world.publish(5)
    for place in range(3):
        world.cast(place, decision)
    found = tally(world.version(decision))
    assert (found.is_met, found.short, found.whole.open) == (False, 1, 2)
    world.cast(3, decision)
    assert tally(world.version(decision)).is_met


def test_the_settings_decide_between_all_together_and_each_group(world):
    seats = [PARTY] * 5 + [VILLAGERS] * 4 + [f"{VILLAGERS},{GRID_EYES}"]
    for pooled, met, short in ((True, True, 0), (False, False, 1)):
        decision = world.publish(10, seats=seats, pooled=pooled)
        for place in range(9):  # the last one, the only grid supervisor, stays silent
            world.cast(place, decision)
        found = tally(world.version(decision))
        assert (found.is_met, found.short) == (met, short)
        assert {seat: (group.agree, group.base) for seat, group in found.by_seat.items()} == {
            PARTY: (5, 5),
            VILLAGERS: (4, 5),
            GRID_EYES: (0, 1),
        }


def test_a_group_without_voters_does_not_stand_in_the_way(world):
    decision = world.publish(2, pooled=False)
    world.cast(0, decision)
    world.cast(1, decision)
    found = tally(world.version(decision))
    assert found.is_met
    assert found.by_seat[PARTY].base == 0


def test_nobody_on_the_roll_is_no_consent(world):
    found = tally(world.version(world.publish(0)))
    assert (found.base, found.is_met) == (0, False)
    assert not Tally(found.whole, found.by_seat, False, False).is_met


def test_a_secret_ballot_shows_nothing_before_the_close_and_only_the_sum_after(world):
    decision = world.publish(5, secret=True)
    for place in range(4):
        world.cast(place, decision, opinion=f"意见{4 - place}")
    world.cast(4, decision, "against")
    before = tally(world.version(decision))
    assert (
        before.is_sealed,
        before.is_met,
        before.short,
        before.agree + before.against,
        before.whole.cast,
    ) == (
        True,
        False,
        0,
        0,
        5,
    )
    assert opinions(world.version(decision)) == []
    world.move_clock(CLOSES + timedelta(seconds=1))
    after = tally(world.version(decision))
    assert (after.is_met, after.agree, after.against) == (True, 4, 1)
    assert opinions(world.version(decision)) == [("", f"意见{place}") for place in (1, 2, 3, 4)]


def test_of_a_secret_ballot_nobody_is_shown_a_choice_or_a_name(world):
    decision = world.publish(5, secret=True)
    for place, choice in enumerate(("agree", "against", "abstain")):
        world.cast(place, decision, choice, opinion="说了什么")
    secretary = world.make_actor("secretary", VILLAGE)
    found, _ = list_ballots(secretary, decision.id)
    assert {(row.name, row.person_id, row.choice, row.opinion, row.account_name) for row in found} == {
        ("", None, None, None, "")
    }
    assert [row.receipt for row in found] == sorted(row.receipt for row in found)
    assert my_vote(world.voter(0), decision.id).choice is None
    kept = list(Ballot.unscoped("test"))
    assert len({len(row.choice) for row in kept}) == 1
    assert not any(word in row.choice + row.opinion for row in kept for word in ("agree", "against", "说了"))


def test_a_sealed_choice_moved_to_another_voter_does_not_count_as_theirs(world):
    decision = world.publish(2, secret=True)
    kept = world.cast(0, decision)
    world.move_clock(CLOSES)
    version = world.version(decision)
    assert open_choice(kept.choice, kept.roll_entry_id, 1) == "agree"
    with pytest.raises(ValueError, match="sealed with another key"):
        open_choice(kept.choice, kept.roll_entry_id + 1, 1)
    assert tally(version).agree == 1


def test_small_groups_of_a_secret_ballot_are_not_shown(world):
    small = world.publish(6, secret=True, seats=[PARTY] * 5 + [VILLAGERS])
    large = world.publish(10, secret=True, seats=[PARTY] * 5 + [VILLAGERS] * 5)
    open_one = world.publish(2, seats=[PARTY])
    shown = [tally(world.version(each)).shows_seats for each in (small, large, open_one)]
    assert shown == [False, True, True]


def test_who_alone_holds_two_seats_is_not_given_away_by_the_sums(world, api_as):
    both = f"{PARTY},{VILLAGERS}"
    seats = [PARTY] * 5 + [VILLAGERS] * 5 + [both]
    few = world.publish(11, secret=True, seats=seats)
    enough = world.publish(10, secret=True, seats=seats[:10])
    for decision in (few, enough):
        for place in range(10):
            world.cast(place, decision)
    world.cast(10, few)
    world.move_clock(CLOSES)
    # Party members and villagers without the whole: how the one with both seats has voted.
    found = tally(world.version(few))
    assert sum(group.agree for group in found.by_seat.values()) - found.agree == 1
    assert (found.shown_seats, len(tally(world.version(enough)).shown_seats)) == ({}, 3)
    program = api_as("secretary", VILLAGE)
    for decision, groups in ((few, 0), (enough, 3)):
        assert len(program.get(f"/decisions/{decision.id}/tally").json["by_seat"]) == groups
        assert len(program.get(f"/decisions/{decision.id}").json["gate"]["groups"]) == groups


def test_a_small_group_that_failed_in_secret_is_not_counted_in_any_refusal(world):
    decision = world.publish(6, secret=True, pooled=False, seats=[PARTY] * 5 + [VILLAGERS])
    for place in range(6):
        world.cast(place, decision, "agree" if place < 5 else "against")
    secretary = world.make_actor("secretary", VILLAGE)
    with pytest.raises(GateSealed) as refusal:
        start_execution(secretary, decision.id)
    assert f"{CLOSES:%Y-%m-%d}" in refusal.value.sentence()
    world.move_clock(CLOSES)
    with pytest.raises(GateHidden) as refusal:
        start_execution(secretary, decision.id)
    assert list(refusal.value.params) == ["day"]
    assert [reason.values for reason in gate(decision, now()).reasons] == [{}]
