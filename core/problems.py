"""The one place where errors become something to show: code, status, translated sentence."""

import logging
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from peewee import DatabaseError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from core.errors import Busy, DomainError
from core.text import N_

log = logging.getLogger(__name__)

_HTTP = {
    400: ("bad_request", N_("请求的格式有误。")),
    404: ("not_found", N_("没有这个网页或接口。")),
    405: ("method_not_allowed", N_("这个地址不支持这种操作。")),
    408: ("timeout", N_("请求超时，请重试。")),
    413: ("too_large", N_("提交的内容太大。")),
    415: ("unsupported_media_type", N_("不支持这种内容类型。")),
    422: ("invalid", N_("填写的内容有误，请按提示修改。")),
    429: ("too_many_tries", N_("操作过于频繁，请稍后再试。")),
}
_BROKEN = ("internal_error", N_("系统出了问题，操作没有完成，已记录。请稍后再试或联系信息中心。"))


@dataclass(frozen=True)
class Shown:
    """An error ready to show. `errors`: field -> messages."""

    status: int
    code: str
    sentence: str
    errors: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def show(error: BaseException) -> Shown:
    """What to tell people and programs about `error`; never a traceback."""
    if isinstance(error, OperationalError):
        log.error("database unavailable: %s", error)
        error = Busy()
    if isinstance(error, DomainError):
        headers = {"Retry-After": "2"} if error.status == 503 else {}
        if error.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        fields = {name: [gettext(text) for text in texts] for name, texts in error.fields.items()}
        return Shown(error.status, error.code, translated(error), fields, headers)
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        code, text = _HTTP.get(error.code, ("http_error", N_("请求无法完成。")))
        data = getattr(error, "data", None) or {}
        messages = data.get("messages", {})
        allow = {name: value for name, value in error.get_headers() if name == "Allow"}
        return Shown(error.code, code, gettext(text), _flat(messages), allow)
    level = "database refused a write" if isinstance(error, IntegrityError | DatabaseError) else "unexpected"
    original = getattr(error, "original_exception", None) or error
    log.error("%s: %s", level, type(original).__name__, exc_info=original)
    return Shown(500, _BROKEN[0], gettext(_BROKEN[1]))


def translated(error: DomainError) -> str:
    """The error's sentence in the reader's language."""
    return gettext(error.text, **error.params)


def _flat(messages: Any) -> dict[str, Any]:
    # webargs groups messages by location (json, query); programs want them by field.
    if not isinstance(messages, dict):
        return {}
    flat: dict[str, Any] = {}
    for location, by_field in messages.items():
        if isinstance(by_field, dict):
            flat.update({str(name): value for name, value in by_field.items()})
        else:
            flat[str(location)] = by_field
    return flat
