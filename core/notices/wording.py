"""A message in the reader's language."""

from typing import Any

from core.notices.queries import NoticeView
from core.web import say


def in_words(notice: NoticeView) -> dict[str, Any]:
    """The message as it is read: every value of it, title and text translated."""
    return {
        **vars(notice),
        "title": say(notice.title) if notice.title else "",
        "text": say(notice.text, **notice.values),
    }
