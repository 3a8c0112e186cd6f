"""The JSON operations of cases: the whole loop, what each refuses, and a sister village's wall."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from core.cases.models import Case, Unit
from core.clock import now
from core.county import County
from core.testing import COUNTY_CODE, GRID, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE, JsonClient

Make = Callable[..., JsonClient]
NEW: dict[str, Any] = {"kind": "cases.report", "text": "村口路灯不亮", "area_code": VILLAGE}
DESK = {"level": "grid", "area_code": GRID}
WHY = {"reason": "另有安排"}
# Every step with a body that is fit for it.
DEEDS: dict[str, dict[str, Any]] = {
    "dispatch": DESK,
    "accept": {},
    "start": {},
    "transfer": {**DESK, **WHY},
    "return": WHY,
    "escalate": WHY,
    "resolve": {"outcome": "solved", "answer": "已修好"},
    "rating": {"thumb": "up", "solved": True},
    "recorded-rating": {"thumb": "up", "solved": True, "note": "电话回访"},
    "reopen": WHY,
    "close": {},
    "cancel": WHY,
    "pause": WHY,
    "resume": {},
    "comment": {"note": "已联系"},
    "help-done": {},
    "urge": {"note": "请抓紧"},
    "spot-check": {"passed": True},
    "merge": {**WHY, "into": "1"},
}
# Who may do each of them where it is theirs to do.
HOLDERS = {"spot-check": "supervisor", "rating": "resident"}


def filed(program: JsonClient, **more: Any) -> dict[str, Any]:
    answer = program.post("/cases", {**NEW, **more})
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def step(program: JsonClient, case: dict[str, Any], path: str, **body: Any) -> Any:
    return program.post(f"/cases/{case['id']}/{path}", body)


def test_a_case_goes_round_the_whole_loop(api_as: Make) -> None:
    resident, member = api_as("resident", VILLAGE), api_as("grid_member", GRID)
    secretary, supervisor = api_as("secretary", VILLAGE), api_as("supervisor", COUNTY_CODE)
    case = filed(resident)
    assert (case["state"], case["level"], len(case["key"])) == ("reported", "village", 8)
    assert step(secretary, case, "dispatch", **DESK, version=case["version"]).json["state"] == "dispatched"
    assert step(supervisor, case, "urge", note="请抓紧").json["urges"] == 1
    assert step(member, case, "accept").json["state"] == "accepted"
    assert step(member, case, "start", note="去看一看").json["state"] == "in_progress"
    assert step(member, case, "pause", reason="等配件").json["paused_at"] is not None
    assert step(member, case, "resume").json["paused_at"] is None
    resolved = step(member, case, "resolve", outcome="solved", answer="已换灯泡").json
    assert (resolved["state"], resolved["answer"], resolved["key"]) == ("resolved", "已换灯泡", "")
    reopened = step(resident, case, "rating", thumb="down", solved=False, note="还是不亮").json
    assert (reopened["state"], reopened["level"], reopened["reopens"]) == ("reopened", "village", 1)
    assert step(secretary, case, "escalate", reason="要换电杆").json["level"] == "town"
    town = api_as("town_official", TOWN)
    assert step(town, case, "accept").json["worker_id"] is not None
    assert step(town, case, "resolve", outcome="explained", answer="下月换", reason="排期").status_code == 200
    assert step(town, case, "close").json["code"] == "rating_due"
    assert step(resident, case, "rating", thumb="up", solved=True).json["thumb"] == "up"
    assert step(supervisor, case, "spot-check", passed=True).status_code == 200
    assert step(town, case, "close").json["state"] == "closed"
    assert step(supervisor, case, "reopen", reason="复查未过").json["state"] == "reopened"


def test_what_was_seen_must_still_be_so(api_as: Make) -> None:
    secretary = api_as("secretary", VILLAGE)
    case = filed(api_as("resident", VILLAGE))
    assert step(secretary, case, "dispatch", **DESK, version=case["version"]).status_code == 200
    late = step(api_as("grid_member", GRID), case, "accept", version=case["version"])
    assert (late.status_code, late.json["code"]) == (409, "case_moved_on")
    assert step(secretary, case, "dispatch", **DESK).json["code"] == "case_moved_on"


def test_a_case_is_transferred_returned_cancelled_and_merged(api_as: Make, county: County) -> None:
    secretary, town = api_as("secretary", VILLAGE), api_as("town_official", TOWN)
    resident = api_as("resident", VILLAGE)
    case, same = filed(resident), filed(resident)
    step(secretary, case, "dispatch", level="village", area_code=VILLAGE)
    assert step(secretary, case, "transfer", **DESK, reason="网格先看").json["level"] == "grid"
    assert step(secretary, case, "return", reason="不归网格").json["returns"] == 1
    assert step(resident, case, "comment", note="还有一盏").status_code == 200
    alike = secretary.get(f"/cases/{case['id']}/duplicates")
    assert [each["id"] for each in alike.json] == [same["id"]]
    merged = step(secretary, same, "merge", into=case["id"], reason="同一件事").json
    assert (merged["outcome"], merged["merged_into"]) == ("merged", case["id"])
    assert step(resident, filed(resident), "cancel", reason="自己修好了").json["state"] == "cancelled"
    assert step(town, case, "help-done").json["code"] == "not_helping"


def test_whoever_reported_adds_nothing_to_a_case_that_is_closed(api_as: Make) -> None:
    resident, secretary = api_as("resident", VILLAGE), api_as("secretary", VILLAGE)
    case = filed(resident)
    step(resident, case, "cancel", reason="自己修好了")
    refused = step(resident, case, "comment", note="又坏了")
    assert (refused.status_code, refused.json["code"]) == (409, "case_moved_on")
    assert step(secretary, case, "comment", note="已电话说明").status_code == 200


def test_what_was_solved_on_the_spot_says_how(api_as: Make) -> None:
    member = api_as("grid_member", GRID)
    silent = {"kind": "cases.report", "text": "路牌歪了", "area_code": GRID, "solved_on_spot": True}
    refused = member.post("/cases", {**silent, "answer": "\u200b "})
    assert (refused.status_code, refused.json["code"]) == (422, "answer_needed")
    assert "answer" in refused.json["errors"]
    assert Case.unscoped("a test counts").count() == 0
    assert member.post("/cases", {**silent, "answer": "扶正了"}).status_code == 201


def test_steps_are_read_whole_by_staff_and_plainly_by_whoever_filed(api_as: Make) -> None:
    resident, secretary = api_as("resident", VILLAGE), api_as("secretary", VILLAGE)
    case = filed(resident)
    step(secretary, case, "comment", note="先问电工")
    read = [program.get(f"/cases/{case['id']}/steps").json for program in (secretary, resident)]
    assert [len(steps) for steps in read] == [2, 1]
    assert [steps[0]["account_id"] is None for steps in read] == [False, True]
    assert secretary.get(f"/cases/{case['id']}/steps?page=2&page_size=1").json[0]["note"] == "先问电工"


@pytest.mark.parametrize("path", sorted(DEEDS))
def test_a_sister_villages_case_does_not_exist_for_any_step(api_as: Make, path: str) -> None:
    case = filed(api_as("resident", SISTER_VILLAGE), area_code=SISTER_VILLAGE)
    area = OTHER_TOWN if path == "spot-check" else VILLAGE
    answer = step(api_as(HOLDERS.get(path, "secretary"), area), case, path, **DEEDS[path])
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    row = Case.unscoped("a test looks at the row").where(Case.id == int(case["id"])).get()
    assert (row.state, row.version) == (case["state"], case["version"])
    # The control: in its own village the step is known, whatever it says to it.
    own = step(api_as(HOLDERS.get(path, "secretary"), SISTER_VILLAGE), case, path, **DEEDS[path])
    assert own.status_code != 404 or path == "rating"


def test_a_sister_villages_case_is_in_no_list_no_count_and_no_page(api_as: Make) -> None:
    case = filed(api_as("resident", SISTER_VILLAGE), area_code=SISTER_VILLAGE)
    secretary, own = api_as("secretary", VILLAGE), api_as("secretary", SISTER_VILLAGE)
    for path in (f"/cases/{case['id']}", f"/cases/{case['id']}/steps", f"/cases/{case['id']}/duplicates"):
        assert (secretary.get(path).status_code, own.get(path).status_code) == (404, 200)
    for query in ("", f"?area_code={SISTER_VILLAGE}", f"?search={case['number']}", "?state=open"):
        totals = [each.get(f"/cases{query}").headers["X-Total-Count"] for each in (secretary, own)]
        assert totals == ["0", "1"], query
    # A resident sees nobody else's case, not even the neighbours'.
    assert api_as("resident", SISTER_VILLAGE).get("/cases").json == []


def test_lists_are_paged_and_bounded(api_as: Make) -> None:
    resident = api_as("resident", VILLAGE)
    for number in range(3):
        filed(resident, text=f"第{number}件")
    first = resident.get("/cases?page_size=2")
    assert (len(first.json), first.headers["X-Total-Count"]) == (2, "3")
    assert resident.get("/cases?page=2&page_size=2").json[0]["text"] == "第0件"
    assert [resident.get(f"/cases?{q}").status_code for q in ("page_size=101", "page=0", "light=blue")] == [
        422
    ] * 3


def test_two_hundred_same_posts_of_a_channel_are_one_case(county: County, api_as: Make) -> None:
    program = api_as("town_official", TOWN)
    ids: list[str] = []

    def channel() -> None:
        for _ in range(25):
            ids.append(filed(program, channel="wechat", external_id="12345-7")["id"])

    channels = [threading.Thread(target=channel) for _ in range(8)]
    for each in channels:
        each.start()
    for each in channels:
        each.join()
    assert len(ids) == 200
    assert len(set(ids)) == 1
    # Another account's number 12345-7 is another case, and neither learns of the other.
    other = filed(
        api_as("town_official", OTHER_TOWN), area_code=VILLAGE, channel="wechat", external_id="12345-7"
    )
    assert other["id"] not in ids


def test_the_same_idempotency_key_files_once(api_as: Make) -> None:
    resident = api_as("resident", VILLAGE)
    answers = [resident.post("/cases", NEW, key="one-report") for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert resident.get("/cases").headers["X-Total-Count"] == "1"
    changed = resident.post("/cases", {**NEW, "text": "别的"}, key="one-report")
    assert changed.json["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "字" * 5001}, "text"),
        ({"kind": None}, "kind"),
        ({"area_code": "x"}, "area_code"),
        ({"latitude": 91.0, "longitude": 0.0}, "latitude"),
        ({"difficulty": "huge"}, "difficulty"),
        ({"state": "closed"}, "state"),
        ({"photos": ["x"] * 10}, "photos"),
    ],
)
def test_a_field_that_cannot_be_is_named(api_as: Make, change: dict[str, Any], field: str) -> None:
    refused = api_as("resident", VILLAGE).post("/cases", {**NEW, **change})
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "cases.nothing"}, "case_kind_unknown"),
        ({"area_code": "999999999999"}, "case_area_unknown"),
        ({"photos": ["nobodys-upload"]}, "not_found"),
        ({"person_id": "999"}, "not_found"),
    ],
)
def test_what_does_not_exist_is_said_so(api_as: Make, change: dict[str, Any], code: str) -> None:
    assert api_as("resident", VILLAGE).post("/cases", {**NEW, **change}).json["code"] == code


def test_nobody_gets_in_without_a_token_and_no_token_does_more_than_it_may(app: Flask, api_as: Make) -> None:
    case = filed(api_as("resident", VILLAGE))
    nobody = JsonClient(app, None)
    assert nobody.post("/cases", NEW).status_code == 401
    assert nobody.get(f"/cases/{case['id']}").status_code == 401
    resident = api_as("resident", VILLAGE)
    for path in ("dispatch", "accept", "resolve", "close", "urge", "spot-check"):
        assert step(resident, case, path, **DEEDS[path]).status_code == 403
    only_reads = api_as("secretary", VILLAGE, ["cases.view"])
    assert step(only_reads, case, "dispatch", **DESK).status_code == 403
    assert only_reads.get(f"/cases/{case['id']}").status_code == 200
    assert nobody.get("/cases/x").status_code == 401
    assert [resident.get(f"/cases/{bad}").status_code for bad in ("x", "0", "9" * 15, "9" * 40)] == [404] * 4


def test_public_answers_are_there_for_everybody_without_names(app: Flask, api_as: Make) -> None:
    resident, secretary = api_as("resident", VILLAGE), api_as("secretary", VILLAGE)
    public = filed(resident, kind="cases.snapshot", text="井盖坏了，电话13812345678")
    private = filed(resident, text="低保")
    nobody = JsonClient(app, None)
    assert nobody.get("/public-cases").json == []
    for case in (public, private):
        step(secretary, case, "accept")
        step(secretary, case, "resolve", outcome="solved", answer="已换，测试secretary-2 办的")
    (shown,) = nobody.get(f"/public-cases?area_code={VILLAGE}").json
    assert shown["id"] == public["number"]
    assert "13812345678" not in shown["text"]
    assert "key" not in shown
    assert nobody.get(f"/public-cases?area_code={SISTER_VILLAGE}").headers["X-Total-Count"] == "0"


def test_units_and_kinds_are_listed_within_ones_areas(api_as: Make) -> None:
    secretary = api_as("secretary", VILLAGE)
    for area_code in (VILLAGE, SISTER_VILLAGE):
        Unit.create(name="调解室", level="village", area_code=area_code, opened_at=now())
    assert [unit["area_code"] for unit in secretary.get("/units").json] == [VILLAGE]
    assert api_as("resident", VILLAGE).get("/units").json == []
    kinds = {kind["id"]: kind for kind in secretary.get("/case-kinds").json}
    assert kinds["cases.letter"]["open"]
    assert len(secretary.get("/case-kinds?page_size=2").json) == 2
