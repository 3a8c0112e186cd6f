"""What lies on top of what: the bar at the foot of a phone, the tiles of the wall screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

# How far the last thing in the page ends above the bar, in pixels, when one has scrolled to the end.
ROOM = """() => {
    window.scrollTo(0, document.documentElement.scrollHeight);
    const last = [...document.querySelectorAll('main *')]
        .filter(each => each.checkVisibility({contentVisibilityAuto: true}));
    const foot = Math.max(...last.map(each => each.getBoundingClientRect().bottom));
    return document.querySelector('.tabs').getBoundingClientRect().top - foot;
}"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TABS_WIDER = """() => { const tabs = document.querySelector('.tabs');
    return Math.max(tabs.scrollWidth - tabs.clientWidth,
        ...[...tabs.children].map(each => each.getBoundingClientRect().right - innerWidth)); }"""


@pytest.mark.parametrize("large", [False, True], ids=["usual", "large print"])
def test_a_saved_entrys_buttons_lie_above_the_bar(visit, large):
    cadre = visit("stationed_cadre", PHONE)
    page = cadre.go("/diary/write")
    page.fill("#f-text", "门口的路灯坏了半个月")
    page.click("form[data-draft] > button[type=submit]")
    button = page.locator("form[action$='/problems'] > button[type=submit]")
    expect(button).to_be_visible()
    if large:
        page.evaluate("document.body.classList.add('large')")
    assert page.evaluate(ROOM) >= 8
    assert page.evaluate(WIDER) <= 0
    assert page.evaluate(TABS_WIDER) <= 0
    # Whoever comes to the button by the keyboard sees it, even where it just hid under the bar.
    page.evaluate("window.scrollTo(0, 0)")
    button.evaluate("it => window.scrollBy(0, it.getBoundingClientRect().bottom - innerHeight)")
    button.focus()
    bar = page.locator(".tabs").bounding_box()
    box = button.bounding_box()
    assert box["y"] + box["height"] <= bar["y"]


def test_a_tile_of_the_wall_screen_keeps_its_number_in_one_line(visit):
    page = visit("county_admin", DESKTOP).go("/diary/cockpit")
    number = page.locator("[data-fact=coverage]")
    expect(number).to_contain_text("%")
    for text in ("12/32（37.5%）", "32000/84350（37.9%）"):
        lines = number.evaluate(
            """(it, text) => { it.textContent = text; const range = document.createRange();
            range.selectNodeContents(it); const box = it.closest('.fact').getBoundingClientRect();
            return [range.getClientRects().length, range.getBoundingClientRect().right < box.right]; }""",
            text,
        )
        assert lines == [1, True]
