"""What a meeting decides, the cases that come of it, and what a reply meeting answers."""

from collections.abc import Mapping
from datetime import date, timedelta

from core.accounts.api import account_names, scoped_account
from core.cases.api import NewCase, create_case
from core.clock import today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.meetings import ParticipantUnknown, ResolutionHasCase
from plugins.diary.meeting_words import BEFORE_IT, HELD, OPENED
from plugins.diary.models.duties import Duty
from plugins.diary.models.meetings import Meeting, MeetingMatter, Resolution
from plugins.diary.queries.meetings import matters_of
from plugins.diary.queries.minutes import resolution_of
from plugins.diary.services.meetings import HOLD, meeting_in, record

RESOLUTION_KIND = "diary.resolution"
LONGEST, MOST = 2_000, 50
_LATEST = timedelta(days=3660)


@value_class
class NewResolution:
    """What was decided; who sees to it (a unit, somebody by account or name) until which day; the votes."""

    text: str
    unit: str = ""
    account_id: int | None = None
    person_name: str = ""
    due: date | None = None
    agree: int | None = None
    against: int | None = None
    abstain: int | None = None


def add_resolution(actor: Actor, meeting_id: int, new: NewResolution) -> int:
    """Write a decision down while the meeting lasts; returns its id.

    Raises NotFound, MeetingMovedOn, ParticipantUnknown, Invalid (fields).
    """
    text, unit, name = cleaned(new.text), cleaned(new.unit), cleaned(new.person_name)
    _check(new, text, unit, name)
    with unit_of_work():
        row = meeting_in(actor, meeting_id, OPENED)
        if new.account_id is not None:
            name = name_of_account(actor, new.account_id)
        line = Resolution.create(
            meeting_id=row.id,
            area_code=row.area_code,
            text=text,
            unit=unit,
            person_name=name,
            account_id=new.account_id,
            due=new.due,
            agree=new.agree,
            against=new.against,
            abstain=new.abstain,
        )
        record(actor, "diary.add_resolution", row, resolution=line.id)
    return int(line.id)


def name_of_account(actor: Actor, account_id: int) -> str:
    """The name of an account in one's areas. Raises ParticipantUnknown."""
    try:
        scoped_account(actor.demand(HOLD), account_id)
    except NotFound:
        raise ParticipantUnknown(fields={"account_id": [ParticipantUnknown.text]}) from None
    return account_names([account_id])[account_id][:60]


def _check(new: NewResolution, text: str, unit: str, name: str) -> None:
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(text) <= LONGEST:
        wrong["text"] = [N_("请写议定的内容，至多 2000 个字。")]
    if len(unit) > 60 or len(name) > 60:
        wrong["unit"] = [N_("单位和姓名各至多 60 个字。")]
    if new.due is not None and not today() - _LATEST <= new.due <= today() + _LATEST:
        wrong["due"] = [N_("期限应在十年之内。")]
    if any(votes is not None and not 0 <= votes <= 10_000 for votes in (new.agree, new.against, new.abstain)):
        wrong["agree"] = [N_("票数应为 0 到 10000 的整数。")]
    if wrong:
        raise Invalid(fields=wrong)


def remove_resolution(actor: Actor, meeting_id: int, resolution_id: int) -> None:
    """Strike a decision before the minutes are final. Raises NotFound, MeetingMovedOn, ResolutionHasCase."""
    with unit_of_work():
        row = meeting_in(actor, meeting_id, OPENED)
        line = resolution_of(row.id, resolution_id)
        if line.case_id is not None:
            raise ResolutionHasCase
        Resolution.delete().where(Resolution.id == line.id).execute()
        record(actor, "diary.remove_resolution", row, resolution=line.id)


def raise_resolution(actor: Actor, meeting_id: int, resolution_id: int) -> int:
    """A decision becomes a case that names its meeting; returns the case's id.

    Raises NotFound, MeetingMovedOn, ResolutionHasCase, and what filing a case raises.
    """
    with unit_of_work():
        row = meeting_in(actor, meeting_id, OPENED, HELD)
        line = resolution_of(row.id, resolution_id)
        if line.case_id is not None:
            raise ResolutionHasCase
        case_id = create_case(
            actor,
            NewCase(
                kind=RESOLUTION_KIND,
                text=_case_text(row, line),
                area_code=row.area_code,
                channel="diary",
                subject=f"diary_meeting:{row.id}",
            ),
        )
        Resolution.update(case_id=case_id).where(Resolution.id == line.id).execute()
        Duty.update(case_id=case_id).where(Duty.resolution_id == line.id).execute()
        record(actor, "diary.raise_resolution", row, resolution=line.id, case_id=case_id)
    return case_id


def _case_text(row: Meeting, line: Resolution) -> str:
    """The decision with what the desk must know: whose it is to be, until when, and which meeting said so."""
    said = [
        f"责任单位：{line.unit}" if line.unit else "",
        f"责任人：{line.person_name}" if line.person_name else "",
    ]
    said += [f"期限：{line.due.isoformat()}" if line.due else ""]
    source = f"{row.starts_at.date().isoformat()} 会议第 {row.id} 号“{row.topic}”议定"
    return "\n".join([line.text, *(each for each in said if each), source])


@value_class
class Outcome:
    """How a matter of a reply meeting came out, and whether it is settled."""

    text: str
    settled: bool


def answer_matters(actor: Actor, meeting_id: int, outcomes: Mapping[int, Outcome]) -> None:
    """Write down what is answered to each matter; what is not settled stays on the list.

    Raises NotFound, MeetingMovedOn, Invalid (a settled matter without an outcome).
    """
    if any(len(cleaned(each.text)) > LONGEST for each in outcomes.values()):
        raise Invalid(fields={"outcome": [N_("至多 2000 个字。")]})
    if any(each.settled and not cleaned(each.text) for each in outcomes.values()):
        raise Invalid(fields={"outcome": [N_("办结的请写明结果。")]})
    with unit_of_work():
        row = meeting_in(actor, meeting_id, *BEFORE_IT, OPENED)
        for matter_id, each in sorted(outcomes.items()):
            MeetingMatter.update(outcome=cleaned(each.text), settled=each.settled).where(
                (MeetingMatter.id == matter_id) & (MeetingMatter.meeting_id == row.id)
            ).execute()
        left = sum(not each.settled for each in matters_of(row.id))
        Meeting.update(outstanding=left).where(Meeting.id == row.id).execute()
        record(actor, "diary.answer_matters", row, matters=len(outcomes), outstanding=left)
