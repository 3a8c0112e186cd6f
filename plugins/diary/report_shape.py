"""The shape of an analysis report: sections of facts, tables and texts; the same JSON for the same data.

Titles are Chinese texts of the catalogue: Word file and PDF print them as they are, pages translate them.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, field
from typing import Any

from core.value_classes import value_class

Link = Mapping[str, str]
# What no XML file may hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@value_class
class Cell:
    """A number; with `of` it is a share and printed with what it was made of. `link`: where its rows are."""

    number: int
    of: int | None = None
    link: Link | None = None


@value_class
class Fact:
    """A number with its name in templates (`figures.visits`) and its title."""

    name: str
    title: str
    number: int
    of: int | None = None
    link: Link | None = None


@value_class
class Row:
    """A line of a table; `note`: which merged places are counted here."""

    label: str
    cells: Sequence[Cell]
    note: str = ""


@value_class
class Table:
    """A table; `head` has one title more than the rows have cells."""

    title: str
    head: Sequence[str]
    rows: Sequence[Row]


@value_class
class Text:
    """What somebody wrote, without names."""

    label: str
    text: str
    link: Link | None = None


@value_class
class Section:
    """A chapter of the report; `note`: a sentence on how its figures are to be read."""

    name: str
    title: str
    facts: Sequence[Fact] = field(default_factory=tuple)
    tables: Sequence[Table] = field(default_factory=tuple)
    texts: Sequence[Text] = field(default_factory=tuple)
    note: str = ""


def canonical(head: Mapping[str, Any], sections: Sequence[Section]) -> str:
    """The report as JSON: sorted names, no blanks; the same figures give the same text."""
    body = {**head, "sections": [asdict(section) for section in sections]}
    return _CONTROL.sub(
        "", json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict)
    )


def digest(figures: str) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(figures.encode("utf-8")).hexdigest()


def share(number: int, of: int | None, bracketed: Callable[[str], str] = "（{}）".format) -> str:
    """The number; with its whole and per cent (one decimal, rounded down: 100% is all) where it has one.

    `bracketed`: how the per cent stand behind it; in Chinese brackets as in every document.
    """
    if of is None:
        return str(number)
    if of == 0:
        return f"{number}/0"
    tenths = 1000 * number // of
    return f"{number}/{of}{bracketed(f'{tenths // 10}.{tenths % 10}%')}"
