"""A store in a real browser: scan, cart, a price that changes, voucher, receipt, return, closing."""

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def shown_code(visitor):
    """Open the code page; returns the code to be typed."""
    parts = visitor.go("/points-store/code").locator(".code-short span:not(.visually-hidden)")
    return "".join(parts.all_inner_texts())


def press(page, selector):
    """Press what leads to another page."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def send(page, selector):
    """Send a form."""
    press(page, f"{selector} button[type=submit]")


def balance(visitor):
    """The large figure on the resident's page."""
    return int(re.sub(r"\D", "", visitor.go("/points-store/").inner_text(".hero-value")))


def close_again(page):
    """Close today once more, with the reason."""
    page.get_by_text("结早了？补结今天").click()
    page.fill("[name=remark]", "中午误点了日结")
    send(page, "form:has([name=again])")


def add_points(visit, resident, points):
    """The reviewer credits points, so that the resident can buy."""
    name = resident.go("/points-store/").inner_text(".hero-note").split(" · ")[1].strip()
    page = visit("reviewer", DESKTOP).go(f"/points-store/office/award?q={name}")
    press(page, "a[href*='household_id=']")
    choices = page.locator("input[name=rule_id]")
    choices.last.check()
    page.fill("input[name=points]", str(points))
    page.fill("[name=reason]", "清理河道")
    send(page, "main form:has([name=reason])")


def test_a_store_from_the_first_scan_to_the_paid_month(visit, decode_qr, tmp_path, let_a_month_pass):
    resident, clerk = visit("resident"), visit("clerk", PHONE)
    secretary, admin = visit("secretary", DESKTOP), visit("county_admin", DESKTOP)
    provider = visit("provider", PHONE)
    add_points(visit, resident, 40)

    # A service that is rendered elsewhere, and goods, both put onto the shelf by the clerk.
    page = clerk.go("/points-store/stores/")
    store = re.search(r"/stores/(\d+)$", page.url)[1]
    shelf = f"/points-store/stores/{store}/stock"
    for name, kind, points, stock in (("看牙一次", "service", "5", ""), ("肥皂", "goods", "4", "20")):
        page = clerk.go(shelf)
        form = page.locator("form[action$='/products']")
        form.locator("[name=name]").fill(name)
        form.locator("[name=kind]").select_option(kind)
        form.locator("[name=points]").fill(points)
        form.locator("[name=stock]").fill(stock)
        if kind == "service":
            form.locator("[name=provider_id]").select_option(index=1)
        send(page, "form[action$='/products']")
    before = balance(resident)

    # The cart is open while the secretary makes the soap dearer.
    shown_code(resident)
    clerk.page.goto(decode_qr(resident.page.locator(".code-picture svg").screenshot()))
    page = secretary.go(shelf)
    soap = page.locator("details.product", has_text="肥皂")
    soap.locator("summary").click()
    soap.locator("form:has([name=active]) [name=points]").fill("9")
    with page.expect_navigation():
        soap.locator("form:has([name=active]) button").click()
    for name, pieces in (("肥皂", "2"), ("看牙一次", "1")):
        clerk.page.locator(f"li[data-name='{name}'] input[name^=quantity_]").fill(pieces)
    assert clerk.page.inner_text("[data-total]") == "13"
    send(clerk.page, "#goods")
    assert re.search(r"/redemptions/\d+$", clerk.page.url), clerk.page.inner_text("main")
    receipt_url = clerk.page.url
    assert "13" in clerk.page.inner_text(".receipt-total")

    # The resident confirms; the slip goes to the thermal printer; the voucher to the provider.
    resident.page.locator("#receipt.outcome-ok").wait_for(timeout=10_000)
    send(resident.page, "#receipt form")
    clerk.page.goto(receipt_url)
    assert "自己手机" in clerk.page.inner_text(".hand-over")
    press(clerk.page, "a[href$='/slip']")
    clerk.page.emulate_media(media="print")
    width = clerk.page.locator(".slip").bounding_box()["width"]
    assert 210 < width < 230  # 58 mm
    assert not clerk.page.locator(".topbar").is_visible()
    clerk.page.screenshot(path=tmp_path / "slip.png", full_page=True)
    clerk.page.emulate_media(media="screen")
    page = resident.go("/points-store/vouchers")
    press(page, "a[href*='/vouchers/']")
    url = decode_qr(page.locator(".voucher-picture").screenshot())
    page.screenshot(path=tmp_path / "voucher.png", full_page=True)
    provider.page.goto(url)
    send(provider.page, "form[method=post]:has([name=code])")
    provider.page.goto(url)
    assert provider.page.locator("main [role=alert]").count() == 1  # used once
    provider.page.screenshot(path=tmp_path / "provider.png", full_page=True)

    # The village takes one piece of soap back at the price that was paid.
    page = secretary.go("/points-store/office/bookings?kind=redemption")
    press(page, "a[href*='/office/redemptions/']")
    page.locator("li:has-text('肥皂') input[name^=pieces_]").fill("1")
    page.fill("[name=reason]", "包装破了")
    page.screenshot(path=tmp_path / "return.png", full_page=True)
    send(page, "form[action$='/return']")
    assert balance(resident) == before - 9

    # Two pieces got wet: the shelf is counted by one alone, so whoever signs the day sees it with its reason.
    page = clerk.go(shelf)
    soap = page.locator("details.product", has_text="肥皂")
    soap.locator("summary").click()
    form = soap.locator("form:has([name=counted])")
    form.locator("[name=counted]").fill("5")
    form.locator("[name=note]").fill("受潮")
    with page.expect_navigation():
        form.locator("button").click()

    # The day is closed and signed; it was too early, so it is closed once more, with the reason.
    page = clerk.go(f"/points-store/stores/{store}/days")
    changed = page.locator("li", has_text="受潮").inner_text()
    assert "肥皂" in changed
    assert "-" in changed
    page.screenshot(path=tmp_path / "day.png", full_page=True)
    send(page, "form[action$='/days']")
    assert page.locator("input[name=day]").count() == 1, "the way to close it once more is folded up"
    closed = page.locator("section[aria-labelledby=days-name] details.fold")
    assert closed.count() == 1
    close_again(page)
    assert "没有新的业务" in page.inner_text("main"), "an empty day is closed a second time"
    shown_code(resident)
    clerk.page.goto(decode_qr(resident.page.locator(".code-picture svg").screenshot()))
    clerk.page.locator("li[data-name='肥皂'] input[name^=quantity_]").fill("1")
    send(clerk.page, "#goods")
    page = clerk.go(f"/points-store/stores/{store}/days")
    close_again(page)
    assert closed.count() == 2
    assert "补结" in closed.first.inner_text()
    page.screenshot(path=tmp_path / "day-again.png", full_page=True)

    # Another month: the secretary settles the one that is over, the sheet is printed, the county pays.
    let_a_month_pass()
    secretary.page.on("dialog", lambda dialog: dialog.accept())
    page = secretary.go("/points-store/office/settlements")
    page.screenshot(path=tmp_path / "settlements.png", full_page=True)
    send(page, "form[action$='/settlements']")
    sheet_url = page.url
    assert re.search(r"/settlements/\d+$", sheet_url), page.inner_text("main")
    text = page.inner_text(".settlement")
    assert "肥皂" in text
    assert "看牙一次" not in text  # it was rendered today: a matter of this month
    page.emulate_media(media="print")
    assert page.locator(".settlement-signatures").is_visible()
    assert not page.locator(".page-header").is_visible()
    page.screenshot(path=tmp_path / "sheet.png", full_page=True)
    page.emulate_media(media="screen")
    page = admin.page
    page.goto(sheet_url)
    page.fill("[name=document]", "记-12")
    send(page, "form[action$='/payment']")
    assert "记-12" in page.inner_text(".settlement")
    secretary.go("/points-store/office/bookings?kind=redemption")
    press(secretary.page, "a[href*='/office/redemptions/']")
    secretary.page.locator("li:has-text('肥皂') input[name^=pieces_]").fill("1")
    secretary.page.fill("[name=reason]", "太晚了")
    send(secretary.page, "form[action$='/return']")
    assert "已经结算" in secretary.page.inner_text("main [role=alert]")

    for path in ("oddities", "vouchers", "providers"):
        page = admin.go(f"/points-store/office/{path}")
        page.screenshot(path=tmp_path / f"{path}.png", full_page=True)
        assert page.locator("h1").count() == 1
    for path in ("transfers", "stocktakes", "stocktakes/sheet", "stock"):
        page = clerk.go(f"/points-store/stores/{store}/{path}")
        page.screenshot(path=tmp_path / f"{path.replace('/', '-')}.png", full_page=True)
        assert page.locator("h1").count() == 1
