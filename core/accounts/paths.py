"""Where to send people on: never to another site."""

from urllib.parse import urlsplit

from flask import url_for


def local_path(raw_path: str) -> str:
    """`raw_path` when it is a path of this site, else the home page."""
    is_path = raw_path.startswith("/") and not raw_path.startswith("//")
    # Browsers read a backslash as a slash and drop control signs: `/\\evil.example` would lead away.
    if not is_path or "\\" in raw_path or not raw_path.isprintable():
        return url_for("system.home")
    parts = urlsplit(raw_path)
    return url_for("system.home") if parts.scheme or parts.netloc else raw_path
