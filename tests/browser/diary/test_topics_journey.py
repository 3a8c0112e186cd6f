"""A leader: one need of several villages is found, confirmed, made one case; the families are told."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser


def test_from_several_entries_to_one_road(visit):
    leader = visit("county_admin", DESKTOP)
    page = leader.go("/diary/topics")
    page.click("form[action$='/topics/find'] button")
    expect(page.locator("#topic-run")).to_contain_text("查找完毕", timeout=45_000)
    page = leader.go("/diary/topics")
    page.locator("main .rows a", has_text="拓宽").first.click()
    expect(page.locator(".topic-entry mark", has_text="拓宽").first).to_be_visible()
    page.fill("#f-title", "拓宽进山公路")
    page.locator("form[action$='/confirm'] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("已确认，立了一件总事项")
    topic = page.url.removeprefix(leader.site.url)
    page.locator("section[aria-labelledby=parent] a").first.click()
    expect(page.locator("main")).to_contain_text("请一并研究办理")
    page.locator("form[action$='/accept'] button[type=submit]").first.click()
    page = leader.go(page.url.removeprefix(leader.site.url))
    page.locator("summary", has_text="办结").first.click()
    form = page.locator("form[action$='/resolve']")
    form.locator("label[for=o-solved]").click()
    form.locator("textarea[name=answer]").fill("道路拓宽工程已开工，年底通车。")
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    page = leader.go(topic)
    for _ in range(20):
        if page.locator("#told").count():
            break
        page.wait_for_timeout(300)
        page = leader.go(topic)
    expect(page.locator("section[aria-labelledby=told]")).to_contain_text("应告知")
    expect(page.locator("main")).to_contain_text("道路拓宽工程已开工")
