"""A confirmed topic is one case; when it ends every family is told once; its pages and its interface."""

import pytest

from core.audit import lines
from core.cases.api import NewCase, accept_case, cancel_case, case, create_case, reopen_case, resolve_case
from core.errors import NotFound
from core.notices.models import Notice
from core.testing import COUNTY_CODE, TOWN, VILLAGE
from plugins.diary.errors.topics import TopicDecided
from plugins.diary.models.topics import TopicTold
from plugins.diary.queries.topics import (
    parent_case,
    topic,
)
from plugins.diary.services.entries import Problem, raise_problem
from plugins.diary.services.topic_outcomes import tell_in_person
from plugins.diary.services.topic_search import find_topics
from plugins.diary.services.topics import (
    decline_topic,
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


def test_when_its_case_is_taken_back_people_decide_anew(village, road, outbox, as_role):
    first = confirm(village)
    resolve(village, first)
    outbox()
    reopen_case(village.chief, first, reason="没有开工")
    outbox()
    cancel_case(village.chief, first, "立重了")
    outbox()
    view = only()
    assert (view.case_id, view.decided_by, view.reason) == (None, "", "立重了")
    (line,) = [line for line in lines(HERE)[0] if line.action == "diary.propose_topic_again"]
    assert line.subject == f"diary_topic:{view.id}"
    assert (
        "总事项已撤销（立重了）" in as_role("county_admin", COUNTY_CODE).get(f"/diary/topics/{view.id}").text
    )
    again = confirm(village)
    outbox()
    assert (only(state="confirmed").case_id, only(state="confirmed").reason) == (again, "")
    resolve(village, again)
    outbox()
    assert only(state="ended").outcome == "solved"
    assert len(heard(road["resident"])) == 2, "what came of it this time is told too"


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
