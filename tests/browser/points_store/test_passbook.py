"""A household's passbook is printed on where it stopped; its proxy redeems with a code of their own."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
OFFICE = "/points-store/office/"


def test_a_passbook_goes_on_below_the_last_line_and_a_proxy_redeems(site, visit):
    owner = visit("resident", PHONE)
    name = owner.go("/points-store/").locator(".hero-note").first.inner_text().split(" · ")[1]

    desk = visit("secretary", DESKTOP)
    page = desk.go(f"{OFFICE}cards?q={name}")
    with page.expect_navigation():
        page.locator(".card-row a", has_text="存折").first.click()
    desk_address = page.url
    with page.expect_navigation():
        page.click("main form:has-text('开立存折') button")
    with page.expect_navigation():
        page.click("main button:has-text('打印新的收支')")
    expect(page.locator(".passbook")).to_contain_text("开折余额")
    first = page.locator(".passbook tbody tr").nth(0).bounding_box()

    page = desk.go(desk_address.replace(site.url, "").replace("/passbook", "/proxies") + "?q=网格")
    expect(page.locator("main")).to_contain_text("代领人")

    page = owner.go("/points-store/proxies")
    page.locator("summary", has_text="登记代领人").click()
    page.fill("#f-name", "查无此人")
    page.fill("#f-phone", "13800000000")
    page.fill("#f-until", (date.today() + timedelta(days=30)).isoformat())
    with page.expect_navigation():
        page.click("form[action$='/proxies'] button[type=submit]")
    expect(page.locator("main")).to_contain_text("姓名和手机号都相符")
    assert page.input_value("#f-name") == "查无此人"
    assert first is not None
