"""Topics as people see them: what is proposed, what was confirmed, who is told how it ended."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names, path_names
from core.cases.api import OUTCOMES, STATES, case
from core.clock import now
from core.county import county
from core.db import raw_rows, rows
from core.errors import NotFound
from core.people.api import household_head_name
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.models.entries import Entry
from plugins.diary.models.topics import Topic, TopicEntry, TopicRun, TopicTold
from plugins.diary.queries.topic_members import VILLAGE_DIGITS, Villages
from plugins.diary.words import IN, OFFERED, TOLD_STATES, TOPIC_STATES

TOPICS_RIGHT = "diary.topics"
# A search that has not ended by then was cut off.
_LONGEST_RUN = timedelta(hours=1)
_REACHED = "of a topic that the reader may see"
_EXCERPT = 300


@value_class
class TopicView:
    """A topic in words. `likeness`: the mean, in per cent; `case_id`: the one case for all of it."""

    id: int
    area_code: str
    area_name: str
    state: str
    state_title: str
    title: str
    words: tuple[str, ...]
    likeness: int
    entries: int
    villages: int
    offered: int
    found_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str
    split_from: int | None
    case_id: int | None
    outcome: str
    outcome_title: str
    round: int
    ended_at: datetime | None


@value_class
class MemberView:
    """An entry of a topic. `parts`: its text in order, each with whether it is a word that matched."""

    entry_id: int
    area_name: str
    account_name: str
    day: date
    parts: tuple[tuple[str, bool], ...]
    words: tuple[str, ...]
    likeness: int
    cases: int


@value_class
class VillageView:
    """A village that tells of it, in how many entries."""

    area_code: str
    name: str
    entries: int


@value_class
class ToldView:
    """A family that was to be told, and whether it was."""

    household_id: int
    name: str
    area_name: str
    state: str
    state_title: str
    at: datetime


@value_class
class ParentView:
    """The case of a topic: where it is, how it ended."""

    id: int
    number: str
    state_title: str
    outcome_title: str
    light: str
    answer: str


@value_class
class RunView:
    """A search: whether it waits, runs (how far) or is over.

    `found`: new topics that lie wholly in the reader's areas; `whole`: whether these are the whole county.
    """

    waits: bool
    runs: bool
    step: int
    entries: int
    found: int
    whole: bool
    failed: bool
    at: datetime


def list_topics(
    scope: AreaScope, *, state: str = "", area_code: str = "", page: int = 1, page_size: int = 20
) -> tuple[list[TopicView], int]:
    """Topics that lie wholly in the reader's areas, those of most entries first; how many there are."""
    query = Topic.within(scope)
    if state:
        query = query.where(Topic.state == state)
    if area_code:
        query = query.where((Topic.area_code >= area_code) & (Topic.area_code < area_code + AFTER_DIGITS))
    found = list(query.order_by(Topic.entries.desc(), Topic.id).paginate(page, page_size))
    total = len(found) if page == 1 and len(found) < page_size else query.count()
    return topic_views(found), total


def counts_by_state(scope: AreaScope) -> dict[str, int]:
    """State -> how many topics."""
    query = Topic.within(scope, Topic.state, fn.COUNT(Topic.id)).group_by(Topic.state)
    return dict(rows(query))


def topic_row(scope: AreaScope, topic_id: int) -> Topic:
    """The row. Raises NotFound."""
    row: Topic | None = Topic.within(scope).where(Topic.id == topic_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def topic(scope: AreaScope, topic_id: int) -> TopicView:
    """One topic. Raises NotFound."""
    return topic_views([topic_row(scope, topic_id)])[0]


def topic_views(found: Sequence[Topic]) -> list[TopicView]:
    """Rows that may be seen, in words."""
    names = path_names({row.area_code for row in found})
    people = account_names([row.decided_by for row in found if row.decided_by is not None])
    offered = _offered([row.id for row in found])
    return [
        TopicView(
            id=row.id,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            state=row.state,
            state_title=TOPIC_STATES[row.state],
            title=row.title,
            words=tuple(row.words.split()),
            likeness=row.likeness,
            entries=row.entries,
            villages=row.villages,
            offered=offered.get(row.id, 0),
            found_at=row.found_at,
            decided_at=row.decided_at,
            decided_by=people.get(row.decided_by or 0, ""),
            reason=row.reason,
            split_from=row.split_from,
            case_id=row.case_id,
            outcome=row.outcome,
            outcome_title=OUTCOMES.get(row.outcome, ""),
            round=row.round,
            ended_at=row.ended_at,
        )
        for row in found
    ]


def _offered(topic_ids: Sequence[int]) -> dict[int, int]:
    query = TopicEntry.unscoped(_REACHED, TopicEntry.topic_id, fn.COUNT(TopicEntry.id)).where(
        TopicEntry.topic_id.in_(list(topic_ids)) & (TopicEntry.state == OFFERED)
    )
    return dict(rows(query.group_by(TopicEntry.topic_id)))


def topic_entries(
    scope: AreaScope, topic_id: int, *, state: str = IN, page: int = 1, page_size: int = 20
) -> tuple[list[MemberView], int]:
    """Entries of a topic in the reader's areas, the most alike first; the caller has checked the topic."""
    query = TopicEntry.within(scope).where((TopicEntry.topic_id == topic_id) & (TopicEntry.state == state))
    alive = Entry.unscoped(_REACHED, Entry.id).where(Entry.removed_at.is_null())
    query = query.where(TopicEntry.entry_id.in_(alive))
    found = list(query.order_by(TopicEntry.likeness.desc(), TopicEntry.entry_id).paginate(page, page_size))
    total = len(found) if page == 1 and len(found) < page_size else query.count()
    wanted = [row.entry_id for row in found]
    entries = {row.id: row for row in Entry.unscoped(_REACHED).where(Entry.id.in_(wanted))}
    areas = area_names({row.area_code for row in found})
    people = account_names([row.account_id for row in entries.values()])
    return [_member(row, entries[row.entry_id], areas, people) for row in found], total


def _member(row: TopicEntry, entry: Entry, areas: dict[str, str], people: dict[int, str]) -> MemberView:
    words = tuple(row.words.split())
    return MemberView(
        entry_id=row.entry_id,
        area_name=areas.get(row.area_code, row.area_code),
        account_name=people.get(entry.account_id, ""),
        day=entry.day,
        parts=tuple(marked(entry.text, words)),
        words=words,
        likeness=row.likeness,
        cases=entry.cases,
    )


def marked(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """A text in parts, each with whether it is one of the words; a long one from just before the first."""
    wanted = sorted(set(words), key=lambda word: (-len(word), word))
    if not wanted:
        return [(text[:_EXCERPT], False)]
    pattern = re.compile("(" + "|".join(re.escape(word) for word in wanted) + ")")
    first = pattern.search(text)
    start = max(0, first.start() - 60) if first and len(text) > _EXCERPT else 0
    shown = ("…" if start else "") + text[start : start + _EXCERPT]
    shown += "…" if start + _EXCERPT < len(text) else ""
    parts = pattern.split(shown)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]


def topic_villages(scope: AreaScope, topic_id: int) -> list[VillageView]:
    """The villages that tell of it, those with most entries first; the caller has checked the topic."""
    place = TopicEntry.area_code
    query = TopicEntry.within(scope, place, fn.COUNT(TopicEntry.id)).where(
        (TopicEntry.topic_id == topic_id) & (TopicEntry.state == IN)
    )
    counts: Counter[str] = Counter()
    villages = Villages()
    for area_code, count in rows(query.group_by(place)):
        today = villages.of(area_code)
        counts[today if scope.covers(today) else area_code[:VILLAGE_DIGITS]] += count
    names = path_names(counts)
    found = [VillageView(code, names.get(code, code), count) for code, count in counts.items()]
    return sorted(found, key=lambda each: (-each.entries, each.area_code))


def topics_of_entry(reader: Actor, entry_id: int) -> list[TopicView]:
    """The topics of an entry that the reader may see; of those that were declined none."""
    if not reader.may(TOPICS_RIGHT):
        return []
    mine = TopicEntry.unscoped(_REACHED, TopicEntry.topic_id).where(
        (TopicEntry.entry_id == entry_id) & (TopicEntry.state == IN)
    )
    query = Topic.within(reader.scope(TOPICS_RIGHT)).where(Topic.id.in_(mine) & (Topic.state != "declined"))
    return topic_views(list(query.order_by(Topic.id)))


def topic_of_case(reader: Actor, case_id: int) -> int | None:
    """The topic whose case it is, where the reader may see it."""
    scope = reader.scope(TOPICS_RIGHT)
    for (topic_id,) in raw_rows(Topic.within(scope, Topic.id).where(Topic.case_id == case_id)):
        return int(topic_id)
    return None


def parent_case(reader: Actor, view: TopicView) -> ParentView | None:
    """The case of a topic, where the reader may see it."""
    if view.case_id is None:
        return None
    try:
        found = case(reader, view.case_id)
    except NotFound:
        return None
    return ParentView(
        found.id,
        found.number,
        STATES[found.state],
        OUTCOMES.get(found.outcome, ""),
        found.light,
        found.answer,
    )


def told(
    scope: AreaScope, view: TopicView, *, page: int = 1, page_size: int = 20
) -> tuple[list[ToldView], int]:
    """The families that were told how it ended and those that could not be, these first; how many."""
    query = _told(scope, view)
    rank: Any = TopicTold.state != "unreached"
    found = list(query.order_by(rank, TopicTold.area_code, TopicTold.household_id).paginate(page, page_size))
    heads = household_head_name([row.household_id for row in found])
    areas = area_names({row.area_code for row in found})
    views = [
        ToldView(
            row.household_id,
            heads.get(row.household_id, ""),
            areas.get(row.area_code, row.area_code),
            row.state,
            TOLD_STATES[row.state],
            row.at,
        )
        for row in found
    ]
    return views, query.count()


def told_counts(scope: AreaScope, view: TopicView) -> dict[str, int]:
    """State -> how many families."""
    query = _told(scope, view, TopicTold.state, fn.COUNT(TopicTold.id))
    return dict(rows(query.group_by(TopicTold.state)))


def _told(scope: AreaScope, view: TopicView, *columns: Any) -> Any:
    return TopicTold.within(scope, *columns).where(
        (TopicTold.topic_id == view.id) & (TopicTold.round == view.round)
    )


def open_run() -> TopicRun | None:
    """The search that waits or runs, if any."""
    row: TopicRun | None = (
        TopicRun.select()
        .where(TopicRun.finished_at.is_null() & (TopicRun.asked_at > now() - _LONGEST_RUN))
        .order_by(TopicRun.id)
        .first()
    )
    return row


def last_run(scope: AreaScope) -> RunView | None:
    """The search that waits or runs, else the newest; with what it found for the reader."""
    row = open_run() or TopicRun.select().order_by(TopicRun.id.desc()).first()
    if row is None:
        return None
    whole, found = scope.covers(county().settings.county_code), int(row.found)
    if not whole and row.started_at is not None:
        until = row.finished_at or now()
        mine = Topic.within(scope).where((Topic.found_at >= row.started_at) & (Topic.found_at <= until))
        found = mine.count()
    over = row.finished_at is not None or row.asked_at <= now() - _LONGEST_RUN
    return RunView(
        waits=not over and row.started_at is None,
        runs=not over and row.started_at is not None,
        step=row.step,
        entries=row.entries,
        found=found,
        whole=whole,
        failed=over and (bool(row.error) or row.finished_at is None),
        at=row.finished_at or row.started_at or row.asked_at,
    )
