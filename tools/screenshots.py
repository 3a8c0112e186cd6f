"""The pictures of the documentation, taken from the running program: `make docs`."""

import os
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.running import Demo, Site, running_county, running_demo

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PHONE, DESKTOP = (390, 844), (1440, 900)
COLOURS = 128  # flat pages lose nothing by a palette, and the repository stays small
BROWSER = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def main() -> None:
    """Take every picture anew."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_county(Path(folder) / "county") as site,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        code = _resident(site, browser)
        _clerk(site, browser, code)
        _office(site, browser)
        _cases(site, browser)
        _grid(site, browser)
        _diary(site, browser)
        _large_print(site, browser)
        with running_demo(Path(folder) / "demo") as demo:
            _month(demo, browser)
            _decision(demo, browser)
            _call(demo, browser)
        browser.close()


def _resident(site: Site, browser: Browser) -> str:
    page = _log_in(site, browser, "resident", PHONE)
    page.goto(f"{site.url}/points-store/")
    _take(page, "resident-wallet-390")
    page.goto(f"{site.url}/points-store/code")
    _take(page, "resident-code-390")
    return "".join(page.locator(".code-short span:not(.visually-hidden)").all_inner_texts())


def _clerk(site: Site, browser: Browser, code: str) -> None:
    page = _log_in(site, browser, "clerk", PHONE)
    page.goto(f"{site.url}/points-store/stores/")
    _take(page, "clerk-till-390")
    page.fill("#code-form input[name=code]", code)
    _follow(page, lambda: page.click("#code-form button[type=submit]"))
    plus = page.locator("#goods [data-step='1']")
    plus.nth(1).click()
    plus.nth(2).click()
    _take(page, "clerk-goods-390")
    _follow(page, lambda: page.click("#goods button[type=submit]"))
    _take(page, "clerk-receipt-390")


def _office(site: Site, browser: Browser) -> None:
    page = _log_in(site, browser, "county_admin", DESKTOP)
    for path, name in (
        ("/points-store/office/summary", "office-summary-1440"),
        ("/system/plugins", "office-plugins-1440"),
        ("/people", "office-people-1440"),
    ):
        page.goto(site.url + path)
        _take(page, name)


def _cases(site: Site, browser: Browser) -> None:
    page = _log_in(site, browser, "resident", PHONE)
    page.goto(f"{site.url}/r/{site.account('secretary')['area_code']}")
    _take(page, "resident-report-390")
    page = _log_in(site, browser, "secretary", DESKTOP)
    page.goto(f"{site.url}/cases/board")
    _take(page, "secretary-board-1440")
    page.goto(f"{site.url}/cases/figures")
    _take(page, "secretary-figures-1440")


def _grid(site: Site, browser: Browser) -> None:
    page = _log_in(site, browser, "grid_member", PHONE)
    page.goto(f"{site.url}/grid/my-day")
    _take(page, "member-day-390")


def _diary(site: Site, browser: Browser) -> None:
    """What leaders read and decide: a topic, a report, the cockpit; meetings, small works, the library."""
    page = _log_in(site, browser, "county_admin", DESKTOP)
    page.goto(f"{site.url}/diary/topics")
    page.click("form[action$='/topics/find'] button")
    page.locator("#topic-run", has_text="查找完毕").wait_for(timeout=60_000)
    page.goto(f"{site.url}/diary/topics")
    page.locator("main .rows a").first.click()
    page.locator(".topic-entry").first.wait_for()
    _take(page, "office-topic-1440")
    page.goto(f"{site.url}/diary/reports")
    _follow(page, lambda: page.click("form[action$='/reports'] button[type=submit]"))
    page.locator(".report-facts").first.wait_for(timeout=90_000)
    _take(page, "office-report-1440")
    page.goto(f"{site.url}/diary/cockpit")
    page.locator("[data-chart=days][data-ready] canvas").wait_for()
    page.wait_for_timeout(1_500)  # the charts grow for a second
    _take(page, "office-cockpit-1440")
    page.goto(f"{site.url}/diary/library")
    _take(page, "office-library-1440")
    page = _log_in(site, browser, "secretary", DESKTOP)
    page.goto(f"{site.url}/diary/meetings")
    held = page.locator("main .rows a, main table a").last
    _follow(page, held.click)
    _take(page, "secretary-meeting-1440")
    page.goto(f"{site.url}/diary/works")
    _take(page, "secretary-works-1440")


def _large_print(site: Site, browser: Browser) -> None:
    page = _log_in(site, browser, "resident", PHONE)
    _follow(page, lambda: page.click("form[action*='large-print'] button"))
    page.goto(f"{site.url}/points-store/")
    _take(page, "resident-large-390")


def _month(demo: Demo, browser: Browser) -> None:
    """A month of the points store: what was earned, is public, was settled and closed."""
    page = _log_in(demo, browser, "居民（出示", PHONE)
    page.goto(f"{demo.url}/points-store/claims/new?whose=own")
    _take(page, "resident-claim-390")
    secretary = _log_in(demo, browser, "村书记", DESKTOP)
    secretary.on("dialog", lambda dialog: dialog.accept())
    secretary.goto(f"{demo.url}/points-store/office/board")
    page.goto(f"{demo.url}/points-store/public/{secretary.input_value('#f-area')}")
    _take(page, "resident-public-390")
    _offline(demo, browser, secretary)
    secretary.goto(f"{demo.url}/points-store/office/settlements")
    _follow(secretary, lambda: secretary.click("main td a, main th a"))
    _take(secretary, "office-settlement-1440")
    secretary.goto(f"{demo.url}/points-store/office/passbook-prints/1")
    _follow(secretary, lambda: secretary.click("a[href$='/passbook']"))
    _follow(secretary, lambda: secretary.click("form[action$='/print'] button"))
    _take(secretary, "office-passbook-1440")
    page = _log_in(demo, browser, "县区管理员", DESKTOP)
    page.goto(f"{demo.url}/points-store/office/months")
    _follow(page, lambda: page.click("a[rel=prev]"))
    _follow(page, lambda: page.click("tr:has(.badge-ok) a"))
    _take(page, "office-closed-month-1440", full_page=True)


def _offline(demo: Demo, browser: Browser, secretary: Page) -> None:
    page = _log_in(demo, browser, "店员", PHONE)
    page.goto(f"{demo.url}/points-store/offline/")
    page.fill("#f-name", "前台手机")
    page.click("#enrol-form button[type=submit]")
    page.locator("#waiting").wait_for()
    secretary.goto(f"{demo.url}/points-store/office/devices")
    row = secretary.locator(".card-row").filter(has_text=page.inner_text("#mark"))
    _follow(secretary, lambda: row.get_by_role("button", name="批准").click())
    page.click("#again")
    page.locator("#status").wait_for()
    page.click("#do-reserve")
    page.locator("#counter").wait_for()
    _take(page, "clerk-offline-390")


def _decision(demo: Demo, browser: Browser) -> None:
    """Supervision: a decision in notice and its vote, the village's powers, a report without log-in."""
    secretary = _log_in(demo, browser, "村书记", DESKTOP)
    secretary.goto(f"{demo.url}/supervision/decisions")
    secretary.locator("main tr", has_text="公示表决中").locator("a").click()
    _take(secretary, "secretary-decision-1440")
    secretary.goto(f"{demo.url}/points-store/office/board")
    village = secretary.input_value("#f-area")
    page = _log_in(demo, browser, "居民（出示", PHONE)
    page.goto(f"{demo.url}/supervision/votes")
    page.locator("main a[href*='/votes/']").first.click()
    _take(page, "resident-vote-390")
    page.goto(f"{demo.url}/supervision/v/{village}")
    _take(page, "resident-powers-390")
    page.goto(f"{demo.url}/supervision/reports/at/{village}")
    _take(page, "resident-misconduct-390")
    officer = _log_in(demo, browser, "纪检监察干部（分办", DESKTOP)
    officer.goto(f"{demo.url}/supervision/reports/desk")
    _take(officer, "office-reports-1440")


def _call(demo: Demo, browser: Browser) -> None:
    """The call button: the duty screen, a call on the secretary's phone, a month of duty."""
    town = _log_in(demo, browser, "镇街工作人员", DESKTOP)
    town.goto(f"{demo.url}/call-button/board")
    town.wait_for_timeout(1_000)
    _take(town, "town-duty-screen-1440")
    town.goto(f"{demo.url}/call-button/duty")
    _take(town, "town-roster-1440")
    page = _log_in(demo, browser, "村书记", PHONE)
    page.goto(f"{demo.url}/call-button/calls")
    page.locator("main a[href*='/calls/']").first.click()
    _take(page, "secretary-call-390")


def _log_in(site: Site | Demo, browser: Browser, role: str, size: tuple[int, int]) -> Page:
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN").new_page()
    account = site.account(role)
    page.goto(f"{site.url}/accounts/login")
    page.fill("input[name=username]", account["username"])
    page.fill("input[name=password]", account["password"])
    _follow(page, lambda: page.click("form:has(input[name=password]) button[type=submit]"))
    return page


def _follow(page: Page, act: Callable[[], None]) -> None:
    with page.expect_navigation():
        act()


def _take(page: Page, name: str, *, full_page: bool = False) -> None:
    picture = Image.open(BytesIO(page.screenshot(full_page=full_page)))
    picture.convert("RGB").quantize(COLOURS).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
