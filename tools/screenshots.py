"""The pictures of the documentation in both languages, taken from the running program: `make docs`."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.running import Demo, Site, running_county, running_demo

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PHONE, DESKTOP = (390, 844), (1440, 900)
COLOURS = 128  # flat pages lose nothing by a palette, and the repository stays small
BROWSER = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@dataclass(frozen=True)
class Place:
    """A running county, and the browser with the language that its visitors read."""

    site: Site | Demo
    browser: Browser
    locale: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.site.url

    def log_in(self, role: str, size: tuple[int, int]) -> Page:
        """A page of somebody with `role`, on a screen of `size`."""
        page = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=self.locale
        ).new_page()
        account = self.site.account(role)
        page.goto(f"{self.url}/accounts/login")
        page.fill("input[name=username]", account["username"])
        page.fill("input[name=password]", account["password"])
        _follow(page, lambda: page.click("form:has(input[name=password]) button[type=submit]"))
        return page


def main() -> None:
    """Take every picture anew."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        for locale in ("zh-CN", "en-GB"):
            with tempfile.TemporaryDirectory() as folder:
                _take_all(Path(folder), browser, locale)
        browser.close()


def _take_all(folder: Path, browser: Browser, locale: str) -> None:
    with running_county(folder / "county") as site:
        county = Place(site, browser, locale)
        code = _resident(county)
        _clerk(county, code)
        _office(county)
        _cases(county, site.account("secretary")["area_code"])
        _grid(county)
        _diary(county)
        _large_print(county)
    with running_demo(folder / "demo") as site_of_demo:
        demo = Place(site_of_demo, browser, locale)
        _month(demo)
        _decision(demo)
        _call(demo)


def _resident(county: Place) -> str:
    page = county.log_in("resident", PHONE)
    page.goto(f"{county.url}/points-store/")
    _take(page, "resident-wallet-390")
    page.goto(f"{county.url}/points-store/code")
    _take(page, "resident-code-390")
    return "".join(page.locator(".code-short span:not(.visually-hidden)").all_inner_texts())


def _clerk(county: Place, code: str) -> None:
    page = county.log_in("clerk", PHONE)
    page.goto(f"{county.url}/points-store/stores/")
    _take(page, "clerk-till-390")
    page.fill("#code-form input[name=code]", code)
    _follow(page, lambda: page.click("#code-form button[type=submit]"))
    plus = page.locator("#goods [data-step='1']")
    plus.nth(1).click()
    plus.nth(2).click()
    _take(page, "clerk-goods-390")
    _follow(page, lambda: page.click("#goods button[type=submit]"))
    _take(page, "clerk-receipt-390")


def _office(county: Place) -> None:
    page = county.log_in("county_admin", DESKTOP)
    for path, name in (
        ("/points-store/office/summary", "office-summary-1440"),
        ("/system/plugins", "office-plugins-1440"),
        ("/people", "office-people-1440"),
    ):
        page.goto(county.url + path)
        _take(page, name)


def _cases(county: Place, village: str) -> None:
    page = county.log_in("resident", PHONE)
    page.goto(f"{county.url}/r/{village}")
    _take(page, "resident-report-390")
    page = county.log_in("secretary", DESKTOP)
    page.goto(f"{county.url}/cases/board")
    _take(page, "secretary-board-1440")
    page.goto(f"{county.url}/cases/figures")
    _take(page, "secretary-figures-1440")


def _grid(county: Place) -> None:
    page = county.log_in("grid_member", PHONE)
    page.goto(f"{county.url}/grid/my-day")
    _take(page, "member-day-390")


def _diary(county: Place) -> None:
    """What leaders read and decide: a topic, a report, the cockpit; meetings, small works, the library."""
    page = county.log_in("county_admin", DESKTOP)
    page.goto(f"{county.url}/diary/topics")
    _follow(page, lambda: page.click("form[action$='/topics/find'] button"))
    page.locator("#topic-run:not([hx-get])").wait_for(timeout=60_000)
    page.goto(f"{county.url}/diary/topics")
    page.locator("main .rows a").first.click()
    page.locator(".topic-entry").first.wait_for()
    _take(page, "office-topic-1440")
    page.goto(f"{county.url}/diary/reports")
    _follow(page, lambda: page.click("form[action$='/reports'] button[type=submit]"))
    page.locator(".report-facts").first.wait_for(timeout=90_000)
    _take(page, "office-report-1440")
    page.goto(f"{county.url}/diary/cockpit")
    page.locator("[data-chart=days][data-ready] canvas").wait_for()
    page.wait_for_timeout(1_500)  # the charts grow for a second
    _take(page, "office-cockpit-1440")
    page.goto(f"{county.url}/diary/library")
    _take(page, "office-library-1440")
    page = county.log_in("secretary", DESKTOP)
    page.goto(f"{county.url}/diary/meetings")
    held = page.locator("main .rows a, main table a").last
    _follow(page, held.click)
    _take(page, "secretary-meeting-1440")
    page.goto(f"{county.url}/diary/works")
    _take(page, "secretary-works-1440")


def _large_print(county: Place) -> None:
    page = county.log_in("resident", PHONE)
    _follow(page, lambda: page.click("form[action*='large-print'] button"))
    page.goto(f"{county.url}/points-store/")
    _take(page, "resident-large-390")


def _month(demo: Place) -> None:
    """A month of the points store: what was earned, is public, was settled and closed."""
    page = demo.log_in("居民（出示", PHONE)
    page.goto(f"{demo.url}/points-store/claims/new?whose=own")
    _take(page, "resident-claim-390")
    secretary = demo.log_in("村书记", DESKTOP)
    secretary.on("dialog", lambda dialog: dialog.accept())
    secretary.goto(f"{demo.url}/points-store/office/board")
    page.goto(f"{demo.url}/points-store/public/{secretary.input_value('#f-area')}")
    _take(page, "resident-public-390")
    _offline(demo, secretary)
    secretary.goto(f"{demo.url}/points-store/office/settlements")
    _follow(secretary, lambda: secretary.click("main td a, main th a"))
    _take(secretary, "office-settlement-1440")
    secretary.goto(f"{demo.url}/points-store/office/passbook-prints/1")
    _follow(secretary, lambda: secretary.click("a[href$='/passbook']"))
    _follow(secretary, lambda: secretary.click("form[action$='/print'] button"))
    _take(secretary, "office-passbook-1440")
    page = demo.log_in("县区管理员", DESKTOP)
    page.goto(f"{demo.url}/points-store/office/months")
    _follow(page, lambda: page.click("a[rel=prev]"))
    _follow(page, lambda: page.click("tr:has(.badge-ok) a"))
    _take(page, "office-closed-month-1440", full_page=True)


def _offline(demo: Place, secretary: Page) -> None:
    page = demo.log_in("店员", PHONE)
    page.goto(f"{demo.url}/points-store/offline/")
    page.fill("#f-name", "前台手机")
    page.click("#enrol-form button[type=submit]")
    page.locator("#waiting").wait_for()
    secretary.goto(f"{demo.url}/points-store/office/devices")
    row = secretary.locator(".card-row").filter(has_text=page.inner_text("#mark"))
    _follow(secretary, lambda: row.locator("form[action$='/approval'] button").click())
    page.click("#again")
    page.locator("#status").wait_for()
    page.click("#do-reserve")
    page.locator("#counter").wait_for()
    _take(page, "clerk-offline-390")


def _decision(demo: Place) -> None:
    """Supervision: a decision in notice and its vote, the village's powers, a report without log-in."""
    secretary = demo.log_in("村书记", DESKTOP)
    secretary.goto(f"{demo.url}/supervision/decisions?state=published")
    secretary.locator("main tbody a").first.click()
    _take(secretary, "secretary-decision-1440")
    secretary.goto(f"{demo.url}/points-store/office/board")
    village = secretary.input_value("#f-area")
    page = demo.log_in("居民（出示", PHONE)
    page.goto(f"{demo.url}/supervision/votes")
    page.locator("main a[href*='/votes/']").first.click()
    _take(page, "resident-vote-390")
    page.goto(f"{demo.url}/supervision/v/{village}")
    _take(page, "resident-powers-390")
    page.goto(f"{demo.url}/supervision/reports/at/{village}")
    _take(page, "resident-misconduct-390")
    officer = demo.log_in("纪检监察干部（分办", DESKTOP)
    officer.goto(f"{demo.url}/supervision/reports/desk")
    _take(officer, "office-reports-1440")


def _call(demo: Place) -> None:
    """The call button: the duty screen, a call on the secretary's phone, a month of duty."""
    town = demo.log_in("镇街工作人员", DESKTOP)
    town.goto(f"{demo.url}/call-button/board")
    town.wait_for_timeout(1_000)
    _take(town, "town-duty-screen-1440")
    town.goto(f"{demo.url}/call-button/duty")
    _take(town, "town-roster-1440")
    page = demo.log_in("村书记", PHONE)
    page.goto(f"{demo.url}/call-button/calls")
    page.locator("main a[href*='/calls/']").first.click()
    _take(page, "secretary-call-390")


def _follow(page: Page, act: Callable[[], None]) -> None:
    with page.expect_navigation():
        act()


def _take(page: Page, name: str, *, full_page: bool = False) -> None:
    ending = ".en.png" if page.get_attribute("html", "lang") == "en" else ".png"
    picture = Image.open(BytesIO(page.screenshot(full_page=full_page)))
    picture.convert("RGB").quantize(COLOURS).save(IMAGES / f"{name}{ending}", optimize=True)


if __name__ == "__main__":
    main()
