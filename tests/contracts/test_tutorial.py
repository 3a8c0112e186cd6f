"""The tutorial says what the example does: its code is cut from there, its commands are the program's."""

import re
from pathlib import Path

import pytest

from core.cli.plugin import plugin
from tools.make_tutorial import CUT, PAGES, cut_out, with_code

IDS = [file.name for file in PAGES]


@pytest.mark.parametrize("file", PAGES, ids=IDS)
def test_every_piece_of_code_is_the_examples(file: Path) -> None:
    text = file.read_text("utf-8")
    assert text == with_code(text), f"run `make docs` and commit docs/{file.name}"
    pieces = re.findall(r"^```(python|toml|html|po)$", text, flags=re.MULTILINE)
    assert len(pieces) == len(CUT.findall(text)) > 10, "code that is not cut from the example"


def test_both_languages_go_the_same_way() -> None:
    chinese, english = (CUT.findall(file.read_text("utf-8")) for file in PAGES)
    assert chinese == english
    commands = [
        re.findall(r"^gridgov [a-z]+ [a-z]+", file.read_text("utf-8"), re.MULTILINE) for file in PAGES
    ]
    assert commands[0] == commands[1]


@pytest.mark.parametrize("file", PAGES, ids=IDS)
def test_every_command_is_there(file: Path) -> None:
    said = re.findall(r"gridgov plugin ([a-z]+)", file.read_text("utf-8"))
    assert {"new", "check", "key", "bundle", "install", "plan", "enable"} <= set(said) <= set(plugin.commands)


def test_a_cut_that_the_example_no_longer_has_is_pointed_out() -> None:
    with pytest.raises(ValueError, match="no line begins with class Nobody"):
        cut_out("elder_meals/models.py | class Nobody | id")
