"""A merged village: what was written and seen in it is in the view of the successor's people alone."""

from datetime import timedelta
from itertools import product

import pytest

from core.areas.models import Area
from core.clock import today
from core.errors import NotFound
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.jobs import reckon_visits
from plugins.diary.queries.cockpit import cockpit
from plugins.diary.queries.entries import Wanted, entry, list_entries, sees_files
from plugins.diary.queries.former import shared, widened
from plugins.diary.queries.timeline import household_timeline, person_timeline
from plugins.diary.queries.visits import list_visits, visit
from plugins.diary.queries.words import hot_words
from plugins.diary.services.entries import NewEntry, write_entry
from plugins.diary.services.visits import NewVisit, record_visit
from plugins.diary.services.words import cut_entries

VIEW = "diary.view"


def merge(old, new, *, last_day=None):
    Area.update(valid_to=last_day or today() - timedelta(days=1), successor_code=new).where(
        Area.code == old
    ).execute()


@pytest.fixture
def past(village):
    """What the people of VILLAGE wrote and saw before it was merged: two entries, one of them of a visit."""
    reckon_visits()
    seen, told = record_visit(
        village.cadre, NewVisit(household_id=village.house.id, text="村口路灯坏了，水压也低")
    )
    person = village.house.person_ids[0]
    about = write_entry(village.cadre, NewEntry(VILLAGE, "水压低了半个月", links=[("person", str(person))]))
    write_entry(village.cadre, NewEntry(VILLAGE, "私下记的水压", state="private"))
    cut_entries()
    return {"visit": seen, "entry": told, "about": about, "person": person, "house": village.house.id}


def seen_by(reader, past):
    """How much of it a reader sees, list by list; one by one it is the same."""
    entries = list_entries(reader, Wanted(search="水压"))[1]
    word = hot_words(reader.scope(VIEW), min(reader.scope(VIEW).prefixes), today(), today()).entries
    moments = len(household_timeline(reader, past["house"]))
    about = len(person_timeline(reader, past["person"]))
    for look, key in ((entry, "entry"), (entry, "about"), (visit, "visit")):
        try:
            assert look(reader, past[key]).area_code == VILLAGE
            assert entries
        except NotFound:
            assert not entries
    assert sees_files(reader, f"diary_entry:{past['entry']}") == bool(entries)
    return entries, list_visits(reader)[1], word, moments, about


def test_the_successors_people_see_what_was_and_nobody_else_does(village, past, actor):
    heirs = [actor("secretary", SISTER_VILLAGE), village.colleague]
    strangers = [village.stranger, actor("town_official", OTHER_TOWN)]
    assert {seen_by(each, past) for each in (*heirs, *strangers)} == {(0, 0, 0, 0, 0)}
    merge(VILLAGE, SISTER_VILLAGE)
    assert {seen_by(each, past) for each in heirs} == {(2, 1, 2, 1, 1)}
    assert {seen_by(each, past) for each in strangers} == {(0, 0, 0, 0, 0)}
    assert list_entries(heirs[0], Wanted(area_code=VILLAGE))[1] == 2
    assert list_entries(heirs[0], Wanted(area_code=FAR_VILLAGE))[1] == 0


def test_merged_again_and_into_another_town_it_goes_along(village, past, actor):
    town = actor("town_official", OTHER_TOWN)
    merge(VILLAGE, SISTER_VILLAGE)
    merge(SISTER_VILLAGE, FAR_VILLAGE)
    assert seen_by(village.stranger, past) == seen_by(town, past) == (2, 1, 2, 1, 1)
    assert seen_by(actor("secretary", OTHER_TOWN + "009"), past) == (0, 0, 0, 0, 0)
    counted = cockpit(town.scope("diary.cockpit"), OTHER_TOWN)
    assert {place.code: place.entries for place in counted.places} == {FAR_VILLAGE: 2}
    assert list_entries(town, Wanted(area_code=FAR_VILLAGE))[1] == 2
    whole = cockpit(village.chief.scope("diary.cockpit"), COUNTY_CODE)
    assert whole.entries_month == 2, "the county counts nothing twice"
    assert {place.code: place.entries for place in whole.places} == {TOWN: 2, OTHER_TOWN: 0}


def test_until_its_last_day_a_village_is_its_own(village, past):
    merge(VILLAGE, SISTER_VILLAGE, last_day=today())
    assert seen_by(village.colleague, past) == (0, 0, 0, 0, 0)
    village.move_clock(MONDAY_MORNING + timedelta(days=1))
    assert list_entries(village.colleague, Wanted(search="水压"))[1] == 2


def test_pages_of_the_successor_open_the_old_village_and_others_do_not(village, past, as_role):
    merge(VILLAGE, SISTER_VILLAGE)
    heir, stranger = as_role("secretary", SISTER_VILLAGE), as_role("secretary", FAR_VILLAGE)
    for path in (f"entries?area={VILLAGE}", f"visits?area={VILLAGE}", f"words?area={VILLAGE}"):
        assert heir.get(f"/diary/{path}").status_code == 200
        assert stranger.get(f"/diary/{path}").status_code == 404
    assert "水压低了半个月" in heir.get("/diary/entries").text
    assert heir.get(f"/diary/entries/{past['entry']}").status_code == 200
    assert heir.get(f"/diary/visits/{past['visit']}").status_code == 200
    numbers = {fact["name"]: fact["number"] for fact in heir.get("/diary/cockpit.json").json["facts"]}
    assert (numbers["entries"], numbers["visits_month"]) == (2, 1)


def test_what_lies_in_two_reaches_is_no_place_twice(village):
    merge(VILLAGE, SISTER_VILLAGE)
    places = (COUNTY_CODE, TOWN, OTHER_TOWN, VILLAGE, SISTER_VILLAGE, FAR_VILLAGE)
    for one, other, more in product(places, repeat=3):
        scope = AreaScope((one, more))
        both = shared(scope, other)
        assert not [
            code for code in both.prefixes for each in both.prefixes if code != each and each.startswith(code)
        ]
        for code in (VILLAGE + "001", SISTER_VILLAGE, FAR_VILLAGE, OTHER_TOWN + "009"):
            here = widened(scope).covers(code) and widened(AreaScope((other,))).covers(code)
            assert both.covers(code) == here, (one, more, other, code)
