"""A meeting is called, announced, moved, opened and called off; who takes part, who came."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core import audit
from core.areas.api import is_current
from core.cases.api import case, without_numbers
from core.clock import now
from core.county import plugin_settings
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.qr import new_subject
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.meetings import MatterUnknown, MeetingMovedOn, NobodyPresent, ResidentsMissing
from plugins.diary.meeting_words import (
    BEFORE_IT,
    CALLED,
    CANCELLED,
    MEETING_STATES,
    MEETINGS,
    OPENED,
    PLANNED,
    REPLY,
    WITH_RESIDENTS,
)
from plugins.diary.minutes_form import missing_residents
from plugins.diary.models.meetings import Meeting, MeetingMatter
from plugins.diary.queries.entries import entry_row
from plugins.diary.queries.former import widened
from plugins.diary.queries.meeting_rules import rules_now
from plugins.diary.queries.meetings import left_to_answer, meeting_row, participants_of, participants_to_copy
from plugins.diary.services.participants import copy_participants
from plugins.diary.services.telling import CALLED_KIND, CANCELLED_KIND, CHANGED_KIND, tell_participants
from plugins.diary.words import PUBLISHED

HOLD = "diary.hold_meeting"
_EARLIEST, _LATEST = timedelta(days=60), timedelta(days=366)
_LINK = re.compile(r"https?://[^\s<>\"']+", re.ASCII)
MOST_MATTERS = 50
_TITLE = 300


@value_class
class MeetingPlan:
    """What, when, where. `link`: where those who are far join in."""

    topic: str
    starts_at: datetime
    place: str
    link: str = ""
    agenda: str = ""


@value_class
class NewMeeting:
    """A meeting to be called. `matters`: kind (case, entry) and id of what it is about.

    `about_id`: the meeting that a reply meeting answers; what that one left open is on its list.
    """

    area_code: str
    kind: str
    plan: MeetingPlan
    matters: Sequence[tuple[str, int]] = ()
    about_id: int | None = None


def call_meeting(actor: Actor, new: NewMeeting) -> int:
    """Call a meeting of a village or town; returns its id. Raises NotFound, MatterUnknown, Invalid."""
    scope = widened(actor.demand(HOLD, new.area_code))
    values = _checked(new.plan)
    _check(new)
    with unit_of_work():
        # A reply to a meeting of a village that has merged meanwhile is given where it is now.
        about = meeting_row(scope, new.about_id) if new.about_id is not None else None
        matters = [_matter(actor, kind, target) for kind, target in dict.fromkeys(new.matters)]
        left = left_to_answer(about.id) if about is not None else []
        at = now()
        row = Meeting.create(
            area_code=new.area_code,
            kind=new.kind,
            code=new_subject(8),
            state=PLANNED,
            about_id=about.id if about is not None else None,
            outstanding=len(matters) + len(left) if new.kind == REPLY else 0,
            account_id=actor.account_id,
            called_at=at,
            **values,
        )
        for kind, target, title in [*left, *matters]:
            MeetingMatter.create(
                meeting_id=row.id, area_code=row.area_code, kind=kind, target=target, title=title[:_TITLE]
            )
        if about is not None:
            copy_participants(row, participants_to_copy(about.id))
        record(actor, "diary.call_meeting", row, kind=row.kind, matters=len(matters), about=row.about_id)
    return int(row.id)


def _check(new: NewMeeting) -> None:
    wrong: dict[str, list[str]] = {}
    if new.kind not in MEETINGS:
        wrong["kind"] = [N_("请选择会议种类。")]
    if not 9 <= len(new.area_code) <= 12 or not is_current(new.area_code):
        wrong["area_code"] = [N_("请选择现有的镇街或村社。")]
    if len(new.matters) > MOST_MATTERS:
        wrong["matters"] = [N_("一次会议最多 50 个议题。")]
    if new.about_id is not None and new.kind != REPLY:
        wrong["kind"] = [N_("答复以前的会议请选答复会。")]
    if new.kind == REPLY and new.about_id is None and not new.matters:
        wrong["matters"] = [N_("答复会要答复某次会议或某些事项，请先选择。")]
    if wrong:
        raise Invalid(fields=wrong)


def _checked(plan: MeetingPlan) -> dict[str, Any]:
    values: dict[str, Any] = {
        "topic": cleaned(plan.topic),
        "agenda": cleaned(plan.agenda),
        "place": cleaned(plan.place),
        "link": cleaned(plan.link),
        "starts_at": plan.starts_at,
    }
    wrong: dict[str, list[str]] = {}
    for name, longest, least in (("topic", 200, 1), ("agenda", 5000, 0), ("place", 100, 1)):
        if not least <= len(values[name]) <= longest:
            wrong[name] = [N_("请写议题，至多 200 个字。") if name == "topic" else _TOO_LONG[name]]
    if values["link"] and (len(values["link"]) > 300 or not _LINK.fullmatch(values["link"])):
        wrong["link"] = [N_("线上参会地址应以 http:// 或 https:// 开头，至多 300 个字符。")]
    if not now() - _EARLIEST <= plan.starts_at <= now() + _LATEST:
        wrong["starts_at"] = [N_("开会时间应在最近 60 天到今后一年之间。")]
    if wrong:
        raise Invalid(fields=wrong)
    return values


_TOO_LONG = {"agenda": N_("至多 5000 个字。"), "place": N_("请写地点，至多 100 个字。")}


def _matter(actor: Actor, kind: str, target: int) -> tuple[str, int, str]:
    """A case, or a published entry, that the actor may see."""
    try:
        if kind == "case":
            found = case(actor, target)
            return kind, target, found.headline or found.number
        if kind == "entry":
            row = entry_row(actor, target)
            if row.state == PUBLISHED:
                return kind, target, without_numbers(row.text)
    except NotFound:
        pass
    raise MatterUnknown(fields={"matters": [MatterUnknown.text]})


def announce_meeting(actor: Actor, meeting_id: int) -> int:
    """Tell everybody who is called; returns how many inboxes got it. Raises NotFound, MeetingMovedOn."""
    with unit_of_work():
        row = meeting_in(actor, meeting_id, *BEFORE_IT)
        told = tell_participants(row, CALLED_KIND)
        _set(row, state=CALLED, noticed_at=now())
        record(actor, "diary.announce_meeting", row, told=told)
    return told


def change_meeting(actor: Actor, meeting_id: int, plan: MeetingPlan) -> None:
    """Another topic, time or place; whoever was told is told. Raises NotFound, MeetingMovedOn, Invalid."""
    values = _checked(plan)
    with unit_of_work():
        row = meeting_in(actor, meeting_id, *BEFORE_IT)
        _set(row, **values)
        if row.noticed_at is not None:
            tell_participants(row, CHANGED_KIND)
        record(actor, "diary.change_meeting", row)


def cancel_meeting(actor: Actor, meeting_id: int, why: str) -> None:
    """Call it off; whoever was told is told. Raises NotFound, MeetingMovedOn, Invalid."""
    reason = cleaned(why)
    if not 1 <= len(reason) <= 300:
        raise Invalid(fields={"why": [N_("请写明原因，至多 300 个字。")]})
    with unit_of_work():
        row = meeting_in(actor, meeting_id, *BEFORE_IT, OPENED)
        _set(row, state=CANCELLED, ended_why=reason)
        if row.noticed_at is not None:
            tell_participants(row, CANCELLED_KIND)
        record(actor, "diary.cancel_meeting", row)


def open_meeting(actor: Actor, meeting_id: int) -> None:
    """The meeting begins; refused while its share of ordinary residents is not there.

    Raises NotFound, MeetingMovedOn, NobodyPresent, ResidentsMissing (with how many are missing).
    """
    with unit_of_work():
        row = meeting_in(actor, meeting_id, *BEFORE_IT)
        demand_residents(row, percent := _percent())
        rules = rules_now()
        _set(
            row,
            state=OPENED,
            opened_at=now(),
            residents_percent=percent if row.kind in WITH_RESIDENTS else None,
            rules_version=rules.version if rules else None,
        )
        record(actor, "diary.open_meeting", row)


def demand_residents(row: Meeting, percent: int | None) -> None:
    """Raises NobodyPresent, ResidentsMissing. `percent` None: of cadres among themselves."""
    present = [each for each in participants_of(row.id) if each.present and each.left_at is None]
    if not present:
        raise NobodyPresent
    if percent is None or row.kind not in WITH_RESIDENTS:
        return
    residents = sum(each.is_resident for each in present)
    if missing := missing_residents(residents, len(present), percent):
        raise ResidentsMissing(present=len(present), residents=residents, percent=percent, missing=missing)


def _percent() -> int:
    return int(plugin_settings("diary")["meeting_residents_percent"])


def meeting_in(actor: Actor, meeting_id: int, *states: str) -> Meeting:
    """The row, for a deed of somebody who holds meetings there. Raises NotFound, MeetingMovedOn."""
    row = meeting_row(widened(actor.demand(HOLD)), meeting_id)
    if row.state not in states:
        raise MeetingMovedOn(state=MEETING_STATES[row.state])
    return row


def _set(row: Meeting, **changes: Any) -> None:
    Meeting.update(**changes).where(Meeting.id == row.id).execute()
    for name, value in changes.items():
        setattr(row, name, value)


def record(actor: Actor, action: str, row: Meeting, **detail: Any) -> None:
    """The line of a deed on a meeting."""
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_meeting:{row.id}", **detail)
