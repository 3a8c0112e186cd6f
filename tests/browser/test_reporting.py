"""Residents report in three taps, follow and rate: with an account, by the printed code, on a bad line."""

import io
import random
import re
import time

import pytest
from PIL import Image

from tests.browser.conftest import DESKTOP, INTRANET, PHONE, violations

pytestmark = pytest.mark.browser
VILLAGE = "341504001001"


@pytest.fixture(scope="session")
def photo(tmp_path_factory):
    """A photo as a phone takes it: large enough to be shrunk before it is sent."""
    chance = random.Random(1)
    small = Image.new("RGB", (160, 120))
    small.putdata([(chance.randrange(256), chance.randrange(256), 90) for _ in range(160 * 120)])
    out = io.BytesIO()
    small.resize((3200, 2400)).save(out, "JPEG", quality=92)
    path = tmp_path_factory.mktemp("photos") / "IMG_0001.jpg"
    path.write_bytes(out.getvalue())
    return path


@pytest.fixture
def staff(site, playwright):
    """What the village's secretary does meanwhile, by the JSON interface."""
    secretary = site.account("secretary")
    program = playwright.request.new_context(
        base_url=site.url.replace(INTRANET, "127.0.0.1"),
        extra_http_headers={"Authorization": f"Bearer {secretary['token']}"},
    )
    yield Staff(program)
    program.dispose()


class Staff:
    """Finds, accepts and answers."""

    def __init__(self, program):
        self.program = program

    def find(self, words):
        """The cases that a number or words lead to."""
        return self.program.get(f"/api/v1/cases?search={words}").json()

    def answer(self, number):
        """Take a case on and answer it; returns its id."""
        (case,) = self.find(number)
        for path, body in (
            ("accept", {}),
            ("resolve", {"outcome": "solved", "answer": "已经修好，请看一看"}),
        ):
            done = self.program.post(f"/api/v1/cases/{case['id']}/{path}", data=body)
            assert done.ok, done.text()
        return case["id"]


def take_photo(page, photo):
    """The first tap; the camera itself is the phone's business."""
    page.locator("#f-photos-camera").set_input_files(photo)
    page.locator(".photo-strip img").first.wait_for()


def pick(page, kind):
    """The second tap."""
    page.locator(f"label.choice:has(input[value='{kind}'])").click()


def send(page):
    """The third tap; returns the number of the case."""
    with page.expect_navigation(url=re.compile(r"sent=1")):
        page.locator(".send-bar button").click()
    return number_on(page)


def number_on(page):
    return page.locator(".big-facts dd").first.inner_text()


def rate(page, solved, thumb, note=""):
    page.locator(f"label.choice:has(input[name=solved][value={solved}])").click()
    page.locator(f"label.choice:has(input[name=thumb][value={thumb}])").click()
    page.fill("[name=note]", note)
    with page.expect_navigation():
        page.locator("form.rate button[type=submit]").click()


def demand_accessible(page, axe_source):
    assert violations(page, axe_source) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("large", [False, True], ids=["plain", "large print"])
def test_a_resident_reports_in_three_taps_rates_down_and_it_is_open_one_level_up(
    visit, staff, photo, axe_source, large
):
    resident = visit("resident", PHONE)
    if large:
        resident.context.add_cookies([{"name": "large_print", "value": "1", "url": resident.site.url}])
    resident.go("/")
    with resident.page.expect_navigation():
        resident.page.locator("main a.tile[href^='/cases/open/']").first.click()
    page = resident.page
    send_button = page.locator(".send-bar button").bounding_box()
    assert send_button["y"] + send_button["height"] <= PHONE["height"], "send is in sight from the start"
    take_photo(page, photo)
    pick(page, "cases.snapshot")
    number = send(page)
    demand_accessible(page, axe_source)
    case_id = staff.answer(number)
    page.goto(f"{resident.site.url}/cases/open/{case_id}")
    assert "已经修好" in page.inner_text("main")
    demand_accessible(page, axe_source)
    for choice in page.locator("label.choice").all():
        box = choice.bounding_box()
        assert min(box["width"], box["height"]) >= 60
    rate(page, "false", "down", "还是不亮")
    assert "正在重新办" in page.inner_text(".now-words")
    (case,) = staff.find(number)
    assert (case["state"], case["level"]) == ("reopened", "town")
    demand_accessible(page, axe_source)


def test_without_an_account_the_printed_code_is_enough_to_report_follow_and_rate(
    site, visit, staff, photo, decode_qr, axe_source
):
    secretary = visit("secretary", DESKTOP)
    secretary.go(f"/cases/open/codes/{VILLAGE}")
    poster = secretary.page.locator(".poster-code svg").first
    address = decode_qr(poster.screenshot())
    assert address == f"{site.url}/r/{VILLAGE}"

    stranger = visit(None)
    page = stranger.page
    page.goto(address)
    take_photo(page, photo)
    pick(page, "cases.snapshot")
    number = send(page)
    assert stranger.page.locator(".follow-code .code-picture svg").is_visible()
    follow = decode_qr(page.locator(".follow-code .code-picture svg").screenshot())
    key = page.locator(".big-facts dd").nth(1).inner_text()
    demand_accessible(page, axe_source)
    staff.answer(number)

    family = visit(None)
    family.page.goto(follow)
    assert number_on(family.page) == number
    assert family.page.evaluate("document.querySelector('.photo img').naturalWidth > 0")

    typing = visit(None)
    typing.go("/cases/open/track")
    typing.page.fill("[name=number]", number.lower())
    typing.page.fill("[name=key]", key)
    with typing.page.expect_navigation():
        typing.page.click("main button[type=submit]")
    rate(typing.page, "false", "down")
    (case,) = staff.find(number)
    assert (case["state"], case["level"]) == ("reopened", "town")


def test_what_was_not_sent_survives_a_reload_with_its_photo(visit, photo):
    stranger = visit(None)
    page = stranger.go(f"/r/{VILLAGE}")
    take_photo(page, photo)
    pick(page, "cases.snapshot")
    page.fill("[name=text]", "桥栏杆断了")
    number = page.locator("[name=form_key]").input_value()
    stranger.context.set_offline(True)
    page.locator(".send-bar button").click()
    again = page.locator("[data-again]")
    again.wait_for()
    assert "未发送，点此重发" in again.inner_text()
    stranger.context.set_offline(False)
    page.wait_for_url(re.compile("sent=1"))  # it goes by itself when the line is back
    assert "桥栏杆断了" in page.inner_text("main")

    page.goto(f"{stranger.site.url}/r/{VILLAGE}")
    assert page.locator("[data-restored]").is_hidden()
    assert page.locator("[name=form_key]").input_value() != number
    take_photo(page, photo)
    pick(page, "cases.other")
    page.fill("[name=text]", "电话没电了")
    deadline = time.monotonic() + 10
    while not page.evaluate("JSON.stringify(localStorage).includes('base64')"):
        assert time.monotonic() < deadline, "the photo is not kept"
        page.wait_for_timeout(50)
    kept = page.locator("[name=form_key]").input_value()
    page.fill("[name=text]", "电话没电了，路灯也不亮")
    page.reload()  # at once: what was just typed is kept too
    page.locator(".photo-strip img").first.wait_for()
    assert page.locator("[data-restored]").is_visible()
    assert page.locator("[name=text]").input_value() == "电话没电了，路灯也不亮"
    assert page.locator("[name=kind]:checked").input_value() == "cases.other"
    assert page.locator("[name=form_key]").input_value() == kept
    # A photo that is ready in the very moment in which the page is left for the answer.
    page.evaluate(
        "addEventListener('beforeunload', () => document.querySelector('form[data-report]')"
        ".dispatchEvent(new Event('input')))"
    )
    send(page)
    # A page that has just begun may still see for a moment what the last one had stored.
    deadline = time.monotonic() + 10
    while (draft := page.evaluate("JSON.stringify(localStorage).slice(0, 300)")) != "{}":
        assert time.monotonic() < deadline, f"what has arrived is no draft any more: {draft}"
        page.wait_for_timeout(50)
    page.goto(f"{stranger.site.url}/r/{VILLAGE}")
    assert page.locator("[data-restored]").is_hidden()
    assert page.locator("[name=form_key]").input_value() != kept
    assert page.locator("[name=text]").input_value() == ""


def test_an_answer_lost_on_the_way_is_asked_for_again_and_files_nothing_twice(visit, staff, photo):
    resident = visit("resident", PHONE)
    page = resident.go("/cases/open/")
    take_photo(page, photo)
    pick(page, "cases.report")
    page.fill("[name=text]", "水管漏水找不到人一四七")

    def lose(route):
        if route.request.method == "POST":
            # The driver itself does not know the name that the browser knows.
            route.fetch(url=route.request.url.replace(INTRANET, "127.0.0.1"), max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route("**/r/**", lose)
    page.locator(".send-bar button").click()
    page.locator("[data-again]").wait_for()
    page.unroute("**/r/**")
    with page.expect_navigation(url=re.compile("sent=1")):
        page.locator("[data-again]").click()
    assert len(staff.find("水管漏水找不到人一四七")) == 1


def test_what_is_missing_is_said_before_anything_is_sent(visit):
    page = visit(None).go(f"/r/{VILLAGE}")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.locator(".send-bar button").click()
    assert "哪一类事" in page.locator("[data-reason]").inner_text()
    pick(page, "cases.other")
    page.locator(".send-bar button").click()
    assert "请写几句" in page.locator("[data-reason]").inner_text()
    assert page.locator("[data-again]").is_hidden()
    assert sent == []


def test_without_scripts_the_form_is_a_plain_form(visit, photo):
    page = visit(None, java_script_enabled=False).go(f"/r/{VILLAGE}")
    page.locator("#f-photos").set_input_files(photo)
    page.locator("input[value='cases.snapshot']").check()
    with page.expect_navigation():
        page.locator(".send-bar button").click()
    assert "sent=1" in page.url
    assert page.locator(".photo-strip img").count() == 1
