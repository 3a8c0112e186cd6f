"""Entries are cut into words by the worker; the county keeps its dictionary and its stop list."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from peewee import OP, SQL, Expression, IntegrityError, fn

from core import audit
from core.clock import now
from core.county import county
from core.db import insert_rows, milliseconds, raw_rows, unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import names_in
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from plugins.diary.errors.words import TermThere
from plugins.diary.models.entries import Entry
from plugins.diary.models.words import EntryWords, Term
from plugins.diary.queries.words import terms
from plugins.diary.services.word_counts import count_again, count_days
from plugins.diary.wording import KnownNames, Wording
from plugins.diary.words import PUBLISHED

DICTIONARY = "diary.dictionary"
OWN, STOP = "own", "stop"
_BATCH = 2_000
# So many signs are cut in one go; most entries have thirty, one may have a hundred thousand.
_SIGNS = 100_000
_village = itemgetter(0)
_CUTTING = "words are made from published entries, which are on record"
_ALL = "every published entry is cut into words"


def add_term(actor: Actor, *, word: str, kind: str) -> int:
    """A word of the county, or one that is none; entries are cut anew by the worker. Returns its id.

    Raises Forbidden, TermThere, Invalid.
    """
    actor.demand(DICTIONARY, county().settings.county_code)
    text = cleaned(word)
    if kind not in (OWN, STOP):
        raise Invalid(fields={"kind": [N_("请选择词库或停用词。")]})
    if not 2 <= len(text) <= 20 or any(sign.isspace() or sign.isdigit() for sign in text):
        raise Invalid(fields={"word": [N_("请写 2 到 20 个字，不含空格和数字。")]})
    at = now()
    with unit_of_work():
        try:
            with unit_of_work(housekeeping="the word's line follows"):
                row = Term.create(
                    word=text, kind=kind, added_at=at, changed_at=at, account_id=actor.account_id
                )
        except IntegrityError:
            raise TermThere(fields={"word": [TermThere.text]}) from None
        _record(actor, "diary.add_term", row)
    return int(row.id)


def end_term(actor: Actor, term_id: int) -> None:
    """Take a word back. Raises Forbidden, NotFound."""
    actor.demand(DICTIONARY, county().settings.county_code)
    with unit_of_work():
        row: Term | None = Term.select().where((Term.id == term_id) & Term.ended_at.is_null()).get_or_none()
        if row is None:
            raise NotFound
        Term.update(ended_at=now(), changed_at=now()).where(Term.id == row.id).execute()
        _record(actor, "diary.end_term", row)


def cut_entries() -> int:
    """Cut what was written or changed since the last time, or before the dictionary changed; how many.

    The worker's job: a batch a unit of work. What was removed or is private has no words.
    """
    with unit_of_work(housekeeping=_CUTTING):
        gone = Entry.unscoped(_ALL, Entry.id).where(
            Entry.removed_at.is_null(False) | (Entry.state != PUBLISHED)
        )
        _forget(EntryWords.entry_id.in_(gone))
    waiting = _waiting()
    if waiting:
        _cut_all(waiting)
    count_days()
    return len(waiting)


def _cut_all(waiting: Sequence[int]) -> None:
    at = _dictionary_at()
    wording = Wording([row.word for row in terms(OWN)], [row.word for row in terms(STOP)])
    names: dict[str, KnownNames] = {}
    for some in _chunks(waiting):
        # Cut before the unit of work: whoever wants to write need not wait for it. What is changed meanwhile
        # has another version and is cut next time.
        found = _cut(wording, some, names, at)
        with unit_of_work(housekeeping=_CUTTING):
            _keep(found)


def _waiting() -> list[int]:
    query = Entry.unscoped(_ALL, Entry.id).where((Entry.state == PUBLISHED) & Entry.removed_at.is_null())
    done = EntryWords.unscoped(_ALL, EntryWords.entry_id).where(
        (EntryWords.entry_id == Entry.id)
        & (EntryWords.version == Entry.version)
        & (EntryWords.cut_with >= _dictionary_at())
    )
    return [key for (key,) in raw_rows(query.where(~fn.EXISTS(done)).order_by(Entry.id))]


def _dictionary_at() -> int:
    """When the dictionary changed last, in milliseconds; zero where it never did."""
    latest = Term.select(fn.MAX(Term.changed_at)).scalar()
    return milliseconds(latest) if latest is not None else 0


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))


def _cut(
    wording: Wording, ids: Sequence[int], names: dict[str, KnownNames], at: int
) -> list[tuple[Any, ...]]:
    village_code = fn.SUBSTR(Entry.area_code, 1, 12)
    columns = (village_code, Entry.id, Entry.area_code, Entry.day, Entry.kind, Entry.version, Entry.text)
    entries = raw_rows(Entry.unscoped(_ALL, *columns).where(_among(Entry.id, ids)))
    values: list[tuple[Any, ...]] = []
    for some in _portions(entries):
        some.sort(key=_village)
        texts: list[str] = []
        for village, theirs in groupby(some, _village):
            if village not in names:
                people = names_in(AreaScope((village,)), village)
                names[village] = KnownNames(name for _, _, name in people)
            texts += names[village].without_each(entry[-1] for entry in theirs)
        values += [
            (number, area, str(day), kind, version, at, f" {words} ", passages)
            for (_, number, area, day, kind, version, _), (words, passages) in zip(
                some, wording.cut_each(texts), strict=True
            )
        ]
    return values


def _portions(entries: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """As many entries at a time as are cut in one go."""
    some: list[tuple[Any, ...]] = []
    signs = 0
    for entry in entries:
        some.append(entry)
        signs += len(entry[-1])
        if signs >= _SIGNS:
            yield some
            some, signs = [], 0
    if some:
        yield some


_PLACE = ("entry_id", "area_code", "day", "kind")
_MADE = ("version", "cut_with", "words", "passages")


def _keep(values: Sequence[tuple[Any, ...]]) -> None:
    """In place of what there was; as bare rows: building a statement of so many takes longer than it.

    Only an entry that was moved to another day or area gets a new row: the others' index stays as it is.
    """
    is_moved = (
        (EntryWords.area_code != Entry.area_code)
        | (EntryWords.day != Entry.day)
        | (EntryWords.kind != Entry.kind)
    )
    moved = EntryWords.unscoped(_ALL, EntryWords.entry_id).join(Entry, on=(Entry.id == EntryWords.entry_id))
    mine = _among(EntryWords.entry_id, [value[0] for value in values])
    _forget(_among(EntryWords.entry_id, [number for (number,) in raw_rows(moved.where(mine & is_moved))]))
    insert_rows(EntryWords, (*_PLACE, *_MADE), values, instead=_MADE)
    count_again({value[2] for value in values})


def _forget(which: Any) -> None:
    count_again(day for (day,) in raw_rows(EntryWords.unscoped(_ALL, EntryWords.day).where(which).distinct()))
    EntryWords.delete().where(which).execute()


def _among(column: Any, ids: Sequence[int]) -> Any:
    # Written out: two thousand parameters take a query builder longer than the rows.
    return Expression(column, OP.IN, SQL(f"({', '.join(map(str, map(int, ids)))})")) if ids else SQL("1 = 0")


def _record(actor: Actor, action: str, row: Term) -> None:
    code = county().settings.county_code
    audit.record(actor, action, area_code=code, subject=f"diary_term:{row.id}", kind=row.kind)
