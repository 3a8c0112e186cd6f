"""A cadre's day: who is due, a visit written once, the problem followed; no signal; a card on the wall."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def heads(site, role="stationed_cadre"):
    """The households of the role's village."""
    area = site.account(role)["area_code"]
    return [each["id"] for each in site.seed["households"] if each["area_code"].startswith(area)]


def test_from_the_list_to_the_visit_to_the_problem_and_its_end(site, visit):
    household = heads(site)[8]
    cadre = visit("stationed_cadre", PHONE)
    page = cadre.go("/diary/due?tab=unvisited")
    expect(page.locator("main")).to_contain_text("户")
    page = cadre.go(f"/diary/households/{household}/visit")
    page.fill("#f-text", "门口的路灯坏了半个月，晚上看不见。电话 13800138000")
    page.locator(".met input[type=checkbox]").first.check()
    page.locator("label[for=topic-roads]").click()
    page.click("form[data-draft] > button[type=submit]")
    expect(page.locator("main")).to_contain_text("走访已记下")
    expect(page.locator(".entry-full")).to_contain_text("13800138000")
    entry = page.url.split("?")[0].removeprefix(site.url)
    page.locator("form[action$='/problems'] > button[type=submit]").click()
    expect(page.locator(".outcomes")).to_contain_text("门口的路灯坏了半个月")
    secretary = visit("secretary", DESKTOP)
    page = secretary.go(entry)
    expect(page.locator(".entry-full")).to_contain_text("［电话］")
    expect(page.locator(".entry-full")).not_to_contain_text("13800138000")
    page.locator(".outcomes a").first.click()
    expect(page.locator("main")).to_contain_text("门口的路灯坏了半个月")
    page = secretary.go("/diary/entries?q=灯坏")
    expect(page.locator("main .rows")).to_contain_text("门口的路灯坏了半个月")


def test_without_a_signal_a_visit_waits_on_the_phone_and_is_kept_once(site, visit):
    household = heads(site)[9]
    cadre = visit("stationed_cadre", PHONE)
    page = cadre.go(f"/diary/households/{household}/visit")
    page.fill("#f-text", "山里没有信号")
    page.context.set_offline(True)
    page.click("form[data-draft] > button[type=submit]")
    expect(page.locator("[data-draft-waiting]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("main")).to_contain_text("走访已记下", timeout=25_000)
    page = cadre.go(f"/diary/households/{household}")
    expect(page.locator(".years > li", has_text="山里没有信号")).to_have_count(1)


def test_the_teams_card_is_printed_and_its_code_leads_to_the_team(site, visit, decode_qr):
    town = visit("town_official", DESKTOP)
    page = town.go("/diary/teams")
    page.locator("main table a").first.click()
    page.click("a[href$='/card']")
    page.emulate_media(media="print")
    address = decode_qr(page.locator(".contact-qr svg").screenshot())
    path = re.sub(r"^https?://[^/]+", "", address)
    assert re.fullmatch(r"/diary/t/[A-Z0-9]{8}", path)
    stranger = visit(None, PHONE)
    page = stranger.go(path)
    expect(page.locator(".hero")).to_contain_text("星期二")


def test_a_team_head_sees_the_day_and_place_and_finishes_what_is_on_the_list(visit):
    head = visit("stationed_cadre", PHONE)
    page = head.go("/diary/my-posting")
    team = page.locator("section.card", has_text="联村工作组")
    expect(team).to_contain_text("星期二")
    expect(team).to_contain_text("村党群服务中心一楼")
    expect(team).to_contain_text("组长")
    item = page.locator("li", has_text="整治沿线环境卫生")
    with page.expect_navigation():
        item.locator("button").click()
    expect(page.locator("li", has_text="整治沿线环境卫生")).to_contain_text("已办结")


def test_a_leader_sees_the_round_and_goes_down_to_the_names(visit):
    leader = visit("county_admin", DESKTOP)
    page = leader.go("/diary/rounds")
    while not page.url.rstrip("/").split("=")[-1].isdigit() or len(page.url.split("=")[-1]) < 12:
        page.locator("main table th a").first.click()
    expect(page.locator("#missing")).to_be_visible()
