"""A person decides on a topic: one need, several, or none; what is confirmed gets one case for all."""

from collections.abc import Collection
from typing import Any

from core import audit
from core.cases.api import NewCase, case, create_case, merge_case
from core.clock import now
from core.db import raw_rows, unit_of_work
from core.errors import DomainError, Invalid
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.diary.errors.topics import NothingToSplit, TopicDecided
from plugins.diary.models.entries import EntryCase
from plugins.diary.models.topics import Topic, TopicApart, TopicEntry
from plugins.diary.queries.topics import TOPICS_RIGHT, topic_row
from plugins.diary.services.topic_search import count_again, words_of
from plugins.diary.words import CONFIRMED, DECLINED, IN, OFFERED, PROPOSED, TOPIC_STATES

TOPIC_KIND = "diary.topic"
# Cases are merged so many a unit of work: others want to write too.
_BATCH = 50
_REACHED = "of a topic that the actor may decide on"


def confirm_topic(actor: Actor, topic_id: int, *, title: str, text: str) -> int:
    """It is one need: one case is filed for all of it; returns the case's id.

    The entries' own open cases are merged into it (`gather_cases`). Raises Forbidden, NotFound, TopicDecided,
    Invalid, and what filing a case raises.
    """
    name, words = cleaned(title), cleaned(text)
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(name) <= 60:
        wrong["title"] = [N_("请写名称，至多 60 个字。")]
    if not 1 <= len(words) <= 2_000:
        wrong["text"] = [N_("请写明要办的事，至多 2000 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        row = _decide(actor, topic_id, CONFIRMED, title=name, reason="")
        case_id = create_case(
            actor,
            NewCase(
                kind=TOPIC_KIND,
                text=words,
                area_code=row.area_code,
                channel="diary",
                subject=f"diary_topic:{row.id}",
            ),
        )
        Topic.update(case_id=case_id).where(Topic.id == row.id).execute()
        _record(actor, "diary.confirm_topic", row, case_id=case_id, entries=row.entries)
    gather_cases(actor, topic_id)
    return case_id


def gather_cases(actor: Actor, topic_id: int) -> int:
    """Merge what is still open of the entries' own cases into the topic's; returns how many could not be.

    Raises Forbidden, NotFound.
    """
    row = _row(actor, topic_id)
    if row.case_id is None or row.state != CONFIRMED:
        return 0
    left, waiting = 0, [found for found in entry_cases(row.id) if found[0] != row.case_id]
    for start in range(0, len(waiting), _BATCH):
        with unit_of_work():
            merged = 0
            for case_id, words in waiting[start : start + _BATCH]:
                done = _merge(actor, case_id, words, row)
                left += done is None
                merged += bool(done)
            _record(actor, "diary.gather_cases", row, merged=merged)
    return left


def _merge(actor: Actor, case_id: int, words: str, row: Topic) -> bool | None:
    """True: merged; False: there is nothing to merge; None: the actor may not."""
    try:
        found = case(actor, case_id)
        # An entry may tell of two matters, and its case of the other one.
        if not found.is_open or not any(word in found.text for word in words.split()):
            return False
        with unit_of_work():
            merge_case(actor, case_id, row.case_id or 0, N_("同一类事，一并办理"))
    except DomainError:
        return None
    return True


def entry_cases(topic_id: int) -> list[tuple[int, str]]:
    """The cases that began in a topic's entries, each with the words of its entry that matched."""
    query = EntryCase.unscoped(_REACHED, EntryCase.case_id, TopicEntry.words).join(
        TopicEntry, on=(TopicEntry.entry_id == EntryCase.entry_id)
    )
    mine = (TopicEntry.topic_id == topic_id) & (TopicEntry.state == IN)
    return list(raw_rows(query.where(mine).order_by(EntryCase.case_id)))


def decline_topic(actor: Actor, topic_id: int, *, reason: str) -> None:
    """It is no one need: no two of its entries are proposed together again.

    Raises Forbidden, NotFound, TopicDecided, Invalid.
    """
    why = cleaned(reason)
    if not 1 <= len(why) <= 300:
        raise Invalid(fields={"reason": [N_("请写明理由，至多 300 个字。")]})
    with unit_of_work():
        row = _decide(actor, topic_id, DECLINED, reason=why)
        _set_apart(row.id, {entry_id: entry_id for entry_id in _entries(row.id)})
        _record(actor, "diary.decline_topic", row)


def split_topic(actor: Actor, topic_id: int, entry_ids: Collection[int]) -> int | None:
    """Some entries are another need: they become a proposal of their own (one alone: none); its id.

    They are not proposed together with the others again. Raises Forbidden, NotFound, TopicDecided,
    NothingToSplit.
    """
    with unit_of_work():
        row = _row(actor, topic_id)
        if row.state not in (PROPOSED, CONFIRMED):
            raise TopicDecided(state=TOPIC_STATES[row.state])
        there = _entries(row.id)
        chosen = sorted(set(entry_ids) & set(there))
        if not chosen or len(chosen) == len(there):
            raise NothingToSplit
        _part(row.id, chosen, there)
        new = _move(row, chosen) if len(chosen) > 1 else None
        if new is None:
            _members(row.id).where(TopicEntry.entry_id.in_(chosen)).execute()
        count_again(row)
        _record(actor, "diary.split_topic", row, entries=len(chosen), into=new)
    return new


def _move(row: Topic, chosen: list[int]) -> int:
    mine = TopicEntry.unscoped(_REACHED, TopicEntry.words).where(
        (TopicEntry.topic_id == row.id) & TopicEntry.entry_id.in_(chosen)
    )
    words = words_of(each for (each,) in raw_rows(mine))
    new = Topic.create(
        area_code=row.area_code,
        state=PROPOSED,
        title="、".join(words[:3])[:60] or row.title,
        words=" ".join(words),
        likeness=row.likeness,
        entries=0,
        villages=0,
        found_at=now(),
        split_from=row.id,
    )
    TopicEntry.update(topic_id=new.id, state=IN).where(
        (TopicEntry.topic_id == row.id) & TopicEntry.entry_id.in_(chosen)
    ).execute()
    count_again(new)
    return int(new.id)


def take_offered(actor: Actor, topic_id: int, entry_ids: Collection[int]) -> int:
    """Entries that were found later belong to a confirmed topic too; returns how many.

    Raises Forbidden, NotFound, TopicDecided.
    """
    with unit_of_work():
        row = _confirmed(actor, topic_id)
        taken = (
            TopicEntry.update(state=IN)
            .where(
                (TopicEntry.topic_id == row.id)
                & (TopicEntry.state == OFFERED)
                & TopicEntry.entry_id.in_(list(entry_ids))
            )
            .execute()
        )
        count_again(row)
        _record(actor, "diary.take_offered", row, entries=taken)
    gather_cases(actor, topic_id)
    return int(taken)


def leave_offered(actor: Actor, topic_id: int, entry_ids: Collection[int]) -> int:
    """They do not belong to it, and are not offered to it again. Raises as `take_offered`."""
    with unit_of_work():
        row = _confirmed(actor, topic_id)
        there = _entries(row.id)
        chosen = sorted(set(entry_ids) & (set(_entries(row.id, OFFERED))))
        _part(row.id, chosen, there)
        _members(row.id).where(TopicEntry.entry_id.in_(chosen)).execute()
        _record(actor, "diary.leave_offered", row, entries=len(chosen))
    return len(chosen)


def _confirmed(actor: Actor, topic_id: int) -> Topic:
    row = _row(actor, topic_id)
    if row.state != CONFIRMED:
        raise TopicDecided(state=TOPIC_STATES[row.state])
    return row


def _row(actor: Actor, topic_id: int) -> Topic:
    return topic_row(actor.demand(TOPICS_RIGHT), topic_id)


def _decide(actor: Actor, topic_id: int, state: str, **changes: Any) -> Topic:
    row = _row(actor, topic_id)
    changes |= {"state": state, "decided_by": actor.account_id, "decided_at": now()}
    done = Topic.update(**changes).where((Topic.id == row.id) & (Topic.state == PROPOSED)).execute()
    if not done:
        raise TopicDecided(state=TOPIC_STATES[_row(actor, topic_id).state])
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def _entries(topic_id: int, state: str = IN) -> list[int]:
    query = TopicEntry.unscoped(_REACHED, TopicEntry.entry_id).where(
        (TopicEntry.topic_id == topic_id) & (TopicEntry.state == state)
    )
    return [entry_id for (entry_id,) in raw_rows(query.order_by(TopicEntry.entry_id))]


def _members(topic_id: int) -> Any:
    return TopicEntry.delete().where(TopicEntry.topic_id == topic_id)


def _part(topic_id: int, chosen: Collection[int], there: Collection[int]) -> None:
    """The chosen on a side of their own, the others where they were (at first on side 0)."""
    known = {row.entry_id: row.side for row in TopicApart.select().where(TopicApart.topic_id == topic_id)}
    side = max(known.values(), default=0) + 1
    others = {entry_id: 0 for entry_id in there if entry_id not in known}
    _set_apart(topic_id, others | dict.fromkeys(chosen, side))


def _set_apart(topic_id: int, sides: dict[int, int]) -> None:
    values = [(topic_id, entry_id, side) for entry_id, side in sorted(sides.items())]
    columns = [TopicApart.topic_id, TopicApart.entry_id, TopicApart.side]
    for start in range(0, len(values), 500):
        TopicApart.insert_many(values[start : start + 500], fields=columns).on_conflict(
            conflict_target=[TopicApart.topic_id, TopicApart.entry_id],
            preserve=[TopicApart.side],
        ).execute()


def _record(actor: Actor, action: str, row: Topic, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_topic:{row.id}", **detail)
