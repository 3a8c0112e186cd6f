"""One value of a household file: from what people type to what is stored, and back to words."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from core.county import county
from core.errors import Invalid
from core.fields import cleaned
from core.text import N_
from plugins.grid.shipped import CHOICE, DATE, MULTI, NUMBER, TEXT, YES_NO, Item, choices_of

LONGEST = 500
_PURPOSE, _HISTORY = "grid_file_value.value", "grid_file_change.value"
_WIDE = str.maketrans("０１２３４５６７８９．－，", "0123456789.-,")
# Thousands are told by groups of three; with two decimals at most, 1,234 can be nothing else.
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


class BadValue(Invalid):
    """A value that does not fit its item; `reason` is the sentence for its field."""

    code = "file_value_invalid"
    text = N_("填写的内容有误，请按提示修改。")

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def canonical(item: Item, raw_value: str | Sequence[str]) -> str:
    """The value as it is stored; empty for nothing. Raises BadValue.

    A multi value is `,a,b,`, so that a filter finds `,a,`.
    """
    parts = [raw_value] if isinstance(raw_value, str) else list(raw_value)
    texts = [cleaned(part) for part in parts if cleaned(part)]
    if item.kind == MULTI:
        return _several(item, [piece for text in texts for piece in text.split(",") if piece])
    text = texts[0] if texts else ""
    if not text:
        return ""
    if item.kind == TEXT:
        return _text(text)
    if item.kind == NUMBER:
        return _number(text)
    if item.kind == DATE:
        return _date(text)
    assert item.kind in (CHOICE, YES_NO)
    if text not in dict(choices_of(item)):
        raise BadValue(N_("没有这个选项，请重新选择。"))
    return text


def _several(item: Item, picked: Sequence[str]) -> str:
    known = [code for code, _ in item.choices]
    if set(picked) - set(known):
        raise BadValue(N_("没有这个选项，请重新选择。"))
    ordered = [code for code in known if code in picked]
    return f",{','.join(ordered)}," if ordered else ""


def _text(text: str) -> str:
    if len(text) > LONGEST:
        raise BadValue(N_("至多 500 个字。"))
    return text


def _number(text: str) -> str:
    """A measure or a count: never below nought. A comma that is no thousands comma is refused.

    1,5 is one and a half to one writer and a slip to another; taken for fifteen it would be wrong for both.
    """
    plain = text.translate(_WIDE)
    if "," in plain and not _GROUPED.fullmatch(plain):
        raise BadValue(N_("小数点请用“.”，如 1.5；逗号只能用来分隔千位，如 1,500。"))
    try:
        number = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        raise BadValue(N_("应为数字。")) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 10 or number != round(number, 2):
        raise BadValue(N_("应为数字，最多两位小数。"))
    if number < 0:
        raise BadValue(N_("不能是负数。"))
    return f"{abs(number).normalize():f}"


def _date(text: str) -> str:
    plain = text.translate(_WIDE)
    match = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", plain)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2200:
        raise BadValue(N_("应为日期，如 2026-03-01。"))
    return day.isoformat()


def pick_of(item: Item, value: str) -> str:
    """What a register finds the value by: itself where it is one of a few, else nothing."""
    return value if item.kind in (CHOICE, YES_NO) and not item.sensitive else ""


def pieces(item: Item, value: str) -> list[str]:
    """The codes of a picked value."""
    return [piece for piece in value.split(",") if piece] if item.kind == MULTI else [value] if value else []


def in_words(item: Item, value: str) -> str:
    """A stored value as people read it. The words 是 and 否 are of the catalogue."""
    if not item.picks:
        return value
    titles = dict(choices_of(item))
    return "、".join(titles.get(piece, piece) for piece in pieces(item, value))


def seal_value(value: str) -> bytes:
    """A sensitive value, sealed."""
    return county().keys.seal(value, _PURPOSE)


def open_value(sealed: bytes) -> str:
    """A sensitive value in clear."""
    return county().keys.unseal(bytes(sealed), _PURPOSE)


def seal_history(value: str) -> bytes | None:
    """An old or new value for the history, sealed whatever the item; None for nothing."""
    return county().keys.seal(value, _HISTORY) if value else None


def open_history(sealed: bytes | None) -> str:
    """The same in clear; empty for nothing."""
    return county().keys.unseal(bytes(sealed), _HISTORY) if sealed else ""
