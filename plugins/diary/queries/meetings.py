"""Meetings as people find them: of an area, one's own, those of one's village."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core.areas.api import path_names
from core.clock import now
from core.db import contains, rows
from core.errors import NotFound
from core.qr import normalize
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.meeting_words import BEFORE_IT, CANCELLED, HELD, OPENED, RESIDENT, WITH_RESIDENTS
from plugins.diary.minutes_form import missing_residents
from plugins.diary.models.meetings import Meeting, MeetingMatter, Participant, Resolution
from plugins.diary.queries.former import widened

_REACHED = "of a meeting that was reached"
VILLAGE_VIEW = "diary.village_meetings"
# A meeting is looked for among one's coming ones until some hours after its beginning.
_LASTS = timedelta(hours=12)
_LONGEST_SEARCH = 60
_MOST_OWN = 20


@value_class
class MeetingView:
    """A meeting in words. `present` and `residents`: of those who came; `called`: all on the list."""

    id: int
    code: str
    area_code: str
    area_name: str
    kind: str
    topic: str
    agenda: str
    starts_at: datetime
    place: str
    link: str
    state: str
    about_id: int | None
    residents_percent: int | None
    rules_version: int | None
    minutes: int
    outstanding: int
    called: int
    present: int
    residents: int
    noticed_at: datetime | None
    opened_at: datetime | None
    held_at: datetime | None
    published_at: datetime | None
    ended_why: str

    @property
    def changes(self) -> bool:
        """Whether its list and attendance can still change."""
        return self.state in (*BEFORE_IT, OPENED)

    def missing(self, percent: int) -> int:
        """How many ordinary residents are missing among those who came, by a minimum share."""
        if self.kind not in WITH_RESIDENTS:
            return 0
        return missing_residents(self.residents, self.present, percent)


@value_class
class WantedMeetings:
    """Which meetings; what is empty does not count. `outstanding`: replies with unsettled matters."""

    area_code: str = ""
    kind: str = ""
    state: str = ""
    search: str = ""
    case_id: int | None = None
    outstanding: bool = False


def list_meetings(
    scope: AreaScope, wanted: WantedMeetings, *, page: int = 1, page_size: int = 20
) -> tuple[list[MeetingView], int]:
    """Meetings in `scope` (and of villages that merged into it), the newest first; how many."""
    query = Meeting.within(widened(scope), Meeting.id)
    if wanted.area_code:
        query = query.where(widened(AreaScope((wanted.area_code,))).where(Meeting.area_code))
    for column, value in ((Meeting.kind, wanted.kind), (Meeting.state, wanted.state)):
        if value:
            query = query.where(column == value)
    if wanted.outstanding:
        query = query.where((Meeting.outstanding > 0) & (Meeting.state != CANCELLED))
    if wanted.case_id is not None:
        query = query.where(Meeting.id.in_(meetings_of_case(wanted.case_id)))
    for word in wanted.search[:_LONGEST_SEARCH].split():
        query = query.where(contains(Meeting.topic, word))
    ids = [
        key
        for (key,) in rows(
            query.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).paginate(page, page_size)
        )
    ]
    total = len(ids) if page == 1 and len(ids) < page_size else query.count()
    found = {row.id: row for row in Meeting.unscoped(_REACHED).where(Meeting.id.in_(ids))}
    return meeting_views([found[key] for key in ids]), total


def meetings_of_case(case_id: int) -> Any:
    """The meetings that a case was on the table of, or that it came from, as a part of a statement."""
    on_table = MeetingMatter.unscoped(_REACHED, MeetingMatter.meeting_id).where(
        (MeetingMatter.kind == "case") & (MeetingMatter.target == case_id)
    )
    decided = Resolution.unscoped(_REACHED, Resolution.meeting_id).where(Resolution.case_id == case_id)
    return on_table.union_all(decided)


def meeting(scope: AreaScope, meeting_id: int) -> MeetingView:
    """One meeting. Raises NotFound."""
    return meeting_views([meeting_row(widened(scope), meeting_id)])[0]


def meeting_row(scope: AreaScope, meeting_id: int) -> Meeting:
    """The row; `scope` is widened already. Raises NotFound."""
    row: Meeting | None = Meeting.within(scope).where(Meeting.id == meeting_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def meeting_by_code(raw_code: str) -> MeetingView:
    """What is posted up, by the code on the notice. Raises NotFound."""
    reason = "a notice on the board leads whoever scans it to the meeting, as posted up"
    row: Meeting | None = Meeting.unscoped(reason).where(Meeting.code == normalize(raw_code)).get_or_none()
    if row is None:
        raise NotFound
    return meeting_views([row])[0]


def village_meetings(reader: Actor, *, page: int = 1, page_size: int = 20) -> tuple[list[MeetingView], int]:
    """Announced meetings of a resident's village and those they are called to, the newest first; how many."""
    query = Meeting.unscoped("a resident's village, or one's own").where(_open_to(reader))
    found = list(query.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).paginate(page, page_size))
    return meeting_views(found), query.count()


def village_meeting(reader: Actor, meeting_id: int) -> MeetingView:
    """One of them. Raises NotFound."""
    query = Meeting.unscoped("a resident's village, or one's own")
    row: Meeting | None = query.where((Meeting.id == meeting_id) & _open_to(reader)).get_or_none()
    if row is None:
        raise NotFound
    return meeting_views([row])[0]


def _open_to(reader: Actor) -> Any:
    """Announced in the village (a resident may live in one of its grids), or the reader is called to it."""
    villages = AreaScope(tuple(sorted({code[:12] for code in reader.scope(VILLAGE_VIEW).prefixes})))
    public = Meeting.noticed_at.is_null(False) & widened(villages).where(Meeting.area_code)
    mine = Participant.unscoped("what is one's own, wherever it lies", Participant.meeting_id).where(
        _me(reader)
    )
    return public | Meeting.id.in_(mine)


def _me(reader: Actor) -> Any:
    own = Participant.account_id == reader.account_id
    if reader.person_id is not None:
        own |= Participant.person_id == reader.person_id
    return own & Participant.left_at.is_null()


def takes_part(reader: Actor, meeting_id: int) -> Participant | None:
    """The reader's own line on a meeting's list, where there is one."""
    if reader.account_id is None:
        return None
    query = Participant.unscoped("what is one's own, wherever it lies").where(
        (Participant.meeting_id == meeting_id) & _me(reader)
    )
    found: Participant | None = query.limit(1).first()
    return found


def my_coming_meetings(reader: Actor) -> list[MeetingView]:
    """Meetings that the reader is called to and that are not over, the next first."""
    if reader.account_id is None:
        return []
    mine = Participant.unscoped("what is one's own, wherever it lies", Participant.meeting_id).where(
        _me(reader)
    )
    query = Meeting.unscoped("what is one's own, wherever it lies").where(
        Meeting.id.in_(mine)
        & Meeting.state.in_((*BEFORE_IT, OPENED))
        & Meeting.noticed_at.is_null(False)
        & (Meeting.starts_at > now() - _LASTS)
    )
    return meeting_views(list(query.order_by(Meeting.starts_at, Meeting.id).limit(_MOST_OWN)))


def participants_of(meeting_id: int) -> list[Participant]:
    """Everybody on the list of a meeting that was reached; those who left are among them."""
    query = Participant.unscoped(_REACHED).where(Participant.meeting_id == meeting_id)
    return list(query.order_by(Participant.id))


def participants_to_copy(meeting_id: int) -> list[Participant]:
    """Whom the reply to a meeting is for: all who were called to it and did not leave."""
    return [each for each in participants_of(meeting_id) if each.left_at is None]


def matters_of(meeting_id: int) -> list[MeetingMatter]:
    """What a meeting that was reached is about."""
    query = MeetingMatter.unscoped(_REACHED).where(MeetingMatter.meeting_id == meeting_id)
    return list(query.order_by(MeetingMatter.id))


def left_to_answer(meeting_id: int) -> list[tuple[str, int | None, str]]:
    """Kind, target and title of what a meeting was about and decided, less what a reply settled already."""
    settled = {
        (kind, target)
        for kind, target in rows(
            MeetingMatter.unscoped(_REACHED, MeetingMatter.kind, MeetingMatter.target)
            .join(Meeting, on=(Meeting.id == MeetingMatter.meeting_id))
            .where((Meeting.about_id == meeting_id) & (Meeting.state == HELD) & MeetingMatter.settled)
        )
    }
    decided = Resolution.unscoped(_REACHED, Resolution.id, Resolution.text).where(
        Resolution.meeting_id == meeting_id
    )
    asked: list[tuple[str, int | None, str]] = [
        (each.kind, each.target, each.title) for each in matters_of(meeting_id)
    ]
    asked += [("resolution", key, text) for key, text in rows(decided.order_by(Resolution.id))]
    return [each for each in asked if (each[0], each[1]) not in settled]


def replies_to(meeting_id: int) -> list[Meeting]:
    """The reply meetings about a meeting that was reached, the first one first."""
    query = Meeting.unscoped(_REACHED).where((Meeting.about_id == meeting_id) & (Meeting.state != CANCELLED))
    return list(query.order_by(Meeting.id))


def meeting_views(found: Sequence[Meeting]) -> list[MeetingView]:
    """Rows that may be seen, in words."""
    paths = path_names({row.area_code for row in found})
    counts = _counts([row.id for row in found])
    return [
        MeetingView(
            id=row.id,
            code=row.code,
            area_code=row.area_code,
            area_name=paths.get(row.area_code, row.area_code),
            kind=row.kind,
            topic=row.topic,
            agenda=row.agenda,
            starts_at=row.starts_at,
            place=row.place,
            link=row.link,
            state=row.state,
            about_id=row.about_id,
            residents_percent=row.residents_percent,
            rules_version=row.rules_version,
            minutes=row.minutes,
            outstanding=row.outstanding,
            called=counts.get(row.id, (0, 0, 0))[0],
            present=counts.get(row.id, (0, 0, 0))[1],
            residents=counts.get(row.id, (0, 0, 0))[2],
            noticed_at=row.noticed_at,
            opened_at=row.opened_at,
            held_at=row.held_at,
            published_at=row.published_at,
            ended_why=row.ended_why,
        )
        for row in found
    ]


def _counts(meeting_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Meeting -> how many are called, how many came, how many of those are ordinary residents."""
    if not meeting_ids:
        return {}
    query = Participant.unscoped(
        _REACHED, Participant.meeting_id, Participant.present, Participant.role
    ).where(Participant.meeting_id.in_(meeting_ids) & Participant.left_at.is_null())
    counts: dict[int, tuple[int, int, int]] = {}
    for meeting_id, present, role in rows(query):
        called, came, residents = counts.get(meeting_id, (0, 0, 0))
        is_resident = bool(present) and role == RESIDENT
        counts[meeting_id] = (called + 1, came + bool(present), residents + is_resident)
    return counts
