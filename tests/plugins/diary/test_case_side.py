"""A case's page shows what the diary knows of it, to whoever may see that, and to nobody else."""

import pytest

from core.cases.api import case
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, VILLAGE
from plugins.diary.queries.case_side import case_side
from plugins.diary.services.entries import NewEntry, Problem, raise_problem
from plugins.diary.services.experts import ExpertDetails, add_expert, ask_expert
from plugins.diary.services.supplies import Issue, SupplyDetails, issue_supply, open_supply, receive_supply
from plugins.diary.services.visits import NewVisit, record_visit
from tests.plugins.diary.topics import (  # noqa: F401
    _places,
    _road,
    _write,
    confirm,
    only,
)


@pytest.fixture
def helped(village):
    """A case that was heard at a visit; an agronomist was asked, two bags were used."""
    visit, entry = record_visit(village.cadre, NewVisit(household_id=village.house.id, text="田埂塌了"))
    number = raise_problem(village.cadre, entry, Problem())
    asked = add_expert(
        village.town, VILLAGE[:9], ExpertDetails(name="孙农艺", field="farming", unit="农技站")
    )
    ask_expert(village.secretary, asked, case_number=case(village.chief, number).number, note="看过田埂")
    bags = open_supply(village.secretary, VILLAGE, SupplyDetails("编织袋", "条"))
    receive_supply(village.secretary, bags, quantity=5, who="镇")
    issue = Issue(2, "赵大山", "case", case(village.chief, number).number)
    issue_supply(village.secretary, bags, issue)
    return {"case": number, "entry": entry, "visit": visit, "expert": asked, "supply": bags}


def test_it_leads_to_entry_visit_experts_and_supplies(helped, as_role):
    page = as_role("secretary", VILLAGE).get(f"/cases/{helped['case']}").text
    for part in (
        f"/diary/entries/{helped['entry']}",
        f"/diary/visits/{helped['visit']}",
        f"/diary/experts/{helped['expert']}",
        f"/diary/supplies/{helped['supply']}",
        "孙农艺",
        "看过田埂",
        "编织袋",
    ):
        assert part in page


def test_other_villages_and_departments_see_none_of_it(helped, village, actor):
    for other in (village.stranger, village.colleague, actor("secretary", SISTER_VILLAGE)):
        assert case_side(other, helped["case"]).is_empty
    assert not case_side(village.chief, helped["case"]).is_empty
    mute = actor("resident", VILLAGE)
    assert case_side(mute, helped["case"]).is_empty


def test_private_notes_stay_private_on_the_case(village, as_role):
    from plugins.diary.services.entries import write_entry

    entry = write_entry(village.cadre, NewEntry(VILLAGE, "只给自己看的话", state="private"))
    number = raise_problem(village.cadre, entry, Problem(text="路灯坏了"))
    assert "只给自己看的话" not in as_role("secretary", VILLAGE).get(f"/cases/{number}").text
    assert case_side(village.cadre, number).origin.text == "只给自己看的话"


def test_a_topic_and_its_parent_lead_to_each_other(village, road, as_role):
    parent, topic = confirm(village), only(state="confirmed").id
    desk = as_role("county_admin", COUNTY_CODE)
    for number in (parent, road["child"]):
        assert f"/diary/topics/{topic}" in desk.get(f"/cases/{number}").text
    assert case_side(village.secretary, road["child"]).topics == (), "who decides on topics sees them"
    assert as_role("secretary", FAR_VILLAGE).get(f"/cases/{parent}").status_code == 404
