"""What a request must fulfil before anything is done for it: the county's host, a form from here."""

from urllib.parse import urlsplit

from flask import current_app, request

from core.access import MARK
from core.county import county
from core.errors import DomainError
from core.text import N_

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class FormExpired(DomainError):
    """The page was open too long or did not come from here (CSRF)."""

    code, status = "form_expired", 400
    text = N_("页面已过期，请返回后重新提交；您填写的内容没有保存。")


class FormKeyMissing(DomainError):
    """A form that is booked once came without the number that tells one sending from the other."""

    code, status = "form_key_missing", 400
    text = N_("这次提交没有带表单编号（form_key），没有办理。请从页面上的表单提交；页面开着的，刷新后再试。")


class LoggedOut(DomainError):
    """A form from before the log-out, which may have happened in another tab, or by itself."""

    code, status = "logged_out", 400
    text = N_("您已退出登录，这次填写的内容没有保存。请重新登录后再提交。")


class UnknownHost(DomainError):
    """The request names another host than the county's own."""

    code, status = "host_unknown", 400
    text = N_("本系统的网址是 %(address)s，请从这个网址打开。")


def demand_known_host() -> None:
    # Printed links and codes take the host of the request: nobody may slip in another one.
    address = county().settings.public_url
    if not address:
        return
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        host = None
    if host not in {urlsplit(address).hostname, *_LOOPBACK}:
        raise UnknownHost(address=address)


def is_public() -> bool:
    """Whether the view of this request is for everybody."""
    view = current_app.view_functions.get(request.endpoint or "")
    return str(getattr(view, MARK, "")).startswith("public:")
