"""A claim from a resident's phone to the notice board: filed with a photo, checked, reviewed, objected to."""

import base64
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
# One grey point is a photo.
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_claim_is_filed_with_a_photo_checked_published_objected_to_and_stands_on_the_board(visit):
    page = visit("resident", PHONE).go("/points-store/claims/new?whose=own")
    page.locator("input[name=rule_id]").first.check()
    page.fill("#f-text", "清理村口沟渠")
    page.set_input_files("#f-photos", {"name": "a.png", "mimeType": "image/png", "buffer": PHOTO})
    with page.expect_navigation():
        page.click("form[enctype] button[type=submit]")
    expect(page.locator("main")).to_contain_text("已申报")
    expect(page.locator("main .photo-strip img")).to_be_visible()
    address = page.url[page.url.index("/points-store") :]

    page = visit("grid_leader", PHONE).go("/points-store/check")
    expect(page.locator("main")).to_contain_text("清理村口沟渠")
    with page.expect_navigation():
        page.get_by_role("link", name="全选").click()
    with page.expect_navigation():
        page.click("button[name=decision][value=pass]")
    expect(page.locator("main")).to_contain_text("已处理 1 条")

    desk = visit("reviewer", DESKTOP)
    page = desk.go("/points-store/office/claims?state=checked")
    with page.expect_navigation():
        page.get_by_role("link", name="全选").click()
    with page.expect_navigation():
        page.click("button[name=decision][value=pass]")
    expect(page.locator("main")).to_contain_text("已处理 1 条")

    page = visit("grid_member", PHONE).go(address)
    page.locator("summary", has_text="我有异议").click()
    page.fill("#f-text", "有人说没看见")
    with page.expect_navigation():
        page.click("form[action$='/object'] button[type=submit]")
    expect(page.locator("main")).to_contain_text("异议已交村委会")

    page = desk.go(address)
    expect(page.locator("main")).to_contain_text("有人说没看见")
    page.locator("textarea[name=answer]").fill("有照片为证")
    with page.expect_navigation():
        page.click("button[name=upheld][value='0']")
    expect(page.locator("main")).to_contain_text("公示中")

    page = desk.go(f"/points-store/office/board?month={date.today():%Y-%m}")
    expect(page.locator(".board-code svg")).to_be_visible()
    page.emulate_media(media="print")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    village = page.input_value("#f-area")

    page = visit(None, PHONE).go(f"/points-store/public/{village}")
    expect(page.locator("main")).to_contain_text("正在公示")
    expect(page.locator("main")).to_contain_text("*")
    expect(page.locator("main")).not_to_contain_text("清理村口沟渠")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
