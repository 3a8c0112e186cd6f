"""A county's meetings of a year as rows: called, attended, decided, with hashed minutes and duties.

Deterministic but for the codes on their notices.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from core.accounts.api import account_names
from core.db import advance_ids, insert_rows, milliseconds
from core.qr import new_subject
from core.value_classes import value_class
from plugins.diary.meeting_words import (
    ANALYSIS,
    CALLED,
    CANCELLED,
    DELIBERATION,
    FINISHED,
    HELD,
    ONSITE,
    OPEN,
    REMOTE,
    REPLY,
    RESIDENT,
)
from plugins.diary.minutes_form import canonical, digest_of
from plugins.diary.models.duties import Duty
from plugins.diary.models.meetings import Meeting, MeetingMatter, Minutes, Participant, Resolution
from plugins.diary.services.minutes import content_of

# Zibo's meetings (document 001).
MEETINGS = 3_900
_DAYS, _PERCENT, _RESIDENTS, _DUE_DAYS = 330, 50, 5, 30
_KINDS = {DELIBERATION: 60, REPLY: 20, ANALYSIS: 20}
_STATES = {HELD: 92, CALLED: 5, CANCELLED: 3}
_TOPICS = (
    ("村东头的路灯修几盏、装在哪里", "装六盏太阳能路灯，先装学校旁和老街"),
    ("后山脚的排水沟怎么改", "沟改宽到六十厘米，村里出工、镇里出料"),
    ("村里的机耕路先修哪一段", "先修村西田头到水渠的一段"),
    ("老年食堂开不开、谁来管", "先开午饭，由村老年协会管账"),
    ("垃圾收集点放在哪里", "两处合为一处，离住户三十米以外"),
)
_COLUMNS: dict[Any, tuple[str, ...]] = {
    Meeting: (
        "id", "area_code", "kind", "code", "topic", "starts_at", "place", "state", "about_id",
        "residents_percent", "minutes", "account_id", "called_at", "noticed_at", "opened_at", "held_at",
        "published_at", "ended_why",
    ),
    MeetingMatter: ("meeting_id", "area_code", "kind", "target", "title", "outcome", "settled"),
    Participant: (
        "meeting_id", "area_code", "role", "name", "person_id", "account_id", "mode", "present"
    ),
    Resolution: (
        "id", "meeting_id", "area_code", "text", "unit", "person_name", "account_id", "due", "agree",
        "against", "abstain",
    ),
    Duty: (
        "area_code", "matter", "unit", "person_name", "account_id", "due", "state", "meeting_id",
        "resolution_id", "done_on", "done_note", "set_by", "set_at",
    ),
    Minutes: ("meeting_id", "area_code", "number", "text", "canonical", "digest", "account_id", "at"),
}  # fmt: skip


@value_class
class VillagePeople:
    """Who meets in a village: its secretary's account, and residents (person and name)."""

    secretary: int
    residents: Sequence[tuple[int, str]]


def add_meeting_rows(
    villages: Mapping[str, VillagePeople], at: datetime, chance: Random, *, count: int = MEETINGS
) -> int:
    """`count` meetings of villages that have residents, spread evenly over days; returns how many."""
    places = sorted(code for code, people in villages.items() if people.residents)
    if not places:
        return 0
    county = _Rows(at, chance, account_names([people.secretary for people in villages.values()]))
    for number in range(count):
        # Village by village, so that a reply comes later than what it answers.
        starts = at - timedelta(days=_DAYS * (count - number) / count)
        county.meet(places[number % len(places)], villages[places[number % len(places)]], starts)
    county.keep()
    return count


class _Rows:
    """Rows of meetings, gathered; ids go on behind those that are there."""

    def __init__(self, at: datetime, chance: Random, names: Mapping[int, str]) -> None:
        self._at, self._chance, self._names = at, chance, names
        self._values: dict[Any, list[tuple[Any, ...]]] = {model: [] for model in _COLUMNS}
        reason = "rows go behind those that are there"
        self._first = int(Meeting.unscoped(reason).count()) + 1
        self._first_resolution = int(Resolution.unscoped(reason).count()) + 1
        # Village -> meeting, resolution and its text that no reply meeting was about yet.
        self._open: dict[str, tuple[int, int, str]] = {}

    def meet(self, village: str, people: VillagePeople, starts: datetime) -> None:
        """One meeting with everything that belongs to it, but for its minutes."""
        kind, state = self._draw(_KINDS), self._draw(_STATES)
        if kind == REPLY and (village not in self._open or state != HELD):
            kind = DELIBERATION
        topic, decision = self._chance.choice(_TOPICS)
        number = self._first + len(self._values[Meeting])
        about = self._open.pop(village) if kind == REPLY else None
        if state == CALLED:
            starts = self._at + timedelta(days=self._chance.randrange(1, 15))
        held = milliseconds(starts + timedelta(hours=2)) if state == HELD else None
        called = milliseconds(min(starts, self._at) - timedelta(days=3))
        self._values[Meeting].append(
            (
                *(number, village, kind, new_subject(8), f"{topic}（模拟）", milliseconds(starts)),
                *("村党群服务中心二楼", state, about[0] if about else None),
                *(_PERCENT if held and kind != ANALYSIS else None, 1 if held else 0, people.secretary),
                *(called, called, milliseconds(starts) if held else None, held, held),
                "当天有台风（模拟）" if state == CANCELLED else "",
            )
        )
        self._call(number, village, people, kind, came=held is not None)
        if about:
            done = "已经装好，路上亮了" if "路灯" in about[2] else "已经办好"
            title = about[2]
            self._values[MeetingMatter].append((number, village, "resolution", about[1], title, done, True))
        if held and kind == DELIBERATION:
            self._open[village] = (number, self._decide(number, village, people, decision, starts), decision)

    def _draw(self, weights: Mapping[str, int]) -> str:
        return self._chance.choices(list(weights), list(weights.values()))[0]

    def _call(self, number: int, village: str, people: VillagePeople, kind: str, *, came: bool) -> None:
        name = self._names.get(people.secretary, "")
        lines: list[tuple[Any, ...]] = [("village", name, None, people.secretary, ONSITE)]
        if kind != ANALYSIS:
            some = self._chance.sample(list(people.residents), min(_RESIDENTS, len(people.residents)))
            lines += [
                (RESIDENT, name, person, None, ONSITE if place else REMOTE)
                for place, (person, name) in enumerate(some)
            ]
        self._values[Participant] += [(number, village, *line, came or None) for line in lines]

    def _decide(
        self, number: int, village: str, people: VillagePeople, decision: str, starts: datetime
    ) -> int:
        line = self._first_resolution + len(self._values[Resolution])
        due = (starts + timedelta(days=_DUE_DAYS)).date()
        done = due < self._at.date() and self._chance.random() < 0.9
        name = self._names.get(people.secretary, "")
        who = ("村委会", name, people.secretary, due.isoformat())
        self._values[Resolution].append((line, number, village, decision, *who, _RESIDENTS + 1, 0, 0))
        self._values[Duty].append(
            (
                *(village, decision, *who, FINISHED if done else OPEN, number, line),
                *(due.isoformat() if done else None, "办好了（模拟）" if done else ""),
                *(people.secretary, milliseconds(starts)),
            )
        )
        return line

    def keep(self) -> None:
        """Write all of it; then the minutes, which are hashed as the service hashes them."""
        for model in (Meeting, MeetingMatter, Participant, Resolution, Duty):
            insert_rows(model, _COLUMNS[model], self._values[model])
        made = Meeting.unscoped("rows that were made just now").where(Meeting.id >= self._first)
        insert_rows(Minutes, _COLUMNS[Minutes], [_minutes(row) for row in made.where(Meeting.minutes == 1)])
        advance_ids(*_COLUMNS)


def _minutes(row: Meeting) -> tuple[Any, ...]:
    text = f"大家逐个发言，议了“{row.topic}”，意见一致。（模拟）"
    form = canonical({**content_of(row), "text": text, "number": 1, "previous": "", "reason": ""})
    at = milliseconds(row.held_at)
    return row.id, row.area_code, 1, text, form, digest_of(form), row.account_id, at
