"""GeoReport v2: who sees what, what is refused and how, and one case for 200 same posts."""

import io
import threading
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask

from core.cases.models import Case
from core.county import County
from core.files.api import files_of
from core.testing import GRID, SISTER_VILLAGE, TOWN, VILLAGE
from tests.pictures import picture

Make = Callable[..., Any]
BASE = "/api/v1/open311/v2"


@pytest.fixture
def post(app: Flask) -> Callable[..., Any]:
    """Files a request with a token: `post(program, description=...)`."""

    def send(program: Any, form: str = "json", **fields: Any) -> Any:
        values = {"service_code": "cases.report", "description": "路灯不亮", **fields}
        if program is not None:
            values["api_key"] = program.token
        return app.test_client().post(f"{BASE}/requests.{form}", data=values)

    return send


@pytest.fixture
def get(app: Flask) -> Callable[..., Any]:
    """Reads an address: `get(path, program)`."""

    def read(path: str, program: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {program.token}"} if program else {}
        return app.test_client().get(f"{BASE}/{path}", headers=headers)

    return read


def rows() -> list[Case]:
    return list(Case.unscoped("a test looks at the rows").order_by(Case.id))


def test_a_photo_is_posted_as_itself_and_an_address_of_one_is_refused(api_as: Make, post: Make) -> None:
    program = api_as("town_official", TOWN)
    number = {"attribute[external_id]": "7", "address_id": VILLAGE}
    refused = post(program, media_url="http://127.0.0.1:1/photo.jpg", **number)
    assert (refused.status_code, rows()) == (400, [])
    assert refused.json[0]["description"].startswith("media_url: ")
    assert "multipart/form-data" in refused.json[0]["description"]
    for _ in range(2):
        sent = post(program, media=(io.BytesIO(picture()), "灯.jpg"), **number)
        assert sent.status_code == 201, sent.text
    (row,) = rows()
    assert len(files_of(f"case:{row.id}")) == 1
    broken = post(program, media=(io.BytesIO(b"<script>"), "x.jpg"), **{"attribute[external_id]": "8"})
    assert (broken.status_code, len(rows())) == (400, 1)


def test_two_hundred_same_posts_are_one_case(county: County, app: Flask, api_as: Make, post: Make) -> None:
    program = api_as("town_official", TOWN)
    numbers: list[str] = []
    statuses: list[int] = []

    def channel() -> None:
        for _ in range(25):
            answer = post(program, **{"attribute[external_id]": "12345-7"})
            statuses.append(answer.status_code)
            numbers.append(answer.json[0]["service_request_id"])

    channels = [threading.Thread(target=channel) for _ in range(8)]
    for each in channels:
        each.start()
    for each in channels:
        each.join()
    assert statuses == [201] * 200
    assert len(set(numbers)) == 1
    assert len(rows()) == 1
    # The controls: another number, and the same number of another channel, are other cases.
    post(program, external_id="12345-8")
    post(api_as("town_official", TOWN), external_id="12345-7")
    assert len(rows()) == 3


def test_a_case_lands_where_its_address_id_says(app: Flask, api_as: Make, post: Make) -> None:
    program = api_as("town_official", TOWN)
    post(
        program,
        address_id=GRID,
        address_string="三组水塘边",
        lat="31.85",
        long="-115.9",
        **{"attribute[urgent]": "yes"},
    )
    post(program)
    first, second = rows()
    assert (first.area_code, first.place, first.urgent) == (GRID, "三组水塘边", True)
    assert (first.latitude, first.longitude) == (31.85, -115.9)
    assert second.area_code == TOWN
    assert first.channel.startswith("open311:")


def test_names_and_contacts_that_are_sent_along_are_not_kept(app: Flask, api_as: Make, post: Make) -> None:
    post(api_as("town_official", TOWN), first_name="钱秘密", email="secret@example.cn", phone="13812345678")
    held = str(rows()[0].__data__)
    for planted in ("钱秘密", "secret@", "13812345678"):
        assert planted not in held


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"service_code": ""}, "service_code"),
        ({"service_code": "nothing.here"}, ""),
        ({"description": ""}, "text"),
        ({"description": "\u200b\u200d\ufeff \u2060"}, "text"),
        ({"description": "x" * 5001}, "text"),
        ({"attribute[urgent]": "maybe"}, "attribute[urgent]"),
        ({"lat": "91", "long": "0"}, "lat"),
        ({"lat": "1e1", "long": "0"}, "lat"),
        ({"lat": "31.5"}, "latitude"),
        ({"address_id": "110000000000"}, ""),
        ({"address_id": "x"}, ""),
        ({"external_id": "x" * 121}, "external_id"),
    ],
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_bad_request_is_refused_in_the_standards_own_way(
    app: Flask, api_as: Make, post: Make, fields: dict[str, str], word: str, form: str
) -> None:
    refused = post(api_as("town_official", TOWN), form, **fields)
    assert refused.status_code in (400, 404)
    if form == "xml":
        errors = ElementTree.fromstring(refused.data)
        assert errors.tag == "errors"
        found = [(error.findtext("code"), error.findtext("description")) for error in errors]
    else:
        found = [(str(error["code"]), error["description"]) for error in refused.json]
    assert found
    assert all(code == str(refused.status_code) and word in (text or "") for code, text in found)
    assert rows() == []


def test_a_key_is_needed_to_file_and_a_wrong_one_is_refused_everywhere(
    app: Flask, api_as: Make, post: Make, get: Make
) -> None:
    assert post(None).status_code == 403
    assert post(None, api_key="gt_wrong").status_code == 403
    refused = get("requests.json?api_key=gt_wrong")
    assert refused.status_code == 403
    assert "api_key" in refused.json[0]["description"]
    assert post(api_as("auditor", TOWN)).status_code == 403  # may not report
    limited = api_as("town_official", TOWN, permissions=["cases.view"])
    assert post(limited).status_code == 403
    assert rows() == []


def test_without_a_key_only_answered_public_cases_show_and_name_nobody(
    app: Flask, api_as: Make, post: Make, get: Make
) -> None:
    program = api_as("town_official", TOWN)
    place = {"address_id": GRID, "address_string": "前街 8 号", "lat": "31.85", "long": "115.92"}
    post(program, description="张三家的私事", **place)
    letter = {"service_code": "cases.letter", "description": "测试town_official 电话 13812345678"}
    public = post(program, **place, **letter).json[0]["service_request_id"]
    assert get("requests.json").json == []  # nobody has answered yet
    Case.update(state="resolved", outcome="solved", answer="请找测试town_official").where(
        Case.number == public
    ).execute()
    listed = get("requests.json")
    (row,) = listed.json
    assert row["service_request_id"] == public
    assert (row["lat"], row["address_id"], row["status"]) == (None, VILLAGE, "closed")
    for word in ("测试town_official", "13812345678", "张三", "前街"):
        assert word not in listed.text
    private = rows()[0].number
    assert get(f"requests/{private}.json").status_code == 404
    assert get(f"tokens/{private}.json").status_code == 404
    assert get(f"requests.json?service_request_id={private}").json == []
    assert get(f"requests/{private}.json", program).json[0]["description"] == "张三家的私事"
    assert get(f"requests/{public}.json", program).json[0]["description"] == letter["description"]


def test_a_key_shows_its_own_areas_and_no_others(app: Flask, api_as: Make, post: Make, get: Make) -> None:
    post(api_as("town_official", TOWN), address_id=VILLAGE)
    number = rows()[0].number
    assert get(f"requests/{number}.json", api_as("secretary", VILLAGE)).status_code == 200
    assert get(f"requests/{number}.json", api_as("secretary", SISTER_VILLAGE)).status_code == 404
    assert get("requests.json", api_as("secretary", SISTER_VILLAGE)).json == []


def test_requests_are_found_by_kind_time_and_status(app: Flask, api_as: Make, post: Make, get: Make) -> None:
    program = api_as("town_official", TOWN)
    post(program, service_code="cases.report")
    post(program, service_code="cases.other")
    Case.update(state="closed").where(Case.kind == "cases.other").execute()

    def kinds(query: str) -> list[str]:
        answer = get(f"requests.json?{query}", program)
        assert answer.status_code == 200, answer.text
        return sorted(row["service_code"] for row in answer.json)

    assert kinds("") == ["cases.other", "cases.report"]
    assert kinds("service_code=cases.report,cases.nothing") == ["cases.report"]
    assert kinds("status=open") == ["cases.report"]
    assert kinds("status=closed") == ["cases.other"]
    assert kinds("status=open,closed") == ["cases.other", "cases.report"]
    assert kinds("end_date=2020-01-01T00:00:00Z") == []
    assert kinds("start_date=2020-01-01T00:00:00%2B08:00") == []  # ninety days at most
    assert kinds("page=2&page_size=1") in (["cases.report"], ["cases.other"])
    for bad in (
        "status=half",
        "start_date=yesterday",
        "end_date=2026-01-01",
        "page=0",
        "page_size=1000",
        "page=x",
    ):
        assert get(f"requests.json?{bad}", program).status_code == 400


def test_the_two_forms_say_the_same(app: Flask, api_as: Make, post: Make, get: Make) -> None:
    program = api_as("town_official", TOWN)
    post(program, description="a & b < c \x0b 1.\u2028")
    (row,) = get("requests.json", program).json
    (element,) = ElementTree.fromstring(get("requests.xml", program).data)
    assert {child.tag: child.text or "" for child in element} == {
        name: "" if value is None else str(value) for name, value in row.items()
    }
    definition = ElementTree.fromstring(get("services/cases.report.xml").data)
    assert [each.findtext("code") for each in definition.iter("attribute")] == ["external_id", "urgent"]
    assert [each.findtext("key") for each in definition.iter("value")] == ["yes", "no"]
    assert ElementTree.fromstring(get("discovery.xml").data).tag == "discovery"
    assert get("discovery.json").json["endpoints"][0]["url"].endswith(BASE)


def test_other_forms_are_no_address(app: Flask, get: Make) -> None:
    for path in ("services", "services.csv", "services.json.exe", "requests"):
        assert get(path).status_code == 404
