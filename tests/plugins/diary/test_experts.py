"""Experts: whom they serve, a sealed phone, the cases that they were asked about."""

import pytest

from core import audit
from core.cases.api import NewCase, case, create_case
from core.db import rows
from core.errors import Forbidden, Invalid, NotFound
from core.people.errors import BadPhone
from core.testing import COUNTY_CODE, FAR_VILLAGE, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.experts import AlreadyAsked, CaseUnknown, ExpertGone
from plugins.diary.models.experts import Expert
from plugins.diary.queries.experts import expert, helps_of, list_experts
from plugins.diary.services.experts import (
    ExpertDetails,
    add_expert,
    ask_expert,
    change_expert,
    end_expert,
    show_phone,
)


def add(who, name="孙农艺师", area_code=TOWN, field="farming", **more):
    return add_expert(who, area_code, ExpertDetails(name, field, **more))


def names(who, **wanted):
    return [row.name for row in list_experts(who.scope("diary.view"), **wanted)[0]]


def test_they_serve_their_area_and_all_below_it(village):
    add(village.chief, "县里的", COUNTY_CODE)
    add(village.town, "镇里的")
    add(village.chief, "村里的", SISTER_VILLAGE)
    add(village.chief, "别镇的", OTHER_TOWN)
    assert names(village.cadre) == ["县里的", "镇里的"]
    assert set(names(village.chief)) == {"县里的", "镇里的", "村里的", "别镇的"}
    assert names(village.chief, area_code=FAR_VILLAGE) == ["县里的", "别镇的"]


def test_they_are_found_by_field_and_by_a_part_of_what_they_know(village):
    add(village.town, "孙农艺师", speciality="茶叶病虫害")
    add(village.town, "李律师", field="law", unit="县法律援助中心")
    assert names(village.cadre, field="law") == ["李律师"]
    assert names(village.cadre, search="虫") == ["孙农艺师"]
    assert names(village.cadre, search="援助") == ["李律师"]


def test_the_phone_is_sealed_masked_and_shown_for_a_purpose_on_record(village):
    number = add(village.town, phone="13812345678")
    view = expert(village.cadre.scope("diary.view"), number)
    assert "12345" not in view.phone_masked
    (stored,) = rows(Expert.unscoped("a test", Expert.phone_sealed))
    assert b"13812345678" not in bytes(stored[0])
    with pytest.raises(Invalid):
        show_phone(village.cadre, number, purpose="curiosity")
    assert show_phone(village.cadre, number, purpose="contact") == "13812345678"
    ((_, detail),) = list(audit.details(["diary.show_expert_phone"]))
    assert "13812345678" not in str(detail)
    with pytest.raises(NotFound):
        show_phone(village.stranger, number, purpose="contact")
    change_expert(village.town, number, ExpertDetails("孙农艺师", "farming", available="每周二"))
    assert expert(village.cadre.scope("diary.view"), number).phone_masked == view.phone_masked
    end_expert(village.town, number)
    with pytest.raises(NotFound):
        show_phone(village.cadre, number, purpose="contact")


def test_a_case_is_named_and_each_village_sees_its_own(village):
    number = add(village.town)
    here = case(village.secretary, create_case(village.secretary, NewCase("cases.report", "虫", VILLAGE)))
    ask_expert(village.cadre, number, case_number=here.number.lower(), note="来看茶园")
    with pytest.raises(AlreadyAsked):
        ask_expert(village.secretary, number, case_number=here.number)
    for wrong in ("", "202603-ABCDEF", "虫"):
        with pytest.raises(CaseUnknown):
            ask_expert(village.cadre, number, case_number=wrong)
    with pytest.raises(CaseUnknown):
        ask_expert(village.colleague, number, case_number=here.number)
    (row,) = helps_of(village.cadre.scope("diary.view"), number)
    assert (row.case_number, row.note) == (here.number, "来看茶园")
    assert helps_of(village.colleague.scope("diary.view"), number) == []


def test_walls_ends_and_wrong_input(village, actor):
    number, other = add(village.town), actor("town_official", OTHER_TOWN)
    for deed in (
        lambda: add(other),
        lambda: change_expert(other, number, ExpertDetails("x", "law")),
        lambda: end_expert(other, number),
        lambda: expert(other.scope("diary.view"), number),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(Forbidden):
        add(village.cadre, area_code=VILLAGE)
    for wrong, error in (
        ({"name": ""}, Invalid),
        ({"field": "x"}, Invalid),
        ({"unit": "长" * 101}, Invalid),
        ({"phone": "12"}, BadPhone),
    ):
        with pytest.raises(error):
            add(village.town, **wrong)
    end_expert(village.town, number)
    assert names(village.cadre) == []
    with pytest.raises(ExpertGone):
        ask_expert(village.cadre, number, case_number="202603-ABCDEF")


def test_pages(village, as_role, submit, api_as):
    desk, cadre = as_role("town_official", TOWN), as_role("stationed_cadre", VILLAGE)
    form = {"name": "孙农艺师", "field": "farming", "phone": "13812345678"}
    refused = submit(
        desk, "/diary/experts/new", "/diary/experts/new", **form | {"area_code": TOWN, "phone": "1"}
    )
    assert refused.status_code == 422
    assert 'value="孙农艺师"' in refused.text
    made = submit(desk, "/diary/experts/new", "/diary/experts/new", area_code=TOWN, **form)
    place = made.headers["Location"]
    assert submit(desk, place + "/change", place + "/change", **form | {"unit": "农技站"}).status_code == 303
    page = cadre.get("/diary/experts?field=farming").text
    assert "农技站" in page
    assert "13812345678" not in page
    assert "13812345678" in submit(cadre, place, place + "/phone", purpose="contact").text
    number = case(
        village.secretary, create_case(village.secretary, NewCase("cases.report", "虫", VILLAGE))
    ).number
    assert submit(cadre, place, place + "/ask", case_number=number).status_code == 303
    assert number in cadre.get(place).text
    assert submit(cadre, place, place + "/ask", case_number=number).status_code == 409
    assert as_role("stationed_cadre", FAR_VILLAGE).get(place).status_code == 404
    (row,) = api_as("stationed_cadre", VILLAGE).get("/experts").json
    assert "12345" not in row["phone_masked"]
    assert submit(desk, place, place + "/end").status_code == 303
