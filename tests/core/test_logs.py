"""Logs: one JSON object a line, nothing forged into them, nothing of a person in them."""

import io
import json
import logging
import random
from collections.abc import Iterator
from typing import Any

import pytest

from core import logs
from core.errors import ConfigError
from core.people.identity import check_digit
from core.testing import VILLAGE

ID = "34242219400312001" + check_digit("34242219400312001")
HIDDEN = [
    ID,
    f"{ID[:6]} {ID[6:14]} {ID[14:]}",
    f"{ID[:6]}-{ID[6:14]}-{ID[14:]}",
    ID.translate({48 + n: 0xFF10 + n for n in range(10)}),
    ID[:17] + "9",  # mistyped, and still somebody's
    "13800000001",
    "138 0000 0001",
    "8613800000001",
    "+86 138-0000-0001",
    "0563-5021234",
    "05635021234",
]
KEPT = ["341504001001001", "1790000000000", "0.05635021234", "20260302090000", "第 12345 条", "330825"]


class Journal(io.StringIO):
    """Where a service's standard error goes, and what can be read there."""

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().split("\n") if line]


class Terminal(Journal):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def kept_logging() -> Iterator[None]:
    """Logging is of the whole process, so each test puts it back."""
    root, peewee = logging.getLogger(), logging.getLogger("peewee")
    before = list(root.handlers), root.level, peewee.level
    yield
    root.handlers[:], root.level, peewee.level = before


@pytest.fixture
def journal() -> Journal:
    stream = Journal()
    logs.configure_logs(stream)
    return stream


@pytest.mark.parametrize("text", HIDDEN)
def test_a_number_of_a_person_is_blotted_out(text: str) -> None:
    assert logs.scrub(f"refused {text!r}, sorry") in (
        f"refused '{logs.CITIZEN_ID}', sorry",
        f"refused '{logs.PHONE}', sorry",
        f"refused '+{logs.PHONE}', sorry",
    )


@pytest.mark.parametrize("text", KEPT)
def test_codes_moments_and_counts_stay_readable(text: str) -> None:
    assert logs.scrub(f"at {text}.") == f"at {text}."


def test_every_right_number_is_blotted_out() -> None:
    chance = random.Random(5)
    for _ in range(500):
        born = f"19{chance.randint(10, 99)}0{chance.randint(1, 9)}1{chance.randint(0, 9)}"
        first = f"{chance.randint(110000, 659999)}{born}{chance.randint(0, 999):03d}"
        assert logs.scrub(first + check_digit(first)) == logs.CITIZEN_ID
        assert logs.scrub(f"1{chance.randint(3, 9)}{chance.randint(0, 999_999_999):09d}") == logs.PHONE


def test_a_line_is_json_with_time_level_logger_and_message(journal: Journal) -> None:
    logging.getLogger("core.trial").warning("第 %d 条", 7)
    (line,) = journal.lines()
    assert line.pop("time").endswith("+08:00")
    assert line == {"level": "warning", "logger": "core.trial", "message": "第 7 条"}


def test_nothing_that_is_logged_can_look_like_a_second_line(journal: Journal) -> None:
    for sign in ("\n", "\r\n", "\x0b", "\x85", "\u2028", "\x1b[2J", "\x9b2J", "\u202e"):
        logging.getLogger("core.trial").error("before%s{forged", sign)
    text = journal.getvalue()
    assert len(text.splitlines()) == 8
    assert not {"\x1b", "\x9b", "\u202e", "\u2028", "\x85"} & set(text)
    assert all(line["message"].startswith("before") for line in journal.lines())


def test_a_traceback_is_text_without_what_was_typed(journal: Journal) -> None:
    try:
        int(f"{ID}-{'13800000001'}")
    except ValueError:
        logging.getLogger("core.trial").exception("could not read a number")
    (line,) = journal.lines()
    assert "test_logs.py" in line["error"]
    assert "ValueError: invalid literal" in line["error"]
    assert ID not in line["error"]
    assert "13800000001" not in line["error"]


def test_rows_that_postgresql_quotes_are_left_out(journal: Journal) -> None:
    said = "duplicate key value\nDETAIL:  Key (name)=(张三) already exists.\nend"
    logging.getLogger("core.trial").error("%s", said)
    assert journal.lines()[0]["message"] == "duplicate key value\nend"


def test_statements_with_their_values_are_never_written(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDGOV_LOG", "debug")
    logs.configure_logs(journal)
    logging.getLogger("peewee").debug("SELECT %s", "张三")
    logging.getLogger("core.trial").debug("seen")
    assert [line["message"] for line in journal.lines()] == ["seen"]


def test_at_a_terminal_lines_are_for_people_and_only_what_went_wrong() -> None:
    stream = Terminal()
    logs.configure_logs(stream)
    logging.getLogger("core.trial").info("usual")
    logging.getLogger("core.trial").error("wrong\n12:00:00 error core.trial: forged \x1b[2J")
    text = stream.getvalue()
    assert "usual" not in text
    assert " error core.trial: wrong\n    12:00:00 error core.trial: forged \\u001b[2J\n" in text


def test_the_level_is_chosen_by_the_environment_and_a_wrong_one_is_a_sentence(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDGOV_LOG", "ERROR")
    logs.configure_logs(journal)
    logging.getLogger("core.trial").warning("not wanted")
    assert journal.getvalue() == ""
    monkeypatch.setenv("GRIDGOV_LOG", "loud")
    with pytest.raises(ConfigError) as caught:
        logs.configure_logs(journal)
    assert "GRIDGOV_LOG" in caught.value.sentence()


def test_a_request_leaves_one_line_with_the_pattern_of_its_address(as_role: Any, journal: Journal) -> None:
    browser = as_role("secretary", VILLAGE)
    journal.truncate(0)
    journal.seek(0)
    browser.get(f"/people?search={ID}")
    browser.get(f"/people/households/{ID[:15]}")
    browser.get(f"/{ID}")
    browser.open("/", method=ID)
    browser.get("/static/gridgov.css").close()
    text = journal.getvalue()
    assert ID[:15] not in text
    lines = journal.lines()
    assert [(line["method"], line["endpoint"], line["status"]) for line in lines] == [
        ("GET", "/people", 200),
        ("GET", "/people/households/<int:household_id>", 404),
        ("GET", "", 404),
        ("OTHER", "", 405),
    ]
    assert all(line["account"] is not None and line["ms"] > 0 for line in lines)
    assert len({line["request"] for line in lines}) == 4


def test_whatever_is_written_during_a_request_bears_its_number(
    plugin_folder: Any, build_app: Any, journal: Journal
) -> None:
    plugin_folder("trial", {"plugin.py": FAILING_PAGE})
    assert build_app().test_client().get("/trial/").status_code == 500
    error, request = journal.lines()[-2:]
    assert (error["level"], request["status"]) == ("error", 500)
    assert error["request"] == request["request"] != ""
    assert logs.request_id.get() == ""


FAILING_PAGE = """
from flask import Blueprint
from core.access import public
from core.hookspecs import hookimpl

pages = Blueprint("trial", __name__, url_prefix="/trial")

@pages.get("/")
@public("a page that always fails")
def page():
    raise RuntimeError("broken")

@hookimpl
def register_pages():
    return [pages]
"""
