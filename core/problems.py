"""The one place where errors become something to show: code, status, translated sentence."""

import logging
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from flask_babel import gettext
from peewee import DatabaseError, DataError, IntegrityError
from werkzeug.exceptions import HTTPException

from core.db import is_outage
from core.errors import Busy, DomainError, Invalid, NotFound
from core.tally import BUSY, tally
from core.text import N_, by_path, in_chinese
from core.value_classes import value_class

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


@value_class
class Shown:
    """An error ready to show. `errors`: field -> messages."""

    status: int
    code: str
    sentence: str
    errors: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def show(error: BaseException) -> Shown:
    """What to tell people and programs about `error`; never a traceback."""
    if is_outage(error) and not isinstance(error, Busy):
        log.error("database unavailable: %s", error)
        error = Busy()
    if isinstance(error, Busy):
        tally(BUSY)
    error = _not_storable(_number_too_long(error))
    if isinstance(error, DomainError):
        return Shown(error.status, error.code, translated(error), _by_field(error.fields), _headers_of(error))
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        code, text = _HTTP.get(error.code, ("http_error", N_("请求无法完成。")))
        data = getattr(error, "data", None) or {}
        messages = data.get("messages", {})
        allow = {name: value for name, value in error.get_headers() if name == "Allow"}
        return Shown(error.code, code, gettext(text), _by_location(messages), allow)
    level = "database refused a write" if isinstance(error, IntegrityError | DatabaseError) else "unexpected"
    original = getattr(error, "original_exception", None) or error
    log.error("%s: %s", level, type(original).__name__, exc_info=original)
    return Shown(500, _BROKEN[0], gettext(_BROKEN[1]))


def _number_too_long(error: BaseException) -> BaseException:
    # The last net: views read numbers through converters and schemas, which refuse these earlier.
    if isinstance(error, OverflowError):
        log.warning("a number that no row can have", exc_info=error)
        return NotFound()
    if isinstance(error, ValueError) and str(error).startswith("Exceeds the limit"):
        log.warning("a number too long to read", exc_info=error)
        return Invalid()
    return error


def _not_storable(error: BaseException) -> BaseException:
    # The last net: schemas clean text (core.fields) and keep it as short as its column.
    if isinstance(error, DataError | UnicodeEncodeError):
        log.warning("a value that no column can hold: %s", type(error).__name__)
        return Invalid()
    return error


def translated(error: DomainError) -> str:
    """The error's sentence in the reader's language."""
    values = {n: gettext(v) if n in error.words else v for n, v in error.params.items()}
    return str(gettext(error.text, **values))


def _headers_of(error: DomainError) -> dict[str, str]:
    if error.status == 401:
        return {"WWW-Authenticate": "Bearer"}
    if error.status == 503:
        return {"Retry-After": "2"}
    if error.status == 429 and "minutes" in error.params:
        return {"Retry-After": str(60 * int(error.params["minutes"]))}
    return {}


def _by_field(messages: Mapping[Any, Any]) -> dict[str, list[str]]:
    by_field: dict[str, list[str]] = {}
    for path, message in by_path(messages):
        text, values = in_chinese(message)
        by_field.setdefault(path, []).append(str(gettext(text, **values)))
    return by_field


def _by_location(messages: Any) -> dict[str, list[str]]:
    # webargs groups messages by location (json, query); programs want them by field.
    flat: dict[str, list[str]] = {}
    for location, inner in messages.items() if isinstance(messages, dict) else ():
        by_field = inner if isinstance(inner, dict) else {location: inner}
        flat |= _by_field({location if name == "_schema" else name: m for name, m in by_field.items()})
    return flat
