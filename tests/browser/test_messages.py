"""The inbox and the webhooks as people use them: what came is opened and read; who is told is said once."""

import pytest

from tests.browser.conftest import DESKTOP, INTRANET, PHONE
from tests.browser.test_reporting import demand_accessible

pytestmark = pytest.mark.browser
VILLAGE = "341504001001"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390x844", "1440x900"])
def test_a_message_is_opened_from_the_bell_and_all_are_read(site, visit, playwright, axe_source, size):
    program = playwright.request.new_context(
        base_url=site.url.replace(INTRANET, "127.0.0.1"),
        extra_http_headers={"Authorization": f"Bearer {site.account('resident')['token']}"},
    )
    for text in ("桥头的护栏松了", "井盖不见了"):
        sent = program.post(
            "/api/v1/cases", data={"kind": "cases.report", "text": text, "area_code": VILLAGE}
        )
        assert sent.ok, sent.text()
    program.dispose()

    secretary = visit("secretary", size)
    page = secretary.go("/")
    assert page.inner_text(".bell-count") != "0"
    with page.expect_navigation():
        page.locator("a:has(.bell-count)").first.click()
    demand_accessible(page, axe_source)
    message = page.locator(".notices li", has_text="井盖不见了").first
    assert "is-unread" in message.get_attribute("class")
    with page.expect_navigation():
        message.locator("a").click()
    assert "井盖不见了" in page.inner_text("main")
    page = secretary.go("/notices/")
    assert "is-unread" not in page.locator(".notices li", has_text="井盖不见了").first.get_attribute("class")
    with page.expect_navigation():
        page.locator("form[action$='/read-all'] button, form[action*='read'] button").first.click()
    assert "没有未读消息" in page.inner_text("main")
    assert page.locator(".bell-count").count() == 0


def test_another_system_is_told_of_events_and_its_secret_is_shown_once(visit, axe_source):
    office = visit("county_admin", DESKTOP)
    page = office.go("/webhooks/")
    with page.expect_navigation():
        page.locator("main a[href$='/webhooks/new']").first.click()
    page.fill("input[name=title]", "县指挥平台")
    page.fill("input[name=url]", "http://127.0.0.1/inside")
    with page.expect_navigation():
        page.locator("form.card button[type=submit]").click()
    # Into the county's own network only where the config names the host; what was typed stays.
    assert page.locator(".banner-bad").count() == 1
    assert page.input_value("input[name=title]") == "县指挥平台"
    page.fill("input[name=url]", "https://platform.example/hook")
    demand_accessible(page, axe_source)
    with page.expect_navigation():
        page.locator("form.card button[type=submit]").click()
    assert page.inner_text("code.secret").startswith("whsec_")
    with page.expect_navigation():
        page.locator("a", has_text="我已保存").click()
    assert "whsec_" not in page.content()
    with page.expect_navigation():
        page.locator("form[action$='/ping'] button").click()
    assert "测试消息已排队" in page.inner_text("body")
    assert page.locator("tbody tr").count() == 1
    demand_accessible(page, axe_source)
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.locator("form[action$='/off'] button").click()
    assert "停用" in page.inner_text(".facts")
    assert page.locator("form[action$='/ping']").count() == 0
