"""Topics: one need in several villages is proposed, decided on by a person, and ends for every family."""

from datetime import timedelta

import pytest

from core.accounts.api import operator
from core.areas.api import install_areas
from core.cases.api import NewCase, accept_case, case, create_case, reopen_case, resolve_case
from core.errors import Forbidden, Invalid, NotFound
from core.notices.models import Notice
from core.scope import AreaScope
from core.sheets import Upload
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.topics import NothingToSplit, TopicDecided
from plugins.diary.models.topics import TopicEntry, TopicRun, TopicTold
from plugins.diary.queries.topics import (
    list_topics,
    marked,
    parent_case,
    topic,
    topic_entries,
    topic_villages,
    topics_of_entry,
)
from plugins.diary.services.entries import NewEntry, Problem, raise_problem, remove_entry, write_entry
from plugins.diary.services.topic_outcomes import tell_in_person
from plugins.diary.services.topic_search import ask_search, find_topics, search_asked, search_nightly
from plugins.diary.services.topics import (
    confirm_topic,
    decline_topic,
    leave_offered,
    split_topic,
    take_offered,
)

HERE, IN_TOWN = AreaScope((COUNTY_CODE,)), AreaScope((TOWN,))
THIRD_VILLAGE = TOWN + "003"
# Document 002: three towns write of one road.
ROAD = (
    "游客开车进来难，村里毛竹、香榧等特色经济作物运出去也难，村民拓宽道路的愿望十分强烈。",
    "进村公路太窄，会车要退出去老远，香榧、毛竹运不出去，大家盼着拓宽。",
    "到镇上的路窄，大货车进不来，毛竹卖不上价，希望把道路加宽。",
)
LAMP = ("村口路灯坏了半个多月，晚上黑", "路灯又灭了两盏，老人不敢走", "老街没有路灯，夜里摸黑")


@pytest.fixture
def places(village, actor):
    """Who writes where: two villages of one town, one of another."""
    return (
        (village.cadre, VILLAGE),
        (village.colleague, SISTER_VILLAGE),
        (village.stranger, FAR_VILLAGE),
    )


@pytest.fixture
def write(places):
    """Writes one text a place; the entries' ids."""

    def all_of(texts, **more):
        return [
            write_entry(who, NewEntry(code, text, **more))
            for (who, code), text in zip(places, texts, strict=True)
        ]

    return all_of


@pytest.fixture
def town_village(village, actor):
    """A third village in TOWN, and its cadre."""
    rows = f"code,name,level,valid_from,valid_to\n{THIRD_VILLAGE},四村,village,2000-01-01,\n"
    install_areas(operator(), Upload("areas.csv", rows.encode()))
    return actor("stationed_cadre", THIRD_VILLAGE)


def only(scope=HERE, state="proposed"):
    (view,) = list_topics(scope, state=state)[0]
    return view


def members(topic_id, state="in"):
    query = TopicEntry.unscoped("a test").where(
        (TopicEntry.topic_id == topic_id) & (TopicEntry.state == state)
    )
    return sorted(row.entry_id for row in query)


def confirm(village, view=None):
    view = view or only()
    return confirm_topic(village.chief, view.id, title="拓宽进山公路", text="三个村都说路窄，请研究拓宽。")


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


# --- one case for all, and who is told


@pytest.fixture
def road(village, write, actor):
    """The road, with an open case in one entry; one of the families has an account, one has none."""
    ids = write(ROAD)
    resident = actor("resident", VILLAGE, person_id=village.house.person_ids[0])
    told = [("household", str(village.house.id)), ("person", str(village.grandma.person_ids[0]))]
    more = write_entry(village.cadre, NewEntry(VILLAGE, ROAD[1], links=told))
    child = raise_problem(village.cadre, more, Problem(person_id=village.house.person_ids[0]))
    find_topics()
    return {"entries": [*ids, more], "child": child, "resident": resident}


def resolve(village, case_id, answer="道路拓宽工程已开工"):
    accept_case(village.chief, case_id)
    resolve_case(village.chief, case_id, outcome="solved", answer=answer)


def heard(resident):
    query = Notice.select().where(
        (Notice.account_id == resident.account_id) & (Notice.kind == "diary.topic_answered")
    )
    return list(query)


def test_a_confirmed_topic_makes_one_case_into_which_the_others_go(village, road):
    other = raise_problem(village.cadre, road["entries"][-1], Problem(text="他家水龙头漏水"))
    parent = confirm(village)
    view = only(state="confirmed")
    assert (view.case_id, view.title) == (parent, "拓宽进山公路")
    merged = case(village.chief, road["child"])
    assert (merged.outcome, merged.merged_into) == ("merged", parent)
    assert case(village.chief, other).is_open, "the entry's other matter goes its own way"
    assert case(village.chief, parent).subject == f"diary_topic:{view.id}"
    assert parent_case(village.chief, view).number
    assert parent_case(village.stranger, view) is None
    for again in (lambda: confirm(village, view), lambda: decline_topic(village.chief, view.id, reason="x")):
        with pytest.raises(TopicDecided):
            again()


def test_every_family_is_told_once_and_who_was_not_reached_stands_there(village, road, outbox):
    parent = confirm(village)
    resolve(village, parent)
    outbox()
    view = only(state="ended")
    assert view.outcome == "solved"
    states = {row.household_id: row.state for row in TopicTold.unscoped("a test")}
    assert states == {village.house.id: "told", village.grandma.id: "unreached"}
    (notice,) = heard(road["resident"])
    assert "道路拓宽工程已开工" in notice.params
    outbox()
    assert len(heard(road["resident"])) == 1
    tell_in_person(village.chief, view.id, village.grandma.id)
    with pytest.raises(NotFound):
        tell_in_person(village.chief, view.id, village.grandma.id)
    with pytest.raises(NotFound):
        tell_in_person(village.town, view.id, village.grandma.id)


def test_what_is_reopened_is_told_again_when_it_ends_again(village, road, outbox, actor):
    parent = confirm(village)
    resolve(village, parent)
    outbox()
    reopen_case(village.chief, parent, reason="还差两公里")
    outbox()
    assert only(state="confirmed").outcome == ""
    resolve(village, parent, answer="全线通车")
    outbox()
    assert [("全线通车" in each.params) for each in heard(road["resident"])] == [False, True]


def test_a_message_outside_says_no_name(village, road):
    from core.notices.outside import compose
    from plugins.diary.wiring.topics import PART

    kind = PART.notice_kinds["diary.topic_answered"]
    message = compose(
        "1", kind.title, "260302-ABCDEF", "/notices", more=0, address="x", urgent=False, longest=500
    )
    assert "赵大山" not in message.text
    assert kind.title in message.text


def test_somebody_elses_case_about_a_topic_ends_nothing(village, road, outbox):
    confirm(village)
    topic_id = only(state="confirmed").id
    stray = create_case(
        village.chief,
        NewCase(kind="diary.topic", text="冒名", area_code=COUNTY_CODE, subject=f"diary_topic:{topic_id}"),
    )
    resolve(village, stray)
    outbox()
    assert only(state="confirmed").id == topic_id


def test_a_recurring_need_is_a_topic_of_its_own(village, road, outbox, write):
    resolve(village, confirm(village))
    outbox()
    new = write(ROAD)
    assert find_topics()["found"] == 1
    assert members(only().id) == new


# --- the search as a job


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


# --- pages and the interface


def test_pages(village, road, as_role, submit, outbox):
    desk = as_role("county_admin", COUNTY_CODE)
    number = only().id
    assert "拓宽" in desk.get("/diary/topics").text
    page = desk.get(f"/diary/topics/{number}").text
    assert "<mark>拓宽</mark>" in page
    assert submit(desk, "/diary/topics", "/diary/topics/find").status_code == 303
    assert desk.get("/diary/topics/run").status_code == 200
    here = f"/diary/topics/{number}"
    refused = submit(desk, here, f"{here}/confirm", title="", text="")
    assert refused.status_code == 422
    split = submit(desk, here, f"{here}/entries", what="split", entry=str(road["entries"][0]))
    assert split.status_code == 303
    assert submit(desk, here, f"{here}/confirm", title="路", text="请拓宽").status_code == 303
    assert "总事项" in desk.get(here).text
    assert submit(desk, here, f"{here}/gather").status_code == 303
    resolve(village, topic(HERE, number).case_id)
    outbox()
    page = desk.get(here).text
    assert "没有账号，请走访时告知" in page
    told = submit(desk, here, f"{here}/told/{village.grandma.id}")
    assert told.status_code == 303
    assert "属于哪类事" in desk.get(f"/diary/entries/{road['entries'][1]}").text
    assert as_role("town_official", TOWN).get(here).status_code == 404
    assert as_role("secretary", VILLAGE).get(here).status_code == 403


def test_declining_on_the_page(village, write, as_role, submit):
    write(ROAD)
    find_topics()
    desk, here = as_role("county_admin", COUNTY_CODE), f"/diary/topics/{only().id}"
    assert submit(desk, here, f"{here}/decline", reason="").status_code == 422
    assert submit(desk, here, f"{here}/decline", reason="各修各的").status_code == 303
    assert "各修各的" in desk.get(here).text


def test_the_interface(village, write, api_as):
    write(ROAD)
    find_topics()
    program = api_as("county_admin", COUNTY_CODE)
    (row,) = program.get("/topics?state=proposed").json
    assert (row["entries"], row["villages"], row["area_code"]) == (3, 3, COUNTY_CODE)
    assert program.get("/topics?state=confirmed").json == []
    assert program.get("/topics?state=x").status_code == 422
    assert api_as("town_official", TOWN).get("/topics").json == []
    assert api_as("secretary", VILLAGE).get("/topics").status_code == 403
