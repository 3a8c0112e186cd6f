"""Where to send people on: never to another site."""

from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException


def local_path(raw_path: str) -> str:
    """`raw_path` when it is a path of this site, else the home page."""
    is_path = raw_path.startswith("/") and not raw_path.startswith("//")
    # Browsers read a backslash as a slash and drop control signs: `/\\evil.example` would lead away.
    if not is_path or "\\" in raw_path or not raw_path.isprintable():
        return url_for("system.home")
    parts = urlsplit(raw_path)
    return url_for("system.home") if parts.scheme or parts.netloc else raw_path


def page_before() -> str:
    """The page of this site on which a link or button was pressed; empty when it can't be shown again."""
    adapter = current_app.create_url_adapter(request)
    try:
        before = urlsplit(request.referrer or "")
        # A form that was refused stands at an address that only takes forms.
        known = adapter is not None and adapter.match(before.path, method="GET")
    except (ValueError, HTTPException):
        known = False
    if not known or before.netloc != request.host:
        return ""
    return local_path(before.path + (f"?{before.query}" if before.query else ""))
