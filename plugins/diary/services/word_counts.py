"""Words are counted by day, town and county, as soon as entries of the day were cut."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from operator import itemgetter
from typing import Any

from peewee import fn

from core.db import insert_rows, raw_rows, rows, unit_of_work
from plugins.diary.models.words import DayToCount, DayWords, EntryWords
from plugins.diary.queries.words import COUNTED_DIGITS

_COUNTING = "words are counted from those of entries, which are on record"
_ALL = "words are counted all over the county"
_COLUMNS = ("area_code", "day", "kind", "entries", "words")
# So many days a unit of work: whoever wants to write meanwhile waits a moment only.
_DAYS = 10


def count_again(days: Iterable[date | str]) -> None:
    """Let the words of some days be counted the next time; in the unit of work that changes them."""
    known = {str(day) for (day,) in raw_rows(DayToCount.select(DayToCount.day))}
    insert_rows(DayToCount, ("day",), [(day,) for day in sorted({str(day) for day in days} - known)])


def count_days() -> None:
    """Count what was changed. Until then a day is shown as it was counted before."""
    while True:
        with unit_of_work(housekeeping=_COUNTING):
            query = DayToCount.select(DayToCount.day).order_by(DayToCount.day).limit(_DAYS)
            days = [day for (day,) in rows(query)]
            if not days:
                return
            for model in (DayWords, DayToCount):
                model.delete().where(model.day.in_(days)).execute()
            for day in days:
                insert_rows(DayWords, _COLUMNS, _counted(day))


def _counted(day: date) -> list[tuple[Any, ...]]:
    # Counted for the smallest areas, and summed up for those that these lie in.
    *larger, smallest = sorted(COUNTED_DIGITS)
    columns = (fn.SUBSTR(EntryWords.area_code, 1, smallest), EntryWords.kind, EntryWords.words)
    texts: dict[tuple[str, str], list[str]] = {}
    for area_code, kind, words in raw_rows(EntryWords.unscoped(_ALL, *columns).where(EntryWords.day == day)):
        texts.setdefault((area_code, kind), []).append(words)
    counts = {place: Counter("".join(some).split()) for place, some in texts.items()}
    entries = Counter({place: len(some) for place, some in texts.items()})
    for area_code, kind in texts:
        for digits in larger:
            around = (area_code[:digits], kind)
            counts.setdefault(around, Counter()).update(counts[area_code, kind])
            entries[around] += entries[area_code, kind]
    return [
        (area_code, str(day), kind, entries[area_code, kind], _as_text(count))
        for (area_code, kind), count in sorted(counts.items(), key=itemgetter(0))
    ]


_as_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
