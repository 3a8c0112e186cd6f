"""A meeting from the call to its minutes and the reply to it; a small work from proposal to acceptance."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core.clock import now
from tests.browser.conftest import DESKTOP, PHONE
from tests.pictures import picture

pytestmark = pytest.mark.browser


def press(page, ending, nth=0):
    """Press the button of a form, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator(f"form[action$='/{ending}'] button[type=submit]").nth(nth).click()


def call_a_resident(page):
    """Somebody of the village's register, found by a surname."""
    for surname in "王李张刘陈杨黄赵周吴":
        page.fill("#f-q", surname)
        with page.expect_navigation():
            page.locator("button[name=find]").click()
        if page.locator("input[name=who][value^='person:']").count():
            page.locator("input[name=who][value^='person:']").first.check()
            with page.expect_navigation():
                page.get_by_role("button", name="添加", exact=True).click()
            return
    raise AssertionError("nobody of these names lives there")


def write_minutes(page, text):
    """From the meeting's page to a draft, and from the draft to final minutes."""
    page.locator("a[href$='/minutes']").click()
    page.fill("#f-text", text)
    with page.expect_navigation():
        page.locator("form[data-draft] button[type=submit]").click()
    press(page, "finish")
    expect(page.locator("main")).to_contain_text("SHA-256")


def test_a_meeting_from_the_call_to_the_minutes_that_everybody_reads_and_the_reply(site, visit):
    """The meeting at the desk, the reply to it on a phone."""
    secretary, resident = visit("secretary", DESKTOP), visit("resident", PHONE)
    page = secretary.go("/diary/meetings/call")
    page.fill("#f-topic", "村口路灯怎么装")
    page.fill("#f-starts_at", (now() + timedelta(days=1)).strftime("%Y-%m-%dT19:00"))
    page.fill("#f-place", "村文化礼堂")
    press(page, "meetings/call", 1)
    meeting = page.url.split("#")[0].removeprefix(site.url)
    call_a_resident(page)
    press(page, "announce")
    page.locator("a[href$='/notice']").click()
    expect(page.locator("main")).to_contain_text("村文化礼堂")
    code = re.search(r"/diary/m/[A-Z0-9]{8}", page.content()).group(0)
    expect(resident.go(code).locator("main")).to_contain_text("村口路灯怎么装")
    page = secretary.go(meeting)
    page.locator("a[href$='/sign-in']").click()
    expect(page.locator("main")).to_contain_text("签到表")
    page = secretary.go(meeting)
    page.locator("label.pick", has_text="现场").first.click()
    with page.expect_navigation():
        page.locator("button[form=attendance]").click()
    expect(page.locator("main")).to_contain_text("到会 1 人，群众代表 1 人")
    press(page, "open")
    page.locator("summary", has_text="记下议定事项").click()
    page.fill("form[action*='/resolutions'] textarea[name=text]", "月底前装六盏太阳能路灯")
    press(page, "resolutions#decided")
    write_minutes(page, "大家都说晚上黑，同意装太阳能路灯。")
    press(page, "publish")
    page = resident.go("/diary/village-meetings")
    page.locator("main a", has_text="村口路灯怎么装").first.click()
    expect(page.locator("main")).to_contain_text("同意装太阳能路灯")
    expect(page.locator("main")).to_contain_text("月底前装六盏太阳能路灯")
    reply_on_a_phone(visit("secretary", PHONE), meeting)


def reply_on_a_phone(secretary, meeting):
    """What was decided becomes a case; a second meeting is told how it came out."""
    page = secretary.go(meeting)
    press(page, "case")
    page.locator("a", has_text="看事项").click()
    expect(page.locator("main")).to_contain_text("月底前装六盏太阳能路灯")
    page = secretary.go(meeting)
    page.locator("a", has_text="开答复会").click()
    page.fill("#f-place", "村文化礼堂")
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).click()
    page.locator("label.pick", has_text="线上").first.click()
    with page.expect_navigation():
        page.locator("button[form=attendance]").click()
    press(page, "open")
    page.locator("textarea[name^='outcome.']").first.fill("六盏灯都装好了，路上亮了。")
    page.locator("label.check", has_text="已办结").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="保存答复").click()
    write_minutes(page, "向大家答复：灯装好了。")
    expect(page.locator("[aria-labelledby=matters]")).to_contain_text("六盏灯都装好了")
    expect(page.locator("[aria-labelledby=matters]")).to_contain_text("已办结")
    expect(page.locator("[aria-labelledby=list]")).to_contain_text("线上")


def test_a_small_work_from_the_proposal_with_photos_to_its_acceptance_by_the_town(site, visit, tmp_path):
    before, after = tmp_path / "before.jpg", tmp_path / "after.jpg"
    before.write_bytes(picture(640, 480))
    after.write_bytes(picture(480, 640))
    secretary, town = visit("secretary", PHONE), visit("town_official", DESKTOP)
    page = secretary.go("/diary/works/new")
    page.fill("#f-title", "修村口的水渠")
    page.fill("#f-place", "村口石桥边")
    page.fill("#f-budget", "8600")
    page.set_input_files("#f-photos", before)
    with page.expect_navigation():
        page.get_by_role("button", name="申报", exact=True).click()
    work = page.url.removeprefix(site.url)
    expect(page.locator("[aria-labelledby=p-before] img")).to_have_count(1)
    page = town.go(work)
    press(page, "step")
    page = secretary.go(work)
    page.fill("#f-contractor", "村集体施工队")
    press(page, "step")
    page.fill("#f-cost", "8200.50")
    with page.expect_navigation():
        page.get_by_role("button", name="登记完工").click()
    expect(page.locator("main .banner, main [role=alert]").first).to_be_visible()
    page.fill("#f-cost", "8200.50")
    page.set_input_files("#f-photos", after)
    with page.expect_navigation():
        page.get_by_role("button", name="登记完工").click()
    expect(page.locator("[aria-labelledby=p-after] img")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("等别人验收")
    page = town.go(work)
    with page.expect_navigation():
        page.get_by_role("button", name="验收通过").click()
    expect(page.locator("dl.facts").first).to_contain_text("已验收")
    expect(page.locator("dl.facts").first).to_contain_text("8,200.50")
