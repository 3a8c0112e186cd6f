"""Teams of villages: one a village, a lead and a head each, a card whose code stays good."""

import pytest

from core.clock import today
from core.county import plugins
from core.errors import Forbidden, Invalid, NotFound
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, VILLAGE
from plugins.diary.errors.posting import AccountUnknown, TeamClosed, TeamRoleTaken, TeamThere
from plugins.diary.queries.teams import list_teams, my_teams, team, team_by_code
from plugins.diary.services.teams import (
    TeamPlan,
    change_team,
    close_team,
    create_team,
    join_team,
    leave_team,
)

HERE = AreaScope((COUNTY_CODE,))
TUESDAY = TeamPlan("一村联村组", 2, "党群服务中心", "9 点到 11 点", "宣传政策")


def test_a_team_has_a_day_a_place_and_members_in_their_order(village):
    number = create_team(village.town, VILLAGE, TUESDAY)
    join_team(village.chief, number, account_id=village.secretary.account_id, role="member")
    join_team(village.chief, number, account_id=village.cadre.account_id, role="head")
    join_team(village.chief, number, account_id=village.town.account_id, role="lead", phone="13800000000")
    view = team(HERE, number)
    assert [member.role for member in view.members] == ["lead", "head", "member"]
    assert view.members[0].phone == "13800000000"
    # A Monday morning: the next Tuesday is tomorrow.
    assert (view.next_day - today()).days == 1
    assert [row.id for row in my_teams(village.cadre)] == [number]


def test_a_team_of_a_village_that_does_not_try_the_diary_is_not_shown(village, monkeypatch):
    number = create_team(village.town, VILLAGE, TUESDAY)
    join_team(village.chief, number, account_id=village.town.account_id, role="lead")
    assert [row.id for row in my_teams(village.town)] == [number]
    monkeypatch.setitem(plugins().pilots, "diary", AreaScope((SISTER_VILLAGE,)))
    assert my_teams(village.town) == []
    monkeypatch.setitem(plugins().pilots, "diary", AreaScope((SISTER_VILLAGE, VILLAGE)))
    assert [row.id for row in my_teams(village.town)] == [number]


def test_one_team_a_village_one_lead_and_one_head_nobody_twice(village):
    number = create_team(village.town, VILLAGE, TUESDAY)
    with pytest.raises(TeamThere):
        create_team(village.town, VILLAGE, TUESDAY)
    join_team(village.chief, number, account_id=village.cadre.account_id, role="head")
    for account, role in ((village.secretary, "head"), (village.cadre, "member")):
        with pytest.raises(TeamRoleTaken):
            join_team(village.chief, number, account_id=account.account_id, role=role)
    assert len(team(HERE, number).members) == 1


def test_who_left_may_come_back(village):
    number = create_team(village.town, VILLAGE, TUESDAY)
    member = join_team(village.chief, number, account_id=village.cadre.account_id, role="head")
    leave_team(village.chief, number, member)
    with pytest.raises(NotFound):
        leave_team(village.chief, number, member)
    assert team(HERE, number).members == ()
    join_team(village.chief, number, account_id=village.cadre.account_id, role="head")


def test_an_old_card_leads_to_the_team_of_today(village):
    old = create_team(village.town, VILLAGE, TUESDAY)
    code = team(HERE, old).code
    close_team(village.town, old)
    assert team_by_code(code).is_closed
    new = create_team(village.town, VILLAGE, TUESDAY)
    assert team_by_code(code.lower()).id == new
    with pytest.raises(TeamClosed):
        change_team(village.town, old, TUESDAY)
    with pytest.raises(NotFound):
        team_by_code("ABCDEFGH")


@pytest.mark.parametrize(
    "plan",
    [
        TeamPlan("", 2, "中心"),
        TeamPlan("组", 0, "中心"),
        TeamPlan("组", 8, "中心"),
        TeamPlan("组", 2, ""),
        TeamPlan("组", 2, "中心", duties="长" * 1001),
    ],
)
def test_a_wrong_plan_is_refused(village, plan):
    with pytest.raises(Invalid):
        create_team(village.town, VILLAGE, plan)


def test_walls(village, actor):
    number = create_team(village.town, SISTER_VILLAGE, TUESDAY)
    with pytest.raises(NotFound):
        create_team(village.town, FAR_VILLAGE, TUESDAY)
    far = actor("town_official", "341504002")
    with pytest.raises(NotFound):
        team(far.scope("diary.team_view"), number)
    with pytest.raises(NotFound):
        join_team(far, number, account_id=far.account_id, role="lead")
    with pytest.raises(Forbidden):
        change_team(village.cadre, number, TUESDAY)
    with pytest.raises(AccountUnknown):
        join_team(village.town, number, account_id=village.chief.account_id, role="lead")
    assert list_teams(far.scope("diary.team_view"))[1] == 0
