"""What the pages of a reporter leave behind: nothing that says who they are."""

from flask import Response, after_this_request, request, url_for

from core.county import county
from core.security import ANONYMOUS, set_actor


def leave_no_trace() -> None:
    """Let the log's line of this request name no account, also where somebody is logged in.

    The line is written last, and names whoever acts then; the address of the request never stands in it.
    """
    after_this_request(_forget)


def _forget(response: Response) -> Response:
    set_actor(ANONYMOUS)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def full_address(endpoint: str, *, fragment: str = "", code: str = "") -> str:
    """An address that leaves the page, in a code or on a poster.

    `fragment` stands behind the #, which browsers send to nobody: no server's log can hold it.
    """
    base = county().settings.public_url or request.host_url.rstrip("/")
    return base + url_for(endpoint, code=code or None) + (f"#{fragment}" if fragment else "")
