"""Who is called to a meeting, who leaves, who came."""

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import IntegrityError

from core import audit
from core.accounts.api import account_names, accounts_of_person, actor_for, scoped_account
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import person_brief
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.meetings import (
    AlreadyInvited,
    MeetingMovedOn,
    NotOrdinary,
    ParticipantUnknown,
)
from plugins.diary.meeting_words import (
    ATTENDING,
    BEFORE_IT,
    MEETING_STATES,
    ONSITE,
    OPENED,
    RESIDENT,
    TAKES_PART_AS,
)
from plugins.diary.models.meetings import Meeting, Participant
from plugins.diary.queries.former import widened
from plugins.diary.queries.meetings import meeting_row
from plugins.diary.services.telling import CALLED_KIND, tell

HOLD = "diary.hold_meeting"
# Whoever may look at all meetings governs here.
_GOVERNS = "diary.meetings"
MOST = 300


@value_class
class NewParticipant:
    """Somebody to be called: of the register, with an account, or by name alone (experts, other offices)."""

    role: str
    person_id: int | None = None
    account_id: int | None = None
    name: str = ""
    title: str = ""
    mode: str = ONSITE


@value_class
class Mark:
    """Whether somebody came (None: not known yet), how, and how an absent one was told."""

    present: bool | None
    mode: str = ONSITE
    told: str = ""


def invite(actor: Actor, meeting_id: int, new: NewParticipant) -> int:
    """Put somebody on the list; of an announced meeting they are told at once. Returns the line's id.

    Raises NotFound, MeetingMovedOn, AlreadyInvited, NotOrdinary, ParticipantUnknown, Invalid.
    """
    if new.role not in TAKES_PART_AS or new.mode not in ATTENDING:
        raise Invalid(fields={"role": [N_("请选择以什么身份参会。")]})
    with unit_of_work():
        row = _open(actor, meeting_id)
        name = _name(actor, new)
        if (
            Participant.within(widened(actor.scope(HOLD))).where(Participant.meeting_id == row.id).count()
            >= MOST
        ):
            raise Invalid(fields={"name": [N_("一次会议最多 300 人。")]})
        try:
            with unit_of_work(housekeeping="the participant's line follows"):
                line = Participant.create(
                    meeting_id=row.id,
                    area_code=row.area_code,
                    role=new.role,
                    name=name,
                    title=cleaned(new.title)[:60],
                    person_id=new.person_id,
                    account_id=new.account_id,
                    mode=new.mode,
                )
        except IntegrityError:
            raise AlreadyInvited from None
        if row.noticed_at is not None:
            tell(row, CALLED_KIND, [line])
        _record(actor, "diary.invite", row, participant=line.id, role=new.role)
    return int(line.id)


def _name(actor: Actor, new: NewParticipant) -> str:
    if new.person_id is not None:
        person = person_brief(actor.scope("people.view"), new.person_id)
        if person is None:
            raise ParticipantUnknown(fields={"person_id": [ParticipantUnknown.text]})
        if new.role == RESIDENT:
            _demand_ordinary(new.person_id, person.name)
        return person.name[:60]
    if new.role == RESIDENT:
        raise Invalid(fields={"role": [N_("群众代表请从户籍登记里选。")]})
    if new.account_id is not None:
        try:
            scoped_account(actor.demand(HOLD), new.account_id)
        except NotFound:
            raise ParticipantUnknown(fields={"account_id": [ParticipantUnknown.text]}) from None
        return account_names([new.account_id])[new.account_id][:60]
    name = cleaned(new.name)
    if not 1 <= len(name) <= 60:
        raise Invalid(fields={"name": [N_("请写姓名，至多 60 个字。")]})
    return name


def _demand_ordinary(person_id: int, name: str) -> None:
    if any(actor_for(account).may(_GOVERNS) for account in accounts_of_person(person_id)):
        raise NotOrdinary(name=name)


def copy_participants(row: Meeting, known: Sequence[Participant]) -> None:
    """Call the participants of another meeting to this one too, within the caller's unit of work."""
    for each in known:
        Participant.create(
            meeting_id=row.id,
            area_code=row.area_code,
            role=each.role,
            name=each.name,
            title=each.title,
            person_id=each.person_id,
            account_id=each.account_id,
            mode=ONSITE,
        )


def leave(actor: Actor, meeting_id: int, participant_id: int) -> None:
    """Somebody takes no part any more; the line stays. Raises NotFound, MeetingMovedOn."""
    with unit_of_work():
        row = _open(actor, meeting_id)
        left = (
            Participant.update(left_at=now(), present=None)
            .where(
                (Participant.id == participant_id)
                & (Participant.meeting_id == row.id)
                & Participant.left_at.is_null()
            )
            .execute()
        )
        if not left:
            raise NotFound
        _record(actor, "diary.leave_meeting", row, participant=participant_id)


def mark_attendance(actor: Actor, meeting_id: int, marks: Mapping[int, Mark]) -> None:
    """Who came, on site or from afar; how absent ones were told. Raises NotFound, MeetingMovedOn, Invalid."""
    if any(mark.mode not in ATTENDING or len(cleaned(mark.told)) > 100 for mark in marks.values()):
        raise Invalid(fields={"told": [N_("怎样告知的，至多 100 个字。")]})
    with unit_of_work():
        row = _open(actor, meeting_id)
        for participant_id, mark in sorted(marks.items()):
            Participant.update(present=mark.present, mode=mark.mode, told=cleaned(mark.told)).where(
                (Participant.id == participant_id)
                & (Participant.meeting_id == row.id)
                & Participant.left_at.is_null()
            ).execute()
        _record(actor, "diary.mark_attendance", row, marks=len(marks))


def _open(actor: Actor, meeting_id: int) -> Meeting:
    row = meeting_row(widened(actor.demand(HOLD)), meeting_id)
    if row.state not in (*BEFORE_IT, OPENED):
        raise MeetingMovedOn(state=MEETING_STATES[row.state])
    return row


def _record(actor: Actor, action: str, row: Meeting, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_meeting:{row.id}", **detail)
