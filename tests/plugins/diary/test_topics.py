"""Topics: one need in several villages is proposed, decided on by a person, and ends for every family."""

from datetime import timedelta

import pytest

from core.accounts.api import operator
from core.areas.api import install_areas
from core.areas.models import Area
from core.clock import today
from core.errors import Forbidden, Invalid, NotFound
from core.sheets import Upload
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.topics import NothingToSplit
from plugins.diary.models.topics import TopicRun
from plugins.diary.queries.topics import (
    last_run,
    list_topics,
    marked,
    topic,
    topic_entries,
    topic_villages,
    topics_of_entry,
)
from plugins.diary.services.entries import NewEntry, remove_entry, write_entry
from plugins.diary.services.topic_search import ask_search, find_topics, search_asked, search_nightly
from plugins.diary.services.topics import (
    confirm_topic,
    decline_topic,
    leave_offered,
    split_topic,
    take_offered,
)
from tests.plugins.diary.topics import (  # noqa: F401
    HERE,
    IN_TOWN,
    LAMP,
    ROAD,
    THIRD_VILLAGE,
    _places,
    _road,
    _write,
    confirm,
    members,
    only,
)


@pytest.fixture
def town_village(village, actor):
    """A third village in TOWN, and its cadre."""
    rows = f"code,name,level,valid_from,valid_to\n{THIRD_VILLAGE},四村,village,2000-01-01,\n"
    install_areas(operator(), Upload("areas.csv", rows.encode()))
    return actor("stationed_cadre", THIRD_VILLAGE)


# --- finding


def test_the_road_of_three_towns_is_found(village, write):
    road = write(ROAD)
    write(("今天整理了档案", "老党员讲了修水库的故事", "文艺下乡演出很热闹"))
    assert find_topics()["found"] == 1
    view = only()
    assert (view.entries, view.villages, view.area_code) == (3, 3, COUNTY_CODE)
    assert "拓宽" in view.words
    found, total = topic_entries(HERE, view.id)
    assert (sorted(row.entry_id for row in found), total) == (road, 3)
    shown = next(row for row in found if row.entry_id == road[0])
    assert ("拓宽", True) in shown.parts
    assert "".join(text for text, _ in shown.parts) == ROAD[0]
    assert [each.area_code for each in topic_villages(HERE, view.id)] == [
        VILLAGE,
        SISTER_VILLAGE,
        FAR_VILLAGE,
    ]
    assert find_topics()["found"] == 0, "the same entries are the same topic"


def test_two_matters_in_one_text_belong_to_two_topics(village, write):
    both = write([f"{road}{lamp}。" for road, lamp in zip(ROAD, LAMP, strict=True)])
    find_topics()
    found = list_topics(HERE)[0]
    assert sorted(view.words[0] for view in found) == ["拓宽", "路灯"]
    assert all(members(view.id) == both for view in found)
    assert len(topics_of_entry(village.chief, both[0])) == 2
    assert topics_of_entry(village.cadre, both[0]) == []


def test_two_villages_are_too_few_and_private_or_old_entries_none(village, write, places):
    for who, code in places[:2]:
        for text in LAMP:
            write_entry(who, NewEntry(code, text))
    write_entry(village.stranger, NewEntry(FAR_VILLAGE, LAMP[0], state="private"))
    long_ago = (MONDAY_MORNING - timedelta(days=400)).date()
    write_entry(village.stranger, NewEntry(FAR_VILLAGE, LAMP[1], day=long_ago))
    assert find_topics()["found"] == 0
    write_entry(village.stranger, NewEntry(FAR_VILLAGE, LAMP[2]))
    assert find_topics()["found"] == 1


def test_what_comes_later_joins_a_proposal_and_is_offered_to_what_is_confirmed(village, write):
    first = write(ROAD)
    find_topics()
    second = write(ROAD)
    assert find_topics()["found"] == 0
    view = only()
    assert members(view.id) == sorted(first + second)
    confirm(village)
    third = write(ROAD)
    find_topics()
    assert members(view.id, "offered") == third
    assert only(state="confirmed").offered == 3
    assert take_offered(village.chief, view.id, third[:1]) == 1
    assert leave_offered(village.chief, view.id, third[1:]) == 2
    find_topics()
    assert members(view.id, "offered") == []
    assert members(view.id) == sorted([*first, *second, third[0]])


def test_what_was_declined_is_not_proposed_again(village, write, places):
    old = write(ROAD)
    find_topics()
    with pytest.raises(Invalid):
        decline_topic(village.chief, only().id, reason=" ")
    decline_topic(village.chief, only().id, reason="三条路互不相干")
    assert find_topics()["found"] == 0
    assert topics_of_entry(village.chief, old[0]) == []
    new = write(ROAD)
    find_topics()
    # Of the old ones at most one stands with the new ones: no declined pair comes back.
    again = members(only().id)
    assert set(new) <= set(again)
    assert len(set(again) & set(old)) <= 1


def test_what_was_split_stays_apart(village, write):
    first, second = write(ROAD), write(ROAD)
    find_topics()
    view = only()
    for chosen in ([], first + second, [10**9]):
        with pytest.raises(NothingToSplit):
            split_topic(village.chief, view.id, chosen)
    other = split_topic(village.chief, view.id, second)
    assert (members(view.id), members(other)) == (first, second)
    assert topic(HERE, other).split_from == view.id
    assert split_topic(village.chief, other, second[:1]) is None, "one alone is no topic"
    find_topics()
    assert not {*second} & {*members(view.id)}
    assert second[0] not in members(other)
    assert topic(HERE, view.id).entries == 3


def test_a_removed_entry_leaves_its_topic(village, write):
    ids = write(ROAD)
    find_topics()
    remove_entry(village.cadre, ids[0])
    assert ids[0] not in [row.entry_id for row in topic_entries(HERE, only().id)[0]]
    find_topics()
    assert ids[0] not in members(only().id)


def test_matched_words_are_marked_also_deep_in_a_long_text():
    parts = marked("闲话" * 500 + "路灯坏了" + "闲话" * 500, ["路灯", "坏"])
    assert ("路灯", True) in parts
    assert sum(len(text) for text, _ in parts) < 310
    assert marked("<b>", []) == [("<b>", False)]
    assert marked("路灯灯", ["灯", "路灯"]) == [("路灯", True), ("灯", True)]


# --- walls


def test_a_town_sees_its_own_topics_and_nothing_of_the_countys(village, write, town_village):
    write(ROAD)
    for who, code in (
        (village.cadre, VILLAGE),
        (village.colleague, SISTER_VILLAGE),
        (town_village, THIRD_VILLAGE),
    ):
        write_entry(who, NewEntry(code, LAMP[0]))
    find_topics()
    everywhere, in_town = list_topics(HERE)[0], list_topics(IN_TOWN)[0]
    assert len(everywhere) == 2
    (lamp,) = in_town
    assert (lamp.area_code, lamp.words[0]) == (TOWN, "路灯")
    road = next(view for view in everywhere if view.id != lamp.id)
    for deed in (
        lambda: topic(IN_TOWN, road.id),
        lambda: decline_topic(village.town, road.id, reason="不是"),
        lambda: split_topic(village.town, road.id, [1]),
        lambda: confirm_topic(village.town, road.id, title="路", text="路"),
    ):
        with pytest.raises(NotFound):
            deed()
    assert topic_entries(IN_TOWN, road.id)[1] == 2, "even asked for by id, nothing beyond the wall"
    decline_topic(village.town, lamp.id, reason="已各自修好")
    assert topic(HERE, lamp.id).state == "declined"


def test_who_may_not_decides_nothing(village, write):
    write(ROAD)
    find_topics()
    for who in (village.cadre, village.secretary):
        with pytest.raises(Forbidden):
            confirm_topic(who, only().id, title="路", text="路")
        with pytest.raises(Forbidden):
            ask_search(who)


# --- the search as a job


def test_a_town_reads_how_many_new_topics_it_can_see(village, write, town_village, as_role):
    """The county's search finds one of three towns: at the town it would be a number without rows."""
    write(ROAD)
    ask_search(village.chief)
    search_asked()
    assert last_run(HERE).found == list_topics(HERE, state="proposed")[1] == 1
    town = village.town.scope("diary.topics")
    assert last_run(town).found == list_topics(town, state="proposed")[1] == 0
    page = as_role("town_official", TOWN).get("/diary/topics").text
    assert "只涉及本区域的新提出 0 类" in page
    assert "新提出 1 类" in as_role("county_admin", COUNTY_CODE).get("/diary/topics").text


def test_it_is_asked_for_once_and_done_by_whoever_delivers(village, write, outbox):
    write(ROAD)
    number = ask_search(village.chief)
    assert ask_search(village.town) == number
    outbox()
    run = TopicRun.get_by_id(number)
    assert (run.found, run.entries, run.error) == (1, 3, "")
    assert ask_search(village.chief) != number


def test_a_large_county_waits_for_the_minutes_job(village, write):
    write(ROAD)
    find_topics()
    ask_search(village.chief)
    search_asked(most=2)
    assert TopicRun.get().started_at is None
    search_asked()
    assert TopicRun.get().finished_at is not None
    search_nightly()
    assert TopicRun.select().count() == 2


def test_a_search_that_fails_says_so(village, write, monkeypatch):
    ask_search(village.chief)
    monkeypatch.setattr("plugins.diary.services.topic_search.find_topics", lambda say: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        search_asked()
    assert TopicRun.get().error == "ZeroDivisionError"


# --- villages that merge


def test_a_merged_village_and_its_successor_are_one_village(village, write):
    """Merged between the entries: two of the three villages are one then, which is one too few."""
    write(ROAD)
    merge(SISTER_VILLAGE, VILLAGE)
    find_topics()
    assert list_topics(HERE)[0] == []


def test_a_topic_that_is_there_is_of_the_villages_of_today(village, write, town_village):
    write(ROAD)
    write_entry(town_village, NewEntry(THIRD_VILLAGE, ROAD[0]))
    find_topics()
    assert (only().villages, only().entries) == (4, 4)
    merge(SISTER_VILLAGE, VILLAGE)
    find_topics()
    assert (only().villages, only().entries) == (3, 4)
    shown = {row.area_code: row.entries for row in topic_villages(HERE, only().id)}
    assert shown == {VILLAGE: 2, FAR_VILLAGE: 1, THIRD_VILLAGE: 1}


def merge(old, new):
    Area.update(valid_to=today() - timedelta(days=1), successor_code=new).where(Area.code == old).execute()
