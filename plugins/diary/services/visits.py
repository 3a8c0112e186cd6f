"""A visit is written down once: who was seen, what was heard, what was settled, when to come again."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date, timedelta
from typing import Any

from core import audit
from core.burdens import demand_ground
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid
from core.events import announce
from core.fields import cleaned
from core.files.api import attach_files
from core.people.api import PersonBrief, PersonChanges, persons_of, update_person
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.visits import EstablishmentClosed, NobodyVisited, NotOfHousehold
from plugins.diary.models.visits import Visit, VisitPerson
from plugins.diary.queries.care import care_of
from plugins.diary.queries.establishments import establishment_row
from plugins.diary.queries.postings import my_postings
from plugins.diary.services.care import open_area, refresh
from plugins.diary.services.entries import NewEntry, write_entry
from plugins.diary.services.establishments import visited
from plugins.diary.words import KINDS, OCCASIONS, PRIVATE, PUBLISHED, TOPICS

WRITE = "diary.write"
# A visit is written down within so many days.
LATEST = timedelta(days=60)


@value_class
class PersonSeen:
    """A member of the household who was met; `tags` and `risk_level` where the visit changes them."""

    person_id: int
    tags: tuple[str, ...] | None = None
    risk_level: str | None = None


@value_class
class Position:
    """Where the phone was, only where the county names the ground for check-ins."""

    latitude: float
    longitude: float
    accuracy: int | None = None


@value_class
class NewVisit:
    """A visit to a household or to an establishment. `text`: what was heard, which becomes an entry.

    `files`: uploaded photos and sound notes.
    """

    household_id: int | None = None
    establishment_id: int | None = None
    day: date | None = None
    kind: str = ""
    persons: Sequence[PersonSeen] = ()
    topics: Sequence[str] = ()
    occasion: str = ""
    text: str = ""
    publish: bool = True
    solved: int = 0
    solved_note: str = ""
    revisit_on: date | None = None
    files: Sequence[str] = ()
    position: Position | None = None


@value_class
class _Place:
    """Whose door it was."""

    area_code: str
    reason: str = ""
    establishment: Any = None
    members: Sequence[PersonBrief] = field(default_factory=tuple)


def record_visit(actor: Actor, new: NewVisit) -> tuple[int, int | None]:
    """Write a visit down; returns its id and that of its entry (None where nothing was written).

    Raises NotFound, NobodyVisited, NotOfHousehold, HouseholdEnded, EstablishmentClosed, Invalid (fields),
    BurdenOff (a position without a ground), and what changing a person and attaching files raise.
    """
    scope = actor.demand(WRITE)
    day = new.day or today()
    _check(new, day)
    if new.position is not None:
        demand_ground("check_in")
    with unit_of_work():
        place = _place(scope, new)
        kind = new.kind or _usual_kind(actor, new)
        row = Visit.create(
            area_code=place.area_code,
            household_id=new.household_id,
            establishment_id=new.establishment_id,
            account_id=actor.account_id,
            kind=kind,
            day=day,
            reason=place.reason,
            occasion=new.occasion,
            topics=",".join(dict.fromkeys(new.topics)),
            solved=new.solved,
            solved_note=cleaned(new.solved_note),
            revisit_on=new.revisit_on,
            latitude=new.position.latitude if new.position else None,
            longitude=new.position.longitude if new.position else None,
            accuracy=new.position.accuracy if new.position else None,
            at=now(),
        )
        _meet(actor, row, place.members, new.persons)
        entry_id = _write(actor, row, new) if cleaned(new.text) else None
        if new.publish:
            attach_files(actor, new.files, f"diary_visit:{row.id}", row.area_code)
        if place.establishment is not None:
            visited(place.establishment, day=day, revisit_on=new.revisit_on)
        else:
            assert new.household_id is not None
            refresh([(new.household_id, place.area_code)])
        _say(actor, row, len(new.persons))
    return int(row.id), entry_id


def _check(new: NewVisit, day: date) -> None:
    if (new.household_id is None) == (new.establishment_id is None):
        raise NobodyVisited
    wrong: dict[str, list[str]] = {}
    if not today() - LATEST <= day <= today():
        wrong["day"] = [N_("走访日期应在最近 60 天内。")]
    if new.kind and new.kind not in KINDS:
        wrong["kind"] = [N_("请选择驻村、驻社或驻企。")]
    if new.occasion and new.occasion not in OCCASIONS:
        wrong["occasion"] = [N_("没有这种场合。")]
    if unknown := [topic for topic in new.topics if topic not in TOPICS]:
        wrong["topics"] = [N_("没有这个话题。") for _ in unknown[:1]]
    if not 0 <= new.solved <= 20:
        wrong["solved"] = [N_("当场解决的件数应在 0 到 20 之间。")]
    note = cleaned(new.solved_note)
    if len(note) > 500:
        wrong["solved_note"] = [N_("至多 500 个字。")]
    elif new.solved and not note:
        wrong["solved_note"] = [N_("请写明当场解决了什么。")]
    if new.revisit_on is not None and not day < new.revisit_on <= today() + timedelta(days=366):
        wrong["revisit_on"] = [N_("回访日期应在走访之后、一年之内。")]
    if new.files and not new.publish and not cleaned(new.text):
        wrong["text"] = [N_("私记的照片请配上文字，才能只给自己看。")]
    if new.persons and new.household_id is None:
        wrong["persons"] = [N_("走访市场主体时不登记家庭成员。")]
    if wrong:
        raise Invalid(fields=wrong)


def _place(scope: AreaScope, new: NewVisit) -> _Place:
    if new.establishment_id is not None:
        row = establishment_row(scope, new.establishment_id)
        if row.closed_at is not None:
            raise EstablishmentClosed
        return _Place(row.area_code, "establishment", row)
    assert new.household_id is not None
    area_code = open_area(scope, new.household_id)
    standing = care_of(new.household_id)
    # Why somebody went is what the list said, not what the visit makes of it.
    return _Place(area_code, standing.reason if standing else "", None, persons_of(new.household_id))


def _usual_kind(actor: Actor, new: NewVisit) -> str:
    if new.establishment_id is not None:
        return "enterprise"
    mine = [posting.kind for posting in my_postings(actor) if posting.kind != "enterprise"]
    return mine[0] if mine else "village"


def _meet(actor: Actor, row: Visit, members: Sequence[PersonBrief], persons: Sequence[PersonSeen]) -> None:
    known = {member.id: member for member in members}
    for seen in persons:
        person = known.get(seen.person_id)
        if person is None:
            raise NotOfHousehold
        tags = person.tags if seen.tags is None else tuple(seen.tags)
        risk = person.risk_level if seen.risk_level is None else seen.risk_level
        changes_tags, changes_risk = set(tags) != set(person.tags), risk != person.risk_level
        if changes_tags or changes_risk:
            update_person(
                actor,
                person.id,
                PersonChanges(tags=tags if changes_tags else None, risk_level=risk if changes_risk else None),
            )
        VisitPerson.create(
            visit_id=row.id,
            person_id=person.id,
            area_code=row.area_code,
            tags_before=",".join(sorted(person.tags)) if changes_tags else "",
            tags_after=",".join(sorted(tags)) if changes_tags else "",
            risk_before=person.risk_level if changes_risk else "",
            risk_after=risk if changes_risk else "",
        )


def _write(actor: Actor, row: Visit, new: NewVisit) -> int:
    links = [("person", str(seen.person_id)) for seen in new.persons]
    if new.household_id is not None:
        links.append(("household", str(new.household_id)))
    else:
        links.append(("establishment", str(new.establishment_id)))
    return write_entry(
        actor,
        NewEntry(
            area_code=row.area_code,
            text=new.text,
            kind=row.kind,
            day=row.day,
            state=PUBLISHED if new.publish else PRIVATE,
            visit_id=row.id,
            links=links,
            # What belongs to a private note is seen with it alone.
            files=() if new.publish else new.files,
        ),
    )


def _say(actor: Actor, row: Visit, persons: int) -> None:
    subject = f"diary_visit:{row.id}"
    audit.record(
        actor,
        "diary.record_visit",
        area_code=row.area_code,
        subject=subject,
        household=row.household_id,
        establishment=row.establishment_id,
        day=row.day.isoformat(),
        persons=persons,
    )
    announce(
        actor,
        "diary.VisitRecorded",
        area_code=row.area_code,
        subject=subject,
        household_id=row.household_id,
        establishment_id=row.establishment_id,
        solved=row.solved,
    )
