"""A grid member's day on the phone: round, file, task; without a signal too, and in large print."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def household(site, role="grid_member"):
    """A household that the role's first account may see."""
    area = site.account(role)["area_code"]
    return next(each["id"] for each in site.seed["households"] if each["area_code"].startswith(area))


def history(visitor, number):
    """How many changes the history of a file shows."""
    return visitor.go(f"/grid/files/{number}/history").locator("main .rows li").count()


def open_section(visitor, number, section):
    """The form of one section, ready to be filled in."""
    page = visitor.go(f"/grid/files/{number}/{section}")
    expect(page.locator("form[data-draft]")).to_be_visible()
    return page


def test_a_round_from_my_day_with_a_finding_that_becomes_a_case(visit):
    member = visit("grid_member", PHONE)
    page = member.go("/grid/my-day")
    with page.expect_navigation():
        page.locator(".day-item", has_text="今天的巡查").locator("a.button").click()
    page.locator("form[data-draft='patrol:start'] button[type=submit]").click()
    expect(page.locator(".hero")).to_contain_text("正在巡查")
    page.click(".hero a.button")
    page.fill("#f-text", "村口桥面有坑")
    page.fill("#f-place", "村口")
    page.click(".save-bar button[type=submit]")
    expect(page.locator("main")).to_contain_text("村口桥面有坑")
    expect(page.locator("main")).to_contain_text("发现问题 1 件")
    page.fill("#f-note", "看了两处")
    page.locator("form[data-draft$=':finish'] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("巡查已结束")
    expect(page.locator("main")).to_contain_text("开始一次巡查")


def test_without_a_signal_the_section_waits_on_the_phone_and_is_kept_once(site, visit):
    number = household(site)
    member = visit("grid_member", PHONE)
    before = history(member, number)
    page = open_section(member, number, "land")
    page.fill("#f-forest_land", "1.5")
    page.context.set_offline(True)
    page.click(".save-bar button[type=submit]")
    expect(page.locator("[data-draft-waiting]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("main")).to_contain_text("已保存，改动 1 项", timeout=25_000)
    assert history(member, number) == before + 1
    assert open_section(member, number, "land").locator("[data-draft-restored]").is_hidden()


def test_an_answer_that_never_came_is_asked_for_again_and_nothing_is_kept_twice(site, visit):
    number = household(site)
    member = visit("grid_member", PHONE)
    before = history(member, number)
    page = open_section(member, number, "land")
    # The server does it, and the phone never hears: its first answer is dropped on the way.
    page.evaluate(
        """() => { const plain = window.fetch; window.lost = 0; window.fetch = async (...call) => {
            const answer = await plain(...call);
            if (window.lost++ === 0) throw new TypeError("the line broke");
            return answer; }; }"""
    )
    page.fill("#f-forest_land", "2.5")
    page.click(".save-bar button[type=submit]")
    expect(page.locator("[data-draft-waiting]")).to_be_visible()
    assert page.evaluate("window.lost") == 1
    expect(page.locator("#land .file-values")).to_contain_text("2.5", timeout=25_000)
    assert history(member, number) == before + 1


def test_a_dead_phone_loses_nothing_but_what_is_sensitive(site, visit):
    number = household(site)
    member = visit("grid_member", PHONE)
    page = open_section(member, number, "insurance")
    page.check("input[name=subsidies][value=grain]")
    page.fill("#f-bank_account", "6228000000000000")
    page.goto("about:blank")
    page = open_section(member, number, "insurance")
    expect(page.locator("[data-draft-restored]")).to_be_visible()
    assert page.is_checked("input[name=subsidies][value=grain]")
    assert page.input_value("#f-bank_account") == ""
    page.click("[data-draft-drop]")
    expect(page.locator("[data-draft-restored]")).to_be_hidden()
    assert not page.is_checked("input[name=subsidies][value=grain]")


def test_what_is_refused_stays_in_the_form_and_can_be_mended(site, visit):
    number = household(site)
    member = visit("grid_member", PHONE)
    page = open_section(member, number, "land")
    page.fill("#f-forest_land", "三亩")
    page.click(".save-bar button[type=submit]")
    expect(page.locator(".field-error").first).to_contain_text("应为数字")
    assert page.input_value("#f-forest_land") == "三亩"
    page.fill("#f-forest_land", "3")
    page.click(".save-bar button[type=submit]")
    expect(page.locator("main")).to_contain_text("已保存")


def test_a_task_goes_from_the_desk_to_the_phone_and_back(visit):
    desk = visit("secretary", DESKTOP)
    page = desk.go("/grid/tasks/new")
    form = page.locator("form[action*='/grid/tasks/new']")
    form.locator("#f-title").fill("清理排水沟")
    form.locator("#f-due").fill(str(date.today() + timedelta(days=1)))
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    phone = visit("grid_member", PHONE).go("/grid/my-day")
    with phone.expect_navigation():
        phone.locator(".day-item", has_text="清理排水沟").first.locator("a.button").click()
    phone.fill("#f-note", "清了两条")
    phone.locator("form[data-draft^='task:'] button[type=submit]").click()
    expect(phone.locator("main")).to_contain_text("已完成，等下达的人核对")
    page = desk.go("/grid/tasks?state=done")
    with page.expect_navigation():
        page.locator("a", has_text="清理排水沟").first.click()
    with page.expect_navigation():
        page.locator("button[name=passed][value='1']").click()
    expect(page.locator("main")).to_contain_text("核对通过")


@pytest.mark.parametrize("path", ["/grid/my-day", "/grid/patrol", "/grid/files", "/grid/files/1/health"])
def test_large_print_keeps_every_tap_large_and_nothing_wide(visit, path):
    member = visit("grid_member", PHONE)
    member.context.add_cookies([{"name": "large_print", "value": "1", "url": member.site.url}])
    page = member.go(path)
    assert page.locator("body.large").count() == 1
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    for button in page.locator("main .button:visible").all()[:10]:
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
