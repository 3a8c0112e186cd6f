"""Filing a case: by a resident, by staff on their behalf, by a channel."""

from datetime import datetime
from typing import Any

from core import audit
from core.cases.desks import desk_at
from core.cases.kinds import kind_of
from core.cases.models import Case
from core.cases.queries.places import current_area
from core.cases.queries.reach import REPORT
from core.cases.rows import NewCase
from core.cases.services.assigning import give
from core.cases.services.resolving import settle_on_the_spot
from core.cases.services.routing import Route, route
from core.cases.services.steps import advance, flags_with, write_step
from core.cases.services.telling import tell_desk
from core.cases.words import AREA_MERGED, CREATE, DIFFICULTIES, DISPATCH, DISPATCHED, REPORTED
from core.clock import now
from core.db import hold, unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.files.api import attach_files
from core.hookspecs import CaseKind
from core.people.api import area_of_person, household_of_person
from core.plugin_manager import SYSTEM
from core.qr import new_subject
from core.security import Actor
from core.text import N_

LONGEST_TEXT, LONGEST_PLACE = 5_000, 200


def create_case(actor: Actor, new: NewCase) -> int:
    """File a case; returns its id. The same number of the same channel is the same case.

    Person and household come from the register: of a resident their own, of staff whom they name within
    their areas. Raises Forbidden, KindUnknown, CaseAreaUnknown, Invalid (fields), NotFound (the person).
    """
    actor.demand(REPORT)
    return file_case(actor, new)[0]


def file_case(actor: Actor, new: NewCase) -> tuple[int, bool]:
    """The same for a caller who has checked that the actor may; returns the id and whether it is new."""
    kind = kind_of(new.kind)
    checked = _checked(new)
    with unit_of_work():
        if new.external_id:
            hold(f"cases.external:{new.channel}:{new.external_id}")
            if (known := _posted_before(new)) is not None:
                return _answer_again(actor, known), False
        person_id, on_behalf = _whose(actor, new)
        area_code, merged = current_area(new.area_code)
        difficulty = new.difficulty or kind.difficulty
        found = route(kind, difficulty, area_code)
        row = _insert(actor, new, checked, kind, area_code, found, person_id, on_behalf, merged=merged)
        attach_files(actor, new.photos, f"case:{row.id}", row.area_code)
        advance_from_birth(actor, row, found)
        if new.solved_on_spot:
            settle_on_the_spot(actor, row, new.answer)
        else:
            tell_desk(row, CREATE)
    return int(row.id), True


def advance_from_birth(actor: Actor, row: Case, found: Route) -> None:
    """The first steps: reported, and dispatched where the table says so."""
    changes = give(actor, row, found.desk, why="")
    Case.update(changes).where(Case.id == row.id).execute()
    for name, value in changes.items():
        setattr(row, name, value)
    write_step(actor, row, CREATE, "")
    if found.direct:
        advance(SYSTEM, row, DISPATCH, DISPATCHED)


def _checked(new: NewCase) -> dict[str, Any]:
    text, place = cleaned(new.text), cleaned(new.place)
    fields: dict[str, list[str]] = {}
    if not 1 <= len(text) <= LONGEST_TEXT:
        fields["text"] = [N_("请写明情况，最多 5000 个字。")]
    if len(place) > LONGEST_PLACE:
        fields["place"] = [N_("地点最多 200 个字。")]
    if new.difficulty is not None and new.difficulty not in DIFFICULTIES:
        fields["difficulty"] = [N_("难易程度应为 small、medium 或 large。")]
    if (new.latitude is None) != (new.longitude is None) or not (
        -90 <= (new.latitude or 0) <= 90 and -180 <= (new.longitude or 0) <= 180
    ):
        fields["latitude"] = [N_("经纬度有误。")]
    if len(new.channel) > 40 or len(new.external_id) > 120 or len(new.subject) > 80:
        fields["external_id"] = [N_("渠道或外部编号太长。")]
    if fields:
        raise Invalid(fields=fields)
    return {"text": text, "place": place}


def _posted_before(new: NewCase) -> Case | None:
    found: Case | None = (
        Case.unscoped("what a channel has posted before")
        .where((Case.channel == new.channel) & (Case.external_id == new.external_id))
        .get_or_none()
    )
    return found


def _answer_again(actor: Actor, row: Case) -> int:
    audit.record(
        actor, "cases.repeat_case", area_code=row.area_code, subject=f"case:{row.id}", channel=row.channel
    )
    return int(row.id)


def _whose(actor: Actor, new: NewCase) -> tuple[int | None, bool]:
    """The person in the register whose case it is, and whether somebody else files it for them."""
    wanted = new.on_behalf_of or new.person_id
    if wanted is None or wanted == actor.person_id:
        return actor.person_id, False
    area_code = area_of_person(wanted)
    # Residents report for themselves; who knows the register may report for those in it.
    if area_code is None or not actor.may("people.view", area_code):
        raise NotFound
    return wanted, True


def _insert(
    actor: Actor,
    new: NewCase,
    checked: dict[str, Any],
    kind: CaseKind,
    area_code: str,
    found: Route,
    person_id: int | None,
    on_behalf: bool,
    *,
    merged: bool,
) -> Case:
    at = now()
    start = desk_at("village", area_code)
    return Case.create(
        number=case_number(at),
        key=new_subject(8),
        version=1,
        kind=kind.name,
        **checked,
        latitude=new.latitude,
        longitude=new.longitude,
        difficulty=new.difficulty or kind.difficulty,
        area_code=area_code,
        state=REPORTED,
        outcome="",
        answer="",
        person_id=person_id,
        household_id=household_of_person(person_id) if person_id else new.household_id,
        filed_by=actor.account_id,
        on_behalf=on_behalf,
        channel=new.channel,
        external_id=new.external_id,
        subject=new.subject,
        public=kind.public if new.public is None else new.public,
        urgent=new.urgent,
        flags=flags_with("", *found.flags, AREA_MERGED if merged else ""),
        level=start.level,
        desk_area=start.area_code,
        rule_id=found.rule.id if found.rule else None,
        reported_at=at,
        thumb="",
        rating_note="",
    )


def case_number(at: datetime) -> str:
    """A number to follow a case by: the day and six random signs that can be read aloud and typed."""
    return f"{at:%y%m%d}-{new_subject(6)}"
