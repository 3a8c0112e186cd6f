"""One case: its page, its timeline, who has it, why it is where it is."""

from collections.abc import Iterable
from datetime import datetime

from core.accounts.api import account_names
from core.areas.api import area_names
from core.cases.models import Assignment, Case, Pause, Step
from core.cases.namelessness import without_names
from core.cases.queries.codes import case_token, opens, read_token, typed_number
from core.cases.queries.reach import Reader, demand_visible, is_own, sees_at_work
from core.cases.queries.units import unit_names
from core.cases.queries.views import CaseView, case_views
from core.cases.words import (
    ANSWERED,
    DEEDS,
    HIDDEN,
    PUBLIC_NOTES,
    STATES,
)
from core.errors import NotFound
from core.people.api import person_names
from core.security import Actor
from core.value_classes import value_class

_BY_RIGHT = "the reader's right is tested on the row"


@value_class
class StepView:
    """A step on the timeline. Titles are texts of the catalogue; for the resident without names."""

    number: int
    at: datetime
    deed: str
    deed_title: str
    state: str
    state_title: str
    level: str
    desk_area: str
    desk_title: str
    account_id: int | None
    actor_name: str
    note: str


@value_class
class AssignmentView:
    """A desk's part in a case and its clock. `part` is lead or helper."""

    part: str
    level: str
    desk_title: str
    worker_name: str
    given_at: datetime
    accept_by: datetime
    accepted_at: datetime | None
    resolve_by: datetime
    done_at: datetime | None
    ended_at: datetime | None
    ended_why: str


def case(reader: Reader, case_id: int) -> CaseView:
    """One case that the reader may see (an actor's areas, units and own ones; a scope's areas).

    Raises NotFound.
    """
    row = row_of(case_id)
    demand_visible(reader, row)
    shows_key = isinstance(reader, Actor) and is_own(reader, row)
    return case_views([row], key=shows_key)[0]


def public_case(case_id: int) -> CaseView:
    """The public part of a case whose answer everybody may read. Raises NotFound for all others."""
    row = row_of(case_id)
    if not (row.public and row.state in ANSWERED):
        raise NotFound
    return case_views([row], full=False)[0]


def case_holder(case_id: int) -> tuple[int | None, int | None] | None:
    """Household and person whose case it is; None where there is none, or where they asked for no publicity.

    For plugins that thank whoever reported; the caller shows nobody what was reported.
    """
    row: Case | None = (
        Case.unscoped("whose case it is, for thanking them", Case.household_id, Case.person_id)
        .where((Case.id == case_id) & Case.public)
        .get_or_none()
    )
    return (row.household_id, row.person_id) if row is not None and row.household_id is not None else None


def sees_files(actor: Actor, subject: str) -> bool:
    """Whether the actor may see the photos of `case:12`: with the case, or those of a public answer."""
    number = subject.partition(":")[2]
    if not (number.isascii() and number.isdigit()):
        return False
    row: Case | None = Case.unscoped(_BY_RIGHT).where(Case.id == int(number)).get_or_none()
    if row is None:
        return False
    try:
        demand_visible(actor, row)
    except NotFound:
        return bool(row.public and row.state in ANSWERED)
    return True


def row_of(case_id: int) -> Case:
    """The row. Raises NotFound. Whoever asks tests the right on it."""
    found: Case | None = Case.unscoped(_BY_RIGHT).where(Case.id == case_id).get_or_none()
    if found is None:
        raise NotFound
    return found


def case_by_number(number: str, *, key: str = "") -> CaseView:
    """The public part of a case: with its key, or of one that is public. Raises NotFound for all else."""
    row: Case | None = (
        Case.unscoped("whoever holds the number and the key, or reads what is public")
        .where(Case.number == typed_number(number))
        .get_or_none()
    )
    if row is None or not (row.public or (key and opens(row, key))):
        raise NotFound
    return case_views([row], full=False)[0]


def case_by_code(raw_token: str) -> CaseView:
    """The same by a scanned code. Raises NotFound for a code that is not ours."""
    found = read_token(raw_token)
    if found is None:
        raise NotFound
    return case_by_number(found[0], key=found[1])


def code_of(reader: Reader, case_id: int) -> str:
    """The signed token for the code on a case's sheet. Raises NotFound."""
    row = row_of(case_id)
    demand_visible(reader, row)
    return case_token(row)


def timeline(case_id: int, *, public: bool = False) -> list[StepView]:
    """The steps of a case, oldest first. The caller has checked that it may be seen.

    `public`: what the resident may read: no colleague's notes, no names.
    """
    steps = list(Step.select().where(Step.case_id == case_id).order_by(Step.number))
    if public:
        filer = row_of(case_id).filed_by
        steps = [step for step in steps if step.deed not in HIDDEN or step.account_id == filer]
    names = account_names(step.account_id for step in steps)
    hidden = _names_in(case_id, names) if public else ()
    units = unit_names(step.unit_id for step in steps)
    areas = area_names(step.desk_area for step in steps)
    return [
        StepView(
            number=step.number,
            at=step.at,
            deed=step.deed,
            deed_title=DEEDS[step.deed],
            state=step.state,
            state_title=STATES[step.state],
            level=step.level,
            desk_area=step.desk_area,
            desk_title=units.get(step.unit_id or 0) or areas.get(step.desk_area, step.desk_area),
            account_id=None if public else step.account_id,
            actor_name="" if public else names.get(step.account_id or 0, ""),
            note=_public_note(step, hidden) if public else step.note,
        )
        for step in steps
    ]


def works_on(actor: Actor, case_id: int) -> bool:
    """Whether the actor sees the case at work, and not only as its reporter. Raises NotFound."""
    return sees_at_work(actor, row_of(case_id))


def timeline_for(actor: Actor, case_id: int) -> list[StepView]:
    """The steps of a case that the actor may see; whoever only filed it reads what residents read.

    Raises NotFound.
    """
    row = row_of(case_id)
    demand_visible(actor, row)
    return timeline(case_id, public=not sees_at_work(actor, row))


def _public_note(step: Step, names: Iterable[str]) -> str:
    # Of what is hidden from the resident, only their own notes have come this far.
    return without_names(step.note, names) if step.deed in PUBLIC_NOTES or step.deed in HIDDEN else ""


def _names_in(case_id: int, accounts: dict[int, str]) -> list[str]:
    person_id = row_of(case_id).person_id
    return [*accounts.values(), *person_names([person_id] if person_id else []).values()]


def assignments(case_id: int) -> list[AssignmentView]:
    """Every desk that had or helps with a case, oldest first. The caller has checked that it may be seen."""
    found = list(Assignment.select().where(Assignment.case_id == case_id).order_by(Assignment.id))
    names = account_names(each.worker_id for each in found)
    units = unit_names(each.unit_id for each in found)
    areas = area_names(each.desk_area for each in found)
    return [
        AssignmentView(
            part=each.part,
            level=each.level,
            desk_title=units.get(each.unit_id or 0) or areas.get(each.desk_area, each.desk_area),
            worker_name=names.get(each.worker_id or 0, ""),
            given_at=each.given_at,
            accept_by=each.accept_by,
            accepted_at=each.accepted_at,
            resolve_by=each.resolve_by,
            done_at=each.done_at,
            ended_at=each.ended_at,
            ended_why=each.ended_why,
        )
        for each in found
    ]


def pause_of(case_id: int) -> Pause | None:
    """The pause that holds the clock now, if any."""
    found: Pause | None = Pause.get_or_none((Pause.case_id == case_id) & Pause.until.is_null())
    return found
