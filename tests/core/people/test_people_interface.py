"""The JSON interface of areas and people."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from core.people import queries
from core.people.services.imports import COLUMNS
from core.sheets import Upload, reading
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE

Apis = Callable[..., Any]
Houses = dict[str, int]


def send_table(program: Any, text: str, query: str = "") -> Any:
    return program._client.post(
        f"/api/v1/household-imports{query}",
        data={"file": (io.BytesIO(text.encode()), "居民.csv")},
        headers={"Authorization": f"Bearer {program.token}"},
    )


def test_areas_are_listed_and_read_within_the_own_areas(api_as: Apis) -> None:
    program = api_as("secretary", VILLAGE)
    listed = program.get("/areas")
    assert [row["id"] for row in listed.json] == [VILLAGE, VILLAGE + "001"]
    assert listed.headers["X-Total-Count"] == "2"
    one = program.get(f"/areas/{VILLAGE}").json
    assert (one["path"], one["level"], one["valid_to"]) == ("测试县 甲镇 一村", "village", None)
    for outside in (SISTER_VILLAGE, TOWN, "000000000000", "x", "341504001001' OR 1=1"):
        assert program.get(f"/areas/{outside}").status_code == 404
    assert program.get("/areas?parent=abc").status_code == 422


def test_areas_can_be_asked_for_by_parent_level_day_and_name(api_as: Apis) -> None:
    program = api_as("county_admin", COUNTY_CODE)
    ids = lambda query: [row["id"] for row in program.get(f"/areas?{query}").json]  # noqa: E731
    assert ids(f"parent={TOWN}") == [VILLAGE, SISTER_VILLAGE]
    assert ids("level=village&search=三") == [FAR_VILLAGE]
    assert ids("search=341504002") == ["341504002", FAR_VILLAGE]
    assert ids("on_date=1999-12-31") == []


def test_a_household_is_registered_read_and_changed(api_as: Apis, number_of: Callable[[int], str]) -> None:
    program = api_as("secretary", VILLAGE)
    body = {
        "area_code": VILLAGE,
        "number": "001",
        "address": "前街1号",
        "persons": [
            {"name": "张三", "citizen_id": number_of(1), "phone": "13800000001", "tags": ["disabled"]}
        ],
    }
    made = program.post("/households", body)
    assert made.status_code == 201, made.json
    key = made.json["id"]
    assert isinstance(key, str)
    (head,) = made.json["persons"]
    assert (head["citizen_id_masked"][:6], head["phone_masked"], head["is_head"]) == (
        "342***",
        "138****0001",
        True,
    )
    assert "citizen_id" not in head
    assert program.get(f"/households/{key}").json == made.json
    assert program.get(f"/persons/{head['id']}").json == head
    changed = program.call("PATCH", f"/households/{key}", {"number": "002", "address": ""})
    assert (changed.json["number"], changed.json["has_address"]) == ("002", False)
    assert program.post("/households", {**body, "number": "003"}).json["code"] == "citizen_id_taken"
    assert program.call("PATCH", f"/households/{key}", {"colour": "red"}).status_code == 422


def test_bad_input_is_named_by_field(api_as: Apis) -> None:
    program = api_as("secretary", VILLAGE)
    answer = program.post(
        "/households", {"area_code": VILLAGE, "number": "1", "persons": [{"name": "甲", "citizen_id": "123"}]}
    )
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert list(answer.json["errors"]) == ["citizen_id"]


def test_the_neighbours_are_not_there(households: Houses, api_as: Apis) -> None:
    program = api_as("secretary", VILLAGE)
    listed = program.get("/households?search=张")
    assert [row["id"] for row in listed.json] == [str(households[VILLAGE])]
    assert listed.headers["X-Total-Count"] == "1"
    for village in (SISTER_VILLAGE, FAR_VILLAGE):
        other = households[village]
        person = queries.persons_of(other)[0].id
        reveal = {"field": "phone", "purpose": "visit"}
        for answer in (
            program.get(f"/households/{other}"),
            program.call("PATCH", f"/households/{other}", {"number": "9"}),
            program.get(f"/persons/{person}"),
            program.post(f"/persons/{person}/reveals", reveal),
        ):
            assert (answer.status_code, answer.json["code"]) == (404, "not_found")
        missing = program.get("/households/999999").json
        assert program.get(f"/households/{other}").json == missing
    assert program.get("/households/x").status_code == 404
    assert program.get("/households/٣").status_code == 404


def test_one_field_is_shown_for_a_purpose(
    households: Houses, api_as: Apis, number_of: Callable[[int], str]
) -> None:
    program = api_as("secretary", VILLAGE)
    person = queries.persons_of(households[VILLAGE])[0].id
    answer = program.post(f"/persons/{person}/reveals", {"field": "citizen_id", "purpose": "verify"})
    assert answer.json == {"id": str(person), "field": "citizen_id", "value": number_of(1)}
    assert program.post(f"/persons/{person}/reveals", {"field": "citizen_id"}).status_code == 422
    member = api_as("grid_member", VILLAGE)
    assert (
        member.post(f"/persons/{person}/reveals", {"field": "phone", "purpose": "verify"}).status_code == 403
    )


def test_a_table_is_imported_over_the_interface(api_as: Apis) -> None:
    program = api_as("secretary", VILLAGE)
    good = f"area_code,household_number,name\n{VILLAGE},1,甲\n"
    dry = send_table(program, good, "?dry_run=true")
    assert (dry.status_code, dry.json["dry_run"], dry.json["counts"]) == (
        200,
        True,
        {"households": 1, "persons": 1},
    )
    assert program.get("/households").json == []
    done = send_table(program, good)
    assert (done.status_code, done.json["mistake_count"]) == (200, 0)
    assert len(program.get("/households").json) == 1
    bad = good + f"{SISTER_VILLAGE},2,乙\n"
    assert send_table(program, bad, "?dry_run=1").json["mistake_count"] == 2
    refused = send_table(program, bad)
    assert (refused.status_code, refused.json["code"]) == (422, "import_refused")
    assert set(refused.json["errors"]) == {"2.household_number", "3.area_code"}
    assert program.post("/household-imports").json["code"] == "sheet_empty"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_a_file(households: Houses, api_as: Apis, kind: str) -> None:
    answer = api_as("secretary", VILLAGE).get(f"/household-exports?kind={kind}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="households.{kind}"'
    assert ("张一村".encode() in answer.data) == (kind == "csv")
    assert api_as("grid_member", VILLAGE).get("/household-exports").status_code == 403


def test_nobody_is_let_in_without_a_token(app: Flask) -> None:
    browser = app.test_client()
    for path in ("/areas", "/households", "/households/1", "/persons/1", "/household-exports"):
        assert browser.get(f"/api/v1{path}").status_code == 401


def test_the_description_names_file_and_answers(app: Flask) -> None:
    paths = app.test_client().get("/api/v1/openapi.json").json["paths"]
    upload = paths["/api/v1/household-imports"]["post"]
    assert "multipart/form-data" in upload["requestBody"]["content"]
    assert upload["operationId"] == "importHouseholds"
    assert "text/csv" in paths["/api/v1/household-exports"]["get"]["responses"]["200"]["content"]
    ids = {
        operation["operationId"]
        for path in paths.values()
        for operation in path.values()
        if "operationId" in operation
    }
    assert {
        "listAreas",
        "getArea",
        "listHouseholds",
        "getHousehold",
        "createHousehold",
        "updateHousehold",
        "importHouseholds",
        "exportHouseholds",
        "getPerson",
        "revealField",
    } <= ids


def test_a_table_sent_while_another_is_read_is_asked_to_come_again_soon(
    api_as: Apis,
) -> None:
    program = api_as("secretary", VILLAGE)
    text = f"area_code,household_number,name\n{VILLAGE},1,甲\n"
    with reading(Upload("file", text.encode()), COLUMNS):
        waiting = send_table(program, text)
        assert program.get("/households").status_code == 200
    assert (waiting.status_code, waiting.json["code"]) == (503, "busy")
    assert waiting.headers["Retry-After"].isdigit()
    assert send_table(program, text).json["counts"] == {"households": 1, "persons": 1}
