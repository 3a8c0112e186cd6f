"""Entries by what stands in them: read from the index of signs, by day, without sorting or reading all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peewee import SQL, fn

from core.db import Statement, contains
from plugins.diary.models.entries import Entry
from plugins.diary.models.signs import EntrySign
from plugins.diary.queries.words import with_word
from plugins.diary.signs import signs_wanted

# How many hits are counted: nobody turns so many pages. Fewer where each means reading a text.
MOST_COUNTED, MOST_READ = 100_000, 10_000
# How far it is worth counting which sign is the rarest, and when one is rare enough.
_MANY, _FEW = 50_000, 500
_BY_RIGHT = "the reader's right is a condition"


def entries_with(words: Sequence[str], hot_word: str = "") -> tuple[Any, int]:
    """The entries in whose text all words stand, and that were cut into the hot word: a row each; and up to
    how many of them are counted.

    The rarest sign of all leads through its entries. A word of one or two signs is a row of the index; what
    is longer is looked up in the text, and so is what stands nearly everywhere: a text is found quicker.
    """
    parts = [*words, hot_word] if hot_word else words
    counts = _counts(sign for word in parts for sign in signs_wanted(word))
    leading = _rarest(counts)
    many, most = counts[leading][0] >= _FEW, MOST_READ if hot_word else MOST_COUNTED
    query = EntrySign.unscoped(_BY_RIGHT, EntrySign.entry_id).where(EntrySign.sign == leading)
    for word in words:
        sign = signs_wanted(word)[0]
        if _is_long(word) or (sign != leading and not (many and counts[sign][0] < _MANY)):
            text = Entry.unscoped(_BY_RIGHT, Entry.id).where(Entry.id == EntrySign.entry_id)
            query = query.where(fn.EXISTS(text.where(contains(Entry.text, word))))
            most = MOST_READ if many or _is_long(word) else most
        elif sign != leading:
            query = query.where(_among(sign))
    if hot_word:
        query = query.where(fn.EXISTS(with_word(hot_word, EntrySign.entry_id)))
    return query, most


def is_more(total: int) -> bool:
    """Whether counting ended there, so that it may be more."""
    return total in (MOST_COUNTED, MOST_READ)


def _is_long(word: str) -> bool:
    return len(word) > 2


def _among(sign: int) -> Any:
    # Read once and kept: where two frequent signs hardly meet, asking for each row takes five times as long.
    other = EntrySign.alias()
    ids = EntrySign.unscoped(_BY_RIGHT).from_(other).select(other.entry_id).where(other.sign == sign)
    return EntrySign.entry_id.in_(ids)


def _counts(signs: Iterable[int]) -> dict[int, tuple[int, str]]:
    """In how many entries each stands, up to the first that is rare enough; and how far back that goes.

    Of two that stand in more entries than are counted, the one goes back further that stands in fewer.
    """
    counts: dict[int, tuple[int, str]] = {}
    for sign in signs:
        if sign not in counts:
            ((count, day),) = _how_many.all(sign=sign)
            counts[sign] = count, str(day)
        if counts[sign][0] < _FEW:
            break
    return counts


def _rarest(counts: Mapping[int, tuple[int, str]]) -> int:
    return min(counts, key=lambda sign: counts[sign])


def _counting(place: Any) -> Any:
    some = EntrySign.unscoped(_BY_RIGHT, EntrySign.day).where(EntrySign.sign == place("sign"))
    newest = some.order_by(EntrySign.day.desc()).limit(_MANY)
    return EntrySign.unscoped(_BY_RIGHT, fn.COUNT(SQL("*")), fn.MIN(newest.c.day)).from_(newest)


_how_many = Statement(_counting)
