"""The smaller registers: supplies handed out and signed for, a check drawn again, a policy for everybody."""

import hashlib

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def test_supplies_a_sheet_a_drawn_check_and_a_policy_for_everybody(site, visit):
    secretary = visit("secretary", PHONE)
    page = secretary.go("/diary/supplies")
    page.get_by_role("link", name="应急手电").click()
    left = int(page.locator(".figure .number").first.inner_text().replace(",", ""))
    page.fill("#f-out-quantity", str(left + 1))
    page.fill("#f-out-who", "钱小梅")
    page.click("form[action$='/issue'] button[type=submit]")
    expect(page.locator(".banner-bad")).to_contain_text("不够")
    expect(page.locator("#f-out-who")).to_have_value("钱小梅")
    page.fill("#f-out-quantity", "1")
    page.click("form[action$='/issue'] button[type=submit]")
    expect(page.locator(".sheet-signed")).to_contain_text("领用人")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.locator(".sheet-table")).to_contain_text("钱小梅")
    admin = visit("county_admin", DESKTOP)
    page = admin.go("/diary/checks")
    page.locator("main table a", has_text="走访记录").click()
    expect(page.locator("#how ~ .banner-ok")).to_contain_text("完全一致")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载名单").click()
    mark = hashlib.sha256(download.value.path().read_bytes()).hexdigest()
    expect(page.locator(".facts .fingerprint")).to_have_text(mark)
    stranger = visit(None, PHONE)
    page = stranger.go("/diary/policies?q=高龄")
    page.get_by_role("link", name="高龄津贴申请").click()
    expect(page.locator("article")).to_contain_text("八十周岁")
