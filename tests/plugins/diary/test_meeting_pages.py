"""Pages and interface of meetings, works and duties: open for whom they are meant, one journey by forms."""

import re
from datetime import timedelta

from core.clock import now, today
from core.testing import SISTER_VILLAGE, VILLAGE
from tests.plugins.diary.test_meetings import held, plan

START = "/diary/meetings/call"


def test_a_secretary_holds_a_meeting_by_forms(village, as_role, submit):
    desk, resident = as_role("secretary", VILLAGE), as_role("resident", VILLAGE)
    at = (now() + timedelta(days=1)).strftime("%Y-%m-%dT19:00")
    form = {
        "area_code": VILLAGE,
        "kind": "deliberation",
        "topic": "<b>修路</b>",
        "starts_at": at,
        "place": "村委会",
    }
    refused = submit(desk, START, START, **{**form, "link": "javascript:alert(1)"})
    assert refused.status_code == 422
    assert "&lt;b&gt;修路" in refused.text
    where = submit(desk, START, START, **form).headers["Location"]
    found = submit(desk, where, where + "/participants", q="赵", find="1").text
    person = re.search(r'value="(person:[0-9]+)"', found).group(1)
    for sent in (
        {"who": person, "role": "resident"},
        {"name": "李工", "role": "unit"},
        {"name": "王工", "role": "unit"},
    ):
        assert submit(desk, where, where + "/participants", **sent).status_code == 303
    assert submit(desk, where, where + "/announce").status_code == 303
    lines = re.findall(r'name="listed" value="([0-9]+)"', desk.get(where).text)
    came = {f"came.{line}": "onsite" for line in lines}
    submit(desk, where, where + "/attendance", listed=lines, **came)
    refused = submit(desk, where, where + "/open")
    assert refused.status_code == 409
    assert "还差 1 人" in refused.text
    submit(desk, where, where + "/attendance", listed=lines, **{**came, f"came.{lines[2]}": "absent"})
    assert submit(desk, where, where + "/open").status_code == 303
    due = (today() + timedelta(days=9)).isoformat()
    assert (
        submit(desk, where, where + "/resolutions", text="月底修好", unit="村委会", due=due).status_code
        == 303
    )
    assert submit(desk, where + "/minutes", where + "/minutes", text="都同意", version="0").status_code == 303
    stale = submit(desk, where + "/minutes", where + "/minutes", text="另一人写的", version="0")
    assert (stale.status_code, "都同意" in stale.text, "另一人写的" in stale.text) == (409, True, True)
    assert submit(desk, where, where + "/finish", version="1").status_code == 303
    page = desk.get(where).text
    assert re.search(r"SHA-256 [0-9a-f]{64}", page)
    case = re.search(r'action="([^"]+/case)"', page).group(1)
    assert submit(desk, where, case).status_code == 303
    own = where.replace("/meetings/", "/village-meetings/")
    assert "都同意" not in resident.get(own).text
    assert submit(desk, where, where + "/publish").status_code == 303
    assert "都同意" in resident.get(own).text
    assert resident.get(where).status_code == 403
    for sheet in ("/notice", "/sign-in", "/minutes/1", "/minutes/1/canonical"):
        assert desk.get(where + sheet).status_code == 200
    assert desk.get(START + "?about=" + where.rpartition("/")[2]).status_code == 200


def test_a_notice_leads_to_the_meeting_and_shows_no_link(village, as_role, client):
    from plugins.diary.services.meetings import NewMeeting, call_meeting

    new = NewMeeting(VILLAGE, "deliberation", plan(link="https://meet.example/secret"))
    meeting_id = call_meeting(village.secretary, new)
    sheet = as_role("secretary", VILLAGE).get(f"/diary/meetings/{meeting_id}/notice").text
    code = re.search(r"/diary/m/([A-Z0-9]{8})", sheet).group(1)
    page = client.get(f"/diary/m/{code}")
    assert page.status_code == 200
    assert "修村东头的路" in page.text
    assert "meet.example" not in page.text + sheet
    assert client.get("/diary/m/ABCDEFGH").status_code == 404


def test_every_page_opens_and_walls_hold(village, as_role, api_as, submit):
    meeting_id = held(village)
    desk, far = as_role("secretary", VILLAGE), as_role("secretary", SISTER_VILLAGE)
    work = {"area_code": VILLAGE, "title": "装灯", "place": "村口", "budget": "1200.50"}
    where = submit(desk, "/diary/works/new", "/diary/works/new", **work).headers["Location"]
    duty = re.search(r"/diary/duties/[0-9]+", desk.get("/diary/duties").text).group(0)
    for path in (where, f"/diary/meetings/{meeting_id}", duty):
        assert desk.get(path).status_code == 200, path
        assert far.get(path).status_code == 404, path
    for path in (
        "/diary/meetings",
        "/diary/works",
        "/diary/duties",
        "/diary/duties/new",
        "/diary/meeting-rules",
    ):
        assert desk.get(path).status_code == 200, path
    assert "1,200.50" in desk.get(where).text
    table = submit(desk, "/diary/works", "/diary/works/export")
    assert "1200.50" in table.get_data(as_text=True)
    program, stranger = api_as("secretary", VILLAGE), api_as("secretary", SISTER_VILLAGE)
    assert [row["id"] for row in program.get("/meetings").json] == [str(meeting_id)]
    assert program.get(f"/meetings/{meeting_id}").json["versions"][0]["number"] == 1
    assert program.get("/small-works").json[0]["budget_fen"] == 120_050
    assert program.get("/duties").json[0]["meeting_id"] == str(meeting_id)
    assert stranger.get("/meetings").json == stranger.get("/duties").json == []
    assert stranger.get(f"/meetings/{meeting_id}").status_code == 404
    made = program.post(
        "/small-works", {"area_code": VILLAGE, "title": "修渠", "place": "河边", "budget_fen": 1}
    )
    assert made.status_code == 201
    home = as_role("stationed_cadre", VILLAGE).get("/")
    assert home.status_code == 200
