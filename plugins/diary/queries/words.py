"""Hot words (民情热词): what entries of a period are about, and what rises."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import chain
from time import monotonic
from typing import Any

from core.county import county
from core.db import contains, raw_rows
from core.people.api import known_names
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.diary.models.words import DayWords, EntryWords, Term
from plugins.diary.queries.former import shared

# Words are counted for counties and towns (DayWords); what is smaller is read.
COUNTED_DIGITS = (6, 9)
MOST = 100
# What stands in fewer entries is no hot word.
LEAST = 2
RISING, OFTEN = "rising", "often"
# Entries are cut every five minutes; a name that is registered meanwhile is found a minute later.
NAMES_SECONDS = 60.0
_verdicts: dict[str, tuple[float, dict[str, bool]]] = {}


@value_class
class HotWord:
    """A word, in how many entries it stands, and in how many of the period before.

    `share` and `share_before`: of a thousand entries; `rise`: entries more than there would be, had nothing
    changed (the share before, applied to today's number of entries), rounded.
    """

    word: str
    entries: int
    before: int
    share: int
    share_before: int
    rise: int

    @property
    def id(self) -> str:
        """The word is its own key."""
        return self.word


@value_class
class HotWords:
    """The hot words of a period, how many entries it has, and how many the one before."""

    words: tuple[HotWord, ...]
    entries: int
    entries_before: int
    since: date
    until: date
    since_before: date


def hot_words(
    scope: AreaScope, area_code: str, since: date, until: date, *, kind: str = "", order: str = OFTEN
) -> HotWords:
    """Words of an area's published entries from `since` to `until` (inclusive), at most a hundred.

    The period before is as long and ends the day before. Names of registered people are left out even
    where the dictionary took them for a word.
    """
    days = (until - since).days + 1
    earlier = since - timedelta(days=days)
    here = shared(scope, area_code)
    now, total = _counted(here, since, until, kind)
    before, total_before = _counted(here, earlier, since - timedelta(days=1), kind)
    found = [
        _hot(word, count, before[word], total, total_before) for word, count in now.items() if count >= LEAST
    ]
    by_rise = (lambda each: (-each.rise, -each.entries, each.word)) if order == RISING else None
    found.sort(key=by_rise or (lambda each: (-each.entries, -each.rise, each.word)))
    shown = _without_names(found)
    return HotWords(tuple(shown), total, total_before, since, until, earlier)


def _counted(here: AreaScope, since: date, until: date, kind: str) -> tuple[Counter[str], int]:
    """Word -> in how many entries it stands; how many entries there are."""

    def wanted(query: Any, model: type[DayWords] | type[EntryWords]) -> Any:
        of_days = query.where((model.day >= since) & (model.day <= until))
        return of_days.where(model.kind == kind) if kind else of_days

    is_counted = {code: len(code) in COUNTED_DIGITS for code in here.prefixes}
    small = AreaScope(tuple(code for code in here.prefixes if not is_counted[code]))
    texts = [words for (words,) in raw_rows(wanted(EntryWords.within(small, EntryWords.words), EntryWords))]
    counts, total = Counter(chain.from_iterable(map(str.split, texts))), len(texts)
    kept = DayWords.unscoped("the scope's own areas are named", DayWords.entries, DayWords.words)
    kept = kept.where(DayWords.area_code.in_([code for code in here.prefixes if is_counted[code]]))
    for entries, words in raw_rows(wanted(kept, DayWords)):
        counts.update(json.loads(words))
        total += entries
    return counts, total


def _hot(word: str, count: int, before: int, total: int, total_before: int) -> HotWord:
    share = round(1000 * count / total) if total else 0
    share_before = round(1000 * before / total_before) if total_before else 0
    expected = before * total / total_before if total_before else 0
    return HotWord(word, count, before, share, share_before, round(count - expected))


def _without_names(found: Iterable[HotWord]) -> list[HotWord]:
    """The first hundred that are nobody's name in the county: a text may name somebody from elsewhere."""
    kept: list[HotWord] = []
    waiting = list(found)
    while waiting and len(kept) < MOST:
        some, waiting = waiting[: 2 * MOST], waiting[2 * MOST :]
        names = _names_among([each.word for each in some])
        kept += [each for each in some if each.word not in names]
    return kept[:MOST]


def _names_among(words: Sequence[str]) -> set[str]:
    """Which of them are names in the county, as of a minute ago: it takes a look at everybody's name."""
    key = str(county().data)
    at, verdicts = _verdicts.get(key, (0.0, {}))
    if not at or monotonic() - at > NAMES_SECONDS:
        verdicts = {}
        _verdicts[key] = (monotonic(), verdicts)
    unknown = [word for word in words if word not in verdicts]
    if unknown:
        names = known_names(AreaScope((county().settings.county_code,)), unknown)
        verdicts.update({word: word in names for word in unknown})
    return {word for word in words if verdicts[word]}


def terms(kind: str) -> list[Term]:
    """The county's own words, or its stop list, by word."""
    query = Term.select().where((Term.kind == kind) & Term.ended_at.is_null())
    return list(query.order_by(Term.word))


def with_word(word: str, entry_id: Any = None) -> Any:
    """The ids of entries in which a word stands, as a part of another query; of one entry with `entry_id`."""
    query = EntryWords.unscoped("the query it is part of has its own scope", EntryWords.entry_id).where(
        contains(EntryWords.words, f" {word} ")
    )
    return query if entry_id is None else query.where(EntryWords.entry_id == entry_id)
