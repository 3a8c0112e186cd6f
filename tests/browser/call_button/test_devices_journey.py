"""A technician hangs a remote up: presses a key, sees it come, registers it, has it tested and revokes it."""

import pytest
from playwright.sync_api import expect

from core.clock import now
from core.devices import DeviceInput
from core.testing import GRID, PASSWORD
from plugins.call_button.services.readings import take
from tests.browser.conftest import PHONE, Visitor
from tools.running import Site, serving

pytestmark = pytest.mark.browser
Z2M = "call_button.zigbee2mqtt"


@pytest.fixture
def county_plugins():
    """Only the call button."""
    return ["call_button"]


@pytest.fixture
def technician(county, people, account, browser):
    """A grid member with a phone, logged in."""
    member = account("grid_member", GRID)
    with serving(county.data) as url:
        context = browser.new_context(viewport=PHONE, locale="zh-CN")
        visitor = Visitor(Site(url, {}), context)
        yield visitor.log_in({"username": member.username, "password": PASSWORD})
        context.close()


def press(source, key):
    message = DeviceInput(f"zigbee2mqtt/{source}", b'{"action":"%s_single","battery":90}' % key, now())
    return [outcome.kind for outcome in take(Z2M, message)]


def test_from_press_a_key_now_to_revoked(technician):
    page = technician.go("/call-button/devices/pair")
    expect(page.get_by_text("还没有收到未登记设备的按键")).to_be_visible()
    assert press("李网格家", b"1") == ["unknown"]
    # Without touching the page.
    expect(page.locator("#strangers")).to_contain_text("李网格家", timeout=8_000)
    page.locator("#strangers a").first.click()
    page.fill("#f-q", "李网格")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="李网格").first.click()
    page.select_option("#f-model", label="涂鸦四键遥控器 TS0044 及同类 · Zigbee2MQTT")
    page.fill("#f-place", "床头")
    page.fill("[name=name_1]", "周小网")
    page.fill("[name=phone_1]", "13812345678")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("已登记。请按一下绿键试一试。")).to_be_visible()
    assert press("李网格家", b"3") == ["pressed"]
    page.reload()
    expect(page.get_by_text("电量 90%")).to_be_visible()
    expect(page.get_by_text("13812345678")).to_have_count(0)
    page.get_by_role("button", name="显示姓名和电话").click()
    expect(page.get_by_text("13812345678")).to_be_visible()
    page.get_by_text("停用", exact=True).first.click()
    page.fill("#f-why", "试装")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_text("已停用，立即生效。")).to_be_visible()
    assert press("李网格家", b"1") == ["refused"]
