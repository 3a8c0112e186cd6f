"""Reading the ledger of deeds: lines, sums, and the proof that nobody altered them."""

from datetime import date

from peewee import fn

from core import audit
from core.accounts.api import account_names
from core.burdens import demand_ground
from core.clock import today
from core.db import rows
from core.people.api import person_names
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.grid.deed_digest import DEED_ACTIONS, digest_of
from plugins.grid.models.party import Deed, DeedKind, PartyMember
from plugins.grid.queries.membership import member_of

_REACHED = "reached through deeds that the actor may see"


@value_class
class DeedView:
    """A line in words. `reversed`: it was taken back; `reverses_id`: it takes another one back."""

    id: int
    member_id: int
    member_name: str
    title: str
    points: int
    day: date
    note: str
    account_name: str
    reverses_id: int | None
    reversed: bool


def kinds(*, stopped: bool = False) -> list[DeedKind]:
    """Kinds of deeds, those in use first."""
    query = DeedKind.select() if stopped else DeedKind.select().where(DeedKind.stopped_at.is_null())
    return list(query.order_by(DeedKind.stopped_at.is_null(False), DeedKind.id))


def list_deeds(
    scope: AreaScope, area_code: str, *, member_id: int | None = None, page: int = 1, page_size: int = 20
) -> tuple[list[DeedView], int]:
    """The newest lines of an area's members."""
    column = Deed.area_code
    query = Deed.within(scope).where((column >= area_code) & (column < area_code + AFTER_DIGITS))
    if member_id is not None:
        query = query.where(Deed.member_id == member_id)
    return _views(list(query.order_by(Deed.id.desc()).paginate(page, page_size))), query.count()


def own_deeds(actor: Actor, year: int) -> list[DeedView]:
    """One's own lines of a year: what was written down of oneself may always be read."""
    member = member_of(actor.person_id)
    if member is None:
        return []
    query = Deed.unscoped("one's own deeds").where((Deed.member_id == member.id) & (Deed.year == year))
    return _views(list(query.order_by(Deed.id.desc()).limit(100)))


def group_points(scope: AreaScope, area_code: str, year: int) -> int:
    """The points of a year of all members of an area: of nobody alone."""
    column = Deed.area_code
    query = Deed.within(scope, fn.COALESCE(fn.SUM(Deed.points), 0)).where(
        (column >= area_code) & (column < area_code + AFTER_DIGITS) & (Deed.year == year)
    )
    return int(next(rows(query))[0])


def member_points(member_ids: list[int], year: int) -> dict[int, int]:
    """Member -> points of a year, re-added from the lines.

    A personal score is a burden: raises BurdenOff unless the county's config names its ground.
    """
    demand_ground("personal_score")
    return points_by_member(member_ids, year)


def points_by_member(member_ids: list[int], year: int) -> dict[int, int]:
    """The same sums for proofs and tests; pages ask `member_points`."""
    query = Deed.unscoped(_REACHED, Deed.member_id, fn.SUM(Deed.points)).where(
        Deed.member_id.in_(member_ids) & (Deed.year == year)
    )
    sums = {member_id: int(points) for member_id, points in rows(query.group_by(Deed.member_id))}
    return {member_id: sums.get(member_id, 0) for member_id in member_ids}


def deed_mistakes() -> list[str]:
    """Where the ledger does not fit the record: lines that were changed, forged or lost."""
    kept = {
        detail["deed"]: detail["digest"] for _, detail in audit.details(DEED_ACTIONS) if "digest" in detail
    }
    mistakes = []
    for row in Deed.unscoped("a proof runs through all areas").order_by(Deed.id).iterator():
        digest = kept.pop(row.id, None)
        if digest is None:
            mistakes.append(f"实事积分第 {row.id} 笔不在操作记录里")
        elif digest != digest_of(row):
            mistakes.append(f"实事积分第 {row.id} 笔与操作记录不符")
    return mistakes + [f"实事积分第 {key} 笔在操作记录里，账上没有" for key in sorted(kept)]


def _views(found: list[Deed]) -> list[DeedView]:
    kind_titles = {row.id: row.title for row in DeedKind.select()}
    taken_back = {
        key
        for (key,) in rows(
            Deed.unscoped(_REACHED, Deed.reverses_id).where(Deed.reverses_id.in_([row.id for row in found]))
        )
    }
    persons: dict[int, int] = dict(
        rows(
            PartyMember.unscoped(_REACHED, PartyMember.id, PartyMember.person_id).where(
                PartyMember.id.in_({row.member_id for row in found})
            )
        )
    )
    names = person_names(persons.values())
    accounts = account_names([row.account_id for row in found])
    return [
        DeedView(
            id=row.id,
            member_id=row.member_id,
            member_name=names.get(persons.get(row.member_id, 0), ""),
            title=kind_titles.get(row.kind_id, ""),
            points=row.points,
            day=row.day,
            note=row.note,
            account_name=accounts.get(row.account_id or 0, ""),
            reverses_id=row.reverses_id,
            reversed=row.id in taken_back,
        )
        for row in found
    ]


def this_year() -> int:
    """The year whose points count today."""
    return today().year
