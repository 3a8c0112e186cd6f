"""A decision on the screen: drafted, refused at its gate, read by everybody from the code on the notice."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def test_a_decision_from_its_draft_to_the_page_behind_the_code(site, visit, decode_qr):
    secretary = visit("secretary", DESKTOP)
    page = secretary.go("/supervision/decisions/new")
    page.fill("#f-title", "加固村口小桥")
    page.fill("#f-text", "桥面加固并装护栏，汛期前完成。")
    page.fill("#f-budget", "8600.50")
    page.select_option("#f-six_steps", "no")
    page.click("form.card button[type=submit]")
    expect(page.get_by_role("heading", name="加固村口小桥")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="公示", exact=True).click()
    expect(page.locator(".gate-shut")).to_contain_text("不得早于")
    page.get_by_role("button", name="开始实施").click()
    expect(page.locator(".banner-bad")).to_contain_text("还不能实施")
    page.get_by_role("link", name="公示单").click()
    expect(page.locator(".notice-sheet")).to_contain_text("加固村口小桥")
    address = decode_qr(page.locator(".contact-qr svg").screenshot())
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    code = re.search(r"/supervision/d/([A-Z0-9]{8})$", address).group(1)
    page = visit(None, PHONE).go(f"/supervision/d/{code}")
    expect(page.locator("h1")).to_have_text("加固村口小桥")
    expect(page.locator(".gate")).to_contain_text("还差")
    expect(page.locator("body")).not_to_contain_text("列入原因")
