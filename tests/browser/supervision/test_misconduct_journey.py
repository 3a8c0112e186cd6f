"""One-tap supervision from the wall to the verdict: anonymous, answered, not solved, one level up."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

REPORTS = "/supervision/reports"
TEXT = "办低保要送两条烟，问了三次"


def answer(office, answered):
    """Takes the report of TEXT from the list, assigns it to the only officer there is, and answers."""
    page = office.go(f"{REPORTS}/desk?q={TEXT}")
    page.locator(".mr-rows .row-link").first.click()
    page.locator("form[action$='/assign'] button").click()
    expect(page.locator("form[action$='/answer']")).to_be_visible()
    page.select_option("#f-outcome", "partly")
    page.fill("#f-answer", answered)
    page.locator("form[action$='/answer'] button").click()
    expect(page.locator("main")).to_contain_text(answered)


def look(resident, number):
    page = resident.go(f"{REPORTS}/track#{number}")
    expect(page.locator("#f-number")).to_have_value(number)
    assert "#" not in page.url
    page.click("form[data-track] button")
    page.wait_for_selector("[data-state]")
    return page


def test_a_report_is_sent_answered_not_solved_and_climbs_past_whom_it_is_about(
    visit, site, decode_qr, tmp_path
):
    village = site.account("secretary")["area_code"]
    resident = visit(None, PHONE, has_touch=True)
    page = resident.go(f"{REPORTS}/at/{village}/poster")
    form = decode_qr(page.locator(".mr-poster-code svg").screenshot())
    assert form.endswith(f"{REPORTS}/at/{village}")
    page = resident.go(f"{REPORTS}/at/{village}")
    picture = tmp_path / "IMG_0001.png"
    page.screenshot(path=str(picture))
    page.set_input_files("#f-photos", str(picture))
    page.click("label[for=c-kind-taking]")
    page.fill("#f-text", TEXT)
    page.click("summary:has-text('反映的是谁')")
    page.locator(".mr-people label").first.click()
    # The button to send covers nothing that is written.
    page.evaluate("document.querySelector('#f-text').scrollIntoView({block: 'end'})")
    box = page.locator("#f-text").bounding_box()
    spot = [box["x"] + box["width"] / 2, box["y"] + box["height"] - 6]
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).id", spot) == "f-text"
    # What would be too large to arrive is said before, and what was written stays.
    page.evaluate("document.querySelector('[data-misconduct]').dataset.mostBytes = '10'")
    page.click(".mr-send button")
    expect(page.locator("[data-reason]")).to_contain_text("太大")
    expect(page.locator("#f-text")).to_have_value(TEXT)
    page.evaluate("document.querySelector('[data-misconduct]').dataset.mostBytes = '9999999'")
    # Without a signal nothing is lost; nothing stays on a phone that is not said to be one's own.
    page.context.set_offline(True)
    page.click(".mr-send button")
    expect(page.locator("[data-failed]")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    page.click("label[for=f-keep]")
    assert TEXT in page.evaluate("Object.values(localStorage).join()")
    page.context.set_offline(False)
    page.wait_for_selector("[data-number]", timeout=15_000)
    assert page.evaluate("localStorage.length") == 0
    number = page.inner_text("[data-number]").replace(" ", "")
    assert re.fullmatch("[2-9A-Z]{12}", number)
    assert decode_qr(page.locator(".mr-code svg").screenshot()).endswith(f"{REPORTS}/track#{number}")
    assert number not in page.url

    secretary = visit("secretary", DESKTOP)
    for path in (f"{REPORTS}/desk", f"{REPORTS}/figures"):
        assert secretary.page.goto(site.url + path).status == 403
    assert TEXT not in secretary.go("/notices/").content()
    supervisor = visit("supervisor", DESKTOP).go(f"{REPORTS}/figures")
    expect(supervisor.locator("[data-total]")).to_be_visible()
    assert TEXT not in supervisor.content()

    officers = {a["area_code"]: a for a in site.seed["accounts"] if a["role"] == "discipline_officer"}
    officer = visit(None, DESKTOP).log_in(officers[village[:9]])
    answer(officer, "两条烟已经退还")
    page = look(resident, number)
    expect(page.locator("main")).to_contain_text("两条烟已经退还")
    page.click("summary:has-text('二维码')")
    assert decode_qr(page.locator(".mr-code svg").screenshot()).endswith(f"#{number}")
    page.click("label[for=c-solved-false]")
    page.click("label[for=c-thumb-down]")
    page.click("form[action$='/rating'] button[type=submit]")
    expect(page.locator("[data-state=received]")).to_be_visible()
    page = officer.go(f"{REPORTS}/desk?q={TEXT}")
    assert page.locator(".mr-rows").count() == 0

    county = visit(None, DESKTOP).log_in(officers[village[:6]])
    page = county.go(f"{REPORTS}/desk?q={TEXT}")
    expect(page.locator(".mr-rows .row-link")).to_have_count(1)
    expect(page.locator(".mr-rows")).to_contain_text("第 2 轮")
