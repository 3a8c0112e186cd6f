"""Pages and interface of decisions: one journey by forms, one by JSON, walls, and what everybody may read."""

import io
import re
from datetime import timedelta

import pytest

from core.clock import now, today
from core.testing import FAR_VILLAGE, VILLAGE
from plugins.supervision.models.decisions import Decision
from plugins.supervision.services.decisions import name_concerned
from plugins.supervision.services.publishing import publish_decision, start_execution
from plugins.supervision.services.recusals import decide_recusal
from tests.plugins.supervision.test_decisions import picture, started
from tests.plugins.supervision.test_steps import with_steps

START = "/supervision/decisions/new"


def test_a_secretary_takes_a_decision_from_draft_to_result_by_forms(village, as_role, submit):
    desk = as_role("secretary", VILLAGE)
    voters = "/supervision/voters?area=" + VILLAGE
    found = submit(desk, voters, "/supervision/voters/add", area_code=VILLAGE, q="赵", find="1").text
    person = re.search(r'name="person_id" value="([0-9]+)"', found).group(1)
    form = {"area_code": VILLAGE, "person_id": person, "seat": "party_member", "since": "2025-01-01"}
    assert submit(desk, voters, "/supervision/voters/add", **form).status_code == 303
    again = submit(desk, voters, "/supervision/voters/add", **form)
    assert (again.status_code, "已登记为“党员”" in again.text) == (409, True)
    draft = {
        "area_code": VILLAGE,
        "title": "<b>修路</b>",
        "text": "修到老街",
        "budget": "1200.50",
        "six_steps": "yes",
    }
    refused = submit(desk, START, START, **{**draft, "budget": "很多"})
    assert (refused.status_code, "修到老街" in refused.text) == (422, True)
    files = [(io.BytesIO(picture()), "plan.jpg")]
    where = submit(desk, START, START, **draft, files=files).headers["Location"]
    page = desk.get(where).text
    assert "&lt;b&gt;修路" in page
    assert "SHA-256" in page
    refused = submit(desk, where, where + "/publish")
    assert (refused.status_code, "请先登记第 1 步" in refused.text) == (409, True)
    heads = {"day": today().isoformat(), "due": "9", "present": "7", "agree": "6", "signatures": "7"}
    short = submit(desk, where, where + "/steps/1", **{**heads, "present": "3", "agree": "3"})
    assert (short.status_code, "至少要 5 人" in short.text) == (409, True)
    for step in range(1, 5):
        more = {"body": "representatives"} if step == 4 else {}
        assert submit(desk, where, f"{where}/steps/{step}", **heads, **more).status_code == 303
        assert desk.get(f"{where}/steps/{step}/sheet").status_code == 200
    assert submit(desk, where, where + "/publish").status_code == 303
    shut = submit(desk, where, where + "/start")
    assert (shut.status_code, "不得早于 2026-03-06" in shut.text, "还差 1 人" in shut.text) == (
        409,
        True,
        True,
    )
    for sheet in ("/notice", "/notice?size=a3", "/versions/1/canonical", "/edit"):
        assert desk.get(where + sheet).status_code == 200, sheet
    decision_id = int(where.rpartition("/")[2])
    village.vote(decision_id, 1)
    village.pass_days(4)
    desk = as_role("secretary", VILLAGE)  # sessions of four days ago are over
    assert submit(desk, where, where + "/start").status_code == 303
    line = {"day": today().isoformat(), "title": "首付", "kind": "payment", "amount": "1300"}
    over = submit(desk, where, where + "/lines", **line)
    assert (over.status_code, "还可付 1200.50 元" in over.text) == (409, True)
    photo = {"photos": [(io.BytesIO(picture()), "done.jpg")]}
    assert submit(desk, where, where + "/lines", **{**line, "amount": "600"}, **photo).status_code == 303
    accepted = {**line, "kind": "acceptance", "title": "验收", "amount": ""}
    assert submit(desk, where, where + "/lines", **accepted).status_code == 303
    assert submit(desk, where, where + "/result", result="修好了").status_code == 303
    assert "结果已公开" in desk.get(where).text
    assert "600.00" in desk.get(where).text
    row = Decision.unscoped("a test looks").get()
    resident, public = (
        as_role("resident", VILLAGE, person_id=village.persons[5]),
        f"/supervision/d/{row.code}",
    )
    assert submit(resident, public, public + "/rate", thumb="up").status_code == 303
    assert "满意 1，不满意 0" in resident.get(public).text


def test_the_public_page_names_no_voter_and_needs_few_statements(village, client, as_role, county):
    decision_id = started(village)
    row = Decision.unscoped("a test looks").where(Decision.id == decision_id).get()
    page = client.get(f"/supervision/d/{row.code}")
    assert page.status_code == 200
    assert "修村东头的路" in page.text
    for name in ("赵大山", "钱小梅", "孙奶奶", "李网格", "周网格"):
        assert name not in page.text
    assert client.get("/supervision/d/ABCDEFGH").status_code == 404
    draft_id = village.draft("还没公示")
    draft = Decision.unscoped("a test looks").where(Decision.id == draft_id).get()
    assert client.get(f"/supervision/d/{draft.code}").status_code == 404
    far = as_role("secretary", FAR_VILLAGE)
    for path in ("", "/notice", "/versions/1/canonical", "/edit"):
        assert far.get(f"/supervision/decisions/{decision_id}{path}").status_code == 404, path
    assert "修村东头" not in far.get("/supervision/decisions").text


def test_whoever_left_by_recusal_sees_no_votes_but_what_everybody_reads(village, as_role, api_as):
    for person_id in village.persons[:5]:
        village.seat(person_id)
    decision_id = village.draft()
    name_concerned(village.secretary, decision_id, village.persons[0])
    for person_id in village.persons[:2]:
        decide_recusal(village.town, decision_id, person_id, confirm=True)
    publish_decision(village.secretary, decision_id)
    desk = as_role("secretary", VILLAGE, person_id=village.persons[0])
    page = desk.get(f"/supervision/decisions/{decision_id}").text
    assert "您与这一事项有利害关系" in page
    assert "孙奶奶" not in page
    program = api_as("secretary", VILLAGE, person_id=village.persons[1])
    for path in ("roll", "recusals"):
        assert program.get(f"/decisions/{decision_id}/{path}").status_code == 404
    assert program.post(f"/decisions/{decision_id}/execution").status_code == 403
    other = api_as("secretary", VILLAGE)
    assert len(other.get(f"/decisions/{decision_id}/roll").json) == 3
    row = Decision.unscoped("a test looks").where(Decision.id == decision_id).get()
    assert desk.get(f"/supervision/d/{row.code}").status_code == 200


def test_a_program_takes_a_decision_through_the_interface(village, api_as):
    program, stranger = api_as("secretary", VILLAGE), api_as("secretary", FAR_VILLAGE)
    voter = {
        "area_code": VILLAGE,
        "person_id": str(village.persons[0]),
        "seat": "party_member",
        "since": "2025-01-01",
    }
    made = program.post("/voters", voter)
    assert (made.status_code, made.json["name"]) == (201, "赵大山")
    assert stranger.get(f"/voters?area_code={VILLAGE}").status_code == 404
    new = {"area_code": VILLAGE, "title": "修路", "text": "修到老街", "budget_fen": 100}
    assert stranger.post("/decisions", new).status_code == 404
    made = program.post("/decisions", new, key="draft-1")
    assert (made.status_code, made.json["state"], made.json["gate"]) == (201, "draft", None)
    assert program.post("/decisions", new, key="draft-1").json["id"] == made.json["id"]
    one = f"/decisions/{made.json['id']}"
    published = program.post(f"{one}/publish").json
    assert (published["version"], published["earliest_day"]) == (1, "2026-03-06")
    shut = program.post(f"{one}/execution")
    assert (shut.status_code, shut.json["code"]) == (409, "supervision_gate_shut")
    assert "不得早于 2026-03-06" in shut.json["detail"]
    assert "还差 1 人" in shut.json["detail"]
    gate = program.get(one).json["gate"]
    assert (gate["is_open"], gate["short"], gate["tally"]["needed"]) == (False, 1, 1)
    changed = program.call("PUT", one, {"title": "修路", "text": "改到新街"})
    assert changed.json["version"] == 2
    assert [each["number"] for each in changed.json["versions"]] == [2, 1]
    for path in ("", "/roll", "/recusals"):
        assert stranger.get(one + path).status_code == 404
    village.vote(int(made.json["id"]), 1)
    village.pass_days(4)
    assert program.post(f"{one}/execution").json["state"] == "executing"
    line = {"kind": "acceptance", "day": today().isoformat(), "title": "验收"}
    assert program.post(f"{one}/lines", line).status_code == 201
    assert program.post(f"{one}/result", {"text": "修好了"}).json["state"] == "done"
    assert program.get("/decisions?state=done").headers["X-Total-Count"] == "1"
    second = program.post("/decisions", new).json["id"]
    assert program.post(f"/decisions/{second}/withdraw", {"why": "重复"}).json["state"] == "withdrawn"
    third = program.post("/decisions", {**new, "six_steps": True}).json["id"]
    sheet = {"step": 1, "day": today().isoformat(), "due": 3, "present": 3, "agree": 3, "signatures": 3}
    done = program.post(f"/decisions/{third}/steps", sheet)
    assert (done.status_code, done.json["steps"][0]["agree"]) == (201, 3)
    end = program.post(
        f"/voters/{program.get(f'/voters?area_code={VILLAGE}').json[0]['id']}/end",
        {"until": today().isoformat()},
    )
    assert end.json["until"] == today().isoformat()


def test_every_list_and_form_opens_for_whom_it_is_meant(village, as_role):
    with_steps(village)
    desk, resident = as_role("secretary", VILLAGE), as_role("resident", VILLAGE)
    for path in ("decisions", "decisions/new", "voters", "voters/import", "voters/import/blank.xlsx"):
        assert desk.get("/supervision/" + path).status_code == 200, path
        assert resident.get("/supervision/" + path).status_code == 403, path


def test_a_later_edit_voids_leave_to_carry_out_visibly(village, as_role, submit):
    decision_id = started(village)
    desk, where = as_role("secretary", VILLAGE), f"/supervision/decisions/{decision_id}"
    assert "公示期、名册和表决全部重新开始" in desk.get(where + "/edit").text
    changed = {"title": "修村东头的路", "text": "改宽一米", "budget": ""}
    assert submit(desk, where + "/edit", where + "/edit", **changed).status_code == 303
    page = desk.get(where).text
    assert "第 1 版及其表决、实施资格已作废" in page
    assert "已作废" in page
    start_at = now() + timedelta(days=10)
    village.move_clock(start_at)
    with pytest.raises(Exception, match="supervision_gate_shut"):
        start_execution(village.secretary, decision_id)
