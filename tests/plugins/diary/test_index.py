"""The index: four terms that anybody can add up, one's own always, others' only on a ground, no ranking."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases.api import accept_case, cancel_case, rate_case, resolve_case
from core.clock import today
from core.county import plugin_settings
from core.errors import Forbidden, Invalid, NotFound
from core.scope import AreaScope
from core.system.services import change_settings
from core.testing import COUNTY_CODE, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.index import NotStationed, ObjectionAnswered, OwnObjection
from plugins.diary.index_rules import TERMS, half_up, reckon
from plugins.diary.queries.index import index_of, indices, objections
from plugins.diary.services.entries import NewEntry, Problem, raise_problem, write_entry
from plugins.diary.services.index import answer_objection, object_to_index
from plugins.diary.services.postings import NewPosting, station
from plugins.diary.services.visits import NewVisit, record_visit
from plugins.diary.settings import DiarySettings

HERE = AreaScope((COUNTY_CODE,))
SETTINGS = DiarySettings().load({})
MARCH = "2026-03"
COUNT = st.integers(0, 60)


@pytest.fixture
def stationed(village):
    """The cadre has a posting in VILLAGE, the colleague one in SISTER_VILLAGE."""
    for actor, code in ((village.cadre, VILLAGE), (village.colleague, SISTER_VILLAGE)):
        station(village.chief, NewPosting(actor.account_id, "village", "fixed", [code], today()))
    return village


def terms_of(actor, month=MARCH):
    return {term.name: (term.part, term.whole) for term in index_of(actor.account_id, month).terms}


# --- adding up


NOTHING = {"visits": 0, "weeks_with": 0, "weeks": 5, "difficulty": 0, "up": 0, "rated": 0}


def by_hand(**counts):
    return reckon(**NOTHING | counts, settings=SETTINGS)


def test_it_is_what_one_gets_by_hand():
    index = by_hand(visits=10, weeks_with=4, difficulty=5, up=3, rated=4)
    # 30 x 1/2 + 20 x 4/5 + 20 x 1/2 + 30 x 3/4 = 63.5
    assert index.tenths == 635
    assert [term.percent for term in index.terms] == [50.0, 80.0, 50.0, 75.0]


def test_some_term_has_a_weight_and_a_county_without_any_is_told(stationed, as_role, monkeypatch):
    none = {f"weight_{name}": 0 for name in TERMS}
    with pytest.raises(Invalid) as refused:
        change_settings(stationed.chief, "diary", version=0, values=none)
    assert refused.value.fields == {"weight_visits": ["指数的四项权重至少要有一项大于 0。"]}
    # As a county may have it that set them before this was refused: it goes on, and reads why.
    assert DiarySettings().load(none)["weight_visits"] == 0
    for name in none:
        monkeypatch.setitem(plugin_settings("diary"), name, 0)
    assert "各项权重都是 0" in as_role("stationed_cadre", VILLAGE).get("/diary/my-index").text


def test_what_nobody_rated_is_left_out_with_its_weight():
    # (30 x 1 + 20 x 1 + 20 x 1) / 70
    assert by_hand(visits=20, weeks_with=5, difficulty=10).tenths == 1000
    assert by_hand().tenths == 0
    weightless = SETTINGS | {"weight_visits": 0, "weight_difficulty": 0}
    assert reckon(**NOTHING | {"weeks": 0}, settings=weightless).tenths is None


@given(visits=COUNT, weeks_with=st.integers(0, 5), difficulty=COUNT, up=COUNT, more=COUNT)
def test_it_stays_within_its_bounds_and_never_falls_for_more(visits, weeks_with, difficulty, up, more):
    index = by_hand(visits=visits, weeks_with=weeks_with, difficulty=difficulty, up=up, rated=up + more)
    assert 0 <= index.tenths <= 1000
    again = by_hand(
        visits=visits + 1, weeks_with=weeks_with, difficulty=difficulty + 1, up=up, rated=up + more
    )
    assert again.tenths >= index.tenths
    counted = [term for term in index.terms if term.counts]
    weights = sum(term.weight for term in counted)
    assert index.tenths == half_up(sum(term.share * term.weight for term in counted) / weights * 1000)


def test_a_half_goes_up():
    assert [half_up(Fraction(n, 2)) for n in (1, 2, 3, 5)] == [1, 1, 2, 3]


# --- from what was done


def test_visits_weeks_problems_and_thumbs_make_it(stationed, actor):
    village = stationed
    village.move_clock(MONDAY_MORNING + timedelta(days=14))
    for day in (today(), today(), today() - timedelta(days=7)):
        record_visit(village.cadre, NewVisit(household_id=village.house.id, day=day))
    record_visit(village.cadre, NewVisit(household_id=village.house.id, day=date(2026, 2, 28)))
    entry = write_entry(village.cadre, NewEntry(VILLAGE, "两件事"))
    person = village.grandma.person_ids[0]
    solved = raise_problem(
        village.cadre, entry, Problem(text="路灯坏了", difficulty="large", person_id=person)
    )
    taken_back = raise_problem(village.cadre, entry, Problem(text="重复了", difficulty="medium"))
    cancel_case(village.secretary, taken_back, reason="重复")
    accept_case(village.secretary, solved)
    resolve_case(village.secretary, solved, outcome="solved", answer="换了灯")
    rate_case(actor("resident", VILLAGE, person_id=person), solved, thumb="up", solved=True)
    # March begins on a Sunday: a week of its own, and three up to the 16th.
    assert terms_of(village.cadre) == {
        "visits": (3, 20),
        "frequency": (2, 4),
        "difficulty": (3, 10),
        "satisfaction": (1, 1),
    }
    assert terms_of(village.cadre, "2026-02")["visits"] == (1, 20)
    assert terms_of(village.colleague)["visits"] == (0, 20)
    assert index_of(village.cadre.account_id, MARCH) == index_of(village.cadre.account_id, MARCH)
    assert terms_of(village.cadre, "2026-05")["frequency"] == (0, 0), "a month to come has no weeks"


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-1", "x"])
def test_what_is_no_month_is_not_found(stationed, month):
    with pytest.raises(NotFound):
        index_of(stationed.cadre.account_id, month)


# --- who sees it


def test_others_are_seen_on_a_ground_only(stationed, ground, api_as, as_role):
    whose = stationed.cadre.account_id
    program, desk = api_as("town_official", TOWN), as_role("town_official", TOWN)
    assert program.get(f"/indices?month={MARCH}&account_id={whose}").json["code"] == "burden_off"
    assert desk.get("/diary/indices").status_code == 403
    ground("personal_score")
    assert program.get(f"/indices?month={MARCH}&account_id={whose}").json["account_id"] == str(whose)
    assert "不排名" in desk.get("/diary/indices").text
    assert program.get(f"/indices?account_id={stationed.stranger.account_id}").status_code == 404
    assert api_as("secretary", VILLAGE).get(f"/indices?account_id={whose}").status_code == 403
    assert api_as("town_official", "341504002").get(f"/indices?account_id={whose}").status_code == 404


def test_a_ranking_needs_its_own_ground(stationed, ground):
    village = stationed
    village.move_clock(MONDAY_MORNING + timedelta(days=1))
    write_entry(village.colleague, NewEntry(SISTER_VILLAGE, "一件事"))
    entry = write_entry(village.colleague, NewEntry(SISTER_VILLAGE, "一件难事"))
    raise_problem(village.colleague, entry, Problem(difficulty="large"))

    def order():
        return [view.account_id for view in indices(HERE, COUNTY_CODE, MARCH)[0]]

    assert order() == [village.cadre.account_id, village.colleague.account_id]
    ground("ranking")
    assert order() == [village.colleague.account_id, village.cadre.account_id]


def test_ones_own_is_always_there(stationed, api_as):
    program = api_as("stationed_cadre", VILLAGE)
    answer = program.get(f"/indices?month={MARCH}").json
    assert [term["name"] for term in answer["terms"]] == list(TERMS)
    assert api_as("resident", VILLAGE).get("/indices").status_code == 403


# --- objections


def test_an_objection_is_answered_by_somebody_else_once(stationed):
    village = stationed
    number = object_to_index(village.cadre, month=MARCH, term="visits", text="有两次走访忘了记")
    (mine,) = objections(village.cadre, mine=True)
    assert (mine.text, mine.answered_at) == ("有两次走访忘了记", None)
    with pytest.raises(Forbidden):
        answer_objection(village.cadre, number, answer="自己答")
    answer_objection(village.town, number, answer="补记后下月一并计算")
    with pytest.raises(ObjectionAnswered):
        answer_objection(village.chief, number, answer="再答一次")
    (mine,) = objections(village.cadre, mine=True)
    assert mine.answer == "补记后下月一并计算"
    assert objections(village.colleague, mine=True) == []


def test_nobody_answers_their_own(stationed):
    village = stationed
    station(village.chief, NewPosting(village.town.account_id, "enterprise", "fixed", [VILLAGE], today()))
    number = object_to_index(village.town, month=MARCH, term="visits", text="少算了")
    with pytest.raises(OwnObjection):
        answer_objection(village.town, number, answer="自己答")


def test_walls_and_bad_input(stationed, actor):
    village = stationed
    number = object_to_index(village.cadre, month=MARCH, term="visits", text="少算了")
    with pytest.raises(NotFound):
        answer_objection(actor("town_official", "341504002"), number, answer="别的镇")
    for wrong in ({"term": "height"}, {"text": ""}, {"text": "长" * 501}):
        with pytest.raises(Invalid):
            object_to_index(village.cadre, **{"month": MARCH, "term": "visits", "text": "x"} | wrong)
    with pytest.raises(NotStationed):
        object_to_index(village.stranger, month=MARCH, term="visits", text="x")
    with pytest.raises(Invalid):
        answer_objection(village.town, number, answer=" ")


def test_pages(stationed, as_role, submit):
    browser = as_role("town_official", TOWN)
    assert browser.get("/diary/my-index").status_code == 200
    assert browser.get("/diary/my-index?month=2020-02").status_code == 200
    number = object_to_index(stationed.cadre, month=MARCH, term="visits", text="少算了两次")
    assert "少算了两次" in browser.get("/diary/objections").text
    answered = submit(browser, "/diary/objections", f"/diary/objections/{number}/answer", answer="已核对")
    assert answered.status_code == 303
    assert "已核对" in browser.get("/diary/objections").text
