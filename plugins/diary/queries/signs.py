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
# How far it is worth knowing which sign is the rarest, and when one is rare enough.
_MANY, _FEW = 20_000, 500
_BY_RIGHT = "the reader's right is a condition"


def entries_with(words: Sequence[str], hot_word: str = "") -> Any:
    """The entries in whose text all words stand, and that were cut into the hot word: a row each.

    The rarest sign of all leads through its entries; a word of one or two signs is a row of the index, only
    a longer one is looked up in the text.
    """
    parts = [*words, hot_word] if hot_word else words
    counts = _counts(sign for word in parts for sign in signs_wanted(word))
    leading = _rarest(counts)
    query = EntrySign.unscoped(_BY_RIGHT, EntrySign.entry_id).where(EntrySign.sign == leading)
    for word in words:
        if _is_long(word):
            text = Entry.unscoped(_BY_RIGHT, Entry.id).where(Entry.id == EntrySign.entry_id)
            query = query.where(fn.EXISTS(text.where(contains(Entry.text, word))))
        elif (sign := signs_wanted(word)[0]) != leading:
            is_read = counts[leading] >= _FEW and counts[sign] < _MANY
            query = query.where(_among(sign) if is_read else fn.EXISTS(_also(sign)))
    if hot_word:
        query = query.where(fn.EXISTS(with_word(hot_word, EntrySign.entry_id)))
    return query


def counted(query: Any, words: Sequence[str], hot_word: str = "") -> int:
    """How many entries that is, up to the most that is counted."""
    most = MOST_READ if hot_word or any(map(_is_long, words)) else MOST_COUNTED
    return int(query.limit(most).count())


def is_more(total: int) -> bool:
    """Whether counting ended there, so that it may be more."""
    return total in (MOST_COUNTED, MOST_READ)


def _is_long(word: str) -> bool:
    return len(word) > 2


def _also(sign: int) -> Any:
    other = EntrySign.alias()
    same = (other.sign == sign) & (other.day == EntrySign.day) & (other.entry_id == EntrySign.entry_id)
    return EntrySign.unscoped(_BY_RIGHT).from_(other).select(other.entry_id).where(same)


def _among(sign: int) -> Any:
    # Read once and kept: where two frequent signs hardly meet, asking for each row takes five times as long.
    other = EntrySign.alias()
    ids = EntrySign.unscoped(_BY_RIGHT).from_(other).select(other.entry_id).where(other.sign == sign)
    return EntrySign.entry_id.in_(ids)


def _counts(signs: Iterable[int]) -> dict[int, int]:
    """In how many entries each stands, up to the first that is rare enough."""
    counts: dict[int, int] = {}
    for sign in signs:
        if sign not in counts:
            ((counts[sign],),) = _how_many.all(sign=sign)
        if counts[sign] < _FEW:
            break
    return counts


def _rarest(counts: Mapping[int, int]) -> int:
    return min(counts, key=lambda sign: counts[sign])


def _counting(place: Any) -> Any:
    some = EntrySign.unscoped(_BY_RIGHT, EntrySign.entry_id).where(EntrySign.sign == place("sign"))
    return EntrySign.unscoped(_BY_RIGHT, fn.COUNT(SQL("*"))).from_(some.limit(_MANY))


_how_many = Statement(_counting)
