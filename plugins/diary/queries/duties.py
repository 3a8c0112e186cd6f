"""The responsibility list as people read it."""

from collections.abc import Sequence
from datetime import date

from core.areas.api import path_names
from core.cases.api import case_marks
from core.clock import today
from core.db import contains
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.meeting_words import OPEN
from plugins.diary.models.duties import Duty
from plugins.diary.queries.former import widened
from plugins.diary.queries.minutes import mark_title

_LONGEST_SEARCH = 60


@value_class
class DutyView:
    """A matter on the list. `state_title`: how the case stands that it became."""

    id: int
    area_code: str
    area_name: str
    matter: str
    unit: str
    person_name: str
    account_id: int | None
    due: date
    state: str
    meeting_id: int | None
    case_id: int | None
    state_title: str
    done_on: date | None
    done_note: str
    late: bool


@value_class
class WantedDuties:
    """Which duties; what is empty does not count. `unit`, `person`: a part of the name."""

    area_code: str = ""
    state: str = ""
    unit: str = ""
    person: str = ""
    late: bool = False
    meeting_id: int | None = None


def list_duties(
    scope: AreaScope, wanted: WantedDuties, *, page: int = 1, page_size: int = 20
) -> tuple[list[DutyView], int]:
    """Duties in `scope` (and of villages that merged into it), open ones first, the soonest due first."""
    query = Duty.within(widened(scope))
    if wanted.area_code:
        query = query.where(widened(AreaScope((wanted.area_code,))).where(Duty.area_code))
    if wanted.state or wanted.late:
        query = query.where(Duty.state == (OPEN if wanted.late else wanted.state))
    if wanted.late:
        query = query.where(Duty.due < today())
    if wanted.meeting_id is not None:
        query = query.where(Duty.meeting_id == wanted.meeting_id)
    for column, text in ((Duty.unit, wanted.unit), (Duty.person_name, wanted.person)):
        if text.strip():
            query = query.where(contains(column, text.strip()[:_LONGEST_SEARCH]))
    # "open" sorts after "done".
    found = list(query.order_by(Duty.state.desc(), Duty.due, Duty.id).paginate(page, page_size))
    total = len(found) if page == 1 and len(found) < page_size else query.count()
    return duty_views(found), total


def my_duties(actor: Actor, *, limit: int = 20) -> list[DutyView]:
    """What waits for the actor, the soonest due first."""
    if actor.account_id is None:
        return []
    query = Duty.unscoped("one's own duties").where(
        (Duty.account_id == actor.account_id) & (Duty.state == OPEN)
    )
    return duty_views(list(query.order_by(Duty.due, Duty.id).limit(limit)))


def duty_row(scope: AreaScope, duty_id: int, *, own: int | None = None) -> Duty:
    """The row, in `scope` (widened already) or for which account `own` answers. Raises NotFound."""
    reach = scope.where(Duty.area_code)
    if own is not None:
        reach |= Duty.account_id == own
    row: Duty | None = (
        Duty.unscoped("in the actor's areas, or their own").where((Duty.id == duty_id) & reach).get_or_none()
    )
    if row is None:
        raise NotFound
    return row


def duty(actor: Actor, scope: AreaScope, duty_id: int) -> DutyView:
    """One duty in `scope`, or the actor's own. Raises NotFound."""
    return duty_views([duty_row(widened(scope), duty_id, own=actor.account_id)])[0]


def duty_views(found: Sequence[Duty]) -> list[DutyView]:
    """Rows that may be seen, in words."""
    paths = path_names({row.area_code for row in found})
    marks = case_marks([row.case_id for row in found if row.case_id is not None])
    return [
        DutyView(
            id=row.id,
            area_code=row.area_code,
            area_name=paths.get(row.area_code, row.area_code),
            matter=row.matter,
            unit=row.unit,
            person_name=row.person_name,
            account_id=row.account_id,
            due=row.due,
            state=row.state,
            meeting_id=row.meeting_id,
            case_id=row.case_id,
            state_title=mark_title(marks.get(row.case_id or 0)),
            done_on=row.done_on,
            done_note=row.done_note,
            late=row.state == OPEN and row.due < today(),
        )
        for row in found
    ]
