"""The book in a real browser: a year's money, a balance from paper, a month closed and its sheet printed."""

from datetime import date, timedelta

import pytest

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def send(page, button):
    """Press a button and wait for the page that follows; a question is answered with yes."""
    with page.expect_navigation():
        button.click()


def test_a_years_money_a_balance_from_paper_and_a_closed_month_with_its_sheet(site, visit):
    admin = visit("county_admin", DESKTOP)
    admin.page.on("dialog", lambda dialog: dialog.accept())
    page = admin.go("/points-store/office/funds")
    this_year = date.today().year
    page.fill("input[name=title]", f"{this_year} 年")
    page.fill("input[name=begins]", f"{this_year}-01-01")
    page.fill("input[name=ends]", f"{this_year}-12-31")
    send(page, page.locator("form[action$='/periods'] button[type=submit]"))
    page.fill("#fund-points", "5000")
    page.fill("#fund-reason", "财政文件〔2026〕1 号")
    send(page, page.locator("form[action$='/periods/fund'] button[type=submit]"))
    assert "5,000" in page.inner_text("main")

    secretary = visit("secretary", PHONE)
    village = site.account("secretary")["area_code"]
    resident = visit("resident", PHONE)
    household = resident.go("/points-store/").inner_text(".hero-note").split(" · ")[1].strip()
    page = secretary.go("/points-store/office/openings")
    page.fill("input[name=q]", household)
    send(page, page.locator("form[role=search] button").first)
    page.locator("input[name=household_id]").first.check()
    page.fill("input[name=points]", "66")
    page.fill("#one-source", "积分台账第 3 册第 12 页")
    send(page, page.locator("form[action*='/openings?'] button[type=submit]"))
    assert "请由另一个人核对确认" in page.inner_text("main")
    address = page.url.removeprefix(site.url)
    page = admin.go(address)
    send(page, page.locator("form[action$='/confirm'] button"))
    assert "已入账，共 66 分" in page.inner_text("main")

    month = f"{date.today().replace(day=1) - timedelta(days=1):%Y-%m}"
    page = admin.go(f"/points-store/office/months?month={month}")
    page.select_option("select[name=area_code]", village)
    page.fill("input[name=month]", month)
    send(page, page.locator("form[action$='/months'] button[type=submit]"))
    text = page.inner_text("main")
    assert "账本校验码" in text
    assert "制表" in text
    sheet = page.pdf(format="A4", print_background=True)
    assert sheet.startswith(b"%PDF")
    page = secretary.go(f"/points-store/office/months?month={month}")
    assert "已结账" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
