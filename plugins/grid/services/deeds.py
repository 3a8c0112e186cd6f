"""Points from zero (零基积分): deeds are written down, taken back by a line of their own, never changed."""

from datetime import date, timedelta

from peewee import IntegrityError

from core import audit
from core.clock import now, today
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.grid.deed_digest import DEED_ACTIONS, digest_of
from plugins.grid.errors.party import DeedReversed, KindStopped, OwnDeed
from plugins.grid.models.party import Deed, DeedKind, PartyMember

P, KINDS = "grid.deeds", "grid.deed_kinds"


def create_kind(actor: Actor, *, title: str, points: int) -> int:
    """A kind of deed for the whole county; points may be below zero. Raises Invalid."""
    actor.demand(KINDS, county().settings.county_code)
    name = cleaned(title)
    if not 1 <= len(name) <= 60 or not points or abs(points) > 100:
        raise Invalid(fields={"title": [N_("请写明名称（至多 60 个字）和 -100 到 100 的分值，不能为 0。")]})
    with unit_of_work():
        row = DeedKind.create(title=name, points=points)
        _record_kind(actor, "grid.create_deed_kind", row)
    return int(row.id)


def stop_kind(actor: Actor, kind_id: int) -> None:
    """Write down no more of this kind; what was stays. Raises NotFound."""
    actor.demand(KINDS, county().settings.county_code)
    with unit_of_work():
        row = DeedKind.get_or_none(DeedKind.id == kind_id)
        if row is None:
            raise NotFound
        DeedKind.update(stopped_at=now()).where(DeedKind.id == kind_id).execute()
        _record_kind(actor, "grid.stop_deed_kind", row)


def record_deed(
    actor: Actor, *, member_id: int, kind_id: int, day: date | None = None, note: str = ""
) -> Deed:
    """Write a deed of a member down; it counts in the year of its day.

    Raises NotFound, OwnDeed, KindStopped, Invalid (a day of next year, or long past).
    """
    scope = actor.demand(P)
    on, text = day or today(), cleaned(note)[:200]
    if not today() - timedelta(days=366) <= on <= today():
        raise Invalid(fields={"day": [N_("日期应在最近一年内。")]})
    with unit_of_work():
        member: PartyMember | None = (
            PartyMember.within(scope).where(PartyMember.id == member_id).get_or_none()
        )
        if member is None:
            raise NotFound
        if member.person_id == actor.person_id:
            raise OwnDeed
        kind = DeedKind.get_or_none((DeedKind.id == kind_id) & DeedKind.stopped_at.is_null())
        if kind is None:
            raise KindStopped
        row = Deed.create(
            member_id=member_id,
            area_code=member.area_code,
            year=on.year,
            day=on,
            kind_id=kind_id,
            points=kind.points,
            note=text,
            account_id=actor.account_id,
            at=now(),
        )
        _record(actor, DEED_ACTIONS[0], row)
    return row


def reverse_deed(actor: Actor, deed_id: int, *, reason: str) -> Deed:
    """Take a deed back by a line with the opposite points.

    Raises NotFound, OwnDeed, DeedReversed, Invalid.
    """
    scope = actor.demand(P)
    text = cleaned(reason)
    if not 1 <= len(text) <= 200:
        raise Invalid(fields={"reason": [N_("请写明冲销的原因，至多 200 个字。")]})
    with unit_of_work():
        first: Deed | None = Deed.within(scope).where(Deed.id == deed_id).get_or_none()
        if first is None:
            raise NotFound
        member = PartyMember.within(scope).where(PartyMember.id == first.member_id).get()
        if member.person_id == actor.person_id:
            raise OwnDeed
        if first.reverses_id is not None:
            raise DeedReversed
        try:
            with unit_of_work(housekeeping="the deed's line follows"):
                row = Deed.create(
                    member_id=first.member_id,
                    area_code=first.area_code,
                    year=first.year,
                    day=first.day,
                    kind_id=first.kind_id,
                    points=-first.points,
                    note=text,
                    reverses_id=first.id,
                    account_id=actor.account_id,
                    at=now(),
                )
        except IntegrityError:
            raise DeedReversed from None
        _record(actor, DEED_ACTIONS[1], row)
    return row


def _record(actor: Actor, action: str, row: Deed) -> None:
    audit.record(
        actor,
        action,
        area_code=row.area_code,
        subject=f"deed:{row.id}",
        deed=row.id,
        points=row.points,
        digest=digest_of(row),
    )


def _record_kind(actor: Actor, action: str, row: DeedKind) -> None:
    audit.record(
        actor,
        action,
        area_code=county().settings.county_code,
        subject=f"deed_kind:{row.id}",
        points=row.points,
    )
