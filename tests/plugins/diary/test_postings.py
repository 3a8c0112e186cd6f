"""Cadres are stationed, do what stands on their work list, and hand over what is open."""

from datetime import date, timedelta

import pytest

from core.accounts.api import actor_for
from core.cases.api import NewCase, accept_case, case, create_case
from core.clock import now, today
from core.db import database, insert_rows, milliseconds
from core.errors import Forbidden, Invalid, NotFound
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.posting import (
    AccountUnknown,
    PlacesWrong,
    PlaceTaken,
    PostingOver,
    SuccessorWrong,
    WorkItemDone,
)
from plugins.diary.models.posting import Posting, PostingPlace
from plugins.diary.queries.postings import (
    cadres_of,
    list_postings,
    my_postings,
    posting,
    villages_without,
    work_items,
)
from plugins.diary.services.postings import (
    NewPosting,
    add_work_item,
    end_posting,
    finish_work_item,
    hand_over,
    station,
)
from plugins.diary.words import KINDS

HERE = AreaScope((COUNTY_CODE,))


@pytest.fixture
def newcomer(account):
    """An account of the county without any post in a village."""
    return account("resident", COUNTY_CODE).id


def give(village, newcomer, **changes):
    wish = {
        "account_id": newcomer,
        "kind": "village",
        "mode": "fixed",
        "places": [VILLAGE],
        "since": today(),
        "unit": "县农业农村局",
        "term": 24,
    }
    return station(village.chief, NewPosting(**wish | changes))


def test_a_fixed_cadre_gets_the_role_in_the_village_and_nowhere_else(village, newcomer):
    number = give(village, newcomer)
    cadre = actor_for(newcomer)
    assert cadre.may("diary.write", VILLAGE)
    assert not cadre.may("diary.write", SISTER_VILLAGE)
    (mine,) = my_postings(cadre)
    assert (mine.id, mine.mode, mine.unit, mine.term) == (number, "fixed", "县农业农村局", 24)
    assert [code for code, _ in mine.places] == [VILLAGE]
    assert [row.account_id for row in cadres_of(VILLAGE)] == [newcomer]


def test_one_fixed_cadre_a_village_but_a_line_of_service_may_have_its_own(village, newcomer, account):
    give(village, newcomer)
    other = account("resident", COUNTY_CODE).id
    with pytest.raises(PlaceTaken) as caught:
        give(village, other)
    assert "一村" in caught.value.sentence()
    assert not actor_for(other).may("diary.write", VILLAGE), "undone whole"
    give(village, other, line="power")
    give(village, account("resident", COUNTY_CODE).id, mode="roving", places=[VILLAGE, SISTER_VILLAGE])
    assert list_postings(HERE, area_code=VILLAGE)[1] == 3


def test_a_roving_cadre_has_several_villages_and_the_area_that_holds_them(village, newcomer):
    number = give(village, newcomer, mode="roving", places=[SISTER_VILLAGE, VILLAGE])
    assert posting(village.chief, number).area_code == TOWN
    far = give(village, village.cadre.account_id, mode="roving", places=[VILLAGE, FAR_VILLAGE])
    assert posting(village.chief, far).area_code == COUNTY_CODE


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"places": [VILLAGE, SISTER_VILLAGE]}, PlacesWrong),
        ({"mode": "roving"}, PlacesWrong),
        ({"places": [TOWN]}, Invalid),
        ({"kind": "county"}, Invalid),
        ({"line": "weather"}, Invalid),
        ({"until": date(2026, 1, 1)}, Invalid),
        ({"term": 0}, Invalid),
        ({"unit": "长" * 101}, Invalid),
        ({"account_id": 999_999}, AccountUnknown),
    ],
)
def test_a_wrong_posting_is_refused(village, newcomer, changes, error):
    with pytest.raises(error):
        give(village, newcomer, **changes)
    assert list_postings(HERE)[1] == 0


def test_a_town_posts_in_its_own_villages_only(village, account):
    own = account("resident", TOWN).id
    with pytest.raises(NotFound):
        station(village.town, NewPosting(own, "village", "fixed", [FAR_VILLAGE], today()))
    with pytest.raises(Forbidden):
        station(village.cadre, NewPosting(own, "village", "fixed", [VILLAGE], today()))
    assert station(village.town, NewPosting(own, "village", "fixed", [VILLAGE], today()))


def test_the_end_takes_the_role_away_and_frees_the_village(village, newcomer, account):
    number = give(village, newcomer)
    end_posting(village.chief, number, why="left", last_day=today() - timedelta(days=1))
    assert not actor_for(newcomer).may("diary.write", VILLAGE)
    assert posting(village.chief, number).ended_why == "left"
    with pytest.raises(PostingOver):
        end_posting(village.chief, number, why="left")
    give(village, account("resident", COUNTY_CODE).id)
    assert list_postings(HERE, ended=True)[1] == 1


def test_a_role_that_another_posting_needs_stays(village, newcomer):
    fixed = give(village, newcomer)
    give(village, newcomer, mode="roving", places=[VILLAGE, SISTER_VILLAGE], line="water")
    end_posting(village.chief, fixed, why="changed", last_day=today() - timedelta(days=1))
    assert actor_for(newcomer).may("diary.write", VILLAGE)


def test_who_takes_over_gets_what_is_open_and_the_old_one_keeps_the_past(village, newcomer, account):
    number = give(village, newcomer)
    done, left = (add_work_item(village.chief, number, text=text) for text in ("摸清集体资产", "修水渠"))
    old = actor_for(newcomer)
    finish_work_item(old, done, note="已列表")
    case_id = create_case(old, NewCase(kind="cases.other", text="路灯不亮", area_code=VILLAGE))
    accept_case(old, case_id)
    heir = account("resident", COUNTY_CODE).id
    following = hand_over(village.chief, number, account_id=heir, why="changed")
    assert posting(village.chief, number).successor_id == following
    assert [item.text for item in work_items(following)] == ["修水渠"]
    assert [item.text for item in work_items(number)] == ["摸清集体资产"]
    assert case(village.chief, case_id).worker_id == heir
    assert not actor_for(newcomer).may("diary.write", VILLAGE)
    finish_work_item(actor_for(heir), left)
    with pytest.raises(WorkItemDone):
        finish_work_item(actor_for(heir), left)


def test_nobody_takes_over_from_themselves(village, newcomer):
    number = give(village, newcomer)
    with pytest.raises(SuccessorWrong):
        hand_over(village.chief, number, account_id=newcomer, why="changed")
    assert posting(village.chief, number).ended_why == ""


def test_villages_without_anybody_are_seen(village, newcomer):
    give(village, newcomer)
    assert villages_without(HERE, [VILLAGE, SISTER_VILLAGE, FAR_VILLAGE]) == [SISTER_VILLAGE, FAR_VILLAGE]


def test_other_areas_do_not_exist(village, newcomer, actor):
    number = give(village, newcomer)
    assert posting(actor_for(newcomer), number)
    far = actor("town_official", "341504002")
    with pytest.raises(NotFound):
        posting(far, number)
    with pytest.raises(NotFound):
        end_posting(far, number, why="left")
    with pytest.raises(NotFound):
        add_work_item(far, number, text="别的镇")
    assert list_postings(far.scope("diary.team_view"))[1] == 0


def test_a_term_that_ends_soon_is_shown(village, newcomer):
    number = give(village, newcomer, until=today() + timedelta(days=20))
    assert posting(village.chief, number).ends_soon
    assert not posting(village.chief, number).is_over


def test_943_cadres_of_three_kinds_are_pages_of_few_statements(village, newcomer, as_role):
    """As many as Shengzhou has (document 002)."""
    many, at = range(1, 944), milliseconds(now())
    kind = {number: tuple(KINDS)[number % 3] for number in many}
    columns = ("id", "area_code", "account_id", "kind", "mode", "since", "recorded_at")
    insert_rows(
        Posting,
        columns,
        ((n, VILLAGE, newcomer, kind[n], "roving", today().isoformat(), at) for n in many),
    )
    insert_rows(
        PostingPlace,
        ("posting_id", "area_code", "kind", "fixed", "closed"),
        ((n, VILLAGE, kind[n], False, False) for n in many),
    )
    assert list_postings(HERE)[1] == 943
    assert [list_postings(HERE, kind=each)[1] for each in KINDS] == [314, 315, 314]
    browser, asked = as_role("county_admin", COUNTY_CODE), []
    database.obj.query_hooks.append(asked.append)
    try:
        assert browser.get("/diary/postings?page=20").status_code == 200
    finally:
        database.obj.query_hooks.remove(asked.append)
    assert 0 < len(asked) < 20
