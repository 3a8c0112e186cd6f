"""What the pages do beyond showing: codes that run down, sums at the till, paper, life without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

MILLIMETRE = 96 / 25.4


def short_code(page):
    """The code as it is read aloud."""
    return "".join(page.locator(".code-short span:not(.visually-hidden)").all_inner_texts())


def open_at_counter(visitor, code):
    """The clerk types a code; the goods appear."""
    page = visitor.go("/points-store/stores/")
    page.fill("input[name=code]", code)
    with page.expect_navigation():
        page.click("#code-form button[type=submit]")
    return page


def test_a_code_runs_down_and_is_replaced_before_it_ends(visit):
    resident = visit("resident")
    resident.page.clock.install()
    page = resident.go("/points-store/code")
    first = short_code(page)
    page.clock.run_for(20_000)
    assert int(page.inner_text("[data-seconds]")) <= 41
    with page.expect_response("**/code/fresh"):
        page.clock.run_for(31_000)
    page.clock.run_for(1_000)
    expect(page.locator("[data-seconds]")).to_have_text(re.compile("5[0-9]|60"))
    assert short_code(page) != first
    assert not page.locator(".code-over").is_visible()


def test_a_code_that_cannot_be_replaced_says_that_it_is_over(visit):
    resident = visit("resident")
    resident.page.clock.install()
    page = resident.go("/points-store/code")
    page.route("**/code/fresh", lambda route: route.abort())
    page.route("**/code/receipt*", lambda route: route.abort())
    page.clock.run_for(62_000)
    expect(page.locator(".code-over")).to_be_visible()
    expect(page.get_by_role("link", name="换一个新码")).to_be_visible()
    resident.complaints.clear()  # the line was cut on purpose


def test_the_resident_sees_the_receipt_without_touching_the_phone(visit):
    resident, clerk = visit("resident"), visit("clerk")
    page = resident.go("/points-store/code")
    goods = open_at_counter(clerk, short_code(page))
    goods.locator("[data-step='1']:enabled").last.click()
    with goods.expect_navigation():
        goods.click("#goods button[type=submit]")
    expect(page.locator("#receipt.outcome")).to_be_visible(timeout=10_000)
    expect(page.locator("#code")).to_be_hidden()
    assert page.inner_text("#receipt .receipt-total dd") == goods.inner_text(".receipt-total dd")


def test_the_till_adds_up_and_says_when_the_balance_is_short(visit):
    resident, clerk = visit("resident"), visit("clerk")
    page = open_at_counter(clerk, short_code(resident.go("/points-store/code")))
    confirm = page.locator("#goods button[type=submit]")
    assert confirm.is_disabled()
    picked = page.locator("input[data-points]").first
    price, balance = (
        int(picked.get_attribute("data-points")),
        int(page.get_attribute("#goods", "data-balance")),
    )
    page.locator("[data-step='1']").first.click(click_count=2)
    assert page.inner_text("[data-total]") == f"{2 * price:,}"
    assert page.inner_text("[data-after]") == f"{balance - 2 * price:,}"
    assert page.input_value("[name=agreed_points]") == str(2 * price)
    assert confirm.is_enabled()
    dearest = max(
        page.locator("input[data-points]").all(),
        key=lambda field: int(field.get_attribute("data-points")) * int(field.get_attribute("max")),
    )
    dearest.fill(dearest.get_attribute("max"))
    if int(dearest.get_attribute("max")) * int(dearest.get_attribute("data-points")) > balance:
        expect(page.locator("[data-short]")).to_be_visible()
        assert confirm.is_disabled()


def test_without_scripts_a_resident_gets_a_new_code_and_a_clerk_redeems_it(visit):
    resident = visit("resident", java_script_enabled=False)
    clerk = visit("clerk", java_script_enabled=False)
    page = resident.go("/points-store/code")
    first = short_code(page)
    with page.expect_navigation():
        page.get_by_role("link", name="换一个新码").click()
    second = short_code(page)
    assert second != first
    goods = open_at_counter(clerk, second)
    goods.locator("input[name^=quantity_]").last.fill("1")
    with goods.expect_navigation():
        goods.click("#goods button[type=submit]")
    assert re.search(r"/redemptions/\d+$", goods.url)


def test_the_printed_card_has_the_size_of_a_card_and_its_sheet_one_page(visit):
    head = visit("resident").go("/points-store/").inner_text(".hero-note").split(" · ")[1].strip()
    page = visit("secretary").go(f"/points-store/office/cards?q={head}")
    with page.expect_navigation():
        page.locator("form[action$='/office/cards']:has([name=household_id]) button").last.click()
    page.emulate_media(media="print")
    for card in page.locator(".paper-card").all():
        box = card.bounding_box()
        assert box["width"] == pytest.approx(86 * MILLIMETRE, abs=1)
        assert box["height"] == pytest.approx(54 * MILLIMETRE, abs=1)
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_the_menu_of_the_office_folds_away_on_a_phone(visit):
    page = visit("county_admin").go("/accounts")
    menu, button = page.locator("#side-menu"), page.get_by_role("button", name="菜单")
    assert not menu.is_visible()
    button.click()
    assert menu.is_visible()
    assert button.get_attribute("aria-expanded") == "true"


def test_every_icon_that_is_named_exists():
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (ROOT / "core/static/icons.svg").read_text()))
    named = set()
    for template in [*ROOT.glob("core/**/*.html"), *ROOT.glob("plugins/**/*.html")]:
        text = template.read_text()
        named |= set(re.findall(r"icon\('([a-z]+)'", text)) | set(
            re.findall(r"icons\.svg'\) }}#([a-z]+)", text)
        )
    for module in [*ROOT.glob("core/**/*.py"), *ROOT.glob("plugins/**/*.py")]:
        named |= set(re.findall(r'MenuItem\([^\n]*"(?:phone|office)", "([a-z]+)"', module.read_text()))
    assert named - drawn == set()
    assert len(named) > 20
