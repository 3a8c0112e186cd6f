"""Staff hand out, work on, answer and check cases: by mouse, by taps, without scripts, on paper."""

import re

import pytest

from tests.browser.conftest import DESKTOP, INTRANET, PHONE
from tests.browser.test_reporting import demand_accessible

pytestmark = pytest.mark.browser
VILLAGE, GRID = "341504001001", "341504001001001"
BOTH = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390x844", "1440x900"])


@pytest.fixture
def report(site, playwright):
    """What a resident of the first village reports meanwhile, by the JSON interface: returns the case."""
    program = playwright.request.new_context(
        base_url=site.url.replace(INTRANET, "127.0.0.1"),
        extra_http_headers={"Authorization": f"Bearer {site.account('resident')['token']}"},
    )

    def file(text, **more):
        body = {"kind": "cases.report", "text": text, "area_code": VILLAGE, **more}
        sent = program.post("/api/v1/cases", data=body)
        assert sent.ok, sent.text()
        return sent.json()

    yield file
    program.dispose()


def demand_fit(page, axe_source):
    """Accessible and no wider than the screen, seen from its top: lower, the bar covers a part."""
    page.evaluate("scrollTo(0, 0)")
    demand_accessible(page, axe_source)


def press(page, deed):
    """The button of a step on the page of a case."""
    with page.expect_navigation():
        page.locator(f"form[action$='/{deed}'] button[type=submit]").first.click()


def state_of(page):
    return page.locator(".case-what .signs .mark").first.inner_text().strip()


@BOTH
def test_a_case_is_handed_out_worked_on_answered_rated_and_reopened(visit, report, axe_source, size):
    case = report(f"三组路口的灯坏了 {size['width']}")
    secretary = visit("secretary", size)
    page = secretary.go(f"/cases/board?area={VILLAGE}")
    demand_fit(page, axe_source)
    # The button on the card, one tap for the grid, one to send: that is all on the phone.
    with page.expect_navigation():
        page.locator(f"[data-case='{case['id']}'] a.button").click()
    page.locator(f"label.target[for='radio-target-area-{GRID}']").click()
    demand_fit(page, axe_source)
    press(page, "dispatch")
    assert state_of(page) == "已交办"

    member = visit("grid_member", size)
    page = member.go("/cases/desk")
    demand_fit(page, axe_source)
    with page.expect_navigation():
        page.locator(f"main a[href$='/cases/{case['id']}']").first.click()
    press(page, "accept")
    press(page, "start")
    page.locator("label.target[for='o-solved']").click()
    page.fill("#f-answer", "换了灯泡，今晚会亮")
    demand_fit(page, axe_source)
    press(page, "resolve")
    assert state_of(page) == "已办结"

    resident = visit("resident", PHONE)
    page = resident.go(f"/cases/open/{case['id']}")
    assert "换了灯泡" in page.inner_text("main")
    page.locator("label.choice:has(input[name=solved][value=false])").click()
    page.locator("label.choice:has(input[name=thumb][value=down])").click()
    with page.expect_navigation():
        page.locator("form.rate button[type=submit]").click()

    page = visit("town_official", size).go(f"/cases/{case['id']}")
    assert state_of(page) == "重办"
    assert "居民不满意" in page.inner_text("main") or "重办 1 次" in page.inner_text("main")
    demand_fit(page, axe_source)


def test_a_card_is_dragged_to_the_grid_that_is_to_do_it(visit, report):
    case = report("请拖走这一张")
    page = visit("secretary", DESKTOP).go(f"/cases/board?area={VILLAGE}")
    rail = page.locator("#drop")
    assert rail.is_hidden()
    card = page.locator(f"[data-case='{case['id']}']")
    card.scroll_into_view_if_needed()
    start = card.bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + start["height"] - 70)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] - 90, steps=4)
    rail.wait_for(state="visible")
    goal = page.locator(f"[data-target='area:{GRID}']").bounding_box()
    with page.expect_navigation():
        page.mouse.move(goal["x"] + 20, goal["y"] + 20, steps=6)
        page.mouse.move(goal["x"] + 24, goal["y"] + 24)
        page.mouse.up()
    assert page.locator(f"[data-case='{case['id']}']").count() == 0
    assert "请拖走这一张" in page.locator("section[aria-labelledby=column-dispatched]").inner_text()


def test_without_scripts_and_mouse_everything_is_a_form(visit, report):
    case = report("没有脚本也能办")
    secretary = visit("secretary", DESKTOP, java_script_enabled=False)
    page = secretary.go(f"/cases/board?area={VILLAGE}")
    assert page.locator("#drop").is_hidden()
    with page.expect_navigation():
        page.locator(f"[data-case='{case['id']}'] a.button").click()
    page.locator(f"input[value='area:{GRID}'][type=radio]").check()
    press(page, "dispatch")
    assert state_of(page) == "已交办"
    page.locator("summary", has_text="上报").click()
    page.locator("#r-escalate").fill("要换整条线路")
    press(page, "escalate")
    assert "要换整条线路" in page.inner_text(".case-way")


@BOTH
def test_a_case_is_filed_for_somebody_of_the_register_and_the_slip_opens_it(
    visit, decode_qr, axe_source, size
):
    secretary = visit("secretary", size)
    page = secretary.go("/people")
    name = page.locator("main .row-link strong").first.inner_text().strip()
    page = secretary.go(f"/cases/new?q={name}")
    demand_fit(page, axe_source)
    for _ in range(2):  # the household, then the person
        with page.expect_navigation():
            page.locator("main .rows a").first.click()
    page.locator("label.target[for='k-2']").click()
    page.fill("[name=text]", "打电话来说家里断水")
    demand_fit(page, axe_source)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    assert re.search(r"/cases/\d+/slip$", page.url)
    demand_fit(page, axe_source)
    address = decode_qr(page.locator(".slip-code svg").screenshot())
    number = page.locator(".slip-big").first.inner_text()
    page.emulate_media(media="print")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1

    family = visit(None)
    family.page.goto(address)
    assert number in family.page.inner_text("main")
    assert "打电话来说家里断水" in family.page.inner_text("main")


@BOTH
def test_a_supervisor_checks_what_was_answered(visit, axe_source, size):
    supervisor = visit("supervisor", size)
    page = supervisor.go("/cases/watch?part=checks")
    before = page.locator(".watch-list > li").count()
    assert before > 0
    demand_fit(page, axe_source)
    with page.expect_navigation():
        page.locator(".watch-list a.button").first.click()
    page.locator("#n-check").fill("到现场看过")
    demand_fit(page, axe_source)
    with page.expect_navigation():
        page.locator("form[action$='/check'] button[value=true]").click()
    assert "抽查" in page.inner_text(".steps")
    page = supervisor.go("/cases/figures?since=2026-01-01")
    with page.expect_download() as download:
        page.locator("form[action$='/export'] button[value=xlsx]").click()
    assert download.value.suggested_filename == "cases.xlsx"


@BOTH
def test_the_county_writes_a_rule_and_tries_it_out(visit, axe_source, size):
    admin = visit("county_admin", size)
    page = admin.go("/cases/rules/new")
    demand_fit(page, axe_source)
    page.select_option("#f-kind", "cases.other")
    page.select_option("#f-area_code", VILLAGE)
    page.select_option("#f-level", "town")
    page.fill("#f-position", "5")
    page.fill("#f-note", f"试一试 {size['width']}")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    page.select_option("#try #f-kind", "cases.other")
    page.select_option("#try #f-area", VILLAGE)
    with page.expect_navigation():
        page.locator("#try button[type=submit]").click()
    assert "因为第 5 条规则" in page.inner_text("#try")
    demand_fit(page, axe_source)
    hit = page.locator(".rules .is-hit")
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        hit.locator("form button").click()
    assert f"试一试 {size['width']}" not in page.locator(".rules").inner_text()


def test_the_sheet_of_a_case_is_paper(visit, report, decode_qr, site):
    case = report("请打印出来")
    page = visit("secretary", DESKTOP).go(f"/cases/{case['id']}/sheet")
    assert decode_qr(page.locator(".sheet-code svg").screenshot()) == f"{site.url}/cases/{case['id']}"
    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible()
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_large_print_keeps_the_desk_within_the_phone(visit, report):
    case = report("大字也放得下")
    secretary = visit("secretary", PHONE)
    secretary.context.add_cookies([{"name": "large_print", "value": "1", "url": secretary.site.url}])
    for path in (
        "/cases/desk",
        f"/cases/board?area={VILLAGE}",
        f"/cases/{case['id']}",
        "/cases",
        "/cases/new",
    ):
        page = secretary.go(path)
        assert "large" in page.locator("body").get_attribute("class")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
        small = page.evaluate(
            """() => [...document.querySelectorAll('main button, main .button, main .row-link,'
            + 'main summary')].map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < 60)
            .map(([html]) => html)"""
        )
        assert small == [], path
