"""Sentences with values, and deadlines in the words in which one would say them."""

from datetime import datetime, timedelta

from core.cases.queries.why import Sentence
from core.clock import CHINA, now
from core.text import N_
from core.web import moment, say

_TODAY, _TOMORROW = N_("今天 %(time)s 前"), N_("明天 %(time)s 前")


def told(sentence: Sentence) -> str:
    """A sentence in the reader's language; a DomainError's values are filled in the same way."""
    values = {
        name: say(value) if name in sentence.words and value else value
        for name, value in sentence.values.items()
    }
    return say(sentence.text, **values)


def due_words(due_at: datetime) -> str:
    """Until when: "今天 17:30 前"; once it is past, for how long."""
    at = now()
    if due_at < at:
        return _past(at - due_at)
    here = due_at.astimezone(CHINA)
    days = (here.date() - at.astimezone(CHINA).date()).days
    if days < 2:
        return say(_TOMORROW if days else _TODAY, time=f"{here:%H:%M}")
    return say(N_("%(day)s 前"), day=moment(due_at, "MM-dd HH:mm"))


def _past(gone: timedelta) -> str:
    minutes = int(gone.total_seconds() // 60)
    if minutes < 60:
        return say(N_("超期 %(count)d 分钟"), count=minutes)
    if minutes < 60 * 24:
        return say(N_("超期 %(count)d 小时"), count=minutes // 60)
    return say(N_("超期 %(count)d 天"), count=minutes // (60 * 24))
