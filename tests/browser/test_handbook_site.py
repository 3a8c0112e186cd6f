"""The handbooks' site, opened from the disk: the search, the other language, a phone."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE
from tools.site.build import build_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("handbook")
    build_site(folder)
    return folder.as_uri()


def search(page: Page, words: str) -> list[str]:
    """The headings that the search finds."""
    page.fill("input[type=search]", words)
    page.locator("#found").wait_for()
    page.wait_for_function("words => document.querySelector('#found').dataset.words === words", arg=words)
    return page.locator("#found li a").all_inner_texts()


def test_the_search_finds_chinese_of_any_length_without_a_server(browser: Browser, handbook: str) -> None:
    page = browser.new_page(viewport=DESKTOP)
    strangers: list[str] = []
    page.on("request", lambda request: strangers.append(request.url))
    page.goto(f"{handbook}/index.html")
    assert "决策事项的表决和可实施凭证" in search(page, "票")
    assert "办事项" in search(page, "事项看板")
    assert "办事项" in search(page, "看板 签收")
    assert search(page, "办结期限怎么算"), "a phrase that stands nowhere is looked for by its pairs"
    assert search(page, "龘龘") == []
    assert search(page, "quorum")
    page.goto(f"{handbook}/index.en.html")
    assert "Store clerk (phone)" in search(page, "redeem")
    search(page, "wallets go below")
    page.locator("#found li a").first.click()
    page.locator("main h1").wait_for()
    assert {url.partition(":")[0] for url in strangers} <= {"file", "data"}


def test_a_phone_reads_it_in_both_languages(browser: Browser, handbook: str) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{handbook}/staff.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.click("header .other")
    assert page.inner_text("h1") == "Handbook for staff"
    page.click(".readers summary")
    page.click(".readers a >> text=Handbook for county IT")
    assert page.inner_text("h1") == "Handbook for county IT"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
