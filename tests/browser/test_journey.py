"""The main job in a real browser: reviewer awards, resident shows a code, clerk hands out goods."""

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def balance(visitor):
    """The large figure on the resident's page."""
    return int(re.sub(r"\D", "", visitor.go("/points-store/").inner_text(".hero-value")))


def holder(visitor):
    """Whose wallet it is, as the resident's page says."""
    return visitor.go("/points-store/").inner_text(".hero-note").split(" · ")[1].strip()


def shown_code(visitor):
    """Open the code page; returns the code to be typed."""
    parts = visitor.go("/points-store/code").locator(".code-short span:not(.visually-hidden)")
    return "".join(parts.all_inner_texts())


def open_at_counter(visitor, code):
    """The clerk types a code."""
    page = visitor.go("/points-store/stores/")
    page.fill("input[name=code]", code)
    with page.expect_navigation():
        page.click("#code-form button[type=submit]")
    return page


def pick_first(page, quantity=1):
    """Pick some of the first product that costs little."""
    page.locator("input[name^=quantity_]").last.fill(str(quantity))


def confirm(page):
    """Confirm the redemption."""
    with page.expect_navigation():
        page.click("#goods button[type=submit]")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390x844", "1440x900"])
def test_points_are_awarded_shown_scanned_and_redeemed(site, visit, decode_qr, size):
    resident = visit("resident", PHONE)
    before = balance(resident)
    head = holder(resident)

    reviewer = visit("reviewer", size)
    page = reviewer.go("/points-store/office/award")
    page.fill("main input[name=q]", head)
    with page.expect_navigation():
        page.locator("main form:has(input[name=q]) button[type=submit]").click()
    with page.expect_navigation():
        page.locator("a[href*='household_id=']").first.click()
    page.locator("input[name=rule_id]").first.check()
    page.fill("input[name=points]", "5")
    page.fill("[name=reason]", "清理河道")
    with page.expect_navigation():
        page.locator("main form:has([name=reason]) button[type=submit]").click()
    assert balance(resident) == before + 5

    shown_code(resident)
    picture = resident.page.locator(".code-picture svg").screenshot()
    url = decode_qr(picture)
    assert url.startswith(site.url + "/points-store/q/")

    clerk = visit("clerk", size)
    clerk.page.goto(url)
    assert "/open" in clerk.page.url
    pick_first(clerk.page)
    confirm(clerk.page)
    assert re.search(r"/redemptions/\d+$", clerk.page.url)

    resident.page.locator("#receipt.outcome-ok").wait_for(timeout=10_000)
    assert balance(resident) < before + 5

    clerk.page.goto(url)
    assert "code_used" in clerk.page.content()


def test_a_typed_code_works_and_a_wrong_one_says_what_to_do(visit):
    resident, clerk = visit("resident"), visit("clerk")
    code = shown_code(resident)
    page = open_at_counter(clerk, code.lower())
    pick_first(page)
    confirm(page)
    assert re.search(r"/redemptions/\d+$", page.url)
    page = open_at_counter(clerk, "ABCD EFGH")
    assert "code_unknown" in page.content()


def test_a_photo_of_the_code_is_decoded_in_the_page_without_upload(visit, tmp_path):
    resident, clerk = visit("resident"), visit("clerk")
    shown_code(resident)
    photo = tmp_path / "photo.png"
    photo.write_bytes(resident.page.screenshot())
    page = clerk.go("/points-store/stores/")
    uploads = []
    page.on("request", lambda request: uploads.append(request) if request.method == "POST" else None)
    with page.expect_navigation():
        pick = page.get_by_text("拍照识别二维码")
        assert pick.bounding_box()["width"] > 200
        page.locator("input[type=file]").set_input_files(photo)
    assert "/open" in page.url
    assert page.locator("input[name^=quantity_]").count() > 0
    assert uploads == []


def test_a_double_tap_books_once(visit):
    resident, clerk = visit("resident"), visit("clerk")
    before = balance(resident)
    code = shown_code(resident)
    page = open_at_counter(clerk, code)
    pick_first(page)
    # Three times the same form, as a nervous thumb or a bad line sends it.
    ends = page.evaluate(
        """async () => {
        const form = document.getElementById("goods"), ends = [];
        for (let i = 0; i < 3; i += 1) {
            const answer = await fetch(form.action, {method: "POST", body: new FormData(form)});
            ends.push([answer.status, answer.url]);
        }
        return ends;
        }"""
    )
    assert {status for status, _ in ends} == {200}
    assert len({url for _, url in ends}) == 1
    spent = before - balance(resident)
    page.goto(ends[0][1])
    assert spent == int(re.sub(r"\D", "", page.inner_text(".receipt-total dd"))) > 0


def test_a_printed_card_with_its_pin_redeems(visit, decode_qr):
    secretary, resident, clerk = visit("secretary", DESKTOP), visit("resident"), visit("clerk")
    # The household may have a card already: a new one is asked once more.
    secretary.page.on("dialog", lambda dialog: dialog.accept())
    page = secretary.go(f"/points-store/office/cards?q={holder(resident)}")
    with page.expect_navigation():
        page.locator("main form:has(input[name=household_id]) button[type=submit]").first.click()
    pin = page.inner_text(".tear-pin strong")
    url = decode_qr(page.locator(".paper-qr").screenshot())
    clerk.page.goto(url)
    pick_first(clerk.page)
    clerk.page.fill("input[name=pin]", "1" if pin != "1" else "2")
    confirm(clerk.page)
    assert "4" in clerk.page.locator("main [role=alert]").first.inner_text()
    clerk.page.fill("input[name=pin]", pin)
    confirm(clerk.page)
    assert re.search(r"/redemptions/\d+$", clerk.page.url)


def test_a_code_opened_by_anybody_else_shows_nothing_of_the_wallet(visit):
    resident, stranger = visit("resident"), visit(None)
    head, code = holder(resident), shown_code(resident)
    stranger.go(f"/points-store/q/{code}")
    text = stranger.page.inner_text("body")
    assert head not in text
    assert "店员" in text


def test_the_site_is_an_insecure_origin_here_as_in_a_county_hall(visit):
    page = visit("clerk").go("/points-store/stores/")
    assert page.evaluate("[window.isSecureContext, typeof navigator.mediaDevices]") == [False, "undefined"]


def test_a_second_person_finds_and_reverses_todays_redemption(visit):
    resident, clerk, secretary = visit("resident"), visit("clerk"), visit("secretary", DESKTOP)
    before = balance(resident)
    page = open_at_counter(clerk, shown_code(resident))
    pick_first(page)
    confirm(page)
    assert balance(resident) < before
    page = secretary.go("/points-store/office/bookings")
    with page.expect_navigation():
        page.locator("a[href*='/reversal']").first.click()
    page.fill("[name=reason]", " ")
    with page.expect_navigation():
        page.click("main form:has([name=reason]) button[type=submit]")
    assert page.locator("[name=reason]").count() == 1
    page.fill("[name=reason]", "拿错了商品")
    with page.expect_navigation():
        page.click("main form:has([name=reason]) button[type=submit]")
    assert balance(resident) == before


def test_closing_a_store_is_asked_once_more(visit):
    page = visit("secretary", DESKTOP).go("/points-store/office/stores")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("form[action$='/active'] button").first.click()
    assert len(asked) == 1
    assert page.locator("form[action$='/active'] input[name=active]").first.input_value() == "0"
