"""Entries by what stands in them: read from the index of signs, by day, without sorting or reading all."""

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import SQL, fn

from core.db import Statement, contains
from plugins.diary.models.entries import Entry
from plugins.diary.models.signs import EntrySign
from plugins.diary.signs import signs_wanted

# What an index can't tell is looked up in the texts themselves; so many hits are counted then, and no more.
MOST_COUNTED = 10_000
# How far it is worth knowing which sign is the rarest, and when one is rare enough.
_MANY, _FEW = 20_000, 500
_BY_RIGHT = "the reader's right is a condition"


def entries_with(words: Sequence[str]) -> tuple[Any, bool]:
    """The signs of published entries in which all words stand, one row an entry; whether that is all.

    Where it is not, the caller joins the entry (`with_texts`), whose text decides.
    """
    sign = _rarest(sign for word in words for sign in signs_wanted(word))
    query = EntrySign.unscoped(_BY_RIGHT, EntrySign.entry_id).where(EntrySign.sign == sign)
    return query, len(words) == 1 and len(words[0]) <= 2


def with_texts(query: Any, words: Sequence[str]) -> Any:
    """Of what `entries_with` finds, the entries in whose text the words stand."""
    query = query.join(Entry, on=(Entry.id == EntrySign.entry_id))
    for word in words:
        query = query.where(contains(Entry.text, word))
    return query


def _rarest(signs: Iterable[int]) -> int:
    counts: dict[int, int] = {}
    for sign in signs:
        if sign not in counts:
            ((counts[sign],),) = _how_many.all(sign=sign)
        if counts[sign] < _FEW:
            return sign
    return min(counts, key=lambda sign: counts[sign])


def _counting(place: Any) -> Any:
    some = EntrySign.unscoped(_BY_RIGHT, EntrySign.entry_id).where(EntrySign.sign == place("sign"))
    return EntrySign.unscoped(_BY_RIGHT, fn.COUNT(SQL("*"))).from_(some.limit(_MANY))


_how_many = Statement(_counting)
