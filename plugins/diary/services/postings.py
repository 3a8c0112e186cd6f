"""Cadres are stationed, do what stands on their work list, and hand over what is open."""

from collections.abc import Sequence
from datetime import date, timedelta

from peewee import IntegrityError

from core import audit
from core.accounts.api import PostHeld, end_duty, grant_duty
from core.areas.api import LEVEL_DIGITS, area_names, is_current
from core.cases.api import hand_over_cases
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import check_phone
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.posting import (
    AccountUnknown,
    PlacesWrong,
    PlaceTaken,
    PostingOver,
    SuccessorWrong,
    WorkItemDone,
)
from plugins.diary.lines import lines
from plugins.diary.models.posting import Posting, PostingPlace, WorkItem
from plugins.diary.queries.postings import places_of, posting_row, work_item_row
from plugins.diary.words import ENDED_WHY, KINDS, MODES

POST = "diary.post"
ROLE = "stationed_cadre"
MOST_PLACES = 20


@value_class
class NewPosting:
    """Who is stationed where, as what, from when (and until when, inclusive)."""

    account_id: int
    kind: str
    mode: str
    places: Sequence[str]
    since: date
    until: date | None = None
    line: str = ""
    unit: str = ""
    field: str = ""
    term: int | None = None
    phone: str = ""


def station(actor: Actor, new: NewPosting) -> int:
    """Station a cadre; their account gets the role in each place. Returns the posting's id.

    Raises NotFound (a place outside), PlacesWrong, PlaceTaken, AccountUnknown, Invalid (fields).
    """
    scope = actor.demand(POST)
    checked = _checked(scope, new)
    with unit_of_work():
        return int(_station(actor, scope, checked).id)


def _checked(scope: AreaScope, new: NewPosting, *, kept_line: str = "") -> NewPosting:
    # A line that is handed over may be one whose plugin is off by now.
    places = tuple(sorted(set(new.places)))
    if any(not scope.covers(code) for code in places):
        raise NotFound
    if not (len(places) == 1 if new.mode == "fixed" else 2 <= len(places) <= MOST_PLACES):
        raise PlacesWrong(fields={"places": [PlacesWrong.text]})
    wrong: dict[str, list[str]] = {}
    if any(len(code) != LEVEL_DIGITS["village"] or not is_current(code, "village") for code in places):
        wrong["places"] = [N_("请选择现有的村或社区。")]
    if new.kind not in KINDS:
        wrong["kind"] = [N_("请选择驻村、驻社或驻企。")]
    if new.mode not in MODES:
        wrong["mode"] = [N_("请选择定点或流动。")]
    if new.line not in ({"", kept_line} | lines().keys()):
        wrong["line"] = [N_("没有这个条线。")]
    if new.until is not None and new.until < new.since:
        wrong["until"] = [N_("结束日期早于开始日期。")]
    if new.term is not None and not 1 <= new.term <= 120:
        wrong["term"] = [N_("任期应为 1 到 120 个月。")]
    unit, field = cleaned(new.unit), cleaned(new.field)
    if max(len(unit), len(field)) > 100:
        wrong["unit" if len(unit) > 100 else "field"] = [N_("至多 100 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    return NewPosting(
        account_id=new.account_id,
        kind=new.kind,
        mode=new.mode,
        places=places,
        since=new.since,
        until=new.until,
        line=new.line,
        unit=unit,
        field=field,
        term=new.term,
        phone=check_phone(new.phone) if new.phone.strip() else "",
    )


def _station(actor: Actor, scope: AreaScope, new: NewPosting) -> Posting:
    row = Posting.create(
        area_code=_common(new.places),
        account_id=new.account_id,
        kind=new.kind,
        mode=new.mode,
        line=new.line,
        unit=new.unit,
        field=new.field,
        term=new.term,
        phone=new.phone,
        since=new.since,
        until=new.until,
        recorded_at=now(),
    )
    for code in new.places:
        _cover(actor, scope, row, code)
    audit.record(
        actor,
        "diary.station",
        area_code=row.area_code,
        subject=f"diary_posting:{row.id}",
        account=row.account_id,
        kind=row.kind,
        mode=row.mode,
        places=list(new.places),
        since=row.since.isoformat(),
    )
    return row


def _cover(actor: Actor, scope: AreaScope, row: Posting, code: str) -> None:
    try:
        duty = grant_duty(
            actor, scope, row.account_id, role=ROLE, area_code=code, since=row.since, until=row.until
        )
    except NotFound:
        raise AccountUnknown(fields={"account_id": [AccountUnknown.text]}) from None
    except PostHeld:
        duty = None  # for a part of the time, by somebody else's deed: not ours to end
    try:
        with unit_of_work(housekeeping="the posting's line follows"):
            PostingPlace.create(
                posting_id=row.id,
                area_code=code,
                kind=row.kind,
                line=row.line,
                fixed=row.mode == "fixed",
                duty_post=duty,
            )
    except IntegrityError:
        raise PlaceTaken(area=area_names([code]).get(code, code)) from None


def _common(codes: Sequence[str]) -> str:
    """The smallest area that holds all of `codes`."""
    first, last = min(codes), max(codes)
    return next(first[:digits] for digits in (12, 9, 6, 4) if first[:digits] == last[:digits])


def end_posting(actor: Actor, posting_id: int, *, why: str, last_day: date | None = None) -> None:
    """End a posting after `last_day` (today). What is open stays where it is; see `hand_over`.

    Raises NotFound, PostingOver, Invalid.
    """
    scope = actor.demand(POST)
    with unit_of_work():
        _end(actor, scope, _own_area(scope, posting_id), why, last_day or today(), None)


def hand_over(actor: Actor, posting_id: int, *, account_id: int, why: str, phone: str = "") -> int:
    """Somebody else takes the posting over today with all that is open; returns the new posting's id.

    Cases that the old cadre had accepted in its places and open lines of the work list go along; visits
    that are due belong to the places and need no handing over. Raises NotFound, PostingOver, SuccessorWrong,
    AccountUnknown, Invalid.
    """
    scope = actor.demand(POST)
    with unit_of_work():
        old = _own_area(scope, posting_id)
        if account_id == old.account_id:
            raise SuccessorWrong(fields={"account_id": [SuccessorWrong.text]})
        places = [place.area_code for place in places_of(old.id)]
        _end(actor, scope, old, why, today() - timedelta(days=1), account_id)
        new = _checked(
            scope,
            NewPosting(
                account_id=account_id,
                kind=old.kind,
                mode=old.mode,
                places=places,
                since=today(),
                until=old.until if old.until and old.until > today() else None,
                line=old.line,
                unit=old.unit,
                field=old.field,
                term=old.term,
                phone=phone,
            ),
            kept_line=old.line,
        )
        row = _station(actor, scope, new)
        Posting.update(successor_id=row.id).where(Posting.id == old.id).execute()
        moved = sum(hand_over_cases(actor, old.account_id, account_id, area_code=code) for code in places)
        items = (
            WorkItem.update(posting_id=row.id)
            .where((WorkItem.posting_id == old.id) & WorkItem.done_on.is_null())
            .execute()
        )
        audit.record(
            actor,
            "diary.hand_over",
            area_code=row.area_code,
            subject=f"diary_posting:{row.id}",
            before=old.id,
            cases=moved,
            items=int(items),
        )
    return int(row.id)


def _own_area(scope: AreaScope, posting_id: int) -> Posting:
    """A posting that still holds, all of whose places are the actor's. Raises NotFound, PostingOver."""
    row = posting_row(posting_id)
    if any(not scope.covers(place.area_code) for place in places_of(row.id)):
        raise NotFound
    if row.ended_why:
        raise PostingOver
    return row


def _end(
    actor: Actor, scope: AreaScope, row: Posting, why: str, last_day: date, successor: int | None
) -> None:
    if why not in ENDED_WHY:
        raise Invalid(fields={"why": [N_("请选择结束的原因。")]})
    until = max(row.since, last_day)
    Posting.update(ended_why=why, until=until).where(Posting.id == row.id).execute()
    PostingPlace.update(closed=True).where(PostingPlace.posting_id == row.id).execute()
    for place in places_of(row.id):
        # A post that another posting of the same cadre needs stays.
        if place.duty_post is not None and not _needed(row, place.area_code):
            end_duty(actor, scope, place.duty_post, last_day=last_day)
    audit.record(
        actor,
        "diary.end_posting",
        area_code=row.area_code,
        subject=f"diary_posting:{row.id}",
        why=why,
        until=until.isoformat(),
        successor=successor,
    )


def _needed(row: Posting, area_code: str) -> bool:
    others = PostingPlace.unscoped("whether another posting of the same cadre covers the place").where(
        (PostingPlace.area_code == area_code) & ~PostingPlace.closed & (PostingPlace.posting_id != row.id)
    )
    return any(posting_row(place.posting_id).account_id == row.account_id for place in others)


def add_work_item(actor: Actor, posting_id: int, *, text: str, due: date | None = None) -> int:
    """Write a line on the work list, who stations or the cadre. Raises NotFound, PostingOver, Invalid."""
    line = cleaned(text)
    if not 1 <= len(line) <= 200:
        raise Invalid(fields={"text": [N_("请写明要做什么，至多 200 个字。")]})
    with unit_of_work():
        row = _listed(actor, posting_id)
        item = WorkItem.create(
            posting_id=row.id, area_code=row.area_code, text=line, due=due, recorded_at=now()
        )
        audit.record(
            actor,
            "diary.add_work_item",
            area_code=row.area_code,
            subject=f"diary_posting:{row.id}",
            item=item.id,
        )
    return int(item.id)


def finish_work_item(actor: Actor, item_id: int, *, note: str = "") -> None:
    """It is done. Raises NotFound, PostingOver, WorkItemDone, Invalid."""
    words = cleaned(note)
    if len(words) > 500:
        raise Invalid(fields={"note": [N_("至多 500 个字。")]})
    with unit_of_work():
        item = work_item_row(item_id)
        row = _listed(actor, item.posting_id)
        done = (
            WorkItem.update(done_on=today(), note=words)
            .where((WorkItem.id == item_id) & WorkItem.done_on.is_null())
            .execute()
        )
        if not done:
            raise WorkItemDone
        audit.record(
            actor,
            "diary.finish_work_item",
            area_code=row.area_code,
            subject=f"diary_posting:{row.id}",
            item=item_id,
        )


def _listed(actor: Actor, posting_id: int) -> Posting:
    actor.demand_signed_in()
    row = posting_row(posting_id)
    stations = all(actor.scope(POST).covers(place.area_code) for place in places_of(row.id))
    if row.account_id != actor.account_id and not stations:
        raise NotFound
    if row.ended_why:
        raise PostingOver
    return row
