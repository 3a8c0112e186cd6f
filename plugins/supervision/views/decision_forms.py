"""Forms of decisions: what a page sends, each value as text."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import ValidationError, fields

from core.areas.api import list_areas, path_names
from core.clock import today
from core.fields import AreaCode, Id, Text
from core.files.api import Prepared, prepare
from core.forms import Form
from core.scope import AreaScope
from core.text import N_
from core.web import bracketed, say
from plugins.supervision.queries.powers import list_powers, power

_CHOICES = 1500
_MOST_FILES = 9


class Yuan(fields.Field[int]):
    """Yuan from a form, with two decimals at most, as fen; below zero with a minus sign."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        found = re.fullmatch(r"([-−]?)([0-9]{1,10})(?:\.([0-9]{1,2}))?", str(value).strip().replace(",", ""))
        if found is None:
            raise ValidationError(N_("请写金额（元），最多两位小数。"))
        fen = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
        return -fen if found[1] else fen


class DraftForm(Form):
    """The text of the next version."""

    title = Text(1000, load_default="")
    text = Text(100_000, load_default="")
    budget = Yuan(load_default=None, allow_none=True)


class DecisionForm(DraftForm):
    """A decision to be drafted. `six_steps`: yes, no, or as the power list asks."""

    area_code = AreaCode(required=True)
    power_code = Text(20, load_default="")
    six_steps = fields.String(load_default="")


class WhyForm(Form):
    """A reason."""

    why = Text(2000, load_default="")


class PersonForm(Form):
    """Somebody of the register, and why."""

    person_id = Id(required=True)
    reason = Text(1000, load_default="")


class SheetForm(Form):
    """A meeting's sheet."""

    day = fields.Date(required=True, error_messages={"invalid": N_("请选择日期。")})
    body = fields.String(load_default="")
    due = fields.Integer(required=True)
    present = fields.Integer(required=True)
    agree = fields.Integer(required=True)
    signatures = fields.Integer(load_default=None, allow_none=True)
    note = Text(20_000, load_default="")


class LineForm(Form):
    """A thing that was done."""

    kind = fields.String(required=True)
    day = fields.Date(required=True, error_messages={"invalid": N_("请选择日期。")})
    title = Text(1000, load_default="")
    amount = Yuan(load_default=None, allow_none=True)
    note = Text(2000, load_default="")


class ResultForm(Form):
    """What came of it."""

    result = Text(20_000, load_default="")


class RatingForm(Form):
    """What a resident says of it."""

    thumb = fields.String(required=True)
    note = Text(2000, load_default="")


class VoterForm(Form):
    """A seat of somebody."""

    area_code = AreaCode(required=True)
    person_id = Id(required=True, error_messages={"required": N_("请先查找并选择一个人。")})
    seat = fields.String(required=True)
    since = fields.Date(required=True, error_messages={"invalid": N_("请选择日期。")})
    until = fields.Date(load_default=None, allow_none=True)


class EndForm(Form):
    """The last day of a seat."""

    until = fields.Date(required=True, error_messages={"invalid": N_("请选择日期。")})


def prepared_files() -> list[Prepared]:
    """The form's attachments, photos and documents, looked into before any writing."""
    sent = [upload for upload in request.files.getlist("files") if upload.filename][:_MOST_FILES]
    return [prepare(upload.filename or "", upload.read()) for upload in sent]


def villages(scope: AreaScope) -> list[tuple[str, str]]:
    """The villages of `scope`: code and name with its town."""
    found, _ = list_areas(scope, level="village", on_date=today(), page_size=_CHOICES)
    paths = path_names([row.code for row in found])
    return [(row.code, paths.get(row.code, row.name)) for row in found]


def power_choices() -> list[tuple[str, str]]:
    """The items of the county's power list that hold today: code, and code with title and class."""
    found, _ = list_powers(page_size=_CHOICES)
    return [
        ("", say("不属于清单里的事项")),
        *((item.code, f"{item.code} {item.title}{bracketed(say(item.class_title))}") for item in found),
    ]


def power_title(code: str) -> str:
    """An item of the power list in words: its code alone where it is not on the list any more."""
    item = power(code, today()) if code else None
    return f"{code} {item.title}" if item else code


def in_words(titles: Mapping[Any, str]) -> list[tuple[Any, str]]:
    """Codes and their titles in the reader's language, for a select."""
    return [(code, say(title)) for code, title in titles.items()]


def yuan(fen: int | None) -> str:
    """Fen as a box of a form shows them."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"
