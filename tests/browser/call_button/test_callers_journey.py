"""Around the call itself: pairing and simulated keys, the roster, the child's view, cards to print."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, violations

pytestmark = pytest.mark.browser

ROOT = "/call-button"
SIZES = {"phone": PHONE, "desktop": DESKTOP}


def nothing_sticks_out(page):
    """No page is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")


def unfold(page, words):
    """Opens a part of the page that may be open already."""
    page.locator(f"details:has(> summary:has-text('{words}'))").evaluate("part => { part.open = true; }")


def status(visitor, address):
    return visitor.page.goto(address).status


def picture(visitor, page, name, tmp_path_factory):
    """A picture for whoever wants to look."""
    folder = tmp_path_factory.getbasetemp() / "pictures"
    folder.mkdir(exist_ok=True)
    page.screenshot(path=str(folder / f"{name}-{page.viewport_size['width']}.png"), full_page=True)


def test_a_technician_pairs_a_device_and_its_green_key_rings(visit, site, tmp_path_factory):
    technician, keys = visit("secretary", PHONE), visit("secretary", PHONE)
    page = technician.go(f"{ROOT}/devices/pair")
    expect(page.locator("#strangers")).to_be_visible()
    # On another phone somebody presses a caller that nobody knows yet; the page shows it by itself.
    pressing = keys.go(f"{ROOT}/simulator")
    unfold(pressing, "还没有登记")
    pressing.fill("#f-source", "sim-browser-1")
    pressing.locator("form[action$='/stranger'] button[value='1']").click()
    expect(pressing.locator("main")).to_contain_text("还没有登记")
    page.locator("#strangers a:has-text('sim-browser-1')").click(timeout=10_000)
    page.wait_for_url("**/devices/new?*")
    device = next(each for each in site.seed["devices"] if each["area_code"].startswith(village(site)))
    unknown = re.search(r"unknown=([0-9]+)", page.url)[1]
    technician.go(f"{ROOT}/devices/new?unknown={unknown}&household={device['household_id']}")
    page.select_option("#f-model", index=1)
    page.fill("#f-place", "卧室")
    nothing_sticks_out(page)
    page.locator("form[action$='/devices/new'] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("卧室")
    expect(page.locator("main")).to_contain_text("sim-browser-1")
    # It is there, with four keys; green rings once, red takes it back.
    pressing = keys.go(f"{ROOT}/simulator")
    card = pressing.locator(".sim:has-text('卧室')")
    picture(keys, pressing, "simulator", tmp_path_factory)
    nothing_sticks_out(pressing)
    box = card.locator("button[value='1']").bounding_box()
    assert min(box["width"], box["height"]) >= 80
    card.locator("button[value='1']").click()
    expect(pressing.locator("main")).to_contain_text("已按下")
    watcher = visit("secretary", DESKTOP)
    board = watcher.go(f"{ROOT}/board")
    expect(board.locator("body")).to_contain_text("卧室")
    pressing.locator(".sim:has-text('卧室') button[value='2']").click()
    expect(pressing.locator("main")).to_contain_text("已按下")
    history = technician.go(re.sub(r"^https?://[^/]+", "", page.url))
    expect(history.locator("main")).to_contain_text("呼叫")
    # The card for the wall belongs to this device.
    history.click("a:has-text('打印使用卡')")
    expect(history.locator(".key-card li")).to_have_count(4)


def village(site):
    return next(area["code"] for area in site.seed["areas"] if area["level"] == "village")


def test_a_town_makes_its_roster_and_sees_the_gaps(visit, site, tmp_path_factory):
    town = visit("town_official", DESKTOP)
    page = town.go(f"{ROOT}/duty")
    other = site.account("town_official")
    assert other is not None
    day = date.today() + timedelta(days=40)
    page.goto(page.url + f"?month={day:%Y-%m}")
    unfold(page, "排一个班")
    page.fill("#f-day", day.isoformat())
    page.fill("#f-since", "17:30")
    page.fill("#f-until", "08:30")
    page.locator("form[action$='/duty/add'] button[type=submit]").click()
    row = page.locator(f"tr:has(th:has-text('{day:%m-%d}'))")
    expect(row).to_contain_text("17:30–次日 08:30")
    expect(row).to_contain_text("00:00–17:30")
    expect(page.locator(".banner-warn")).to_contain_text("没有人值班")
    picture(town, page, "roster", tmp_path_factory)
    # The same once more is refused beside the form, and what was typed is still there.
    unfold(page, "排一个班")
    page.fill("#f-day", day.isoformat())
    page.locator("form[action$='/duty/add'] button[type=submit]").click()
    expect(page.locator(".banner-bad")).to_contain_text("已有值班")
    # Leave makes a gap of a shift.
    page.goto(page.url.split("/duty")[0] + f"/duty?month={day:%Y-%m}")
    unfold(page, "登记请假")
    page.select_option("#leave-who", label=page.locator(".duty-shifts strong").first.inner_text())
    page.fill("#leave-since", day.isoformat())
    page.fill("#leave-until", day.isoformat())
    page.locator("form[action$='/duty/leave'] button[type=submit]").click()
    page.goto(page.url.split("?")[0] + f"?month={day:%Y-%m}")
    expect(page.locator(f"tr:has(th:has-text('{day:%m-%d}'))")).to_contain_text("不在岗")
    page.click("a:has-text('打印')")
    expect(page.locator(".duty-sheet")).to_contain_text("17:30–次日 08:30")
    page.emulate_media(media="print")
    assert len(page.pdf()) > 1_000
    expect(page.locator(".topbar")).to_be_hidden()
    phone = visit("town_official", PHONE)
    small = phone.go(f"{ROOT}/duty?month={day:%Y-%m}")
    nothing_sticks_out(small)
    picture(phone, small, "roster", tmp_path_factory)
    own = phone.go(f"{ROOT}/duty/mine")
    expect(own.locator("main")).to_contain_text("我的请假")
    nothing_sticks_out(own)


def test_a_child_reads_the_calls_of_its_parents_home_until_they_end_it(visit, site, tmp_path_factory):
    villages = [area["code"] for area in site.seed["areas"] if area["level"] == "village"]
    homes = {each["household_id"] for each in site.seed["devices"]}
    child_account = [
        each
        for each in site.seed["accounts"]
        if each["role"] == "resident" and each["area_code"] == villages[-1]
    ][3]
    calls = [each for each in site.seed["calls"] if each["area_code"] == villages[0]]
    home = next(each["household_id"] for each in calls if each["household_id"] in homes)
    child = visit(None, PHONE)
    child.log_in(child_account)
    child.page.locator(".account-menu summary").click()
    name = child.page.locator(".account-name").inner_text().split()[0]
    expect(child.go(f"{ROOT}/shared").locator("main")).to_contain_text("没有家人给您看呼叫")
    secretary = visit("secretary", DESKTOP)
    page = secretary.go(f"{ROOT}/households/{home}/shares")
    page.fill("#f-username", child_account["username"])
    page.fill("#f-name", name)
    page.locator("form[action$='/shares'] button[type=submit]").click()
    # Without the household's word the browser itself stops the form.
    assert page.locator("#f-word:invalid").count() == 1
    page.select_option("#f-word", "by_phone")
    page.locator("form[action$='/shares'] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text(name)
    picture(secretary, page, "shares", tmp_path_factory)
    shown = child.go(f"{ROOT}/shared")
    address = shown.url
    assert re.search(r"/shared/[0-9]+$", address)
    expect(shown.locator("main")).to_contain_text("开通以来没有呼叫")
    nothing_sticks_out(shown)
    picture(child, shown, "child", tmp_path_factory)
    for closed in (f"{ROOT}/households/{home}/shares", f"{ROOT}/board", f"{ROOT}/devices", f"{ROOT}/duty"):
        assert status(child, site.url + closed) in (403, 404), closed
    page.locator(f".rows li:has-text('{name}') button").click()
    expect(page.locator("main")).to_contain_text("已停止查看")
    assert status(child, address) == 404


@pytest.mark.parametrize("size", ["a4", "a5"])
def test_the_card_fits_one_sheet_in_letters_old_people_can_read(visit, site, size, tmp_path_factory):
    pdfium = pytest.importorskip("pypdfium2")
    secretary = visit("secretary", DESKTOP)
    page = secretary.go(f"{ROOT}/cards/{village(site)}?size={size}")
    expect(page.locator(".key-card li")).to_have_count(4)
    nothing_sticks_out(page)
    picture(secretary, page, f"card-{size}", tmp_path_factory)
    printed = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True))
    width, height = printed[0].get_size()
    assert len(printed) == 1
    assert (round(width), round(height)) == {"a4": (595, 842), "a5": (420, 595)}[size]
    page.emulate_media(media="print")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.key-card, .key-card *')]
            .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
            .map(each => parseFloat(getComputedStyle(each).fontSize) * 0.75)"""
    )
    assert min(sizes) >= 18, sizes


def test_the_poster_fits_one_sheet(visit, site, tmp_path_factory):
    pdfium = pytest.importorskip("pypdfium2")
    secretary = visit("secretary", DESKTOP)
    page = secretary.go(f"{ROOT}/cards/{village(site)}/poster")
    expect(page.locator(".key-poster")).to_contain_text("书记必到")
    picture(secretary, page, "poster", tmp_path_factory)
    assert len(pdfium.PdfDocument(page.pdf(prefer_css_page_size=True))) == 1


def test_every_page_passes_the_accessibility_check(visit, site, axe_source):
    pages = {
        "secretary": [
            "duty",
            "duty/mine",
            "simulator",
            "cards",
            f"cards/{village(site)}",
            f"cards/{village(site)}/poster",
        ],
        "resident": ["shares", "shared"],
    }
    for role, paths in pages.items():
        for size in SIZES.values():
            visitor = visit(role, size)
            for path in paths:
                page = visitor.go(f"{ROOT}/{path}")
                assert violations(page, axe_source) == [], path
