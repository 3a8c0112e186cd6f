"""The inbox, and what did not go out."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from core.access import demands, signed_in
from core.accounts.api import DESK_ROLES, local_path
from core.notices import queries, services
from core.notices.wording import in_words
from core.security import current_actor
from core.web import page_number, say

pages = Blueprint("notices", __name__, url_prefix="/notices")
_PAGE = 20


@pages.get("/")
@signed_in
def inbox() -> str:
    """One's own messages, newest first."""
    page = page_number()
    rows, total = queries.inbox(current_actor(), page=page, page_size=_PAGE)
    return render_template(
        "notices/inbox.html",
        layout=f"core/{'office' if _at_desk() else 'phone'}.html",
        notices=[in_words(row) for row in rows],
        unread_count=queries.unread_count(current_actor()),
        page=page,
        page_size=_PAGE,
        total=total,
    )


def _at_desk() -> bool:
    return any(post.role in DESK_ROLES for post in current_actor().posts)


@pages.get("/<int:notice_id>")
@signed_in
def open_notice(notice_id: int) -> Response:
    """Go to what a message is about; it is read with that."""
    notice = services.mark_read(current_actor(), notice_id)
    return redirect(local_path(notice.url) if notice.url else url_for("notices.inbox"), 303)


@pages.post("/read")
@signed_in
def read_all() -> Response:
    """Mark everything as read."""
    services.mark_all_read(current_actor())
    return redirect(url_for("notices.inbox"), 303)


@pages.get("/failed")
@demands("notices.manage")
def failed() -> str:
    """What did not go out, with the reasons."""
    scope = current_actor().demand("notices.manage")
    page = page_number()
    rows, total = queries.failed(scope, page=page, page_size=_PAGE)
    return render_template(
        "notices/failed.html",
        sendings=rows,
        figures=queries.figures(scope),
        page=page,
        page_size=_PAGE,
        total=total,
    )


@pages.post("/failed/<int:sending_id>/retry")
@demands("notices.manage")
def retry(sending_id: int) -> Any:
    """Send one again."""
    services.retry_sending(current_actor(), sending_id)
    flash(say("已重新排队，一分钟内发出。"), "success")
    return redirect(url_for("notices.failed", page=request.args.get("page") or None), 303)


@pages.post("/failed/retry")
@demands("notices.manage")
def retry_all() -> Any:
    """Send all again."""
    count = services.retry_all(current_actor())
    flash(say("%(count)d 条消息已重新排队，一分钟内开始发出。", count=count), "success")
    return redirect(url_for("notices.failed"), 303)
