"""Lists for awards: open rules that anybody can add up, people only on a ground, decided by people alone."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.burdens import BurdenOff
from core.clock import CHINA, today
from core.errors import Invalid, NotFound
from core.settings import load_settings
from core.testing import COUNTY_CODE, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.award_rules import Candidate, runners_and_snails, scored
from plugins.diary.errors.reports import NominationDecided, OwnNomination, ReportTooEarly
from plugins.diary.index_rules import Term
from plugins.diary.jobs import reckon_visits
from plugins.diary.queries.awards import list_nominations
from plugins.diary.services.awards import decide_nomination, nominate
from plugins.diary.services.postings import NewPosting, add_work_item, finish_work_item, station
from plugins.diary.services.visits import NewVisit, record_visit

MARCH = "2026-03"


@pytest.fixture
def ground(county):
    """Names the legal grounds in the county's config."""

    def name(*burdens):
        file = Path(county.data) / "config.toml"
        lines = "".join(f'{burden} = "某某条例第三条"\n' for burden in burdens)
        file.write_text(file.read_text("utf-8") + f"\n[burdens]\n{lines}", "utf-8")
        county.settings = load_settings(file)

    return name


@pytest.fixture
def busy(village):
    """Two cadres; one visited a household and has a line of work that is late, another that was early."""
    reckon_visits()
    posting = station(
        village.chief, NewPosting(village.cadre.account_id, "village", "fixed", [VILLAGE], today())
    )
    station(
        village.chief, NewPosting(village.colleague.account_id, "village", "fixed", [SISTER_VILLAGE], today())
    )
    record_visit(village.cadre, NewVisit(household_id=village.house.id))
    add_work_item(village.chief, posting, text="修路", due=today() + timedelta(days=2))
    early = add_work_item(village.chief, posting, text="装灯", due=today() + timedelta(days=9))
    finish_work_item(village.chief, early, note="装好了")
    village.move_clock(_noon(today() + timedelta(days=10)))
    return village


def _noon(day):
    return datetime.combine(day, time(12), CHINA)


def listed(actor):
    lists = {}
    for view in list_nominations(actor)[0]:
        lists.setdefault((view.award, view.subject_kind), []).append(view.title)
    return lists


def test_programs_read_what_was_put_forward_and_decided(busy, api_as):
    nominate(busy.chief, COUNTY_CODE, MARCH)
    first = list_nominations(busy.chief)[0][0]
    decide_nomination(busy.chief, first.id, accepted=True, why="实至名归")
    program = api_as("county_admin", COUNTY_CODE)
    found = {row["id"]: row for row in program.get(f"/award-nominations?month={MARCH}").json}
    assert len(found) == list_nominations(busy.chief)[1]
    shown = found[str(first.id)]
    assert (shown["state"], shown["why"], shown["title"]) == ("accepted", "实至名归", first.title)
    assert [(term["name"], term["part"]) for term in shown["terms"]] == [
        (term.name, term.part) for term in first.terms
    ]
    assert {row["subject_kind"] for row in found.values()} <= {"area", "item"}, "nobody without a ground"
    assert program.get("/award-nominations?month=2026-04").json == []
    assert program.get("/award-nominations?month=x").status_code == 422
    assert api_as("town_official", OTHER_TOWN).get("/award-nominations").json == []
    assert api_as("stationed_cadre", VILLAGE).get("/award-nominations").status_code == 403


# --- the rules


def candidate(name, tenths):
    return Candidate(f"area:{name}", name, name, (), tenths)


@given(scores=st.lists(st.integers(0, 1000), max_size=12), most=st.integers(1, 5))
def test_nobody_runs_and_crawls_and_every_snail_is_slower_than_every_runner(scores, most):
    all_of_them = [candidate(f"{place:02d}", score) for place, score in enumerate(scores)]
    runners, snails = runners_and_snails(all_of_them, most)
    assert not {each.subject for each in runners} & {each.subject for each in snails}
    assert len(runners) == min(most, len(scores))
    for snail in snails:
        assert all(snail.tenths < runner.tenths for runner in runners)
    assert (runners, snails) == runners_and_snails(all_of_them[::-1], most), "the order does not matter"


def test_a_score_is_what_one_gets_by_hand():
    terms = [Term("coverage", 1, 2, 1), Term("answered", 3, 4, 1), Term("satisfied", 0, 0, 1)]
    # (1/2 + 3/4) / 2 = 62.5
    assert scored("area:1", "1", "一村", terms).tenths == 625
    assert scored("area:1", "1", "一村", terms[2:]) is None, "nothing to go by, no place on a list"


# --- putting forward


def test_villages_and_lines_of_work_are_put_forward_without_a_ground(busy):
    assert nominate(busy.chief, COUNTY_CODE, MARCH) == 3
    assert listed(busy.chief) == {
        ("run", "area"): ["一村"],
        ("lead", "item"): ["装灯"],
        ("chase", "item"): ["修路"],
    }
    (village,) = [view for view in list_nominations(busy.chief)[0] if view.subject_kind == "area"]
    assert [(term.part, term.whole) for term in village.terms] == [(1, 3), (0, 0), (0, 0), (0, 0)]
    assert village.score == "33.3"
    late = [view for view in list_nominations(busy.chief)[0] if view.award == "chase"]
    assert late[0].score == "8"


def test_people_need_both_grounds(busy, ground):
    with pytest.raises(BurdenOff):
        nominate(busy.chief, COUNTY_CODE, MARCH, people=True)
    ground("personal_score", "ranking")
    nominate(busy.chief, COUNTY_CODE, MARCH, people=True)
    people = [view for view in list_nominations(busy.chief)[0] if view.subject_kind == "account"]
    assert {int(view.subject_id) for view in people} == {busy.cadre.account_id, busy.colleague.account_id}


def test_names_are_gone_when_the_ground_is(busy, ground, county):
    before = county.settings
    ground("personal_score", "ranking")
    nominate(busy.chief, COUNTY_CODE, MARCH, people=True)
    (person, *_) = [view for view in list_nominations(busy.chief)[0] if view.subject_kind == "account"]
    county.settings = before
    assert not [view for view in list_nominations(busy.chief)[0] if view.subject_kind == "account"]
    with pytest.raises(NotFound):
        decide_nomination(busy.chief, person.id, accepted=True, why="好")


def test_what_is_decided_stays_and_the_rest_is_reckoned_again(busy):
    nominate(busy.chief, COUNTY_CODE, MARCH)
    views = list_nominations(busy.chief)[0]
    decide_nomination(busy.chief, views[0].id, accepted=False, why="数字不全")
    record_visit(busy.cadre, NewVisit(household_id=busy.home.id))
    assert nominate(busy.chief, COUNTY_CODE, MARCH) == 2
    again = {view.subject_id: view for view in list_nominations(busy.chief)[0]}
    assert len(again) == 3
    assert again[views[0].subject_id].state == "refused"


# --- deciding


def test_a_person_decides_once_with_a_reason(busy, actor):
    nominate(busy.chief, COUNTY_CODE, MARCH)
    number = list_nominations(busy.chief)[0][0].id
    with pytest.raises(Invalid):
        decide_nomination(busy.chief, number, accepted=True, why=" ")
    with pytest.raises(NotFound):
        decide_nomination(actor("town_official", OTHER_TOWN), number, accepted=True, why="好")
    decide_nomination(busy.town, number, accepted=True, why="走得勤")
    with pytest.raises(NominationDecided):
        decide_nomination(busy.chief, number, accepted=False, why="改主意")
    (view,) = [each for each in list_nominations(busy.chief)[0] if each.id == number]
    assert (view.state, view.why, view.decided_by) == ("accepted", "走得勤", busy.town.name)


def test_nobody_decides_about_themselves(busy, ground):
    ground("personal_score", "ranking")
    station(busy.chief, NewPosting(busy.town.account_id, "enterprise", "fixed", [VILLAGE], today()))
    nominate(busy.chief, COUNTY_CODE, MARCH, people=True)
    mine = ("account", str(busy.town.account_id))
    (own,) = [view for view in list_nominations(busy.town)[0] if (view.subject_kind, view.subject_id) == mine]
    with pytest.raises(OwnNomination):
        decide_nomination(busy.town, own.id, accepted=True, why="我好")


def test_a_month_to_come_has_no_list(busy):
    with pytest.raises(ReportTooEarly):
        nominate(busy.chief, COUNTY_CODE, "2026-05")


def test_pages(busy, as_role, submit):
    desk = as_role("town_official", TOWN)
    page = f"/diary/awards?month={MARCH}"
    assert submit(desk, page, "/diary/awards", month=MARCH, area=TOWN).status_code == 303
    text = desk.get(page).text
    assert "不点名到个人" in text
    assert "今年走访覆盖 1/3 × 1" in text
    number = list_nominations(busy.town)[0][0].id
    sent = submit(desk, page, f"/diary/awards/{number}/decide", month=MARCH, decision="accepted", why="好")
    assert sent.status_code == 303
    assert "同意" in desk.get(page).text
    assert submit(desk, page, "/diary/awards", month=MARCH, area=TOWN, people="1").status_code == 403
    assert submit(desk, page, "/diary/awards", month=MARCH, area=OTHER_TOWN).status_code == 404
    desk.set_cookie("language", "en")
    assert desk.get(page).status_code == 200
    assert as_role("stationed_cadre", VILLAGE).get(page).status_code == 403
