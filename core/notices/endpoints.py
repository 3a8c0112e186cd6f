"""JSON operations of messages: one's own inbox."""

import re
from typing import Any

from core.api import Blueprint, Page
from core.errors import NotFound
from core.notices import queries, services
from core.notices.schemas import NoticeQuery, NoticeSchema
from core.notices.wording import in_words
from core.security import Actor
from core.text import N_

api = Blueprint("notices", __name__, description=N_("消息"))


@api.operation(
    "GET",
    "/notices",
    "listNotices",
    access="signed in",
    returns=NoticeSchema,
    many=True,
    query=NoticeQuery,
)
def list_notices(actor: Actor, *, query: dict[str, Any]) -> Page:
    """One's own messages, newest first."""
    rows, total = queries.inbox(actor, **query)
    return Page([in_words(row) for row in rows], total)


@api.operation(
    "POST", "/notices/<string:notice_id>/read", "readNotice", access="signed in", returns=NoticeSchema
)
def read_notice(actor: Actor, *, notice_id: str) -> dict[str, Any]:
    """Mark one of one's own messages as read."""
    if not re.fullmatch(r"[0-9]{1,15}", notice_id):
        raise NotFound
    return in_words(queries.view(services.mark_read(actor, int(notice_id)), actor))
