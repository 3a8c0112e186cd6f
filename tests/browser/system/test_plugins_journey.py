"""County IT's way with plugins: what fails and why, another chance, a setting changed, refused, put back."""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from core.testing_neighbours import failing_plugin
from tests.browser.conftest import DESKTOP, INTRANET, PHONE, NewCounty, violations
from tests.tampering import alter
from tools.running import Site, serving

pytestmark = pytest.mark.browser

MANIFEST = """
name = "failing"
title = "试验插件"
title_en = "Trial plugin"
version = "1.0"
api = ">=1.0,<2"
listens = ["cases.CaseClosed"]
"""
HEARS = "\n@hookimpl\ndef on_event(event):\n    fail()\n"
LETTERS = """
INSERT INTO core_delivery (event_id, plugin, state, attempts, next_at, error)
SELECT id, 'failing', 'dead', 10, 0, 'RuntimeError: deaf' FROM core_event ORDER BY id LIMIT 2
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, new_county: NewCounty) -> Iterator[Site]:
    """The acceptance county with a plugin that fails at every question and has two dead letters."""
    folder = tmp_path_factory.mktemp("county")
    seed = new_county(folder / "data")
    neighbour = folder / "plugins" / "failing"
    neighbour.mkdir(parents=True)
    (neighbour / "plugin.toml").write_text(MANIFEST, "utf-8")
    (neighbour / "plugin.py").write_text(failing_plugin() + HEARS, "utf-8")
    config = folder / "data" / "config.toml"
    text = config.read_text("utf-8")
    for name in ("allowed", "on"):
        text = re.sub(rf"^{name} = \[", f'{name} = ["failing", ', text, flags=re.MULTILINE)
    config.write_text(text, "utf-8")
    alter(folder / "data", LETTERS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "GRIDGOV_PLUGINS", str(neighbour.parent))
        with serving(folder / "data") as url:
            yield Site(url.replace("127.0.0.1", INTRANET), seed)


def look_over(page: Any, axe_source: str) -> None:
    """Accessible, and no sideways scroll."""
    assert violations(page, axe_source) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def seconds_of_a_code(visitor: Any) -> int:
    """How long a resident's code is shown."""
    page = visitor.go("/points-store/code")
    return int(page.locator("[data-countdown]").get_attribute("data-countdown"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_fails_is_read_retried_and_a_setting_is_changed_and_put_back(visit, axe_source, size):
    office = visit("county_admin", size)
    page = office.go("/system/plugins")
    page.click("main a:has-text('试验插件')")
    expect(page.locator("main h1")).to_have_text("试验插件")
    expect(page.locator("main")).to_contain_text("RuntimeError: this neighbour always fails")
    page.locator("details.fold summary").first.click()
    expect(page.locator("pre.trace").first).to_contain_text("failing/plugin.py")
    look_over(page, axe_source)

    before = page.locator("section[aria-labelledby=letters] tbody tr").count()
    with page.expect_navigation():
        page.locator("section[aria-labelledby=letters] tbody button").first.click()
    expect(page.locator("body")).to_contain_text("1 个事件将重新投递")
    assert page.locator("section[aria-labelledby=letters] tbody tr").count() == before - 1

    page = office.go("/system/plugins/points_store")
    page.click("main a:has-text('设置')")
    look_over(page, axe_source)
    box = page.get_by_label("兑换码有效（秒）")
    expect(box).to_have_value("60")
    box.fill("4500")
    page.get_by_label("可以退货（天）").fill("29")
    with page.expect_navigation():
        page.get_by_role("button", name="保存设置").first.click()
    expect(page.locator(".has-error")).to_contain_text("应在 15 到 60 之间。")
    expect(page.get_by_label("兑换码有效（秒）")).to_have_value("4500")
    expect(page.get_by_label("可以退货（天）")).to_have_value("29")
    # Whoever reads by ear stands at what is wrong, and goes from there to the box.
    expect(page.locator(".refusal")).to_be_focused()
    look_over(page, axe_source)
    page.click(".refusal a:has-text('兑换码有效（秒）')")
    expect(page.get_by_label("兑换码有效（秒）")).to_be_focused()
    expect(page.get_by_label("兑换码有效（秒）")).to_be_in_viewport()

    page.get_by_label("兑换码有效（秒）").fill("45")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("设置已保存")
    resident = visit("resident", PHONE)
    assert seconds_of_a_code(resident) <= 45

    for title in ("兑换码有效（秒）", "可以退货（天）"):
        with page.expect_navigation():
            page.get_by_role("button", name=f"改回 {title}").click()
    expect(page.get_by_label("兑换码有效（秒）")).to_have_value("60")
    expect(page.locator("main")).not_to_contain_text("在本页设置")
    assert seconds_of_a_code(resident) > 45
