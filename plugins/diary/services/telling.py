"""What participants of meetings are told."""

from collections.abc import Sequence

from core.accounts.api import accounts_of_person
from core.clock import CHINA
from core.hookspecs import NoticeKind
from core.notices.api import Accounts, Telling, notify_many
from core.text import N_
from plugins.diary.models.meetings import Meeting, Participant
from plugins.diary.queries.meetings import participants_of

CALLED_KIND, CHANGED_KIND = "diary.meeting_called", "diary.meeting_changed"
CANCELLED_KIND = "diary.meeting_cancelled"
KINDS = {
    CALLED_KIND: NoticeKind(N_("请您参加会议"), ("sms",), digest=True),
    CHANGED_KIND: NoticeKind(N_("会议有变动"), ("sms",)),
    CANCELLED_KIND: NoticeKind(N_("会议取消"), ("sms",)),
}
_TEXTS = {
    CALLED_KIND: N_("请您参加：%(topic)s。%(at)s，%(place)s。"),
    CHANGED_KIND: N_("会议有变动：%(topic)s。现定 %(at)s，%(place)s。"),
    CANCELLED_KIND: N_("会议取消：%(topic)s（原定 %(at)s，%(place)s）。"),
}


def tell_participants(row: Meeting, kind: str) -> int:
    """Tell everybody who is called and has an account; returns how many inboxes got it."""
    return tell(row, kind, participants_of(row.id))


def tell(row: Meeting, kind: str, participants: Sequence[Participant]) -> int:
    """The same for some of them."""
    ids: set[int] = set()
    for each in participants:
        if each.left_at is None:
            ids |= set(accounts_of(each))
    values = {
        "topic": row.topic,
        "at": row.starts_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
        "place": row.place,
    }
    subject, url = f"diary_meeting:{row.id}", f"/diary/village-meetings/{row.id}"
    told = Telling(Accounts(tuple(sorted(ids))), _TEXTS[kind], row.area_code, values, subject, url)
    return notify_many(kind, [told])


def accounts_of(participant: Participant) -> list[int]:
    """The accounts in which a participant reads messages; none: they are told in another way."""
    if participant.account_id is not None:
        return [participant.account_id]
    return accounts_of_person(participant.person_id) if participant.person_id is not None else []
