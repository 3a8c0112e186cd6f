"""The responsibility list: put on, changed hands, done."""

from datetime import date, timedelta
from typing import Any

from core import audit
from core.accounts.api import account_names, scoped_account
from core.areas.api import is_current
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.meetings import ParticipantUnknown
from plugins.diary.errors.works import DutyDone
from plugins.diary.meeting_words import FINISHED, OPEN
from plugins.diary.models.duties import Duty
from plugins.diary.models.meetings import Meeting
from plugins.diary.queries.duties import duty_row
from plugins.diary.queries.former import widened
from plugins.diary.queries.minutes import resolutions_of

DUTIES = "diary.duties"
_LATEST = timedelta(days=3660)


@value_class
class NewDuty:
    """A matter that a unit, or somebody by account or by name, answers for until a day."""

    area_code: str
    matter: str
    due: date
    unit: str = ""
    account_id: int | None = None
    person_name: str = ""


def add_duty(actor: Actor, new: NewDuty) -> int:
    """Put a matter on the list; returns its id. Raises NotFound, ParticipantUnknown, Invalid (fields)."""
    actor.demand(DUTIES, new.area_code)
    matter, unit, name = cleaned(new.matter), cleaned(new.unit), cleaned(new.person_name)
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(matter) <= 500:
        wrong["matter"] = [N_("请写事项，至多 500 个字。")]
    if len(new.area_code) < 9 or not is_current(new.area_code):
        wrong["area_code"] = [N_("请选择现有的镇街或村社。")]
    if not (unit or name or new.account_id is not None):
        wrong["unit"] = [N_("请写责任单位或责任人。")]
    elif len(unit) > 60 or len(name) > 60:
        wrong["unit"] = [N_("单位和姓名各至多 60 个字。")]
    if not today() - _LATEST <= new.due <= today() + _LATEST:
        wrong["due"] = [N_("期限应在十年之内。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        if new.account_id is not None:
            try:
                scoped_account(actor.demand(DUTIES), new.account_id)
            except NotFound:
                raise ParticipantUnknown(fields={"account_id": [ParticipantUnknown.text]}) from None
            name = account_names([new.account_id])[new.account_id][:60]
        row = Duty.create(
            area_code=new.area_code,
            matter=matter,
            unit=unit,
            person_name=name,
            account_id=new.account_id,
            due=new.due,
            state=OPEN,
            set_by=actor.account_id,
            set_at=now(),
        )
        _record(actor, "diary.add_duty", row, due=new.due.isoformat())
    return int(row.id)


def duties_from(actor: Actor, meeting: Meeting) -> int:
    """The resolutions of a meeting that name a day go onto the list; returns how many."""
    found = [each for each in resolutions_of(meeting.id) if each.due is not None]
    for each in found:
        row = Duty.create(
            area_code=meeting.area_code,
            matter=each.text[:500],
            unit=each.unit,
            person_name=each.person_name,
            account_id=each.account_id,
            due=each.due,
            state=OPEN,
            meeting_id=meeting.id,
            resolution_id=each.id,
            case_id=each.case_id,
            set_by=actor.account_id,
            set_at=now(),
        )
        _record(actor, "diary.add_duty", row, resolution=each.id)
    return len(found)


def finish_duty(actor: Actor, duty_id: int, *, note: str) -> None:
    """It is done, and how. Whoever answers for it may say so, and whoever keeps the list.

    Raises NotFound, DutyDone, Invalid.
    """
    words = cleaned(note)
    if not 1 <= len(words) <= 500:
        raise Invalid(fields={"note": [N_("请写办理结果，至多 500 个字。")]})
    actor.demand_signed_in()
    with unit_of_work():
        row = duty_row(widened(actor.scope(DUTIES)), duty_id, own=actor.account_id)
        if row.state != OPEN:
            raise DutyDone
        Duty.update(state=FINISHED, done_on=today(), done_note=words).where(Duty.id == row.id).execute()
        _record(actor, "diary.finish_duty", row)


def _record(actor: Actor, action: str, row: Duty, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_duty:{row.id}", **detail)
