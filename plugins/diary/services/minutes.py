"""Minutes are drafted by several, made final once, corrected by a new version, and made public."""

from typing import Any

from core.clock import CHINA, now
from core.db import unit_of_work
from core.errors import Invalid
from core.events import announce
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.diary.errors.meetings import DraftChanged, MeetingMovedOn, MinutesFinal, NoMinutes
from plugins.diary.meeting_words import BEFORE_IT, HELD, MEETING_STATES, OPENED
from plugins.diary.minutes_form import canonical, digest_of
from plugins.diary.models.meetings import Meeting, Minutes, MinutesDraft
from plugins.diary.queries.former import widened
from plugins.diary.queries.meetings import matters_of, meeting_row, participants_of
from plugins.diary.queries.minutes import draft_of, latest_minutes, resolutions_of
from plugins.diary.services.duties import duties_from
from plugins.diary.services.meetings import HOLD, demand_residents, meeting_in, record

LONGEST = 200_000


def save_draft(actor: Actor, meeting_id: int, *, text: str, version: int) -> int:
    """Keep the minutes so far; `version` is the draft that was read. Returns the new draft's number.

    Raises NotFound, MinutesFinal, MeetingMovedOn, DraftChanged (somebody saved meanwhile), Invalid.
    """
    words = _words(text)
    with unit_of_work():
        row = meeting_row(widened(actor.demand(HOLD)), meeting_id)
        if row.state == HELD:
            raise MinutesFinal
        if row.state not in (*BEFORE_IT, OPENED):
            raise MeetingMovedOn(state=MEETING_STATES[row.state])
        known = draft_of(row.id)
        if (known.version if known else 0) != version:
            raise DraftChanged(version=known.version if known else 0)
        values = {"text": words, "version": version + 1, "account_id": actor.account_id, "at": now()}
        if known:
            MinutesDraft.update(**values).where(MinutesDraft.meeting_id == row.id).execute()
        else:
            MinutesDraft.create(meeting_id=row.id, area_code=row.area_code, **values)
        record(actor, "diary.save_minutes", row, version=version + 1)
    return version + 1


def _words(text: str) -> str:
    words = cleaned(text)
    if not 1 <= len(words) <= LONGEST:
        raise Invalid(fields={"text": [N_("请写会议纪要，至多 20 万个字。")]})
    return words


def finish_minutes(actor: Actor, meeting_id: int, *, version: int) -> str:
    """Make the minutes final; returns their SHA-256. `version`: the draft that was read.

    From here on nothing of the meeting changes: list, attendance and resolutions are in the hash. Resolutions
    with a day go onto the responsibility list.
    Raises NotFound, MeetingMovedOn, NoMinutes, DraftChanged, NobodyPresent, ResidentsMissing.
    """
    with unit_of_work():
        row = meeting_in(actor, meeting_id, OPENED)
        draft = draft_of(row.id)
        if draft is None:
            raise NoMinutes
        if draft.version != version:
            raise DraftChanged(version=draft.version)
        demand_residents(row, row.residents_percent)
        Meeting.update(state=HELD, held_at=now(), minutes=1).where(Meeting.id == row.id).execute()
        digest = _keep(actor, row, draft.text, number=1, previous="", reason="")
        duties_from(actor, row)
        _tell_attendance(actor, row)
        record(actor, "diary.finish_minutes", row, sha256=digest)
    return digest


def _tell_attendance(actor: Actor, row: Meeting) -> None:
    # Final from here on, so that whoever listens (points for those who came, say) hears it once and for good.
    for each in participants_of(row.id):
        if each.present and each.left_at is None and each.person_id is not None:
            announce(
                actor,
                "diary.MeetingAttended",
                area_code=row.area_code,
                subject=f"meeting_participant:{each.id}",
                meeting_id=row.id,
                meeting_kind=row.kind,
                role=each.role,
                person_id=each.person_id,
            )


def correct_minutes(actor: Actor, meeting_id: int, *, text: str, reason: str, number: int) -> str:
    """A new version of final minutes that names the one before; returns its SHA-256.

    `number`: the version that was read. Raises NotFound, MeetingMovedOn, DraftChanged, Invalid.
    """
    words, why = _words(text), cleaned(reason)
    if not 1 <= len(why) <= 300:
        raise Invalid(fields={"reason": [N_("请写明更正的原因，至多 300 个字。")]})
    with unit_of_work():
        row = meeting_in(actor, meeting_id, HELD)
        last = latest_minutes(row.id)
        assert last is not None
        if last.number != number:
            raise DraftChanged(version=last.number)
        digest = _keep(actor, row, words, number=number + 1, previous=last.digest, reason=why)
        Meeting.update(minutes=number + 1).where(Meeting.id == row.id).execute()
        record(actor, "diary.correct_minutes", row, number=number + 1, sha256=digest)
    return digest


def publish_minutes(actor: Actor, meeting_id: int) -> None:
    """Let the residents of the village read the final minutes. Raises NotFound, MeetingMovedOn."""
    with unit_of_work():
        row = meeting_in(actor, meeting_id, HELD)
        if row.published_at is None:
            Meeting.update(published_at=now()).where(Meeting.id == row.id).execute()
        record(actor, "diary.publish_minutes", row, number=row.minutes)


def _keep(actor: Actor, row: Meeting, text: str, *, number: int, previous: str, reason: str) -> str:
    form = canonical(
        {**content_of(row), "text": text, "number": number, "previous": previous, "reason": reason}
    )
    digest = digest_of(form)
    Minutes.create(
        meeting_id=row.id,
        area_code=row.area_code,
        number=number,
        text=text,
        canonical=form,
        digest=digest,
        previous=previous,
        reason=reason,
        account_id=actor.account_id,
        at=now(),
    )
    return digest


def content_of(row: Meeting) -> dict[str, Any]:
    """All of a meeting that its minutes vouch for."""
    return {
        "meeting": {
            "id": row.id,
            "area_code": row.area_code,
            "kind": row.kind,
            "topic": row.topic,
            "agenda": row.agenda,
            "starts_at": row.starts_at.astimezone(CHINA).isoformat(timespec="seconds"),
            "place": row.place,
            "about": row.about_id,
            "residents_percent": row.residents_percent,
            "rules_version": row.rules_version,
        },
        "participants": [
            {
                "name": each.name,
                "title": each.title,
                "role": each.role,
                "person": each.person_id,
                "account": each.account_id,
                "present": bool(each.present),
                "mode": each.mode if each.present else "",
                "told": each.told,
                "left": each.left_at is not None,
            }
            for each in participants_of(row.id)
        ],
        "matters": [
            {
                "kind": each.kind,
                "target": each.target,
                "title": each.title,
                "outcome": each.outcome,
                "settled": each.settled,
            }
            for each in matters_of(row.id)
        ],
        "resolutions": [
            {
                "text": each.text,
                "unit": each.unit,
                "person": each.person_name,
                "account": each.account_id,
                "due": each.due.isoformat() if each.due else None,
                "votes": [each.agree, each.against, each.abstain],
            }
            for each in resolutions_of(row.id)
        ],
    }
