"""Visits: written once, with who was met, what changed and when to come again; who is due then."""

import re
from datetime import date, timedelta

import pytest
from peewee import DatabaseError

from core.accounts.api import operator
from core.audit import lines
from core.burdens import BurdenOff
from core.clock import today
from core.county import plugins
from core.errors import Forbidden, Invalid, NotFound
from core.files.api import files_of, store_photo
from core.people.api import (
    HouseholdRow,
    PersonChanges,
    PersonRow,
    bulk_insert_households,
    person,
    update_person,
)
from core.people.services import (
    end_household,
    leave_register,
    move_households,
    take_leaving_back,
)
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, MONDAY_MORNING, VILLAGE
from plugins.diary.errors.visits import (
    EstablishmentClosed,
    HouseholdEnded,
    MarkedAlready,
    NobodyVisited,
    NotOfHousehold,
)
from plugins.diary.jobs import reckon_visits
from plugins.diary.models.visits import Visit
from plugins.diary.queries import care
from plugins.diary.queries.entries import entry, sees_files
from plugins.diary.queries.establishments import establishment
from plugins.diary.queries.visits import list_visits, stand_on, visit
from plugins.diary.services.care import mark_door, mark_household, unmark_household
from plugins.diary.services.entries import NewEntry, write_entry
from plugins.diary.services.establishments import (
    EstablishmentDetails,
    close_establishment,
    register_establishment,
)
from plugins.diary.services.visits import NewVisit, PersonSeen, Position, record_visit
from plugins.diary.views.due import drawn_map
from plugins.diary.words import OCCASIONS
from tests.pictures import picture

HERE = AreaScope((COUNTY_CODE,))


def go(village, household=None, actor=None, **more):
    door = village.house if household is None else household
    return record_visit(actor or village.cadre, NewVisit(household_id=door.id, **more))


def due_of(household):
    found = care.care_of(household.id)
    return found.due_on, found.reason


def test_one_form_makes_a_visit_an_entry_and_the_next_day(village):
    visit_id, entry_id = go(
        village,
        persons=[PersonSeen(village.house.person_ids[0])],
        topics=["roads", "roads", "health"],
        text="路灯坏了半个月",
        solved=1,
        solved_note="换了垫圈",
        revisit_on=today() + timedelta(days=10),
    )
    view = visit(village.cadre, visit_id)
    assert (view.name, view.topics, view.solved, view.entry_id) == (
        "赵大山",
        ("roads", "health"),
        1,
        entry_id,
    )
    assert [met.name for met in view.persons] == ["赵大山"]
    text = entry(village.cadre, entry_id)
    assert (text.text, text.visit_id, text.state) == ("路灯坏了半个月", visit_id, "published")
    assert {(link.kind, link.target) for link in text.links} == {
        ("person", str(village.house.person_ids[0])),
        ("household", str(village.house.id)),
    }
    assert due_of(village.house) == (today() + timedelta(days=10), "revisit")


def test_a_visit_without_a_word_has_no_entry(village):
    visit_id, entry_id = go(village, text="  ")
    assert entry_id is None
    assert visit(village.cadre, visit_id).entry_id is None
    assert due_of(village.house) == (date(2027, 12, 31), "yearly")


def test_a_private_word_is_its_authors_alone(village):
    visit_id, entry_id = go(village, text="自己记一笔", publish=False)
    assert entry(village.cadre, entry_id).is_private
    with pytest.raises(NotFound):
        entry(village.secretary, entry_id)
    assert visit(village.secretary, visit_id).entry_id is None


def test_photos_of_a_private_word_are_seen_with_it_alone(village):
    photo = store_photo(village.cadre, "a.png", picture(kind="PNG"), area_code=VILLAGE)
    with pytest.raises(Invalid):
        go(village, files=[photo.id], publish=False)
    visit_id, entry_id = go(village, text="自己记一笔", publish=False, files=[photo.id])
    assert files_of(f"diary_visit:{visit_id}") == []
    assert [file.id for file in files_of(f"diary_entry:{entry_id}")] == [photo.id]
    assert sees_files(village.cadre, f"diary_entry:{entry_id}")
    assert not sees_files(village.secretary, f"diary_entry:{entry_id}")


def test_a_visit_is_kept_as_it_was(village):
    go(village)
    for change in (Visit.update(solved=3), Visit.delete()):
        with pytest.raises(DatabaseError):
            change.execute()


def test_tags_and_risk_change_in_the_visit_with_their_history(village):
    who = village.grandma.person_ids[0]
    seen = PersonSeen(who, tags=("empty_nest",), risk_level="high")
    visit_id, _ = go(village, village.grandma, persons=[seen])
    now = person(HERE, who)
    assert (now.tags, now.risk_level) == (("empty_nest",), "high")
    (met,) = visit(village.cadre, visit_id).persons
    assert (met.tags_before, met.tags_after, met.risk_before, met.risk_after) == (
        "",
        "empty_nest",
        "low",
        "high",
    )
    assert due_of(village.grandma) == (today() + timedelta(days=7), "risk:high")
    # A visit that changes nothing says nothing.
    visit_id, _ = go(village, village.grandma, persons=[PersonSeen(who, ("empty_nest",), "high")])
    (met,) = visit(village.cadre, visit_id).persons
    assert (met.tags_before, met.tags_after, met.risk_after) == ("", "", "")


def test_only_members_are_met_and_nothing_is_half_done(village):
    with pytest.raises(NotOfHousehold):
        go(village, persons=[PersonSeen(village.grandma.person_ids[0])], text="张冠李戴")
    assert list_visits(village.cadre)[1] == 0
    assert care.care_of(village.house.id) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": date(2026, 3, 3)},
        {"day": date(2025, 12, 1)},
        {"kind": "county"},
        {"occasion": "party"},
        {"topics": ["weather"]},
        {"solved": 21},
        {"solved": 1},
        {"solved_note": "长" * 501},
        {"revisit_on": date(2026, 3, 2)},
        {"revisit_on": date(2028, 1, 1)},
        {"text": "长" * 20_001},
    ],
)
def test_a_wrong_visit_is_refused_whole(village, wrong):
    with pytest.raises(Invalid):
        go(village, **wrong)
    assert list_visits(village.cadre)[1] == 0


def test_one_door_at_a_time(village):
    for wish in (NewVisit(), NewVisit(household_id=village.house.id, establishment_id=1)):
        with pytest.raises(NobodyVisited):
            record_visit(village.cadre, wish)


def test_a_check_in_is_off_unless_grounded(village):
    with pytest.raises(BurdenOff):
        go(village, position=Position(31.8, 115.9))
    assert list_visits(village.cadre)[1] == 0


def test_walls(village):
    visit_id, _ = go(village, text="一村的事")
    with pytest.raises(NotFound):
        go(village, actor=village.stranger)
    with pytest.raises(NotFound):
        visit(village.stranger, visit_id)
    assert list_visits(village.stranger)[1] == 0
    with pytest.raises(Forbidden):
        record_visit(village.chief, NewVisit(household_id=village.house.id))


def test_the_record_names_nobody(village):
    go(village, persons=[PersonSeen(village.house.person_ids[0])], text="秘密的话")
    told = [line for line in lines(HERE)[0] if line.action.startswith("diary.")]
    assert told
    assert not any("赵大山" in line.detail or "秘密" in line.detail for line in told)


# --- who is due


def test_the_nightly_job_reckons_everybody(village):
    reckon_visits()
    assert {due_of(door) for door in (village.house, village.grandma, village.home)} == {
        (date(2026, 12, 31), "yearly")
    }
    update_person(village.cadre, village.grandma.person_ids[0], PersonChanges(tags=("disabled",)))
    reckon_visits()
    found, total = care.list_due(HERE, VILLAGE)
    assert ([row.id for row in found], total) == ([village.grandma.id], 1)
    assert (found[0].reason_text, found[0].reason_what) == ("特殊群体：%(what)s", "残疾人")
    assert found[0].name == "孙奶奶"


def test_due_ones_come_by_day_and_the_late_ones_first(village):
    mark_household(village.cadre, village.house.id, kind="veteran")
    go(village, village.house, day=today() - timedelta(days=30))
    go(village, village.grandma, revisit_on=today() + timedelta(days=3))
    assert [row.id for row in care.list_due(HERE, VILLAGE)[0]] == [village.grandma.id]
    later = today() + timedelta(days=70)
    assert [row.id for row in care.list_due(HERE, VILLAGE, until=later)[0]] == [
        village.grandma.id,
        village.house.id,
    ]


def test_the_five_occasions_are_kept_with_the_visit(village):
    made = [go(village, occasion=occasion)[0] for occasion in OCCASIONS]
    assert len(made) == 5
    assert [visit(village.cadre, number).occasion for number in made] == list(OCCASIONS)


def test_a_days_route_goes_by_grid_and_number_and_is_drawn_north_above(village):
    reckon_visits()
    doors = (village.home, village.house, village.grandma)
    for door, north, east in zip(doors, (31.70, 31.71, 31.70), (115.90, 115.90, 115.91), strict=True):
        mark_door(village.cadre, door.id, latitude=north, longitude=east)
    route = care.day_route(village.cadre.scope("diary.view"), VILLAGE, 10)
    assert [door.id for door in route] == [
        door.id for door in sorted(route, key=lambda d: (d.area_code, d.number))
    ]
    assert {door.id for door in route} == {door.id for door in doors}
    drawn = re.findall(r'cx="(\d+)" cy="(\d+)".*?>(\d+)<', str(drawn_map(route)))
    at = {route[int(number) - 1].id: (int(x), int(y)) for x, y, number in drawn}
    assert at[village.house.id][1] < at[village.home.id][1] == at[village.grandma.id][1]
    assert at[village.grandma.id][0] > at[village.home.id][0] == at[village.house.id][0]
    assert drawn_map(route[:1]) is None


def test_an_agreed_day_is_over_once_somebody_came(village):
    go(village, revisit_on=today() + timedelta(days=3))
    village.move_clock(_after(4))
    assert care.care_of(village.house.id).late
    go(village)
    assert due_of(village.house) == (date(2027, 12, 31), "yearly")


def _after(days):
    return MONDAY_MORNING + timedelta(days=days)


def test_the_round_of_the_year_and_the_names_still_to_come(village):
    reckon_visits()
    go(village)
    (row,) = care.coverage(HERE, COUNTY_CODE)
    assert (row.area_code, row.doors, row.visited, row.percent) == (VILLAGE, 3, 1, 33)
    names = [door.name for door in care.list_unvisited(HERE, VILLAGE)[0]]
    assert names == ["孙奶奶", "李网格"]
    by_grid = {row.area_code: row.doors for row in care.coverage(HERE, VILLAGE, digits=15)}
    assert by_grid == {VILLAGE: 2, GRID: 1}


def test_marks_are_set_once_and_taken_back(village):
    number = mark_household(
        village.cadre, village.house.id, kind="respected", person_id=village.house.person_ids[1]
    )
    with pytest.raises(MarkedAlready):
        mark_household(village.cadre, village.house.id, kind="respected")
    assert due_of(village.house) == (today(), "must:respected")
    unmark_household(village.cadre, number)
    assert due_of(village.house)[1] == "yearly"
    with pytest.raises(NotFound):
        unmark_household(village.cadre, number)
    mark_household(village.cadre, village.house.id, kind="respected")
    with pytest.raises(NotOfHousehold):
        mark_household(village.cadre, village.house.id, kind="owner", person_id=village.grandma.person_ids[0])
    with pytest.raises(NotFound):
        mark_household(village.stranger, village.house.id, kind="owner")


def test_a_door_is_marked_by_whoever_likes(village):
    mark_door(village.cadre, village.house.id, latitude=31.85, longitude=115.93)
    found = care.care_of(village.house.id)
    assert (found.latitude, found.longitude) == (31.85, 115.93)
    go(village)
    assert care.care_of(village.house.id).latitude == 31.85, "a visit does not forget it"
    with pytest.raises(Invalid):
        mark_door(village.cadre, village.house.id, latitude=131.85, longitude=115.93)


def test_a_household_that_moves_or_ends_takes_its_standing_along(village):
    mark_household(village.cadre, village.house.id, kind="veteran")
    move_households(operator(), HERE, {village.house.id: GRID})
    assert care.care_of(village.house.id).area_code == GRID
    end_household(village.secretary, village.house.id)
    assert care.care_of(village.house.id) is None
    with pytest.raises(HouseholdEnded):
        go(village)
    reckon_visits()
    assert care.care_of(village.house.id) is None


def test_a_household_whose_last_member_left_is_due_no_more(village, as_role):
    home = village.grandma
    mark_household(village.cadre, home.id, kind="veteran", person_id=home.person_ids[0])
    members = list(home.person_ids)
    for place, person_id in enumerate(members):
        heir = members[place + 1] if place + 1 < len(members) else None
        leave_register(village.secretary, person_id, left_for="died", left_on=today(), new_head_id=heir)
    assert care.care_of(home.id) is None
    reckon_visits()
    assert care.care_of(home.id) is None
    page = f"/diary/households/{home.id}"
    assert "都已登记离开" in as_role("secretary", VILLAGE).get(page).text
    take_leaving_back(village.secretary, members[0], reason="登记错了")
    reckon_visits()
    assert care.care_of(home.id) is not None


def test_an_import_that_was_worked_on_is_not_taken_back(village):
    ids = range(village.house.id, village.home.id + 1)
    assert not stand_on(ids)
    write_entry(village.cadre, NewEntry(VILLAGE, "提到", links=[("household", str(village.home.id))]))
    assert stand_on(ids)
    assert not stand_on(range(village.house.id, village.home.id))
    mark_household(village.cadre, village.grandma.id, kind="veteran")
    assert stand_on(range(village.house.id, village.home.id))
    go(village)
    assert stand_on(range(village.house.id, village.house.id + 1))
    (reason,) = plugins().ask_vetoes("veto_import_undo", households=ids, persons=range(1))
    assert "走访" in reason


def test_a_county_of_many_is_reckoned_in_batches(village):
    rows = [
        HouseholdRow(VILLAGE, f"批{n:04d}", persons=[PersonRow(f"户主{n}", is_head=True)])
        for n in range(1_200)
    ]
    bulk_insert_households(operator(), rows)
    reckon_visits()
    assert care.list_unvisited(HERE, VILLAGE)[1] == 1_203


# --- establishments


def test_an_establishment_is_visited_like_a_household(village):
    number = register_establishment(village.cadre, VILLAGE, EstablishmentDetails("cooperative", "茶叶合作社"))
    assert [row.id for row in care.due_establishments(HERE, VILLAGE)[0]] == [number]
    visit_id, entry_id = record_visit(
        village.cadre, NewVisit(establishment_id=number, text="冷库用电不够", topics=["business"])
    )
    view = visit(village.cadre, visit_id)
    assert (view.name, view.kind) == ("茶叶合作社", "enterprise")
    assert [(link.kind, link.title) for link in entry(village.cadre, entry_id).links] == [
        ("establishment", "茶叶合作社")
    ]
    found = establishment(HERE, number)
    assert (found.visits, found.last_visit, found.due_on) == (1, today(), today() + timedelta(days=90))
    assert care.due_establishments(HERE, VILLAGE)[1] == 0
    with pytest.raises(Invalid):
        record_visit(
            village.cadre,
            NewVisit(establishment_id=number, persons=[PersonSeen(village.house.person_ids[0])]),
        )
    close_establishment(village.cadre, number)
    with pytest.raises(EstablishmentClosed):
        record_visit(village.cadre, NewVisit(establishment_id=number))
