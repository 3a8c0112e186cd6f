"""Spot checks: a list and a seed that are published first, a draw that anybody repeats, results by others."""

import hashlib
import subprocess
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import DatabaseError

from core.cases.api import NewCase, accept_case, case, create_case, resolve_case
from core.clock import today
from core.db import unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, TOWN, VILLAGE
from plugins.diary import check_rules
from plugins.diary.errors.checks import (
    AlreadyDrawn,
    BeaconNeeded,
    NothingToDraw,
    OwnDeed,
    TooEarlyToDraw,
)
from plugins.diary.models.checks import CheckItem, SpotCheck
from plugins.diary.queries.checks import is_drawn_again, list_checks, list_of, spot_check
from plugins.diary.services.checks import NewCheck, announce_check, draw_check, record_result
from plugins.diary.services.visits import NewVisit, record_visit

SEED = "三月抽查 公开透明"
REDRAW = r"""
mark=$(sha256sum "$1" | cut -d' ' -f1)
while read -r id; do
  printf '%s\n%s\n%s\n%s' "$2" "$3" "$mark" "$id" | sha256sum | sed "s/ .*/ $id/"
done < "$1" | sort | head -n "$4" | cut -d' ' -f2
"""


@pytest.fixture
def visited(village):
    """Ten visits by the cadre, three of which settled something at once."""
    for number in range(10):
        solved = {"solved": 1, "solved_note": "换了灯泡"} if number < 3 else {}
        record_visit(village.cadre, NewVisit(household_id=village.house.id, **solved))
    return village


def announced(who, kind="visit", wanted=4, area_code=VILLAGE, **more):
    return announce_check(who, NewCheck(area_code, kind, today(), today(), wanted, SEED, **more))


def drawn(village, who, **more):
    number = announced(who, **more)
    village.move_clock(MONDAY_MORNING + timedelta(days=1))
    draw_check(who, number, beacon="3388.12" if more.get("source") else "")
    return spot_check(who.scope("diary.view"), number)


# --- the draw


def test_the_rules_are_sha256_of_what_is_published():
    text = check_rules.list_text([12, 3, 12, 7])
    assert text == "3\n7\n12\n"
    mark = hashlib.sha256(text.encode()).hexdigest()
    assert check_rules.fingerprint(text) == mark
    by_hand = sorted((hashlib.sha256(f"种\n\n{mark}\n{n}".encode()).hexdigest(), n) for n in (3, 7, 12))
    assert check_rules.draw(text, 2, seed="种", beacon="") == by_hand[:2]


@given(st.sets(st.integers(1, 10**9), min_size=1, max_size=40), st.integers(1, 40), st.text(min_size=1))
def test_a_draw_has_no_doubles_grows_at_its_end_and_depends_on_nothing_else(ids, wanted, seed):
    seed = seed.encode("utf-8", "ignore").decode() or "x"
    text = check_rules.list_text(ids)
    found = check_rules.draw(text, wanted, seed=seed, beacon="")
    assert len({number for _, number in found}) == min(wanted, len(ids))
    assert {number for _, number in found} <= ids
    assert check_rules.draw(text, wanted + 1, seed=seed, beacon="")[: len(found)] == found
    assert check_rules.draw(check_rules.list_text(sorted(ids)), wanted, seed=seed, beacon="") == found


def test_anybody_draws_the_same_again_with_a_shell(visited, tmp_path):
    view = drawn(visited, visited.town, source="次日上证指数收盘")
    file = tmp_path / "list.txt"
    file.write_text(list_of(visited.town.scope("diary.view"), view.id))
    assert hashlib.sha256(file.read_bytes()).hexdigest() == view.list_hash
    command = ["bash", "-c", REDRAW, "redraw", str(file), view.seed, view.beacon, str(view.wanted)]
    plain = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    again = subprocess.run(command, capture_output=True, text=True, check=True, env=plain)
    assert [int(line) for line in again.stdout.split()] == [item.subject_id for item in view.items]
    assert is_drawn_again(visited.town.scope("diary.view"), view.id)


def test_what_was_added_later_is_not_drawn_and_the_public_number_decides(visited):
    number = announced(visited.town, source="指数")
    before = list_of(visited.town.scope("diary.view"), number)
    record_visit(visited.cadre, NewVisit(household_id=visited.grandma.id))
    assert list_of(visited.town.scope("diary.view"), number) == before
    one = check_rules.draw(before, 4, seed=SEED, beacon="1")
    assert one != check_rules.draw(before, 4, seed=SEED, beacon="2")


def test_it_is_drawn_a_day_later_once_and_as_was_agreed(visited):
    number, agreed = announced(visited.town), announced(visited.town, source="指数")
    with pytest.raises(TooEarlyToDraw):
        draw_check(visited.town, number)
    visited.move_clock(MONDAY_MORNING + timedelta(days=1))
    with pytest.raises(BeaconNeeded):
        draw_check(visited.town, agreed)
    with pytest.raises(BeaconNeeded):
        draw_check(visited.town, number, beacon="1")
    draw_check(visited.town, number)
    with pytest.raises(AlreadyDrawn):
        draw_check(visited.chief, number)


def test_small_matters_and_answered_cases_are_lists_of_their_own(visited):
    numbers = [create_case(visited.secretary, NewCase("cases.report", "路灯", VILLAGE)) for _ in range(3)]
    for number in numbers[:2]:
        accept_case(visited.secretary, number)
        resolve_case(visited.secretary, number, outcome="solved", answer="好了")
    here = visited.town.scope("diary.view")
    assert spot_check(here, announced(visited.town, "small", 3)).size == 3
    assert list_of(here, announced(visited.town, "case", 2)) == "".join(f"{n}\n" for n in numbers[:2])
    with pytest.raises(NothingToDraw):
        announced(visited.town, "case", 3)


# --- results


def test_results_are_counted_with_what_they_are_made_of_and_the_last_one_stands(visited):
    view = drawn(visited, visited.town)
    one, two, three, _ = view.items
    record_result(visited.town, one.id, result="true")
    record_result(visited.town, two.id, result="not_true", remark="没有去过")
    record_result(visited.town, three.id, result="unreachable", remark="外出")
    record_result(visited.chief, two.id, result="true", remark="本人记错了日子")
    again = spot_check(visited.town.scope("diary.view"), view.id)
    assert again.counts == {"true": 2, "not_true": 0, "unreachable": 1}
    assert (again.found_true, again.looked_at, again.share, again.waiting) == (2, 2, 1000, 1)
    assert [found.result for found in again.items[1].found] == ["not_true", "true"]
    for wrong in ({"result": "maybe"}, {"result": "not_true"}, {"result": "true", "remark": "长" * 501}):
        with pytest.raises(Invalid):
            record_result(visited.town, one.id, **wrong)


def test_nobody_checks_what_they_did_themselves(village, actor):
    person = village.grandma.person_ids[0]
    walker = actor("town_official", TOWN, person_id=person)
    record_visit(walker, NewVisit(household_id=village.house.id))
    view = drawn(village, walker, wanted=1)
    with pytest.raises(OwnDeed):
        record_result(walker, view.items[0].id, result="true")
    with pytest.raises(OwnDeed):
        record_result(actor("supervisor", TOWN, person_id=person), view.items[0].id, result="true")
    record_result(village.town, view.items[0].id, result="true")


def test_a_supervisors_result_stands_on_the_cases_own_timeline(village, actor):
    number = create_case(village.secretary, NewCase("cases.report", "路灯", VILLAGE))
    accept_case(village.secretary, number)
    resolve_case(village.secretary, number, outcome="solved", answer="好了")
    watcher = actor("supervisor", TOWN)
    view = drawn(village, watcher, kind="case", wanted=1)
    assert view.items[0].label == case(village.secretary, number).number
    record_result(watcher, view.items[0].id, result="not_true", remark="还是不亮")
    assert case(village.secretary, number).reopens == 1
    record_result(watcher, view.items[0].id, result="not_true", remark="又看了，还是不亮")
    assert case(village.secretary, number).reopens == 1


# --- walls and record


def test_outside_of_ones_area_there_is_no_check_and_no_draw(visited, actor):
    view = drawn(visited, visited.town)
    other = actor("town_official", "341504002")
    assert list_checks(other.scope("diary.view"))[1] == 0
    for deed in (
        lambda: announced(other),
        lambda: draw_check(other, view.id),
        lambda: record_result(other, view.items[0].id, result="true"),
        lambda: spot_check(other.scope("diary.view"), view.id),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(Forbidden):
        announced(visited.cadre)
    with pytest.raises(NothingToDraw):
        announced(visited.chief, area_code=FAR_VILLAGE)


@pytest.mark.parametrize("model", [SpotCheck, CheckItem])
def test_the_database_itself_refuses_another_list_or_draw(visited, model):
    drawn(visited, visited.town)
    for statement in (model.update(area_code=COUNTY_CODE), model.delete()):
        with pytest.raises(DatabaseError), unit_of_work(housekeeping="a test"):
            statement.execute()


@pytest.mark.parametrize(
    "wrong",
    [
        {"wanted": 0},
        {"kind": "x"},
        {"area_code": "3415"},
        {"source": "长" * 101},
        {"draw_on": MONDAY_MORNING.date()},
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(visited, wrong):
    with pytest.raises((Invalid, NotFound)):
        announced(visited.town, **wrong)


def test_pages(visited, as_role, submit):
    browser = as_role("town_official", TOWN)
    form = {
        "area_code": VILLAGE,
        "kind": "visit",
        "since": today().isoformat(),
        "until": today().isoformat(),
        "wanted": "2",
        "seed": SEED,
    }
    refused = submit(browser, "/diary/checks/new", "/diary/checks", **form | {"wanted": "99"})
    assert refused.status_code == 409
    assert SEED in refused.text
    made = submit(browser, "/diary/checks/new", "/diary/checks", **form)
    place = made.headers["Location"]
    assert f'action="{place}/draw"' not in browser.get(place).text
    visited.move_clock(MONDAY_MORNING + timedelta(days=1))
    browser = as_role("town_official", TOWN)  # a session ends overnight
    assert submit(browser, place, place + "/draw").status_code == 303
    page = browser.get(place).text
    assert "与登记的完全一致" in page
    item = spot_check(visited.town.scope("diary.view"), int(place.rpartition("/")[2])).items[0].id
    assert submit(browser, place, f"{place}/items/{item}", result="true").status_code == 303
    assert "100.0%" in browser.get("/diary/checks").text
    assert len(browser.get(place + "/list.txt").text.split()) == 10
