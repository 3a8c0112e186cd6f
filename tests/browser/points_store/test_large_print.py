"""Large print on the pages of residents and clerks: nothing wider than the phone, no button too small."""

import pytest

from tests.browser.conftest import NARROW, PHONE
from tests.browser.points_store.test_store_journey import press, send, shown_code

pytestmark = pytest.mark.browser

RESIDENT = ("", "code", "kin", "proxies", "vouchers", "claims", "claims/new?whose=own", "honour")
CLERK = (
    "stores/",
    "stores/{}",
    "stores/{}/stock",
    "stores/{}/transfers",
    "stores/{}/stocktakes",
    "stores/{}/days",
)


def in_large_print(visitor):
    """From here on, as an old person has set it."""
    visitor.context.add_cookies([{"name": "large_print", "value": "1", "url": visitor.site.url}])
    return visitor


def troubles(page, place):
    """What is wrong with the page that is shown, on both sizes of phone."""
    found = []
    for size in (NARROW, PHONE):
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{place}: {wide} px too wide at {size['width']}")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, main .button, main .row-link, main summary')]
        .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < 60).map(([html]) => html)"""
    )
    assert page.locator("body.large").count() == 1, place
    return found + [f"{place}: small {html}" for html in small]


def test_large_print_fits_the_phone_on_every_page_of_a_resident_and_a_clerk(visit):
    resident, clerk = in_large_print(visit("resident")), in_large_print(visit("clerk"))
    found = []
    for path in RESIDENT:
        found += troubles(resident.go(f"/points-store/{path}"), path)
    store = clerk.go("/points-store/stores/").url.rpartition("/")[2]
    for path in CLERK:
        found += troubles(clerk.go("/points-store/" + path.format(store)), path)
    # From the code to the receipt, its slip and the reversal.
    page = clerk.go("/points-store/stores/")
    page.fill("input[name=code]", shown_code(resident))
    send(page, "#code-form")
    found += troubles(page, "goods")
    page.locator("[data-step='1']:enabled").last.click()
    send(page, "#goods")
    found += troubles(page, "receipt")
    press(page, "main a[href$='/slip']")
    found += troubles(page, "slip")
    found += troubles(resident.go("/points-store/"), "statement")
    assert found == []
