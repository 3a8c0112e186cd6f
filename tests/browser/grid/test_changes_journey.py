"""When people and grids change, nothing is left without an owner: a post handed over, a grid split."""

import re
from datetime import date, timedelta

import pytest

from tests.browser.conftest import DESKTOP, INTRANET, PHONE

pytestmark = pytest.mark.browser
# A village of its own: whoever loses a post here is nobody in the other journeys.
VILLAGE = "341504001002"
GRID, OTHER_GRID = VILLAGE + "002", VILLAGE + "001"


@pytest.fixture
def call(site, playwright):
    """Call the JSON interface as one of the county's accounts."""
    opened = []

    def make(account, method, path, **body):
        program = playwright.request.new_context(
            base_url=site.url.replace(INTRANET, "127.0.0.1"),
            extra_http_headers={"Authorization": f"Bearer {account['token']}"},
        )
        opened.append(program)
        answer = program.fetch(f"/api/v1{path}", method=method, data=body or None)
        assert answer.ok, answer.text()
        return answer.json()

    yield make
    for program in opened:
        program.dispose()


def people(site, role):
    """The accounts of a role in this village."""
    return [each for each in site.seed["accounts"] if each["role"] == role and each["area_code"] == VILLAGE]


def choose(page, name):
    """Find somebody in the register and tick them."""
    page.fill("input[name=q]", name)
    with page.expect_navigation():
        page.click("button[name=find]")
    page.locator("input[name=person_id]").first.check()


def submit(page):
    with page.expect_navigation():
        page.locator("main form.card > button[type=submit]").click()


def test_a_post_is_handed_over_with_open_cases_and_tasks(site, visit, call):
    secretary, (old, new) = people(site, "secretary")[0], people(site, "resident")[1:3]
    names = [call(secretary, "GET", f"/persons/{each['person_id']}")["name"] for each in (old, new)]
    desk = visit(size=DESKTOP).log_in(secretary)
    page = desk.go(f"/grid/grids/{GRID}/posts?role=member")
    choose(page, names[0])
    submit(page)
    assert names[0] in page.inner_text("main")

    case = call(old, "POST", "/cases", kind="cases.report", text="水渠堵了要人接着办", area_code=GRID)
    steps = f"/cases/{case['id']}"
    call(secretary, "POST", f"{steps}/dispatch", level="grid", area_code=GRID)
    call(old, "POST", f"{steps}/accept")
    due = str(date.today() + timedelta(days=3))
    call(secretary, "POST", "/tasks", area_code=GRID, title="接着做的任务", due=due, account_id=old["id"])

    page = desk.go(f"/grid/grids/{GRID}")
    with page.expect_navigation():
        page.locator("a[href$='/hand-over']", has_text=names[0]).click()
    assert re.search(r"手上还有.*事项 1.*任务 1", page.inner_text(".banner-warn"))
    # Nobody to take it over: refused, and everything stays.
    page.select_option("select[name=why]", "term")
    page.check("input[name=vacant]")
    submit(page)
    assert page.locator(".banner-bad").count() == 1
    choose(page, names[1])
    submit(page)
    assert "交接完成" in page.inner_text("body")

    phone = visit(size=PHONE).log_in(new)
    assert "水渠堵了" in phone.go("/cases/desk").inner_text("main")
    assert "接着做的任务" in phone.go("/grid/my-tasks").inner_text("main")
    assert call(secretary, "GET", steps)["worker_id"] == str(new["id"])
    # Whoever left is a resident again.
    assert visit(size=PHONE).log_in(old).go("/grid/my-tasks").locator("text=接着做的任务").count() == 0


def test_a_grid_is_split_along_a_line_and_nobody_is_lost(site, visit, call):
    secretary = people(site, "secretary")[0]
    desk = visit(size=DESKTOP).log_in(secretary)
    page = desk.go(f"/grid/division?area={VILLAGE}")
    bars = page.locator(".load-chart rect").count()
    page = desk.go(f"/grid/households?area={VILLAGE}&grid=none")
    for place in range(6):
        page.locator("input[name=households]").nth(place).check()
    page.select_option("select[name=target]", OTHER_GRID)
    with page.expect_navigation():
        page.locator("form:has(input[name=households]) button[type=submit]").click()
    page = desk.go(f"/grid/grids/{OTHER_GRID}/split")
    page.fill("#f-name", "新河网格")
    page.wait_for_selector(".grid-map .leaflet-overlay-pane path", state="attached")
    page.wait_for_selector("[data-tool=undo]")
    page.click("[data-tool=clear]")
    page.locator(".grid-map").scroll_into_view_if_needed()
    for across, down in ((0.02, 0.5), (0.98, 0.5)):
        tap(page, across, down)
    page.click("[data-tool=side]")
    tap(page, 0.5, 0.4)
    boxes = page.locator("input[name=households]")
    total = boxes.count()
    page.locator("[data-tick=none]").click()
    for place in range(3):
        boxes.nth(place).check()
    assert "3" in page.inner_text("[data-ticked]")
    with page.expect_navigation():
        page.locator("form[data-draw] button[type=submit]").click()
    text = page.inner_text("body")
    assert "调整前后户数、人数和事项数相符" in text
    assert page.locator(".load-chart rect").count() == bars + 1
    grids = {each["name"]: each["code"] for each in call(secretary, "GET", f"/areas?parent={VILLAGE}")}
    moved = call(secretary, "GET", f"/households?area_code={grids['新河网格']}&page_size=100")
    stayed = call(secretary, "GET", f"/households?area_code={OTHER_GRID}&page_size=100")
    assert (len(moved), len(moved) + len(stayed)) == (3, total)


def tap(page, across, down):
    """Tap the map at a share of its width and height."""
    box = page.locator(".grid-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
