"""Chinese first, English complete: every text has its English, with the same places to fill in."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PARTS = ["core", *(str(f.parent.relative_to(ROOT)) for f in sorted((ROOT / "plugins").glob("*/__init__.py")))]
KEYWORDS: dict[str, Any] = dict.fromkeys(("_", "N_", "gettext", "say")) | {"ngettext": (1, 2)}


def catalogue(part: str) -> Catalog:
    with (ROOT / part / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def texts(part: str) -> dict[str, str]:
    """Every text of the part -> where it stands first."""
    with (ROOT / "tools/babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str, str] = {}
    for place, line, text, _, _ in extract_from_dir(ROOT / part, methods, options, KEYWORDS):
        for single in [text] if isinstance(text, str) else text:
            found.setdefault(single, f"{part}/{place}:{line}")
    return found


@pytest.mark.parametrize("part", PARTS)
def test_every_text_has_its_english(part: str) -> None:
    english = {message.id: message.string for message in catalogue(part) if message.id}
    missing = {place: text for text, place in texts(part).items() if not english.get(text)}
    assert missing == {}, "run `make translations` and translate them"


@pytest.mark.parametrize("part", PARTS)
def test_the_english_fills_in_the_same_values(part: str) -> None:
    for message in catalogue(part):
        if isinstance(message.id, str) and message.string:
            places = [sorted(re.findall(r"%\(\w+\)[a-z]", str(t))) for t in (message.id, message.string)]
            assert places[0] == places[1], message.id


@pytest.mark.parametrize("part", PARTS)
def test_what_programs_read_is_what_was_translated(part: str) -> None:
    with (ROOT / part / "translations/en/LC_MESSAGES/messages.mo").open("rb") as file:
        compiled = {m.id: m.string for m in read_mo(file) if m.id}
    assert compiled == {m.id: m.string for m in catalogue(part) if m.id and m.string}, (
        "run `make translations`"
    )
