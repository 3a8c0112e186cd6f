"""Who is stationed where, the work lists, and what a posting leaves open."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import today
from core.county import is_tried_in
from core.db import rows
from core.errors import NotFound
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.models.posting import Posting, PostingPlace, WorkItem

VIEW = "diary.team_view"
# A term that ends within so many days is shown.
ENDS_SOON = timedelta(days=30)
_REACHED = "places and work of a posting that the reader may see"
_OWN = "one's own postings"


@value_class
class PostingView:
    """A posting in words. `places`: codes and names of the villages it covers."""

    id: int
    area_code: str
    account_id: int
    account_name: str
    kind: str
    mode: str
    line: str
    unit: str
    field: str
    term: int | None
    phone: str
    since: date
    until: date | None
    ended_why: str
    successor_id: int | None
    places: tuple[tuple[str, str], ...]
    open_items: int

    @property
    def named_places(self) -> list[dict[str, str]]:
        """The villages with the names of their parts."""
        return [{"area_code": code, "area_name": name} for code, name in self.places]

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return bool(self.ended_why) or (self.until is not None and self.until < today())

    @property
    def ends_soon(self) -> bool:
        """Whether it ends within a month."""
        return not self.is_over and self.until is not None and self.until - today() <= ENDS_SOON


@value_class
class WorkItemView:
    """A line of a work list."""

    id: int
    posting_id: int
    text: str
    due: date | None
    done_on: date | None
    note: str

    @property
    def late(self) -> bool:
        """Whether it should be done by now."""
        return self.done_on is None and self.due is not None and self.due < today()


def live() -> Any:
    """The condition that a posting holds today."""
    return (Posting.ended_why == "") & (Posting.until.is_null() | (Posting.until >= today()))


def list_postings(
    scope: AreaScope,
    *,
    area_code: str = "",
    kind: str = "",
    line: str = "",
    ended: bool = False,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[PostingView], int]:
    """Postings in one's areas by place, those that hold today or (`ended`) those that are over."""
    places = PostingPlace.within(scope, PostingPlace.posting_id)
    if area_code:
        column = PostingPlace.area_code
        places = places.where((column >= area_code) & (column < area_code + AFTER_DIGITS))
    query = Posting.unscoped(_REACHED).where(Posting.id.in_(places))
    query = query.where(~live() if ended else live())
    if kind:
        query = query.where(Posting.kind == kind)
    if line:
        query = query.where(Posting.line == line)
    order = (Posting.since.desc(), Posting.id.desc()) if ended else (Posting.area_code, Posting.id)
    found = list(query.order_by(*order).paginate(page, page_size))
    return posting_views(found), query.count()


def posting(reader: Actor, posting_id: int) -> PostingView:
    """One posting: one's own, or one with a place in one's areas. Raises NotFound."""
    row = posting_row(posting_id)
    if row.account_id != reader.account_id and not _reaches(reader.scope(VIEW), row):
        raise NotFound
    return posting_views([row])[0]


def posting_row(posting_id: int) -> Posting:
    """The row; whoever asks tests the right on it. Raises NotFound."""
    row: Posting | None = Posting.unscoped(_REACHED).where(Posting.id == posting_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def places_of(posting_id: int) -> list[PostingPlace]:
    """The places of a posting that was reached."""
    query = PostingPlace.unscoped(_REACHED).where(PostingPlace.posting_id == posting_id)
    return list(query.order_by(PostingPlace.area_code))


def _reaches(scope: AreaScope, row: Posting) -> bool:
    return any(scope.covers(place.area_code) for place in places_of(row.id))


def my_postings(actor: Actor) -> list[PostingView]:
    """What one is stationed for today, as far as the diary is kept there (a pilot)."""
    if actor.account_id is None:
        return []
    query = Posting.unscoped(_OWN).where((Posting.account_id == actor.account_id) & live())
    found = query.order_by(Posting.area_code)
    return posting_views([row for row in found if is_tried_in("diary", row.area_code)])


def cadres_of(area_code: str) -> list[PostingView]:
    """Who looks after a village today, as it is posted up there."""
    places = PostingPlace.unscoped(
        "who looks after a village is public there", PostingPlace.posting_id
    ).where((PostingPlace.area_code == area_code) & ~PostingPlace.closed)
    query = Posting.unscoped(_REACHED).where(Posting.id.in_(places) & live())
    return posting_views(list(query.order_by(Posting.mode, Posting.id)))


def villages_without(scope: AreaScope, villages: Sequence[str]) -> list[str]:
    """Of `villages` those that no cadre is stationed in today."""
    covered = {
        code
        for (code,) in rows(
            PostingPlace.within(scope, PostingPlace.area_code).where(
                ~PostingPlace.closed & (PostingPlace.kind != "enterprise")
            )
        )
    }
    return [code for code in villages if code not in covered]


def posting_views(found: Sequence[Posting]) -> list[PostingView]:
    """Rows that were found in scope, in words."""
    ids = [row.id for row in found]
    places: dict[int, list[str]] = {}
    query = PostingPlace.unscoped(_REACHED, PostingPlace.posting_id, PostingPlace.area_code)
    for posting_id, code in rows(
        query.where(PostingPlace.posting_id.in_(ids)).order_by(PostingPlace.area_code)
    ):
        places.setdefault(posting_id, []).append(code)
    titles = area_names({code for codes in places.values() for code in codes})
    people = account_names([row.account_id for row in found])
    waiting = _open_items(ids)
    return [
        PostingView(
            id=row.id,
            area_code=row.area_code,
            account_id=row.account_id,
            account_name=people.get(row.account_id, ""),
            kind=row.kind,
            mode=row.mode,
            line=row.line,
            unit=row.unit,
            field=row.field,
            term=row.term,
            phone=row.phone,
            since=row.since,
            until=row.until,
            ended_why=row.ended_why,
            successor_id=row.successor_id,
            places=tuple((code, titles.get(code, code)) for code in places.get(row.id, ())),
            open_items=waiting.get(row.id, 0),
        )
        for row in found
    ]


def _open_items(posting_ids: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    query = WorkItem.unscoped(_REACHED, WorkItem.posting_id).where(
        WorkItem.posting_id.in_(list(posting_ids)) & WorkItem.done_on.is_null()
    )
    for (posting_id,) in rows(query):
        counts[posting_id] = counts.get(posting_id, 0) + 1
    return counts


def work_items(posting_id: int) -> list[WorkItemView]:
    """The work list of a posting that was reached: what is open first, then what was done last."""
    query = WorkItem.unscoped(_REACHED).where(WorkItem.posting_id == posting_id)
    found = sorted(
        query.order_by(WorkItem.id),
        key=lambda row: (row.done_on is not None, row.due or date.max, row.id),
    )
    return [WorkItemView(row.id, row.posting_id, row.text, row.due, row.done_on, row.note) for row in found]


def work_item_row(item_id: int) -> WorkItem:
    """The row; whoever asks tests the right on its posting. Raises NotFound."""
    row: WorkItem | None = WorkItem.unscoped(_REACHED).where(WorkItem.id == item_id).get_or_none()
    if row is None:
        raise NotFound
    return row
