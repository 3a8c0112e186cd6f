"""A plugin in some villages first, as the county's IT and the villages see it."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_reporting import demand_accessible

pytestmark = pytest.mark.browser
PLACE = "/system/plugins/diary/pilot"


def test_it_is_tried_in_one_village_and_is_not_there_in_the_next(site, visit, axe_source):
    villages = [area["code"] for area in site.seed["areas"] if area["level"] == "village"]
    secretaries = {row["area_code"]: row for row in site.seed["accounts"] if row["role"] == "secretary"}
    first, other = [code for code in villages if code in secretaries][:2]
    office = visit("county_admin", DESKTOP)
    page = office.go(PLACE)
    demand_accessible(page, axe_source)
    page.check("input[name=reach][value=some]")
    with page.expect_navigation():
        page.click("form.form button[type=submit]")
    assert "请至少勾选一个" in page.inner_text("form.form")
    page.locator(f"details:has(input[value='{first}']) summary").last.click()
    page.check(f"input[value='{first}']")
    with page.expect_navigation():
        page.click("form.form button[type=submit]")
    assert "试点：1 个村" in page.inner_text("main")
    try:
        inside = visit(None, PHONE).log_in(secretaries[first])
        assert "还没有开通" not in inside.go("/diary/entries").inner_text("body")
        outside = visit(None, PHONE).log_in(secretaries[other])
        assert "先在部分村社试用，您这里还没有开通" in outside.go("/diary/entries").inner_text("main")
        assert "民情日记" not in outside.go("/?face=office").inner_text("body")
    finally:
        page = office.go(PLACE)
        page.check("input[name=reach][value=all]")
        with page.expect_navigation():
            page.click("form.form button[type=submit]")
    assert "试点：" not in page.inner_text("main")
    assert "还没有开通" not in outside.go("/diary/entries").inner_text("body")
