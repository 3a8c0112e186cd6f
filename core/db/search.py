"""Searching in text: the same rows on both databases, whatever the case of Latin letters.

SQLite folds the letters A to Z only; what PostgreSQL folds depends on where it was set up. So both
are asked for A to Z, and nobody for the signs that a pattern would give a meaning.
"""

import string
from typing import Any

from peewee import SQL, fn

from core.db.handle import engine

_TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def contains(column: Any, text: str) -> Any:
    """The condition that `text` stands somewhere in `column`."""
    if not _can_be_stored(text):
        return SQL("1 = 0")
    find = fn.STRPOS if engine() == "postgresql" else fn.INSTR
    has_letters = any(sign in string.ascii_letters for sign in text)
    return find(_folded(column) if has_letters else column, _fold(text)) > 0


def begins(column: Any, text: str) -> Any:
    """The condition that `column` begins with `text`."""
    if not _can_be_stored(text):
        return SQL("1 = 0")
    return fn.SUBSTR(_folded(column), 1, len(text)) == _fold(text)


def _folded(column: Any) -> Any:
    return fn.LOWER(column.collate('"C"') if engine() == "postgresql" else column)


def _fold(text: str) -> str:
    return text.translate(_TO_LOWER)


def _can_be_stored(text: str) -> bool:
    # No column holds these, and neither database takes them as a value.
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)
