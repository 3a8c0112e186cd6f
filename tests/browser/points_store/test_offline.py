"""A clerk's device through a day without a line: enrolled, filled, cut off, reloaded, joined again."""

import os
import re
from pathlib import Path

import pytest

from tests.browser.conftest import DESKTOP, INTRANET, PHONE, Visitor
from tools.running import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def near(site, browser):
    """Visitors on this machine's own name, which browsers trust as they trust HTTPS."""
    local = Site(site.url.replace(INTRANET, "127.0.0.1"), site.seed)
    visitors = []

    def make(role, size=PHONE):
        context = browser.new_context(viewport=size, locale="zh-CN")
        visitors.append(Visitor(local, context))
        return visitors[-1].log_in(local.account(role))

    yield make
    for visitor in visitors:
        assert (visitor.strangers, visitor.complaints) == ([], [])
        visitor.context.close()


def number(text):
    return int(re.sub(r"\D", "", text))


def picture(page, name):
    """Keep a screenshot where somebody asked for it."""
    if folder := os.environ.get("GRIDGOV_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def new_card(secretary, decode_qr, head):
    """The secretary makes a card; returns what its QR code says, and the household's balance."""
    page = secretary.go("/points-store/office/cards")
    page.fill("main input[name=q]", head)
    with page.expect_navigation():
        page.locator("main form:has(input[name=q]) button[type=submit]").click()
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.locator(".card-row form[action$='/office/cards'] button").first.click()
    return decode_qr(page.locator(".paper-qr svg").screenshot(scale="css"))


def redeem(page, code, name, quantity, *, confirm=True):
    """Hand out goods without a line."""
    page.fill("#f-code", code)
    page.click("#code-form button[type=submit]")
    page.locator("#goods").wait_for()
    row = page.locator("#shelf li").filter(has_text=name)
    row.locator("input").fill(str(quantity))
    if confirm:
        page.click("#g-confirm")


def test_a_day_without_a_line(site, visit, near, decode_qr):
    plain = visit("clerk")
    assert plain.go("/points-store/offline/").locator("#insecure").is_visible(), "plain HTTP says so"

    resident = near("resident")
    page = resident.go("/points-store/")
    balance = number(page.inner_text(".hero-value"))
    head = page.inner_text(".hero-note").split(" · ")[1].strip()
    secretary, clerk = near("secretary", DESKTOP), near("clerk")
    code = new_card(secretary, decode_qr, head)
    assert "/points-store/q/k." in code

    page = clerk.go("/points-store/offline/")
    page.locator("#enrol").wait_for()
    page.select_option("#f-store", index=0)
    page.fill("#f-name", "前台手机")
    page.click("#enrol-form button[type=submit]")
    page.locator("#waiting").wait_for()
    mark = page.inner_text("#mark")
    picture(page, "offline-waiting")
    desk = secretary.go("/points-store/office/devices")
    row = desk.locator(".card-row").filter(has_text=mark)
    with desk.expect_navigation():
        row.get_by_role("button", name="批准").click()
    picture(desk, "devices")
    page.click("#again")
    page.locator("#status").wait_for()
    page.click("#do-reserve")
    page.locator("#counter").wait_for()
    assert "50" in resident.go("/points-store/").inner_text(".hero")
    picture(resident.page, "wallet-held")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    clerk.context.set_offline(True)
    page.reload()
    page.locator("#counter").wait_for()
    assert page.inner_text("#line") == "无网"
    redeem(page, code, "毛巾", 2)
    page.locator("#done").wait_for()
    assert "离线还可用 38 分" in page.inner_text("#d-words")
    picture(page, "offline-done")
    page.click("#d-next")
    redeem(page, code, "食用油", 1)
    page.locator("#done").wait_for()
    page.click("#d-next")
    page.fill("#f-code", "ABCD-2345")
    page.click("#code-form button[type=submit]")
    page.locator("#message").get_by_text("请拍下积分卡上的二维码").wait_for()
    redeem(page, code, "牙膏", 1, confirm=False)
    page.locator("#g-short").get_by_text("还差").wait_for()
    assert page.locator("#g-confirm").is_disabled()
    assert page.locator("#message").is_hidden()
    # Where the thumb is, not above the fold.
    assert page.locator("#g-short").bounding_box()["y"] > PHONE["height"] / 2
    picture(page, "offline-exhausted")
    page.click("#print-size")
    page.reload()
    page.locator("#queue li").nth(1).wait_for()
    assert page.inner_text("#s-unsent") == "2"
    assert "large" in page.get_attribute("body", "class")
    picture(page, "offline-large")

    clerk.context.set_offline(False)
    page.click("#do-sync")
    page.locator("#queue .mark").filter(has_text="已入账").nth(1).wait_for()
    page.click("#do-sync")
    page.locator("#s-unsent").get_by_text("0").wait_for()
    page.click("#do-release")
    page.locator("#message").get_by_text("已退回").wait_for()
    page = resident.go("/points-store/")
    assert number(page.inner_text(".hero-value")) == balance - 42
    assert "预留给" not in page.inner_text(".hero")
