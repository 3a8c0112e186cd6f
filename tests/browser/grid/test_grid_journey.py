"""Grids in a real browser: a border drawn by tapping, a split along a line, a post given and handed over."""

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def grid_codes(site):
    """The grids of the secretary's village, as the seed names them."""
    village = site.account("secretary")["area_code"]
    return [grid["id"] for grid in site.seed["grids"] if grid["village_code"] == village]


def map_is_ready(page):
    """The layer has come and the map is where it belongs."""
    page.wait_for_selector(".grid-map .leaflet-overlay-pane path", state="attached")
    page.wait_for_selector("[data-tool=undo]")


def tap(page, across, down):
    """Tap the map at a share of its width and height."""
    box = page.locator(".grid-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390x844", "1440x900"])
def test_a_border_is_drawn_by_tapping_and_a_crossed_one_is_refused_with_its_place(site, visit, size):
    code = grid_codes(site)[0]
    secretary = visit("secretary", size)
    page = secretary.go(f"/grid/boundaries/{code}")
    map_is_ready(page)
    page.wait_for_selector(".draw-corner >> nth=3")  # the border of the seed
    page.click("[data-tool=clear]")
    page.locator(".grid-map").scroll_into_view_if_needed()
    for across, down in ((0.45, 0.4), (0.55, 0.6), (0.55, 0.4), (0.45, 0.6)):  # a bow tie
        tap(page, across, down)
    page.click("[data-tool=close]")
    with page.expect_navigation():
        page.click("form[data-draw] button[type=submit]")
    assert "边界线自己交叉了" in page.inner_text(".banner-bad")
    assert re.match(r"1\d\d\.\d+, \d+\.\d+", page.get_attribute("form[data-draw]", "data-wrong"))
    map_is_ready(page)
    # Back to the border of the seed, from the map's own layer.
    page = secretary.go(f"/grid/boundaries/{code}")
    map_is_ready(page)
    page.wait_for_selector(".draw-corner >> nth=3")
    with page.expect_navigation():
        page.click("form[data-draw] button[type=submit]")
    assert "边界已保存" in page.inner_text("main")


def test_a_post_is_given_shown_on_the_board_and_printed_with_a_code_to_scan(site, visit, decode_qr):
    code = grid_codes(site)[1]
    secretary = visit("secretary", DESKTOP)
    page = secretary.go("/grid/staffing")
    assert "缺网格长" in page.inner_text("main")
    page = secretary.go(f"/grid/grids/{code}/posts?role=leader")
    resident = visit("resident", PHONE)
    name = resident.go("/points-store/").inner_text(".hero-note").split(" · ")[1].strip()
    page.fill("input[name=q]", name)
    with page.expect_navigation():
        page.click("button[name=find]")
    page.locator("input[name=person_id]").first.check()
    page.fill("input[name=phone]", "13800138000")
    with page.expect_navigation():
        page.locator("main form.card > button[type=submit]").click()
    assert name in page.inner_text(".staff-role >> nth=0")

    page = secretary.go(f"/grid/grids/{code}/card")
    address = decode_qr(page.locator(".contact-qr svg").screenshot())
    assert address == f"{site.url}/grid/g/{code}"
    stranger = visit()
    page = stranger.go(address.removeprefix(site.url))
    assert name in page.inner_text("main")
    assert page.get_attribute("a[href^='tel:']", "href") == "tel:13800138000"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390x844", "1440x900"])
def test_households_are_ticked_into_a_grid_and_the_chart_follows(site, visit, size):
    codes = grid_codes(site)
    secretary = visit("secretary", size)
    village = codes[0][:12]
    page = secretary.go(f"/grid/households?area={village}&grid=none")
    boxes = page.locator("input[name=households]")
    before = boxes.count()
    for place in range(2):
        boxes.nth(place).check()
    assert "2" in page.inner_text("[data-ticked]")
    page.select_option("select[name=target]", codes[0])
    with page.expect_navigation():
        page.locator("form:has(input[name=households]) button[type=submit]").click()
    assert "已调整 2 户" in page.inner_text("main")
    assert page.locator("input[name=households]").count() == before - 2
    page = secretary.go("/grid/division")
    assert page.locator(".load-chart rect").count() == len(codes)
