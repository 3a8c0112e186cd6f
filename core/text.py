"""Marks texts for translation where no request is at hand."""

import re
from collections.abc import Mapping
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Return `text` unchanged; the catalogue tool collects it, the outer wall translates it."""
    return text


_WHOLE = {
    "Missing data for required field.": N_("必须填写。"),
    "Field may not be null.": N_("不能为空。"),
    "Unknown field.": N_("没有这一项，请检查拼写。"),
    "Invalid value.": N_("内容有误。"),
    "Invalid input.": N_("内容有误。"),
    "Invalid input type.": N_("应为一组名称和值。"),
    "Invalid JSON body.": N_("JSON 写法有误。"),
    "Not a valid string.": N_("应为文字。"),
    "Not a valid integer.": N_("应为整数。"),
    "Not a valid number.": N_("应为数字。"),
    "Number too large.": N_("数字太大。"),
    "Not a valid boolean.": N_("应为是或否（true、false）。"),
    "Not a valid list.": N_("应为列表。"),
    "Not a valid mapping type.": N_("应为一组名称和值。"),
    "Not a valid date.": N_("应为日期，如 2026-03-01。"),
    "Not a valid datetime.": N_("应为日期时间，如 2026-03-01T08:00:00+08:00。"),
    "Not a valid URL.": N_("网址有误。"),
    "String does not match expected pattern.": N_("格式不对。"),
}
_NUMBER = r"(-?[\d.]+)"
_SHAPED = [
    (
        rf"Must be greater than or equal to {_NUMBER} and less than or equal to {_NUMBER}\.",
        N_("应在 %(low)s 到 %(high)s 之间。"),
    ),
    (rf"Must be greater than or equal to {_NUMBER}\.", N_("不能小于 %(low)s。")),
    (rf"Must be less than or equal to {_NUMBER}\.", N_("不能大于 %(low)s。")),
    (rf"Length must be between {_NUMBER} and {_NUMBER}\.", N_("长度应为 %(low)s 到 %(high)s 个字。")),
    (rf"Length must be {_NUMBER}\.", N_("应正好是 %(low)s 个。")),
    (rf"Shorter than minimum length {_NUMBER}\.", N_("至少 %(low)s 个字。")),
    (rf"Longer than maximum length {_NUMBER}\.", N_("至多 %(low)s 个字。")),
    (rf"Must have between {_NUMBER} and {_NUMBER} entries\.", N_("应有 %(low)s 到 %(high)s 项。")),
    (rf"Must have at least {_NUMBER} entries\.", N_("至少要有 %(low)s 项。")),
    (rf"Must have at most {_NUMBER} entries\.", N_("最多 %(low)s 项。")),
    (r"Must be one of: (.+)\.", N_("只能是：%(low)s。")),
]


def in_chinese(message: str) -> tuple[str, dict[str, str]]:
    """A sentence of marshmallow as a msgid with its values; any other sentence as it is."""
    if message in _WHOLE:
        return _WHOLE[message], {}
    for pattern, text in _SHAPED:
        if match := re.fullmatch(pattern, message):
            return text, dict(zip(("low", "high"), match.groups(), strict=False))
    return message, {}


def by_path(messages: Mapping[Any, Any], prefix: str = "") -> list[tuple[str, str]]:
    """marshmallow's nested messages as (dotted path, message) pairs, in their order."""
    pairs: list[tuple[str, str]] = []
    for key, value in messages.items():
        # Of a map's entry it says whether the key or the value is wrong; the place is the same.
        inner = prefix and key in ("_schema", "key", "value")
        path = prefix if inner else f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            pairs += by_path(value, path)
        else:
            pairs += [(path, str(message)) for message in ([value] if isinstance(value, str) else value)]
    return pairs


def plain_chinese(message: str) -> str:
    """A message of marshmallow as a Chinese sentence without its full stop, for lists and consoles."""
    text, values = in_chinese(message)
    return (text % values if values else text).rstrip("。")
