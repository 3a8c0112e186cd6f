"""A household's passbook is printed on where it stopped; its proxy redeems with a code of their own."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def press(page, selector):
    """Press what leads to another page."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def holder(visitor):
    """The name on somebody's own wallet."""
    return visitor.go("/points-store/").inner_text(".hero-note").split(" · ")[1].strip()


def path_of(site, page):
    return page.url.removeprefix(site.url)


def test_a_proxy_redeems_and_the_passbook_goes_on_below_its_last_line(site, visit):
    owner, desk, clerk = visit("resident", PHONE), visit("secretary", DESKTOP), visit("clerk", PHONE)
    account = [row for row in site.seed["accounts"] if row["role"] == "resident"][1]
    proxy = visit(None, PHONE).log_in(account)
    proxy_name = holder(proxy)

    # The village office opens a passbook and prints the first line.
    cards = f"/points-store/office/cards?q={holder(owner)}"
    press(desk.go(cards), ".card-row a[href$='/passbook']")
    page, passbook = desk.page, path_of(site, desk.page)
    press(page, "form[action$='/passbook'] button")
    press(page, "form[action$='/print'] button")
    expect(page.locator(".passbook tbody tr").nth(0)).to_contain_text("开折余额")
    page = desk.go(passbook)
    expect(page.locator("main")).to_contain_text("已是最新，不用打印")

    # With the head of the household beside them they name a neighbour.
    press(desk.go(cards), ".card-row a[href$='/proxies']")
    desk.go(f"{path_of(site, page)}?q={proxy_name}")
    page.locator(f"input[name=person_id][value='{account['person_id']}']").check()
    page.fill("#f-day_limit", "20")
    page.fill("#f-month_limit", "100")
    press(page, "main form.form button[type=submit]")
    expect(page.locator("main")).to_contain_text("今天还可代领 20 分，本月 100 分")

    # The neighbour shows a code, the clerk sees both names, and the household is told.
    shown = proxy.go("/points-store/proxies")
    press(shown, "a[href$='/code']")
    wide = shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    code = "".join(shown.locator(".code-short span:not(.visually-hidden)").all_inner_texts())
    counter = clerk.go("/points-store/stores/")
    counter.fill(".code-input", code)
    press(counter, "form:has(.code-input) button[type=submit]")
    expect(counter.locator(".customer")).to_contain_text(f"代领人 {proxy_name}")
    points = [int(text) for text in counter.locator(".goods .price").all_inner_texts()]
    cheapest = points.index(min(points))
    counter.locator(".goods input[type=number]").nth(cheapest).fill("1")
    press(counter, ".till-bar button[type=submit]")
    expect(counter.locator(".receipt-lines")).to_contain_text(proxy_name)
    expect(shown.locator("#receipt")).to_contain_text("兑换成功")
    expect(owner.go("/points-store/").locator("main")).to_contain_text(f"{proxy_name}代领")

    # What is new is printed below, and the lines above stay white on paper.
    page = desk.go(passbook)
    press(page, "form[action$='/print'] button")
    rows = page.locator(".passbook tbody tr")
    expect(rows.nth(1)).to_contain_text(f"{proxy_name}代")
    page.emulate_media(media="print")
    assert rows.nth(0).evaluate("row => getComputedStyle(row).visibility") == "hidden"
    pitch = rows.nth(2).bounding_box()["y"] - rows.nth(1).bounding_box()["y"]
    assert pitch == pytest.approx(6 * 96 / 25.4, abs=0.5)  # 6 mm
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1

    # Stopped by the household in one step.
    page = owner.go("/points-store/proxies")
    page.once("dialog", lambda dialog: dialog.accept())
    press(page, "form[action$='/stop'] button")
    expect(page.locator("main")).to_contain_text("代领已停用")
    assert proxy.page.goto(site.url + path_of(site, shown)).status == 409
