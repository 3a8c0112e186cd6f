"""What the search and the services ask about topics: who belongs to which, and what a person took apart."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from core.areas.api import current_code
from core.county import county
from core.db import raw_rows
from plugins.diary.models.topics import Topic, TopicApart, TopicEntry
from plugins.diary.models.words import EntryWords
from plugins.diary.words import CONFIRMED, ENDED, PROPOSED

_ALL = "the search looks at the whole county; who sees a topic is asked when it is shown"
_BATCH = 500
TOWN_DIGITS, VILLAGE_DIGITS = 9, 12


def passages_since(day: date) -> Iterator[tuple[int, str, str]]:
    """Entry, village of today, words: a row for each passage of what was published since a day."""
    villages = Villages()
    query = EntryWords.unscoped(_ALL, EntryWords.entry_id, EntryWords.area_code, EntryWords.passages)
    for entry_id, area_code, passages in raw_rows(query.where(EntryWords.day >= day)):
        for line in passages.split("\n"):
            if line:
                yield entry_id, villages.of(area_code), line


class Villages:
    """Which village an area lies in today: one that was merged is its successor, and no other one."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, area_code: str) -> str:
        """The code of the village, each looked up once."""
        code = area_code[:VILLAGE_DIGITS]
        if code not in self._known:
            self._known[code] = current_code(code)
        return self._known[code]

    def count(self, area_codes: Iterable[str]) -> int:
        """How many villages some areas lie in."""
        return len({self.of(code) for code in area_codes})


def passages_of(entry_ids: Collection[int]) -> Iterator[tuple[int, str, str]]:
    """Entry, area and its passages, by entry."""
    columns = (EntryWords.entry_id, EntryWords.area_code, EntryWords.passages)
    for some in chunks(sorted(entry_ids)):
        query = EntryWords.unscoped(_ALL, *columns).where(EntryWords.entry_id.in_(some))
        yield from raw_rows(query.order_by(EntryWords.entry_id))


@dataclass
class Known:
    """A topic that is there: its state, the words of it, its entries."""

    state: str
    words: frozenset[str]
    entries: set[int]


def known_topics() -> dict[int, Known]:
    """Topics that are proposed, confirmed or ended, by id."""
    columns = (Topic.id, Topic.state, Topic.words)
    states = Topic.state.in_((PROPOSED, CONFIRMED, ENDED))
    found = {
        topic_id: Known(state, frozenset(words.split()), set())
        for topic_id, state, words in raw_rows(Topic.unscoped(_ALL, *columns).where(states))
    }
    for topic_id, entry_id in raw_rows(TopicEntry.unscoped(_ALL, TopicEntry.topic_id, TopicEntry.entry_id)):
        if topic_id in found:
            found[topic_id].entries.add(entry_id)
    return found


class Apart:
    """Which entries a person said do not belong together."""

    def __init__(self) -> None:
        self._sides: dict[int, dict[int, int]] = defaultdict(dict)
        columns = (TopicApart.entry_id, TopicApart.topic_id, TopicApart.side)
        for entry_id, topic_id, side in raw_rows(TopicApart.select(*columns)):
            self._sides[entry_id][topic_id] = side

    def together(self, wanted: Iterable[int], there: Iterable[int] = ()) -> list[int]:
        """As many of `wanted`, from the first on, as may stand together and with what is there."""
        taken: dict[int, int] = {}
        for entry_id in there:
            taken.update(self._sides.get(entry_id, {}))
        kept = []
        for entry_id in wanted:
            sides = self._sides.get(entry_id, {})
            if all(taken.get(topic_id, side) == side for topic_id, side in sides.items()):
                taken.update(sides)
                kept.append(entry_id)
        return kept


def common_area(area_codes: Iterable[str]) -> str:
    """The smallest of town and county that holds all of some areas (in one village: its town)."""
    towns = {code[:TOWN_DIGITS] for code in area_codes}
    (town,) = towns if len(towns) == 1 else ("",)
    return town if len(town) == TOWN_DIGITS else county().settings.county_code


def chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    """Some at a time, as a statement takes them."""
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))
