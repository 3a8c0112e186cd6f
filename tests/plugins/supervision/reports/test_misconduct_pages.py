"""The reporter's pages and the office's: from the code on the wall to the rating, and what no log says."""

import json
import logging
import re
from base64 import b64encode
from datetime import timedelta
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from core.clock import now, today
from core.db import database, milliseconds, unit_of_work
from core.logs import JsonLines
from core.testing import COUNTY_CODE, FAR_VILLAGE, TOWN, VILLAGE, JsonClient
from plugins.supervision.models.reports import MisconductReport
from plugins.supervision.queries.report_desk import Wanted, list_reports
from plugins.supervision.queries.report_figures import LEAST, shown_counts
from plugins.supervision.services import report_calm
from plugins.supervision.services.powers import add_power
from plugins.supervision.services.village_powers import switch_on
from tests.plugins.supervision.power_people import text as power_text
from tests.plugins.supervision.reports.offices import last, photo, reported

FORM = f"/supervision/reports/at/{VILLAGE}"
TRACK = "/supervision/reports/track"


def token_of(browser, page):
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    return {"csrf_token": found[1]}


def send(browser, address="127.0.0.1", **form):
    facts = {"kind": "taking", "text": "办低保要送两条烟", "form_key": "a-request-number", "named": "false"}
    sent = {**token_of(browser, FORM), **facts, **form}
    return browser.post(FORM, data=sent, environ_overrides={"REMOTE_ADDR": address})


def number_in(text):
    return re.search(r"data-number>([^<]+)<", text)[1].replace(" ", "")


def test_somebody_reports_follows_and_rates_without_an_account(office, client):
    picture = (BytesIO(photo()), "IMG_1.jpg")
    answer = send(client, photos=[picture], account_ids=[str(office.secretary.account_id)])
    assert answer.status_code == 200, answer.text
    number = number_in(answer.text)
    again = send(
        client, photos=[(BytesIO(photo()), "IMG_1.jpg")], account_ids=[str(office.secretary.account_id)]
    )
    assert number_in(again.text) == number
    assert MisconductReport.unscoped("a test").count() == 1
    assert (last().area_code, last().level_code, last().is_named) == (VILLAGE, TOWN, False)
    token = token_of(client, TRACK)
    page = client.post(TRACK, data={**token, "number": number}).text
    assert 'data-state="received"' in page
    assert "两条烟" not in page
    assert office.secretary.name not in page
    desk = office.browser(client.application, office.officer)
    report = f"/supervision/reports/desk/{last().id}"
    deeds = [
        ("assign", {"handler_id": str(office.officer.account_id)}),
        ("answer", {"outcome": "partly", "answer": "已经退还"}),
        ("answer", {"outcome": "partly", "answer": "两条烟已经退还，已批评教育"}),
    ]
    statuses = []
    for turn, (deed, form) in enumerate(deeds):
        data = {**token_of(desk, report), "form_key": f"request-{turn}", **form}
        statuses.append(desk.post(f"{report}/{deed}", data=data).status_code)
    assert statuses == [303, 422, 303]
    page = client.post(TRACK, data={**token, "number": number}).text
    assert "两条烟已经退还" in page
    rated = client.post(
        f"{TRACK}/rating", data={**token, "number": number, "solved": "false", "thumb": "down"}
    )
    assert 'data-state="received"' in rated.text
    assert last().level_code == COUNTY_CODE


def test_the_form_says_what_is_missing_and_where_one_is(office, client):
    refused = send(client, text="")
    assert refused.status_code == 422
    assert "两条烟" not in refused.text
    assert office.secretary.name in client.get(FORM).text
    assert office.secretary.name not in client.get(f"/supervision/reports/at/{FAR_VILLAGE}").text
    assert client.get("/supervision/reports/at/999999001001").status_code == 404
    assert VILLAGE[:9] in client.get("/supervision/reports").text
    assert VILLAGE in client.get(f"/supervision/reports?inside={TOWN}").text
    at_home = office.browser(client.application, office.resident).get("/supervision/reports")
    assert at_home.location.endswith(FORM)
    assert client.get(f"{FORM}/poster").status_code == 200
    wrong = client.post(TRACK, data={**token_of(client, TRACK), "number": "ABCDEFGHJKMN"})
    assert wrong.status_code == 404


def test_the_log_of_a_report_names_no_account_and_no_address(office, client, caplog):
    browser = office.browser(client.application, office.resident)
    browser.get("/")
    token = token_of(browser, FORM)
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="core.requests"):
        send(browser, address="203.0.113.9", **token)
        browser.post(
            TRACK, data={**token, "number": "ABCDEFGHJKMN"}, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}
        )
        browser.get("/accounts/me")
    lines = [
        json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "core.requests"
    ]
    by_endpoint = {line["endpoint"]: line for line in lines}
    for endpoint in ("/supervision/reports/at/<string:code>", TRACK):
        assert by_endpoint[endpoint]["account"] is None
    assert "203.0.113.9" not in json.dumps(lines)
    # The control: any other page of the same person names them.
    assert office.resident.account_id in [line["account"] for line in lines]


def test_too_many_from_one_address_or_numbers_guessed_are_held_back(office, client, monkeypatch):
    monkeypatch.setattr(report_calm, "_counters", None)
    statuses = [send(client, address="203.0.113.7", text=f"第 {turn} 件").status_code for turn in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert send(client, address="203.0.113.8").status_code == 200
    kept = repr(report_calm._of_county().reports.__dict__)
    assert "203.0.113" not in kept
    token = token_of(client, TRACK)
    guess = {"data": {**token, "number": "ABCDEFGHJKMN"}, "environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}}
    assert [client.post(TRACK, **guess).status_code for _ in range(21)] == [404] * 20 + [429]


def test_wrong_numbers_are_counted_together_wherever_they_come_from(office, client, monkeypatch):
    monkeypatch.setattr(report_calm, "_counters", None)
    monkeypatch.setattr(report_calm, "WRONG_OF_ALL", 30)
    number, token = reported(office).number, token_of(client, TRACK)

    def tried(typed, address):
        sent = {"data": {**token, "number": typed}, "environ_overrides": {"REMOTE_ADDR": address}}
        return client.post(TRACK, **sent).status_code

    # This machine itself, as behind a proxy that hides the addresses, and many addresses one after the other.
    addresses = ["127.0.0.1", "::1", *(f"203.0.113.{turn}" for turn in range(13))] * 2
    assert {tried("ABCDEFGHJKMN", each) for each in addresses} == {404}
    assert [tried(number, each) for each in ("127.0.0.1", "198.51.100.1")] == [429, 429]
    program = JsonClient(client.application, None)
    assert program.call("POST", "/misconduct-reports/track", {"number": number}).status_code == 429
    # It is over soon, and right numbers never count.
    office.move_clock(now() + timedelta(seconds=61))
    assert {tried(number, "127.0.0.1") for _ in range(40)} == {200}


def test_what_is_too_large_keeps_what_was_typed(office, client, monkeypatch):
    monkeypatch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 200_000)
    large = {"photos": [(BytesIO(photo() + bytes(300_000)), "IMG_1.jpg")], "text": "一段很长的话"}
    chosen = str(office.secretary.account_id)
    refused = send(client, **large, account_ids=[chosen], who="石敢当", kind="favour")
    assert refused.status_code == 413
    page = refused.text
    for kept in ("一段很长的话", 'value="石敢当"', f'value="{chosen}" checked', "a-request-number", "太大"):
        assert kept in page
    assert re.search(r'value="favour" required checked', page)
    assert MisconductReport.unscoped("a test").count() == 0
    # The control: on any other page it is the plain page of an error.
    other = client.post(TRACK, data={"number": "x", "file": (BytesIO(bytes(300_000)), "x.jpg")})
    assert (other.status_code, "data-misconduct" in other.text) == (413, False)


def test_a_report_about_all_who_could_handle_it_says_so_on_the_page(office, client):
    everybody = [str(each.account_id) for each in (office.county, office.county_colleague)]
    answer = send(client, account_ids=everybody)
    assert "没有人能办理" in answer.text
    assert "分给专人办理" not in answer.text
    tracked = client.post(TRACK, data={**token_of(client, TRACK), "number": number_in(answer.text)})
    assert "没有人能办理" in tracked.text
    # The control: of any other one nothing of the kind is said, and its page has the code to come back with.
    answer = send(client, form_key="another-request")
    assert "没有人能办理" not in answer.text
    tracked = client.post(TRACK, data={**token_of(client, TRACK), "number": number_in(answer.text)})
    assert "没有人能办理" not in tracked.text
    assert "<svg" in tracked.text.partition('class="mr-code"')[2]


def test_a_deed_at_the_desk_without_its_number_says_what_is_missing(office, client):
    reported(office)
    desk, page = office.browser(client.application, office.officer), f"/supervision/reports/desk/{last().id}"
    sent = {**token_of(desk, page), "handler_id": str(office.officer.account_id)}
    refused = desk.post(f"{page}/assign", data=sent)
    assert (refused.status_code, "form_key_missing" in refused.text) == (400, True)
    assert last().state == "received"
    assert desk.post(f"{page}/assign", data={**sent, "form_key": "a-request-number"}).status_code == 303


def test_the_power_list_leads_to_the_form_with_the_item_filled_in(office, client):
    chief, code = office.make("county_admin", COUNTY_CODE), "DC-09"
    with unit_of_work():
        add_power(chief, code, "deliberation", power_text(), valid_from=today())
    switch_on(chief, VILLAGE, [code], since=today())
    listed = client.get(f"/supervision/v/{VILLAGE}").text
    assert f'href="{FORM}"' in listed
    item = client.get(f"/supervision/v/{VILLAGE}/powers/{code}").text
    assert f'href="{FORM}?power={code}"' in item
    form = client.get(f"{FORM}?power={code}").text
    assert re.search(rf'<option value="{code}" selected', form)


def test_the_interface_reports_and_follows_with_a_token_and_without(office, client, api_as):
    nobody = JsonClient(client.application, None)
    picture = b64encode(photo()).decode()
    body = {"area_code": VILLAGE, "kind": "taking", "text": "送了两条烟", "files": [picture]}
    made = nobody.call("POST", "/misconduct-reports", body, key="one")
    assert made.status_code == 201, made.json
    assert nobody.call("POST", "/misconduct-reports", body, key="one").json == made.json
    resident = api_as("resident", VILLAGE)
    named = resident.call("POST", "/misconduct-reports", {**body, "named": True})
    assert named.status_code == 201
    assert last().is_named
    assert api_as("town_official", TOWN).call("POST", "/misconduct-reports", body).status_code == 403
    tracked = nobody.call("POST", "/misconduct-reports/track", {"number": made.json["number"]})
    assert (tracked.status_code, tracked.json["state"], tracked.json["files"]) == (200, "received", 1)
    assert nobody.call("POST", "/misconduct-reports/track", {"number": "ABCDEFGHJKMN"}).status_code == 404
    for wrong in (
        {"files": ["?"]},
        {"files": [b64encode(b"x").decode()]},
        {"kind": "gossip"},
        {"area_code": TOWN},
    ):
        assert nobody.call("POST", "/misconduct-reports", {**body, **wrong}).status_code in (404, 415, 422)


def test_a_page_of_thousands_costs_fewer_than_twenty_statements(office, client):
    reported(office)
    row = dict(MisconductReport.unscoped("a test").dicts().get())
    rows = []
    for turn in range(3_000):
        moment = milliseconds(now()) + turn
        rows.append(
            {
                **row,
                "id": row["id"] + 1 + turn,
                "number_hash": turn.to_bytes(16, "big"),
                "received_at": moment,
            }
        )
    with database.atomic():
        for start in range(0, len(rows), 500):
            MisconductReport.insert_many(rows[start : start + 500]).execute()
    browser, asked = office.browser(client.application, office.officer), []
    note = asked.append
    pages = {
        "desk": 20,
        "desk?page=2": 20,
        f"desk/{row['id']}": 1,
        "figures": 0,
        "track": 0,
        f"at/{VILLAGE}": 0,
    }
    database.obj.query_hooks.append(note)
    try:
        for page, rows_shown in pages.items():
            asked.clear()
            answer = browser.get(f"/supervision/reports/{page}")
            assert answer.status_code == 200
            assert answer.text.count('class="mr-clock') >= rows_shown
            # A list costs fewer than twenty; one report also asks who may be assigned.
            assert 0 < len(asked) < (25 if page.startswith("desk/") else 20), (page, len(asked))
    finally:
        database.obj.query_hooks.remove(note)
    assert list_reports(office.officer, Wanted(), page=2)[1] == 3_001


@given(st.lists(st.integers(0, 9), max_size=8))
def test_no_count_below_three_can_be_reckoned_from_what_is_shown(numbers):
    counts = {str(place): number for place, number in enumerate(numbers)}
    shown = shown_counts(counts)
    hidden = [code for code in counts if shown[code] is None]
    assert all(shown[code] in (None, counts[code]) for code in counts)
    assert all(shown[code] is None for code in counts if counts[code] < LEAST)
    # The sum is shown: what is hidden is known together, so it must be several, and three at least.
    if hidden and len(hidden) < len(counts):
        assert len(hidden) > 1
        assert sum(counts[code] for code in hidden) >= LEAST
