"""What tests of topics share: texts of one need, who writes them, and looking at what was found."""

import pytest

from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.models.topics import TopicEntry
from plugins.diary.queries.topics import (
    list_topics,
)
from plugins.diary.services.entries import NewEntry, Problem, raise_problem, write_entry
from plugins.diary.services.topic_search import find_topics
from plugins.diary.services.topics import (
    confirm_topic,
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


@pytest.fixture(name="places")
def _places(village, actor):
    """Who writes where: two villages of one town, one of another."""
    return (
        (village.cadre, VILLAGE),
        (village.colleague, SISTER_VILLAGE),
        (village.stranger, FAR_VILLAGE),
    )


@pytest.fixture(name="write")
def _write(places):
    """Writes one text a place; the entries' ids."""

    def all_of(texts, **more):
        return [
            write_entry(who, NewEntry(code, text, **more))
            for (who, code), text in zip(places, texts, strict=True)
        ]

    return all_of


@pytest.fixture(name="road")
def _road(village, write, actor):
    """The road, with an open case in one entry; one of the families has an account, one has none."""
    ids = write(ROAD)
    resident = actor("resident", VILLAGE, person_id=village.house.person_ids[0])
    told = [("household", str(village.house.id)), ("person", str(village.grandma.person_ids[0]))]
    more = write_entry(village.cadre, NewEntry(VILLAGE, ROAD[1], links=told))
    child = raise_problem(village.cadre, more, Problem(person_id=village.house.person_ids[0]))
    find_topics()
    return {"entries": [*ids, more], "child": child, "resident": resident}


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
