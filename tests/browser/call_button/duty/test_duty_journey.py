"""From the key to the thumb: the duty screen rings, the secretary takes it by phone, goes there, ends it."""

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core.clock import CHINA, now
from core.db import unit_of_work
from plugins.call_button.models.calls import Call
from plugins.call_button.services.changes import next_change
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

BOARD = "/call-button/board"
WITHIN_A_SECOND = 1_500  # a second is promised; the rest is this machine's, which does other things meanwhile


def at_board(visit, account, size=DESKTOP, **options):
    visitor = visit(None, size, **options).log_in(account)
    page = visitor.go(BOARD)
    expect(page.locator("body")).to_have_attribute("data-line", "good", timeout=10_000)
    return page


def test_a_press_rings_is_taken_by_phone_attended_ended_and_rated(visit, site, homes):
    account = homes.secretary
    screen = at_board(visit, account)
    expect(screen.locator("[data-calm]")).to_be_visible()
    # Browsers want a touch before a page may sound: until then the page says that it is mute.
    sound = screen.locator("[data-sound-button]")
    expect(sound).to_contain_text("开启声音")
    sound.click()
    expect(screen.locator("body")).to_have_attribute("data-sound", "on")

    device = homes.device("厕所")
    press = homes.press(device)
    ringing = screen.locator("[data-focus]")
    expect(ringing).to_be_visible(timeout=WITHIN_A_SECOND)
    expect(screen.locator("body")).to_have_attribute("data-sound", "ringing")
    expect(ringing.locator("[data-place]")).to_have_text("厕所")
    expect(ringing.locator("[data-told]")).to_contain_text("村书记")
    expect(screen.locator(".duty-facts")).to_contain_text("测**")
    expect(screen.locator(".duty-facts")).not_to_contain_text("13900000001")
    homes.press(device, message_id="again")
    expect(ringing.locator("[data-urgent]")).to_contain_text("2", timeout=WITHIN_A_SECOND)
    expect(ringing.locator("[data-seconds]")).to_have_text(re.compile("00:0[3-9]"), timeout=8_000)

    phone = visit(None, PHONE, has_touch=True).log_in(account)
    page = phone.go("/call-button/calls")
    card = page.locator(f"[data-call='{press.call_id}']")
    expect(card).to_contain_text("厕所")
    box = card.locator("button[value=on_my_way]").bounding_box()
    assert box["height"] >= 64
    assert box["width"] >= 280
    card.locator("button[value=on_my_way]").click()
    expect(page.locator(".cb-kind")).to_contain_text("正在赶去")
    # The screen is calm again and says who has it.
    expect(ringing).to_be_hidden(timeout=3_000)
    expect(screen.locator("body")).to_have_attribute("data-sound", "on")
    expect(screen.locator("[data-working]")).to_contain_text(account.get("name", "正在赶去"))
    expect(screen.locator("[data-working]")).to_contain_text("正在赶去")

    page.locator("form[data-reveal]").first.click()
    page.locator("form[data-reveal] button").first.click()
    expect(page.locator("a[href='tel:13900000001']")).to_be_visible()
    page.locator("form[action$='/arrive'] button").click()
    expect(page.locator(".cb-kind")).to_contain_text("已到场")
    page.locator("label[for=r-repair]").click()
    page.fill("#f-result", "水龙头换好了")
    # What is typed stays while the call changes under it.
    homes.press(device, message_id="third")
    expect(page.locator("[data-moved]")).to_be_visible(timeout=5_000)
    expect(page.locator("#f-result")).to_have_value("水龙头换好了")
    page.locator("form[action$='/end'] button[type=submit]").click()
    expect(page.locator(".cb-kind")).to_contain_text("已办结")
    expect(page.locator("main")).to_contain_text("水龙头换好了")
    expect(screen.locator("[data-taken] li").first).to_contain_text("秒接听", timeout=3_000)

    homes.press(device, "3")
    page.reload()
    expect(page.locator(".cb-state")).to_contain_text("满意")
    row = homes.call(press.call_id)
    assert (row.state, row.thumb, row.reason, row.urgency) == ("done", "up", "repair", 3)


def test_from_calling_back_to_a_case_one_level_up_and_the_figures_of_the_next_day(visit, site, homes):
    account = homes.secretary
    village = account["area_code"]
    screen = at_board(visit, account)
    device = homes.device("灶间")
    call_id = homes.press(device).call_id
    expect(screen.locator("[data-focus] [data-place]")).to_have_text("灶间", timeout=WITHIN_A_SECOND)
    screen.locator("[data-take=calling_back]").click()
    working = screen.locator("[data-working]")
    expect(working).to_contain_text("正在回电", timeout=3_000)

    # On the telephone it turns out that somebody has to go there.
    page = visit(None, PHONE, has_touch=True).log_in(account).go(f"/call-button/calls/{call_id}")
    page.locator("form[action$='/answer'] button").click()
    expect(working).to_contain_text("正在赶去", timeout=3_000)
    page.locator("form[action$='/arrive'] button").click()
    expect(working).to_contain_text("已到场", timeout=3_000)
    page.locator("label[for=r-repair]").click()
    page.fill("#f-result", "电闸没有修好，明天再来")
    page.locator("form[action$='/end'] button[type=submit]").click()
    expect(working).to_be_hidden(timeout=3_000)
    assert homes.call(call_id).arrived_at is not None

    # Thumb down: a case at the town, where somebody sees it who has not worked on it.
    homes.press(device, "4")
    page.reload()
    expect(page.locator(".cb-state")).to_contain_text("不满意")
    case_page = page.locator("a[href*='/cases/']").first.get_attribute("href")
    town = next(
        each
        for each in site.seed["accounts"]
        if (each["role"], each["area_code"]) == ("town_official", village[:9])
    )
    desk = visit(None, DESKTOP).log_in(town).go(case_page)
    expect(desk.locator("main")).to_contain_text("按了“不满意”")

    # The next day the figures show it, with the call behind the number.
    row = homes.call(call_id)
    moments = ("rung_at", "answered_at", "arrived_at", "ended_at")
    yesterday = {name: getattr(row, name) - timedelta(days=1) for name in moments}
    with unit_of_work(housekeeping="a day goes by"):
        Call.update(**yesterday).where(Call.id == call_id).execute()
    month = f"{yesterday['rung_at'].astimezone(CHINA):%Y-%m}"
    office = visit(None, DESKTOP).log_in(town).go(f"/call-button/figures?area={village}&month={month}")
    expect(office.locator("main")).to_contain_text("60 秒接听率")
    office.locator("a[href*='part=down']").first.click()
    line = office.locator("tr", has_text="灶间")
    expect(line).to_contain_text("不满意")
    expect(line).to_contain_text("秒")


def test_a_grid_member_finds_the_call_on_top_of_the_day_and_makes_an_errand_of_it(visit, site, homes):
    member = next(
        each
        for each in site.seed["accounts"]
        if each["role"] == "grid_member" and each["area_code"].startswith(homes.secretary["area_code"])
    )
    home = next(each for each in homes.free if each.area_code == member["area_code"])
    homes.free.remove(home)
    call_id = homes.press(homes.walls.hang(home, "药柜旁")).call_id
    page = visit(None, PHONE, has_touch=True).log_in(member).go("/grid/my-day")
    first = page.locator(".day-item").first
    expect(first).to_contain_text("待接听的呼叫")
    expect(first).to_contain_text("现在")
    first.locator("a.button").click()
    page.locator(".cb-take button[value=calling_back]").click()
    expect(page.locator(".cb-kind")).to_contain_text("正在回电")
    page.locator("details.fold summary").click()
    page.fill("textarea[name=text]", "代买降压药")
    page.get_by_role("button", name="请人代办").click()
    expect(page.locator("main")).to_contain_text("已转为事项")
    assert homes.call(call_id).case_id is not None
    page.locator("a[href*='/cases/']").first.click()
    expect(page.locator("main")).to_contain_text("代买降压药")


def test_two_screens_show_the_same_and_one_press_of_a_button_is_one_answer(visit, homes):
    account = homes.secretary
    one, other = at_board(visit, account), at_board(visit, account)
    first, second = homes.device("堂屋"), homes.device("厨房")
    homes.press(first)
    for screen in (one, other):
        expect(screen.locator("[data-focus] [data-place]")).to_have_text("堂屋", timeout=WITHIN_A_SECOND)
    call = homes.press(second)
    for screen in (one, other):
        expect(screen.locator("[data-waiting] li")).to_have_count(1, timeout=WITHIN_A_SECOND)
    # The one that waits can be chosen, and stays chosen.
    other.locator("[data-waiting] li button").click()
    expect(other.locator("[data-focus] [data-place]")).to_have_text("厨房")
    expect(other.locator("[data-take]").first).to_be_enabled()
    other.locator("[data-take=calling_back]").dblclick()
    expect(other.locator("[data-said]")).to_contain_text("已由您接听")
    for screen in (one, other):
        expect(screen.locator("[data-focus] [data-place]")).to_have_text("堂屋", timeout=3_000)
        expect(screen.locator("[data-working]")).to_contain_text("厨房")
    row = homes.call(call.call_id)
    assert (row.state, row.taken_how) == ("answered", "calling_back")
    # Red on the other one: nobody has to go there any more.
    homes.press(first, "2")
    for screen in (one, other):
        expect(screen.locator("[data-calm]")).to_be_visible(timeout=3_000)
        expect(screen.locator("[data-taken]")).not_to_contain_text("已取消")


def test_smoke_comes_before_a_call_and_is_shown_apart(visit, homes):
    screen = at_board(visit, homes.secretary)
    homes.press(homes.device("堂屋"))
    expect(screen.locator("[data-focus]")).to_have_attribute("data-kind", "button", timeout=WITHIN_A_SECOND)
    homes.press(homes.device("灶台", "smoke"))
    expect(screen.locator("[data-focus]")).to_have_attribute("data-kind", "smoke", timeout=WITHIN_A_SECOND)
    expect(screen.locator("[data-focus]")).to_contain_text("烟感报警")
    expect(screen.locator("[data-waiting]")).to_contain_text("堂屋")


def test_a_cut_line_is_said_within_three_seconds_and_heals_by_itself(visit, homes):
    screen = at_board(visit, homes.secretary)
    let_go = homes.stop()
    began = time.monotonic()
    expect(screen.locator("[data-lost]")).to_be_visible(timeout=3_000)
    assert time.monotonic() - began < 3.0
    expect(screen.locator("[data-lost]")).to_contain_text("没有连上")
    assert re.match(r"\d{2}:\d{2}:\d{2} 起", screen.inner_text("[data-lost] p"))
    let_go()
    expect(screen.locator("[data-lost]")).to_be_hidden(timeout=6_000)
    # What was pressed meanwhile is there.
    screen.context.set_offline(True)
    expect(screen.locator("[data-lost]")).to_be_visible(timeout=3_000)
    homes.press(homes.device("后院"))
    screen.context.set_offline(False)
    expect(screen.locator("[data-focus] [data-place]")).to_have_text("后院", timeout=4_000)
    expect(screen.locator("[data-lost]")).to_be_hidden()


def test_an_ended_session_is_said_and_not_taken_for_calm(visit, homes, site):
    screen = at_board(visit, homes.secretary)
    token = next(cookie for cookie in screen.context.cookies() if cookie["name"] == "gridgov")
    screen.context.clear_cookies(name="gridgov")
    expect(screen.locator("[data-over]")).to_be_visible(timeout=4_000)
    expect(screen.locator("body")).to_have_attribute("data-line", "over")
    assert "/accounts/login" in screen.locator("[data-over] a").get_attribute("href")
    assert token


def test_a_screen_that_stays_up_grows_neither_in_elements_nor_in_memory(visit, homes):
    screen = at_board(visit, homes.secretary)
    device = homes.device("堂屋")
    session = screen.context.new_cdp_session(screen)
    session.send("Performance.enable")
    session.send("HeapProfiler.enable")

    def sizes():
        session.send("HeapProfiler.collectGarbage")
        found = {row["name"]: row["value"] for row in session.send("Performance.getMetrics")["metrics"]}
        return found["Nodes"], found["JSEventListeners"], found["JSHeapUsedSize"]

    def calls(count):
        for _ in range(count):
            homes.press(device)
            homes.press(device, "2")
        expect(screen.locator("[data-calm]")).to_be_visible(timeout=3_000)
        screen.wait_for_timeout(1_200)

    # Until all that is kept is there: the last ones that are over.
    calls(45)
    nodes, listeners, heap = sizes()
    calls(120)
    later = sizes()
    assert later[0] <= nodes + 20
    assert later[1] <= listeners + 2
    assert later[2] <= heap * 1.25
    assert screen.locator("[data-taken] li").count() <= 8


def test_colours_of_waiting_come_with_words(visit, homes):
    screen = at_board(visit, homes.secretary)
    call_id = homes.press(homes.device("堂屋")).call_id
    focus = screen.locator("[data-focus]")
    for seconds, band, words in ((10, "since", "已等待"), (61, "first", "60"), (181, "second", "180")):
        with unit_of_work(housekeeping="time passes for a test"):
            aged = {"rung_at": now() - timedelta(seconds=seconds), "changed": next_change()}
            Call.update(**aged).where(Call.id == call_id).execute()
        expect(focus).to_have_attribute("data-band", band, timeout=3_000)
        expect(focus.locator("[data-since-words]")).to_contain_text(words)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_call_stands_on_the_map_of_its_village_and_leads_to_its_page(visit, homes, size):
    screen = at_board(visit, homes.secretary, size)
    shown = screen.locator("[data-map]")
    expect(shown).to_be_hidden()
    device = homes.device("西屋")
    device.area_code = homes.secretary["area_code"] + "001"  # its first grid
    call_id = homes.press(device).call_id
    expect(screen.locator("[data-focus] [data-place]")).to_have_text("西屋", timeout=WITHIN_A_SECOND)
    expect(shown).to_be_visible(timeout=5_000)
    # The borders of the village, one grid among them filled in: where the call is, and its name says so.
    here = shown.locator(".duty-here")
    expect(here).to_have_count(1)
    expect(here).to_be_visible()
    expect(shown.locator("path[fill='#b1241c']")).to_have_count(1)
    assert shown.locator("path").count() > 1
    assert here.inner_text() in screen.inner_text("[data-map-words]")
    box, spot = shown.bounding_box(), shown.locator("path[fill='#b1241c']").bounding_box()
    assert box["width"] >= 200
    assert box["height"] >= 120
    assert box["x"] <= spot["x"]
    assert spot["x"] + spot["width"] <= box["x"] + box["width"]
    wide = screen.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    screen.click("[data-map-words]")
    screen.wait_for_url(f"**/call-button/calls/{call_id}")
    expect(screen.locator(".cb-where")).to_contain_text("西屋")


def test_a_screen_without_scripts_shows_the_list_and_takes_calls(visit, homes):
    call_id = homes.press(homes.device("堂屋")).call_id
    plain = visit(None, DESKTOP, java_script_enabled=False).log_in(homes.secretary)
    page = plain.go(BOARD)
    expect(page.locator(".duty-plain")).to_contain_text("堂屋")
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.locator(".duty-plain button[value=on_my_way]").first.click()
    expect(page.locator("main")).to_contain_text("正在赶去")
    assert homes.call(call_id).state == "answered"


def test_one_rings_and_three_wait_and_nothing_runs_over_the_strip(visit, homes):
    device = homes.device("灶屋")
    homes.press(device)
    screen = at_board(visit, homes.secretary, {"width": 1440, "height": 900})
    screen.locator("[data-take=on_my_way]").click()
    expect(screen.locator("[data-working]")).to_contain_text("正在赶去")
    homes.press(device, message_id="again")
    expect(screen.locator("[data-working]")).to_contain_text("又按了 1 次", timeout=3_000)
    for _ in range(4):
        homes.press(homes.device())
    expect(screen.locator("[data-waiting] li")).to_have_count(3, timeout=3_000)
    expect(screen.locator(".duty-facts")).to_contain_text("家中成员")
    strip = screen.locator(".duty-strip").bounding_box()["y"]
    for name in ("[data-waiting]", "[data-working]", ".duty-facts", ".duty-buttons"):
        box = screen.locator(name).bounding_box()
        assert box["y"] + box["height"] <= strip, name
    assert screen.locator(".duty-facts").bounding_box()["height"] >= 200
