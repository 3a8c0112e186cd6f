"""Pages: each opens for whom it is meant, refuses in words, keeps what was typed."""

import io
import re

import pytest

from core.clock import today
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, TOWN, VILLAGE
from plugins.diary.jobs import reckon_visits
from plugins.diary.queries.entries import Wanted, list_entries
from plugins.diary.queries.visits import list_visits
from plugins.diary.services.establishments import EstablishmentDetails, register_establishment
from plugins.diary.services.postings import NewPosting, station
from plugins.diary.services.teams import TeamPlan, create_team, join_team
from plugins.diary.services.visits import NewVisit, record_visit

HERE = AreaScope((COUNTY_CODE,))


@pytest.fixture
def browser(village, as_role):
    return as_role("stationed_cadre", VILLAGE)


@pytest.fixture
def furnished(village):
    """One of everything; ids by name."""
    reckon_visits()
    posting = station(
        village.chief,
        NewPosting(village.secretary.account_id, "village", "fixed", [VILLAGE], today(), unit="县局"),
    )
    team = create_team(village.chief, VILLAGE, TeamPlan("一村联村组", 2, "服务中心"))
    join_team(village.chief, team, account_id=village.cadre.account_id, role="head", phone="13800000000")
    shop = register_establishment(village.cadre, VILLAGE, EstablishmentDetails("shop", "便民超市"))
    visit, entry = record_visit(
        village.cadre,
        NewVisit(household_id=village.house.id, text="赵大山说路灯坏了", solved=1, solved_note="换了灯泡"),
    )
    return {
        "posting": posting,
        "team": team,
        "shop": shop,
        "visit": visit,
        "entry": entry,
        "house": village.house.id,
    }


FIELD = (
    "/diary/write",
    "/diary/mine",
    "/diary/due",
    "/diary/due?tab=unvisited",
    "/diary/due?tab=establishments",
    "/diary/route",
    "/diary/my-posting",
    "/diary/entries/{entry}",
    "/diary/households/{house}",
    "/diary/households/{house}/visit",
    "/diary/establishments/{shop}",
    "/diary/establishments/{shop}/visit",
    "/diary/establishments/{shop}/change",
    "/diary/establishments/new",
    "/diary/visits/{visit}",
)
DESK = (
    "/diary/entries",
    "/diary/entries?q=路灯&since=2026-01-01&kind=village",
    "/diary/visits",
    "/diary/rounds",
    "/diary/rounds?area=341504001001",
    "/diary/postings",
    "/diary/postings?ended=1",
    "/diary/postings/new",
    "/diary/postings/{posting}",
    "/diary/teams",
    "/diary/teams/new",
    "/diary/teams/{team}",
    "/diary/teams/{team}/change",
    "/diary/teams/{team}/card",
    "/diary/establishments",
)


@pytest.mark.parametrize("path", FIELD)
def test_a_cadre_opens_the_pages_of_the_field(furnished, browser, path):
    answer = browser.get(path.format(**furnished))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", DESK)
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_a_desk_opens_its_pages_in_both_languages(furnished, as_role, path, language):
    browser = as_role("county_admin", COUNTY_CODE)
    browser.set_cookie("language", language)
    answer = browser.get(path.format(**furnished))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", [path for path in (*FIELD, *DESK) if "{" in path and "posting" not in path])
def test_another_area_finds_nothing(furnished, as_role, path):
    assert as_role("stationed_cadre", FAR_VILLAGE).get(path.format(**furnished)).status_code in (403, 404)


@pytest.mark.parametrize("path", [*FIELD, *DESK])
def test_residents_find_none_of_it(furnished, as_role, path):
    assert as_role("resident", VILLAGE).get(path.format(**furnished)).status_code == 403


def test_a_minute_of_writing(village, browser, submit):
    answer = submit(
        browser,
        "/diary/write",
        "/diary/write",
        text="钱小梅家水压不够",
        area_code=VILLAGE,
        day=today().isoformat(),
    )
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "钱小梅家水压不够" in page
    target = re.search(r'value="(person:[0-9]+)"', page).group(1)
    linked = submit(browser, answer.headers["Location"], answer.headers["Location"] + "/links", what=target)
    assert linked.status_code == 303
    raised = submit(browser, answer.headers["Location"], answer.headers["Location"] + "/problems")
    assert raised.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "待签收" in page or "已交办" in page or "后来怎么样了" in page
    assert "删除这篇日记" not in page


@pytest.mark.parametrize("text", ["", "长" * 20_001, "长" * 99_000])
def test_what_was_typed_is_still_there_when_it_is_refused(village, browser, submit, text):
    answer = submit(
        browser, "/diary/write", "/diary/write", text=text, area_code=VILLAGE, day=today().isoformat()
    )
    assert answer.status_code == 422
    assert text[:500] in answer.text
    assert list_entries(village.chief, Wanted())[1] == 0


def test_a_visit_is_written_once_however_often_it_is_sent(village, browser, submit):
    path = f"/diary/households/{village.house.id}/visit"
    form = {
        "text": "看过了",
        "day": today().isoformat(),
        "form_key": "a" * 16,
        "persons": [str(village.house.person_ids[0])],
        f"asked.{village.house.person_ids[0]}": "1",
        f"tags.{village.house.person_ids[0]}": ["disabled"],
        f"risk.{village.house.person_ids[0]}": "mid",
    }
    for _ in range(2):
        assert submit(browser, path, path, **form).status_code == 303
    (row,) = list_visits(village.cadre)[0]
    assert (row.persons[0].tags_after, row.persons[0].risk_after) == ("disabled", "mid")


def test_a_refused_visit_keeps_ticks_and_words(village, browser, submit):
    path = f"/diary/households/{village.house.id}/visit"
    answer = submit(
        browser,
        path,
        path,
        text="别丢了",
        day="2030-01-01",
        topics=["roads"],
        persons=[str(village.house.person_ids[1])],
    )
    assert answer.status_code == 422
    assert "别丢了" in answer.text
    assert re.search(r'id="topic-roads"[^>]* checked', answer.text)
    assert re.search(rf'id="met-{village.house.person_ids[1]}"[^>]* checked', answer.text)
    assert list_visits(village.cadre)[1] == 0


def test_a_stale_window_shows_the_newer_text_beside_ones_own(village, furnished, as_role, submit, account):
    from core.accounts.api import open_session, operator

    app_browser = as_role("resident", VILLAGE)
    with app_browser.session_transaction() as session:
        session["token"] = open_session(operator(), village.cadre.account_id).token
    path = f"/diary/entries/{furnished['entry']}/change"
    day = today().isoformat()
    assert submit(app_browser, path, path, text="第二版", version="1", day=day).status_code == 303
    answer = submit(app_browser, path, path, text="我写的", version="1", day=day)
    assert answer.status_code == 409
    assert "第二版" in answer.text
    assert "我写的" in answer.text
    assert 'name="version" value="2"' in answer.text


def test_text_is_shown_and_never_run(village, browser, submit):
    evil = "<script>alert(1)</script>{{ 7*7 }}"
    answer = submit(
        browser, "/diary/write", "/diary/write", text=evil, area_code=VILLAGE, day=today().isoformat()
    )
    page = browser.get(answer.headers["Location"]).text
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page


def test_a_card_leads_whoever_scans_it_to_the_team(furnished, client, as_role):
    page = as_role("town_official", TOWN).get(f"/diary/teams/{furnished['team']}/card").text
    code = re.search(r"/diary/t/([A-Z0-9]{8})", page).group(1)
    answer = client.get(f"/diary/t/{code}")
    assert answer.status_code == 200
    assert "13800000000" in answer.text
    assert client.get("/diary/t/ABCDEFGH").status_code == 404


def test_posting_and_team_forms(village, as_role, submit, account):
    desk = as_role("county_admin", COUNTY_CODE)
    number = account("resident", COUNTY_CODE).id
    searched = submit(desk, "/diary/postings/new", "/diary/postings/new", q="resident", find="1")
    assert f'value="{number}"' in searched.text
    form = {
        "account_id": str(number),
        "kind": "village",
        "mode": "fixed",
        "places": [VILLAGE],
        "since": today().isoformat(),
    }
    made = submit(desk, "/diary/postings/new", "/diary/postings/new", **form)
    assert made.status_code == 303
    place = made.headers["Location"]
    assert submit(desk, place, place + "/items", text="修路", due=today().isoformat()).status_code == 303
    item = re.search(r"/diary/items/([0-9]+)/finish", desk.get(place).text).group(1)
    assert (
        submit(
            desk, place, f"/diary/items/{item}/finish", note="好了", posting_id=place.rpartition("/")[2]
        ).status_code
        == 303
    )
    refused = submit(desk, "/diary/postings/new", "/diary/postings/new", **form)
    assert refused.status_code == 409
    assert "一村一干部" in refused.text
    ended = submit(desk, place, place + "/end", why="left")
    assert ended.status_code == 303
    team = submit(
        desk, "/diary/teams/new", "/diary/teams/new", area_code=VILLAGE, name="组", weekday="2", place="中心"
    )
    assert team.status_code == 303
    where = team.headers["Location"]
    assert submit(desk, where, where + "/members", account_id=str(number), role="lead").status_code == 303
    assert submit(desk, where, where + "/members", account_id=str(number), role="head").status_code == 409


def test_a_households_page_and_home_tell_of_visits(furnished, browser, as_role):
    panel = browser.get(f"/people/households/{furnished['house']}").text
    assert "走访和民情" in panel
    assert "赵大山说路灯坏了" in panel
    home = as_role("county_admin", COUNTY_CODE).get("/").text
    assert "今年走访" in home


def test_a_sound_note_comes_with_a_visit(browser, village, submit):
    address = f"/diary/households/{village.house.id}/visit"
    sound = (io.BytesIO(b"#!AMR\n" + b"\4" * 32), "note.amr")
    answer = submit(browser, address, address, day=today().isoformat(), text="听他说了半天", sounds=sound)
    shown = browser.get(answer.headers["Location"])
    assert "media-src 'self'" in shown.headers["Content-Security-Policy"]
    heard = browser.get(re.search(r'<audio[^>]*src="([^"]+)"', shown.text).group(1))
    assert heard.headers["Content-Type"] == "audio/amr"
    assert heard.headers["X-Content-Type-Options"] == "nosniff"


def test_the_button_for_a_check_in_is_there_where_it_is_grounded(browser, village, submit, ground):
    address = f"/diary/households/{village.house.id}/visit"
    assert "data-here" not in browser.get(address).text
    ground("check_in")
    page = browser.get(address)
    assert "data-here" in page.text
    assert "某某条例第三条" in page.text
    assert "geolocation=(self)" in page.headers["Permissions-Policy"]
    sent = {"day": today().isoformat(), "latitude": "31.861", "longitude": "115.93"}
    answer = submit(browser, address, address, **sent)
    assert "31.861, 115.93" in browser.get(answer.headers["Location"]).text
