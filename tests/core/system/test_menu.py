"""The menu of the office: folded under headings, the present one open, nothing lost."""

import re

import pytest

from core.testing import COUNTY_CODE, VILLAGE

LIBRARY = """
from flask import Blueprint
from core.access import public
from core.hookspecs import MenuItem, hookimpl

pages = Blueprint("library", __name__, url_prefix="/library")

def page():
    from flask import render_template_string
    return render_template_string('{% extends "core/office.html" %}')

for name in ("home", "books", "shelves"):
    pages.add_url_rule("/" + name, name, public("a trial")(lambda: page()))
pages.add_url_rule("/books/9/edit", "edit", public("a trial")(lambda: page()))

@hookimpl
def register_pages():
    return [pages]

@hookimpl
def menu_items(actor):
    yield MenuItem("借阅", "library.home", "office", "book", 700)
    yield MenuItem("书目", "library.books", "office", "book", 701)
    yield MenuItem("书架", "library.shelves", "office", "book", 702GROUP)
"""


@pytest.fixture
def library(plugin_folder, request):
    """A third party's plugin, by default one that has never heard of headings; then a browser."""

    def make(group="", role="county_admin", area=COUNTY_CODE):
        plugin_folder("library", {"plugin.py": LIBRARY.replace("GROUP", group)})
        return request.getfixturevalue("as_role")(role, area)

    return make


def groups(page):
    """Heading -> (is it open, what stands under it)."""
    folded = r'<details class="side-group"( open)?>\s*<summary>(.*?)</summary>(.*?)</details>'
    return {
        title: (bool(opened), re.findall(r"<span>(.*?)</span>", inside))
        for opened, title, inside in re.findall(folded, page.text, re.DOTALL)
    }


def test_a_plugin_that_says_nothing_stands_under_its_own_title(library):
    browser = library()
    page = browser.get("/library/home")
    assert groups(page)["试验插件"] == (True, ["借阅", "书目", "书架"])
    assert [title for title, (is_open, _) in groups(page).items() if is_open] == ["试验插件"]
    assert 'href="/library/home" aria-current="page"' in page.text


def test_the_heading_of_a_page_below_an_entry_is_open(library):
    browser = library()
    below = browser.get("/library/books/9/edit")
    assert groups(below)["试验插件"][0]
    assert re.findall(r'href="([^"]+)" aria-current="true"', below.text) == ["/library/books"]
    page = browser.get("/accounts/new")
    assert groups(page)["系统管理"][0]
    assert not groups(page)["试验插件"][0]
    assert 'aria-current="page"' not in page.text


def test_items_of_one_heading_stand_together_whoever_they_are_from(library):
    under = groups(library(group=', "系统管理"').get("/"))
    assert under["试验插件"][1] == ["借阅", "书目"]
    assert {"书架", "账号与任职", "插件"} <= set(under["系统管理"][1])
    assert len([title for title in under if title == "系统管理"]) == 1


def test_headings_and_entries_speak_english_too(library, submit):
    browser = library()
    submit(browser, "/", "/language/en")
    headings = groups(browser.get("/"))
    assert {"Trial plugin", "Administration"} <= set(headings)
    assert not any(re.search("[一-鿿]", title) for title in headings)


def test_folding_hides_nothing_and_the_home_page_shows_all_under_the_same_headings(library):
    page = library(role="secretary", area=VILLAGE).get("/")
    side, main = page.text.split("<main", 1)
    beside = set(re.findall(r'href="(/[^"]*)"', side.split('class="side-items"')[1].split("手机页面")[0]))
    tiles = set(re.findall(r'href="(/[^"]*)"', main.split('aria-label="功能"')[1]))
    assert tiles
    assert tiles <= beside
    assert not any(is_open for is_open, _ in groups(page).values())
    # A heading with a single entry would cost a tap for nothing.
    assert all(len(items) > 1 for _, items in groups(page).values())


def test_a_short_menu_is_shown_whole(as_role):
    page = as_role("auditor", COUNTY_CODE).get("/system/audit")
    assert all(is_open for is_open, _ in groups(page).values())
