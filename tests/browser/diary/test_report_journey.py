"""A leader's morning: the report from the button to the rows, Word, PDF; the cockpit on the wall."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

WALL = {"width": 1920, "height": 1080}


def test_a_report_is_written_followed_to_its_rows_and_taken_along(visit, tmp_path):
    leader = visit("town_official", DESKTOP)
    page = leader.go("/diary/reports")
    page.select_option("#f-month", index=0)
    page.click("main form button[type=submit]")
    # The page asks again by itself until the worker is done.
    expect(page.locator(".report-facts").first).to_be_visible(timeout=70_000)
    report = page.url.removeprefix(leader.site.url)
    number = page.locator(".report-facts a").first
    said = number.inner_text()
    number.click()
    expect(page.locator("main")).to_contain_text(f"共 {said} 条")
    page.locator("main .rows a").first.click()
    expect(page.locator("main")).to_contain_text("走访")
    page = leader.go(report)
    for ending, begins in (("word", b"PK"), ("pdf", b"%PDF")):
        with page.expect_download() as download:
            page.click(f"a[href$='/{ending}']")
        file = tmp_path / ending
        download.value.save_as(file)
        assert file.read_bytes().startswith(begins)


def test_the_cockpit_draws_leads_on_and_works_without_a_script(visit):
    leader = visit("county_admin", WALL)
    page = leader.go("/diary/cockpit")
    for name in ("days", "kinds", "places"):
        expect(page.locator(f"[data-chart={name}][data-ready] canvas")).to_be_visible()
    expect(page.locator("[data-chart=map] .leaflet-overlay-pane path").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    # Entries are of cadres in villages and in communities, and the whole ring leads to either; its middle
    # line, below the centre.
    box = page.locator("[data-chart=kinds]").bounding_box()
    below = 0.55 * min(box["width"], box["height"]) / 2
    # While the ring still grows nothing lies under the pointer yet.
    for _ in range(20):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 0.44 * box["height"] + below)
        page.wait_for_timeout(500)
        if "/diary/entries" in page.url:
            break
    page.wait_for_url(re.compile(r"/diary/entries\?.*kind=(village|community)\b"), timeout=10_000)
    page = leader.go("/diary/cockpit")
    page.click("[data-switch=places]")
    expect(page.locator("[data-table=places]")).to_be_visible()
    page.click("[data-fact=visits_month]")
    expect(page.locator("main")).to_contain_text("走访")
    plain = visit("county_admin", PHONE, java_script_enabled=False)
    page = plain.go("/diary/cockpit")
    assert int(page.locator("[data-fact=visits_month]").inner_text()) > 0
    expect(page.locator("[data-table=map] a").first).to_be_visible()
    assert page.locator("[data-chart=days]").is_hidden()
    page.locator("[data-table=map] th a").first.click()
    expect(page.locator("h1")).to_contain_text("驾驶舱")
