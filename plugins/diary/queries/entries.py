"""Entries as people read and find them: what colleagues published, and one's own private notes."""

from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from typing import Any

from core.accounts.api import account_names
from core.areas.api import area_names
from core.cases.api import OUTCOMES, STATES, case
from core.clock import today
from core.county import county, plugin_settings
from core.db import contains, rows
from core.errors import NotFound
from core.people.api import household_head_name, person_names
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.models.entries import Entry, EntryCase, EntryLink, EntryVersion, has_line, is_published
from plugins.diary.models.signs import EntrySign
from plugins.diary.queries.establishments import names_of
from plugins.diary.queries.former import lies_in, widened
from plugins.diary.queries.signs import entries_with
from plugins.diary.queries.words import with_word
from plugins.diary.words import KIND_NUMBERS, PUBLISHED

VIEW = "diary.view"
PURPOSE = "diary_entry.original"
# A long search would be no word any more.
_LONGEST_SEARCH = 60
_VILLAGE_DIGITS = 12
_BY_RIGHT = "the reader's right is a condition"
_REACHED = "of entries that the reader may see"
_NEWEST_FIRST = (Entry.day.desc(), Entry.id.desc())


@value_class
class LinkView:
    """What an entry is about. `target`: an id, of an area its code."""

    kind: str
    target: str
    title: str


@value_class
class OutcomeView:
    """A problem of an entry as a case, and how it ended; titles are texts of the catalogue."""

    case_id: int
    number: str
    text: str
    state: str
    state_title: str
    outcome_title: str
    answer: str
    light: str
    on_the_spot: bool
    thumb: str
    rating_note: str
    closed_at: datetime | None


@value_class
class EntryView:
    """An entry in words. `text` has no ID numbers and phones; `original` is there for its author alone."""

    id: int
    area_code: str
    area_name: str
    account_id: int
    account_name: str
    kind: str
    line: str
    day: date
    text: str
    state: str
    version: int
    visit_id: int | None
    cases: int
    created_at: datetime
    updated_at: datetime
    links: tuple[LinkView, ...] = field(default_factory=tuple)
    original: str = ""

    @property
    def is_private(self) -> bool:
        """Whether only its author reads it."""
        return self.state != PUBLISHED


def readable(reader: Actor) -> Any:
    """The condition that the reader may see an entry: published in their areas (old villages that were merged
    into them among these), or their own.
    """
    public = is_published & widened(reader.scope(VIEW)).where(Entry.area_code)
    own = Entry.account_id == reader.account_id
    return Entry.removed_at.is_null() & (public | own if reader.account_id is not None else public)


@value_class
class Wanted:
    """Which entries; what is empty does not count. `word`: one that they were cut into.

    `mine`: only one's own, private ones among them.
    """

    search: str = ""
    area_code: str = ""
    person_id: int | None = None
    household_id: int | None = None
    establishment_id: int | None = None
    kind: str = ""
    line: str = ""
    since: date | None = None
    until: date | None = None
    word: str = ""
    mine: bool = False

    @property
    def is_of_few(self) -> bool:
        """Whether they are few enough to read their texts: one's own, about somebody, of a line."""
        return self.mine or any((self.person_id, self.household_id, self.establishment_id, self.line))


def list_entries(
    reader: Actor, wanted: Wanted, *, page: int = 1, page_size: int = 20
) -> tuple[list[EntryView], int]:
    """Entries that the reader may see, the newest day first; how many.

    A search counts MOST_COUNTED at most, and MOST_READ where it must look into the texts.
    """
    words = wanted.search[:_LONGEST_SEARCH].split()
    if (words or wanted.word) and not wanted.is_of_few:
        return _searched(reader, wanted, words, page, page_size)
    query = _wanted(Entry.unscoped(_BY_RIGHT).where(_reach(reader, wanted)), wanted)
    for word in words:
        query = query.where(contains(Entry.text, word))
    found = list(query.order_by(*_NEWEST_FIRST).paginate(page, page_size))
    # A first page that is not full has counted them.
    if page == 1 and len(found) < page_size:
        return entry_views(found), len(found)
    if not (words or wanted.since or wanted.until or wanted.is_of_few or wanted.kind):
        # Counted alone, they are read as they lie by area.
        query = Entry.unscoped(_BY_RIGHT).where(is_published & _inside(reader, wanted, Entry.area_code))
    return entry_views(found), query.count()


def _searched(
    reader: Actor, wanted: Wanted, words: list[str], page: int, page_size: int
) -> tuple[list[EntryView], int]:
    """What all may read in whose text the words stand, from the index of signs."""
    found, most = entries_with(words, wanted.word)
    query = _of_days(found.where(_inside(reader, wanted, EntrySign.area_code)), EntrySign.day, wanted)
    if wanted.kind:
        query = query.where(EntrySign.kind == KIND_NUMBERS.get(wanted.kind, -1))
    some = query.order_by(EntrySign.day.desc(), EntrySign.entry_id.desc()).paginate(page, page_size)
    ids = [key for (key,) in rows(some)]
    total = len(ids) if page == 1 and len(ids) < page_size else query.limit(most).count()
    shown = Entry.unscoped(_REACHED).where(is_published & Entry.id.in_(ids)).order_by(*_NEWEST_FIRST)
    return entry_views(list(shown)), total


def _reach(reader: Actor, wanted: Wanted) -> Any:
    if wanted.mine:
        return (Entry.account_id == reader.account_id) & Entry.removed_at.is_null()
    # Colleagues' entries alone are answered by an index of what is published; one's own come on top only
    # in one's own list, so that a private note never stands among what others read.
    scope = widened(reader.scope(VIEW))
    return is_published & _inside(reader, wanted, read_by_day(Entry.area_code, scope))


def _inside(reader: Actor, wanted: Wanted, column: Any) -> Any:
    """In the reader's areas, and in the wanted one: where that lies in these it says it all."""
    scope = reader.scope(VIEW)
    if not wanted.area_code:
        return widened(scope).where(column)
    inside = lies_in(wanted.area_code, column)
    return inside if scope.covers(wanted.area_code) else widened(scope).where(column) & inside


def _is_wide(scope: AreaScope) -> bool:
    return any(len(prefix) < _VILLAGE_DIGITS for prefix in scope.prefixes)


def read_by_day(column: Any, scope: AreaScope) -> Any:
    """The column of areas; in a wide scope so that no index of it serves, since entries lie by day."""
    return column.concat("") if _is_wide(scope) else column


def _wanted(query: Any, wanted: Wanted) -> Any:
    for kind, target in (
        ("person", wanted.person_id),
        ("household", wanted.household_id),
        ("establishment", wanted.establishment_id),
    ):
        if target is not None:
            linked = EntryLink.unscoped(_REACHED, EntryLink.entry_id)
            linked = linked.where((EntryLink.kind == kind) & (EntryLink.target == str(target)))
            query = query.where(Entry.id.in_(linked))
    if wanted.kind:
        query = query.where(Entry.kind == wanted.kind)
    if wanted.line:
        query = query.where(has_line & (Entry.line == wanted.line))
    if wanted.word:
        query = query.where(Entry.id.in_(with_word(wanted.word)))
    return _of_days(query, Entry.day, wanted)


def _of_days(query: Any, day: Any, wanted: Wanted) -> Any:
    if wanted.since is not None:
        query = query.where(day >= wanted.since)
    if wanted.until is not None:
        query = query.where(day <= wanted.until)
    return query


def entry(reader: Actor, entry_id: int) -> EntryView:
    """One entry that the reader may see; its author gets the original too. Raises NotFound."""
    row = entry_row(reader, entry_id)
    return entry_views([row], author=reader.account_id)[0]


def entry_row(reader: Actor, entry_id: int) -> Entry:
    """The row. Raises NotFound."""
    query = Entry.unscoped(_BY_RIGHT).where((Entry.id == entry_id) & readable(reader))
    row: Entry | None = query.get_or_none()
    if row is None:
        raise NotFound
    return row


def may_change(reader: Actor, view: EntryView) -> bool:
    """Whether the reader may still change an entry: its author, for some days after it was made public."""
    return view.account_id == reader.account_id and (view.is_private or not too_old(view.created_at))


def too_old(created_at: datetime) -> bool:
    """Whether a public entry stands as it is from now on."""
    return created_at.date() + timedelta(days=int(plugin_settings("diary")["edit_days"])) <= today()


def original_of(row: Entry | EntryVersion) -> str:
    """The text as it was typed, numbers and all; for its author."""
    sealed = row.original_sealed
    return county().keys.unseal(bytes(sealed), PURPOSE) if sealed else str(row.text)


def outcomes(reader: Actor, entry_id: int) -> list[OutcomeView]:
    """The problems of an entry that the reader sees, as cases: where they are, how they ended."""
    query = EntryCase.unscoped(_REACHED, EntryCase.case_id).where(EntryCase.entry_id == entry_id)
    return [
        view
        for (case_id,) in rows(query.order_by(EntryCase.id))
        if (view := _outcome(reader, case_id)) is not None
    ]


def _outcome(reader: Actor, case_id: int) -> OutcomeView | None:
    try:
        found = case(reader, case_id)
    except NotFound:
        return None
    return OutcomeView(
        case_id=found.id,
        number=found.number,
        text=found.headline,
        state=found.state,
        state_title=STATES[found.state],
        outcome_title=OUTCOMES.get(found.outcome, ""),
        answer=found.answer,
        light=found.light,
        on_the_spot=found.on_the_spot,
        thumb=found.thumb,
        rating_note=found.rating_note,
        closed_at=found.closed_at,
    )


def entry_of_case(reader: Actor, case_id: int) -> int | None:
    """The entry in which a case began, where the reader may see it."""
    query = EntryCase.unscoped(_REACHED, EntryCase.entry_id).where(EntryCase.case_id == case_id)
    for (entry_id,) in rows(query):
        try:
            return int(entry_row(reader, entry_id).id)
        except NotFound:
            return None
    return None


def sees_files(actor: Actor, subject: str) -> bool:
    """Whether the actor may see the photos of `diary_entry:12`."""
    number = subject.partition(":")[2]
    if not (number.isascii() and number.isdigit()):
        return False
    return Entry.unscoped(_BY_RIGHT).where((Entry.id == int(number)) & readable(actor)).exists()


def versions_of(entry_id: int) -> list[EntryVersion]:
    """The older versions of an entry that the reader may see, the latest first."""
    query = EntryVersion.unscoped(_REACHED).where(EntryVersion.entry_id == entry_id)
    return list(query.order_by(EntryVersion.version.desc()))


def published_texts(
    scope: AreaScope, since: date, until: date, *, kind: str = ""
) -> Iterator[tuple[int, str, date, str]]:
    """Id, area, day and text of what was published about a period, by id: for words and reports."""
    query = Entry.within(scope, Entry.id, Entry.area_code, Entry.day, Entry.text).where(
        is_published & (Entry.day >= since) & (Entry.day <= until)
    )
    if kind:
        query = query.where(Entry.kind == kind)
    return rows(query.order_by(Entry.id))


def entry_views(found: Sequence[Entry], *, author: int | None = None) -> list[EntryView]:
    """Rows that may be seen, in words. `author`: whose originals are opened."""
    areas = area_names({row.area_code for row in found})
    people = account_names([row.account_id for row in found])
    links = _links([row.id for row in found])
    return [
        EntryView(
            id=row.id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            account_id=row.account_id,
            account_name=people.get(row.account_id, ""),
            kind=row.kind,
            line=row.line,
            day=row.day,
            text=row.text,
            state=row.state,
            version=row.version,
            visit_id=row.visit_id,
            cases=row.cases,
            created_at=row.created_at,
            updated_at=row.updated_at,
            links=tuple(links.get(row.id, ())),
            original=original_of(row) if author is not None and row.account_id == author else "",
        )
        for row in found
    ]


def _links(entry_ids: Sequence[int]) -> dict[int, list[LinkView]]:
    query = EntryLink.unscoped(_REACHED).where(EntryLink.entry_id.in_(entry_ids)).order_by(EntryLink.id)
    found = list(query)
    titles = link_titles([(row.kind, row.target) for row in found])
    links: dict[int, list[LinkView]] = {}
    for row in found:
        view = LinkView(row.kind, row.target, titles.get((row.kind, row.target), row.word))
        links.setdefault(row.entry_id, []).append(view)
    return links


def link_titles(targets: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Kind and target -> the name that people know it by; the caller has checked that it may be seen."""

    def ids(kind: str) -> list[int]:
        return [int(target) for each, target in targets if each == kind]

    names = {
        "person": person_names(ids("person")),
        "household": household_head_name(ids("household")),
        "establishment": names_of(ids("establishment")),
    }
    found = {
        (kind, str(key)): title for kind, titles in names.items() for key, title in titles.items() if title
    }
    areas = area_names([target for kind, target in targets if kind == "area"])
    return found | {("area", code): title for code, title in areas.items()}
