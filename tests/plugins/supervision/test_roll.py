"""The roll: from the village's table and other registers, frozen with its reasons, without the recused."""

from datetime import date, timedelta

import pytest

from core.clock import today
from core.errors import Invalid, NotFound
from core.people.api import add_kinship, leave_register
from core.sheets import Upload
from core.testing import GRID, SISTER_VILLAGE, VILLAGE
from plugins.supervision.errors.ballots import VoterLeft
from plugins.supervision.errors.decisions import (
    AlreadyVoter,
    OwnRecusal,
    RecusalUndecided,
    Recused,
)
from plugins.supervision.models.decisions import Voter
from plugins.supervision.queries.decisions import current_version, decision
from plugins.supervision.queries.recusals import demand_view, recusals_of
from plugins.supervision.queries.roll import entry_of, roll_of, seats_of
from plugins.supervision.queries.voters import list_voters
from plugins.supervision.services.ballot_hands import demand_may_act
from plugins.supervision.services.decisions import name_concerned
from plugins.supervision.services.publishing import publish_decision
from plugins.supervision.services.recusals import decide_recusal, propose_recusal
from plugins.supervision.services.voter_import import import_voters
from plugins.supervision.services.voters import NewVoter, add_voter, end_voter

HEADING = "村社代码,姓名,公民身份号码,表决身份,起始日期,截止日期\n"


def version_of(village, decision_id):
    return current_version(decision(village.secretary.scope("supervision.view"), decision_id))


def names_on(village, decision_id):
    return [entry.name for entry in roll_of(version_of(village, decision_id).id)]


def test_who_holds_two_seats_is_one_person_on_the_roll_with_both_reasons(village):
    village.seat(village.persons[0], source="党员大会")
    village.seat(village.persons[0], "grid_supervisor")
    decision_id = village.published(seats=0)
    (entry,) = roll_of(version_of(village, decision_id).id)
    assert entry.seats == "party_member,grid_supervisor"
    assert entry.reasons == "党员（2025-01-01 起，党员大会）；网格监督员（2025-01-01 起）"
    assert seats_of([entry]) == {"party_member": 1, "representative": 0, "grid_supervisor": 1}


def test_who_comes_or_goes_after_the_publication_changes_no_frozen_roll(village):
    first = village.seat(village.persons[0], until=today())
    village.seat(village.persons[1])
    village.seat(village.persons[2], since=today() + timedelta(days=1))
    decision_id = village.published(seats=0)
    assert names_on(village, decision_id) == ["赵大山", "钱小梅"]
    end_voter(village.secretary, first, today())
    village.seat(village.persons[3])
    village.pass_days(1)
    assert names_on(village, decision_id) == ["赵大山", "钱小梅"]
    other = village.draft("第二件")
    publish_decision(village.secretary, other)
    assert names_on(village, other) == ["钱小梅", "孙奶奶", "李网格"]


def test_whoever_died_keeps_the_place_on_a_frozen_roll_and_stands_on_no_later_one(village):
    seat = village.seat(village.persons[0])
    village.seat(village.persons[1])
    village.seat(village.persons[0], "representative", since=today() + timedelta(days=9))
    decision_id = village.published(seats=0)
    leave_register(
        village.secretary,
        village.persons[0],
        left_for="died",
        left_on=today(),
        new_head_id=village.persons[1],
    )
    assert names_on(village, decision_id) == ["赵大山", "钱小梅"]
    assert Voter.unscoped("test").where(Voter.id == seat).get().until == today() - timedelta(days=1)
    with pytest.raises(NotFound):
        village.seat(village.persons[0], "grid_supervisor")
    (entry, _) = roll_of(version_of(village, decision_id).id)
    with pytest.raises(VoterLeft):
        demand_may_act(village.secretary, None, entry, "paper")
    village.pass_days(20)
    other = village.draft("第二件")
    publish_decision(village.secretary, other)
    assert names_on(village, other) == ["钱小梅"]


def test_a_seat_is_held_once_at_a_time_and_by_somebody_of_ones_areas(village):
    one = village.persons[0]
    village.seat(one, since=date(2025, 1, 1), until=date(2025, 6, 30))
    with pytest.raises(AlreadyVoter):
        village.seat(one, since=date(2025, 6, 30))
    village.seat(one, since=date(2025, 7, 1))
    with pytest.raises(Invalid):
        village.seat(one, seat="mayor")
    with pytest.raises(Invalid):
        village.seat(one, "representative", since=date(2025, 7, 1), until=date(2025, 6, 1))
    with pytest.raises(NotFound):
        add_voter(village.stranger, NewVoter(VILLAGE, one, "representative", today()))
    with pytest.raises(NotFound):
        add_voter(village.secretary, NewVoter(VILLAGE, 9_999, "representative", today()))
    with pytest.raises(NotFound):
        list_voters(village.stranger.demand("supervision.voters", VILLAGE), VILLAGE)


def test_kin_of_whom_it_concerns_are_proposed_and_leave_roll_base_and_view(village, actor):
    wife, neighbour = village.persons[1], village.persons[2]
    add_kinship(village.secretary, person_id=neighbour, kin_id=village.persons[0], relation="other")
    for person_id in village.persons:
        village.seat(person_id)
    decision_id = village.draft(concerned=[village.persons[0]])
    proposed = {each.person_id: each.reason for each in recusals_of(decision_id)}
    assert set(proposed) == {village.persons[0], wife, neighbour}
    with pytest.raises(RecusalUndecided):
        publish_decision(village.secretary, decision_id)
    official = actor("town_official", VILLAGE[:9], person_id=wife)
    with pytest.raises(OwnRecusal):
        decide_recusal(official, decision_id, wife, confirm=False)
    decide_recusal(village.town, decision_id, wife, confirm=True)
    decide_recusal(village.town, decision_id, village.persons[0], confirm=False)
    decide_recusal(village.town, decision_id, neighbour, confirm=False)
    with pytest.raises(NotFound):
        decide_recusal(village.town, decision_id, wife, confirm=False)
    publish_decision(village.secretary, decision_id)
    version = version_of(village, decision_id)
    assert (version.roll_size, entry_of(version.id, wife)) == (5, None)
    with pytest.raises(NotFound):
        demand_view(official, decision_id)
    with pytest.raises(Recused):
        propose_recusal(official, decision_id, neighbour, "听说")
    demand_view(village.secretary, decision_id)


def test_somebody_who_leaves_in_mid_vote_starts_clock_and_roll_anew(village):
    decision_id = village.published()
    village.vote(decision_id, 5)
    first = version_of(village, decision_id)
    propose_recusal(village.secretary, decision_id, village.persons[4], "承包方的合伙人")
    with pytest.raises(Invalid):
        propose_recusal(village.secretary, decision_id, village.persons[4], "再提一次")
    village.pass_days(1)
    decide_recusal(village.town, decision_id, village.persons[4], confirm=True)
    second = version_of(village, decision_id)
    assert (second.number, second.roll_size, first.roll_size) == (2, 4, 5)
    assert second.earliest_day > first.earliest_day
    assert len(roll_of(second.id)) == 4


def test_a_holder_of_an_account_there_is_proposed_though_they_have_no_vote(village, actor):
    village.seat(village.persons[2])
    actor("secretary", VILLAGE, person_id=village.persons[0])
    decision_id = village.draft(concerned=[village.persons[1]])
    assert [each.person_id for each in recusals_of(decision_id)] == [village.persons[0]]
    name_concerned(village.secretary, decision_id, village.persons[1])
    assert len(recusals_of(decision_id)) == 1


@pytest.fixture
def numbered(village, county):
    """Two persons with ID numbers (made up, area 000000)."""
    from core.accounts.api import operator
    from core.people.api import HouseholdRow, PersonRow, bulk_insert_households

    numbers = [with_check_digit("34150419700101001"), with_check_digit("34150419800202002")]
    rows = [
        HouseholdRow(
            VILLAGE,
            "009",
            "前街 9 号",
            persons=[
                PersonRow("周正", citizen_id=numbers[0], is_head=True),
                PersonRow("吴平", citizen_id=numbers[1]),
            ],
        )
    ]
    bulk_insert_households(operator(), rows)
    return numbers


def with_check_digit(digits):
    from core.people.api import check_digit

    return digits + check_digit(digits)


def test_a_table_is_looked_at_first_and_imported_whole_or_not_at_all(village, numbered):
    lines = [
        f"{VILLAGE},周正,{numbered[0]},党员,2025-01-01,",
        f"{VILLAGE},吴平,{numbered[1]},村民代表,2025-01-01,2027-12-31",
    ]
    upload = Upload("voters.csv", (HEADING + "\n".join(lines)).encode())
    look = import_voters(village.secretary, upload, dry_run=True)
    assert (look.clean, look.counts) == (True, {"voters": 2})
    scope = village.secretary.scope("supervision.voters")
    assert list_voters(scope, VILLAGE)[1] == 0
    assert import_voters(village.secretary, upload, dry_run=False).clean
    found, total = list_voters(scope, VILLAGE)
    assert [(each.name, each.seat, each.until) for each in found] == [
        ("周正", "party_member", None),
        ("吴平", "representative", date(2027, 12, 31)),
    ]
    assert total == 2
    again = import_voters(village.secretary, upload, dry_run=False)
    assert again.mistake_count == 2


WRONG = (
    ("{far},周正,{one},党员,2025-01-01,", "村社代码"),
    ("{here},周正,{one},村长,2025-01-01,", "表决身份"),
    ("{here},周正,{one}9,党员,2025-01-01,", "公民身份号码"),
    ("{here},李四,{one},党员,2025-01-01,", "姓名"),
    ("{here},周正,{one},党员,去年,", "起始日期"),
    ("{here},周正,{one},党员,2025-01-01,2024-01-01", "截止日期"),
)


def test_every_mistake_of_a_table_is_marked_at_its_column(village, numbered):
    for line, column in WRONG:
        text = HEADING + line.format(here=VILLAGE, far=SISTER_VILLAGE, one=numbered[0])
        outcome = import_voters(village.secretary, Upload("voters.csv", text.encode()), dry_run=False)
        assert [mistake.column for mistake in outcome.mistakes] == [column]
    assert list_voters(village.secretary.scope("supervision.voters"), VILLAGE)[1] == 0


class TestBesideTheGrid:
    """Where the grid plugin is on, its party members are proposed and not asked for twice."""

    @pytest.fixture
    def county_plugins(self):
        pytest.importorskip("plugins.grid", reason="the plugin is tried alone")
        return ["grid", "supervision"]

    def test_roll_candidates_of_the_grid_are_taken_over_once(self, village, actor):
        from core.rolls import roll_candidates
        from plugins.grid.services.party import add_member, create_group
        from plugins.supervision.queries.voters import candidates
        from plugins.supervision.services.voters import take_candidates

        group = create_group(village.secretary, area_code=GRID, name="第一党小组")
        for person_id in village.persons[3:5]:
            add_member(village.secretary, group_id=group, person_id=person_id)
        assert {each.person_id for each in roll_candidates(VILLAGE)} == set(village.persons[3:5])
        village.seat(village.persons[3])
        assert [(each.person_id, each.seat) for each in candidates(VILLAGE)] == [
            (village.persons[4], "party_member")
        ]
        assert candidates(SISTER_VILLAGE) == []
        assert take_candidates(village.secretary, VILLAGE) == 1
        assert take_candidates(village.secretary, VILLAGE) == 0
        assert list_voters(village.secretary.scope("supervision.voters"), VILLAGE)[1] == 2
