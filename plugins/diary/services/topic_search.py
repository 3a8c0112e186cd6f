"""The search for topics: asked for by a person or nightly, done by the worker, proposed to people."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from core import audit
from core.clock import now, today
from core.county import county, plugin_settings
from core.db import insert_rows, milliseconds, raw_rows, unit_of_work
from core.events import announce
from core.people.api import known_names
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.models.entries import Entry
from plugins.diary.models.topics import Topic, TopicEntry, TopicRun
from plugins.diary.models.words import EntryWords
from plugins.diary.queries.topic_members import (
    Apart,
    Known,
    Villages,
    common_area,
    known_topics,
    passages_of,
    passages_since,
)
from plugins.diary.queries.topics import TOPICS_RIGHT, open_run
from plugins.diary.services.words import cut_entries
from plugins.diary.wording import Meanings, shipped_needs
from plugins.diary.words import ENDED, IN, OFFERED, PROPOSED, PUBLISHED

STEPS = 6
# What the worker does as soon as it is asked, within the seconds that a handler has; more waits for the
# minute's job, which may take an hour.
SOON = 60_000
# Of a topic's words, so many say which need it is.
CHIEF = 3
_LONGEST_TITLE = 60
_SEARCHING = "a search's progress is no deed; what it proposes is on record"
_ALL = "the search looks at the whole county"


def ask_search(actor: Actor) -> int:
    """Let the worker look now; a search that waits or runs already is the one. Returns its id."""
    actor.demand(TOPICS_RIGHT)
    code = county().settings.county_code
    with unit_of_work():
        running = open_run()
        number = running.id if running else TopicRun.create(asked_by=actor.account_id, asked_at=now()).id
        subject = f"diary_topic_run:{number}"
        audit.record(actor, "diary.ask_topics", area_code=code, subject=subject)
        if running is None:
            announce(actor, "diary.TopicsWanted", area_code=code, subject=subject)
    return int(number)


def search_asked(*, most: int | None = None) -> None:
    """Do the search that somebody asked for; with more than `most` entries it waits."""
    run = open_run()
    if run is None or run.started_at is not None:
        return
    if most is not None and EntryWords.unscoped(_ALL).count() > most:
        return
    _search(run.id)


def search_nightly() -> None:
    """Look again for the whole period."""
    run = open_run()
    if run is None:
        with unit_of_work(housekeeping=_SEARCHING):
            run = TopicRun.create(asked_at=now())
    if run.started_at is None:
        _search(run.id)


def _search(run_id: int) -> None:
    with unit_of_work(housekeeping=_SEARCHING):
        mine = TopicRun.update(started_at=now()).where(
            (TopicRun.id == run_id) & TopicRun.started_at.is_null()
        )
        if not mine.execute():
            return
    try:
        found = find_topics(lambda done: _note(run_id, step=done))
    except Exception as error:
        _note(run_id, finished_at=now(), error=type(error).__name__)
        raise
    _note(run_id, finished_at=now(), step=STEPS, **found)


def _note(run_id: int, **changes: Any) -> None:
    with unit_of_work(housekeeping=_SEARCHING):
        TopicRun.update(**changes).where(TopicRun.id == run_id).execute()


def find_topics(say: Any = lambda done: None) -> dict[str, int]:
    """Look through the period's entries; returns how many there were and how many topics are new.

    The same entries give the same topics. What a person declined or took apart is not proposed again.
    """
    # Heavy (numpy, scipy, scikit-learn): no process loads it but one that searches.
    from plugins.diary.topic_finding import find

    cut_entries()
    _forget_removed()
    _follow_mergers()
    say(1)
    settings = plugin_settings("diary")
    since = today() - timedelta(days=int(settings["topic_days"]) - 1)
    villages = int(settings["topic_villages"])
    groups = find(
        passages_since(since),
        shipped_needs(),
        likeness=int(settings["topic_likeness"]),
        villages=villages,
        names=_names,
        say=lambda done, total: say(1 + done),
    )
    new = _Proposing(villages).propose([(group.words, group.entries) for group in groups])
    return {"entries": EntryWords.unscoped(_ALL).where(EntryWords.day >= since).count(), "found": new}


def _names(words: list[str]) -> set[str]:
    everywhere = AreaScope((county().settings.county_code,))
    return set().union(
        *(known_names(everywhere, words[start : start + 500]) for start in range(0, len(words), 500))
    )


def _forget_removed() -> None:
    gone = Entry.unscoped(_ALL, Entry.id).where(Entry.removed_at.is_null(False) | (Entry.state != PUBLISHED))
    with unit_of_work(housekeeping="what an author removed is forgotten with it"):
        TopicEntry.delete().where(TopicEntry.entry_id.in_(gone)).execute()


def _follow_mergers() -> None:
    """Topics with entries of a village that was merged are of so many villages as there are today."""
    villages = Villages()
    places = {code for (code,) in raw_rows(TopicEntry.unscoped(_ALL, TopicEntry.area_code).distinct())}
    merged = [code for code in places if not code.startswith(villages.of(code))]
    if not merged:
        return
    theirs = TopicEntry.unscoped(_ALL, TopicEntry.topic_id).where(TopicEntry.area_code.in_(merged))
    with unit_of_work(
        housekeeping="how many villages a topic has follows their mergers, which are on record"
    ):
        for row in Topic.unscoped(_ALL).where(Topic.id.in_(theirs)):
            count_again(row)


@value_class
class _Member:
    entry_id: int
    area_code: str
    likeness: int
    words: str


class _Proposing:
    """Groups become proposals, or more entries of topics that are there."""

    def __init__(self, villages: int) -> None:
        self._villages = villages
        self._villages_of = Villages()
        self._there = known_topics()
        self._apart = Apart()
        self._meanings = Meanings(shipped_needs())

    def propose(self, groups: Iterable[tuple[Sequence[str], Mapping[int, int]]]) -> int:
        """Returns how many topics are new."""
        return sum(self._place(words, likeness) for words, likeness in groups)

    def _place(self, words: Sequence[str], likeness: Mapping[int, int]) -> bool:
        wanted = set(likeness)
        for known in self._there.values():
            if known.state == ENDED and self._same(words, wanted, known):
                wanted -= known.entries
        active = {
            topic_id: known
            for topic_id, known in self._there.items()
            if known.state != ENDED and self._same(words, wanted, known)
        }
        topic_id = max(active, key=lambda each: (len(wanted & active[each].entries), -each), default=None)
        there = active[topic_id].entries if topic_id is not None else set()
        by_likeness = sorted(wanted - there, key=lambda entry_id: (-likeness[entry_id], entry_id))
        new = self._apart.together(by_likeness, there)
        if not new:
            return False
        members = list(_members(new, likeness, words, self._meanings))
        if topic_id is not None:
            self._add(topic_id, members)
            there |= set(new)
            return False
        if self._villages_of.count(member.area_code for member in members) < self._villages:
            return False
        self._there[_create(words, members)] = Known(PROPOSED, frozenset(words), set(new))
        return True

    def _same(self, words: Sequence[str], wanted: set[int], known: Known) -> bool:
        """Whether a group is a topic that is there: half of the smaller one in both, and a chief word.

        Entries alone do not say so: those of two matters are in two topics.
        """
        both = len(wanted & known.entries)
        if not both or 2 * both < min(len(wanted), len(known.entries)):
            return False
        said = {self._meanings.of(word) for word in known.words}
        return not said.isdisjoint(words[:CHIEF])

    def _add(self, topic_id: int, members: Sequence[_Member]) -> None:
        with unit_of_work():
            row = Topic.unscoped(_ALL).where(Topic.id == topic_id).get()
            write_members(row.id, members, IN if row.state == PROPOSED else OFFERED)
            if row.state == PROPOSED:
                count_again(row)
            _record("diary.add_to_topic", row, entries=len(members))


def _create(words: Sequence[str], members: Sequence[_Member]) -> int:
    with unit_of_work():
        row = Topic.create(
            area_code=common_area(member.area_code for member in members),
            state=PROPOSED,
            title="、".join(words[:3])[:_LONGEST_TITLE],
            words=" ".join(words),
            likeness=0,
            entries=0,
            villages=0,
            found_at=now(),
        )
        write_members(row.id, members, IN)
        count_again(row)
        _record("diary.propose_topic", row, entries=len(members))
    return int(row.id)


def write_members(topic_id: int, members: Iterable[_Member], state: str) -> None:
    """Entries of a topic, in the caller's unit of work."""
    at = milliseconds(now())
    columns = ("topic_id", "entry_id", "area_code", "state", "likeness", "words", "at")
    values = [
        (topic_id, each.entry_id, each.area_code, state, each.likeness, each.words, at) for each in members
    ]
    insert_rows(TopicEntry, columns, values)


def count_again(row: Topic) -> None:
    """Area, villages and likeness of a topic as its entries say now, in the caller's unit of work."""
    columns = (TopicEntry.area_code, TopicEntry.likeness)
    mine = (TopicEntry.topic_id == row.id) & (TopicEntry.state == IN)
    found = list(raw_rows(TopicEntry.unscoped(_ALL, *columns).where(mine)))
    changes: dict[str, Any] = {
        "entries": len(found),
        "villages": Villages().count(area for area, _ in found),
        "likeness": round(sum(each for _, each in found) / len(found)) if found else 0,
    }
    if found:
        changes["area_code"] = common_area(area for area, _ in found)
    Topic.update(**changes).where(Topic.id == row.id).execute()
    for name, value in changes.items():
        setattr(row, name, value)


def _members(
    entry_ids: Sequence[int], likeness: Mapping[int, int], words: Sequence[str], meanings: Meanings
) -> Iterable[_Member]:
    wanted = frozenset(words)
    for entry_id, area_code, passages in passages_of(entry_ids):
        matched = dict.fromkeys(word for word in passages.split() if meanings.of(word) in wanted)
        yield _Member(entry_id, area_code, likeness[entry_id], " ".join(matched))


def _record(action: str, row: Topic, **detail: Any) -> None:
    audit.record(SYSTEM, action, area_code=row.area_code, subject=f"diary_topic:{row.id}", **detail)


def words_of(members: Iterable[str], most: int = 8) -> list[str]:
    """What some entries' matched words have in common, the commonest first."""
    counts = Counter(word for words in members for word in words.split())
    return [word for word, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:most]]
