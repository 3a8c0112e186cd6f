"""The pages of an import, held by a plugin with a table of its own: looked over, mended, done, once."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.testing import COUNTY_CODE, VILLAGE

PLUGIN = """
from flask import Blueprint, render_template_string
from core.access import public
from core.hookspecs import hookimpl
from core.security import Role
from core.sheets import Column, Mistakes, Outcome, Table
from core.table_pages import TablePages

pages = Blueprint("shelf", __name__, url_prefix="/shelf")
KEPT = []
COLUMNS = (Column("book", "书名"), Column("copies", "册数", required=False, digits=True))
PAGE = '''{% from "core/_import.html" import import_form, preview with context %}
<meta name="csrf-token" content="{{ csrf_token() }}">
{{ preview(table, "共 1 本") if table.outcome else import_form(table) }}'''


def bring_in(actor, upload, *, dry_run):
    table = Table(upload, COLUMNS)
    books = []
    for row, (book, copies) in table.rows():
        if not book or book in KEPT:
            table.mistakes.add(row, "书名", "已经有这本书" if book else "请填写")
        books.append(book)
    mistakes = table.mistakes
    if not mistakes.total and not dry_run:
        KEPT.extend(books)
    counts = {"books": len(books)}
    return Outcome(dry_run, upload.digest, len(books), counts, tuple(mistakes.kept), mistakes.total)


@pages.get("/")
@public("a test looks")
def home():
    return " ".join(KEPT)


TablePages(
    pages, "/books", name="books", permission="shelf.fill", blank="books.xlsx", columns=COLUMNS, run=bring_in,
    page=lambda table: render_template_string(PAGE, table=table), said="放上了 %(books)d 本。",
    then="shelf.home",
).join()


@hookimpl
def register_pages():
    return [pages]


@hookimpl
def register_roles():
    return [Role("county_admin", "county_admin", frozenset({"shelf.fill"}))]
"""
MANIFEST = """
name = "shelf"
title = "书架"
title_en = "Shelf"
version = "1.0"
api = ">=1.0,<2"
[permissions]
"shelf.fill" = "放书"
"""
BOOKS = "/shelf/books"


@pytest.fixture
def librarian(plugin_folder: Callable[..., Path], as_role: Callable[..., FlaskClient]) -> FlaskClient:
    return as_role("county_admin", COUNTY_CODE)


@pytest.fixture
def county_plugins() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def shelf(plugin_folder: Callable[..., Path]) -> None:
    plugin_folder("shelf", {"plugin.toml": MANIFEST, "plugin.py": PLUGIN})


def token(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', browser.get(BOOKS).text)
    assert found
    return found[1]


def send(browser: FlaskClient, table: str | bytes) -> TestResponse:
    """Choose a table and send it."""
    data = table.encode() if isinstance(table, str) else table
    form = {"csrf_token": token(browser), "file": (io.BytesIO(data), "books.csv")}
    return browser.post(BOOKS, data=form, content_type="multipart/form-data")


def test_a_table_is_looked_over_then_imported_once_and_said(librarian: FlaskClient) -> None:
    sent = send(librarian, "书名,册数\n红楼梦,2\n")
    assert sent.status_code == 303
    preview = sent.headers["Location"]
    page = librarian.get(preview)
    assert "检查通过，还没有导入" in page.text
    assert "books.csv" in page.text
    assert librarian.get("/shelf/").text == "", "looking changes nothing"
    done = librarian.post(preview, data={"csrf_token": token(librarian)})
    assert (done.status_code, done.headers["Location"]) == (303, "/shelf/")
    assert librarian.get("/shelf/").text == "红楼梦"
    with librarian.session_transaction() as session:
        assert ("success", "放上了 1 本。") in session["_flashes"]
    # The table lies aside no more: the same word again does nothing.
    assert librarian.post(preview, data={"csrf_token": token(librarian)}).status_code == 404
    assert librarian.get(preview).status_code == 404


def test_mistakes_are_shown_and_marked_and_nothing_is_imported(librarian: FlaskClient) -> None:
    preview = send(librarian, "书名,册数\n,2\n水浒传,x\n").headers["Location"]
    page = librarian.get(preview).text
    assert "检查没有通过" in page
    marked = openpyxl.load_workbook(io.BytesIO(librarian.get(f"{preview}/marked.xlsx").data)).active
    assert marked is not None
    assert marked.max_row >= 3
    assert "书名" in librarian.get(f"{preview}/marked.csv").get_data().decode("utf-8-sig")
    again = librarian.post(preview, data={"csrf_token": token(librarian)})
    assert (again.status_code, again.headers["Location"]) == (303, preview), "back to the mistakes"
    assert librarian.get("/shelf/").text == ""


def test_what_changed_between_the_look_and_the_word_leads_back(librarian: FlaskClient) -> None:
    preview = send(librarian, "书名\n西游记\n").headers["Location"]
    other = send(librarian, "书名,册数\n西游记,1\n").headers["Location"]
    assert librarian.post(other, data={"csrf_token": token(librarian)}).headers["Location"] == "/shelf/"
    late = librarian.post(preview, data={"csrf_token": token(librarian)})
    assert late.headers["Location"] == preview
    assert "已经有这本书" in librarian.get(preview).text
    assert librarian.get("/shelf/").text == "西游记"


def test_what_is_no_such_table_is_refused_on_the_page(librarian: FlaskClient) -> None:
    old_format = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    empty = send(librarian, "")
    refused = librarian.get(send(librarian, old_format).headers["Location"])
    for page in (empty, refused):
        assert page.status_code == 422
        assert "banner-bad" in page.text
        assert "选择表格文件" in page.text, "another one can be chosen at once"
    blank = openpyxl.load_workbook(io.BytesIO(librarian.get(f"{BOOKS}/blank.xlsx").data)).active
    assert blank is not None
    assert [cell.value for cell in blank[1]] == ["书名*", "册数"]


def test_a_table_that_lies_aside_is_its_senders_alone(
    librarian: FlaskClient, as_role: Callable[..., FlaskClient]
) -> None:
    preview = send(librarian, "书名\n三国演义\n").headers["Location"]
    assert as_role("county_admin", COUNTY_CODE).get(preview).status_code == 404
    assert as_role("secretary", VILLAGE).get(BOOKS).status_code == 403
