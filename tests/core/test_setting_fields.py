"""Settings as boxes of a form: drawn from a schema, written and read without loss."""

import importlib
from datetime import date
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from core.setting_fields import Kind, SettingField, setting_fields


class Part(Schema):
    title = fields.String()
    start = fields.Integer(data_key="from")


class Shapes(Schema):
    number = fields.Integer(load_default=5, validate=validate.Range(1, 9))
    share = fields.Float(load_default=1.5, validate=validate.Range(min=0))
    pick = fields.Integer(load_default=30, validate=validate.OneOf([30, 60], labels=["半", "一"]))
    word = fields.String(load_default="x", validate=validate.Length(max=7))
    day = fields.Date(load_default=lambda: date(2026, 3, 1))
    words = fields.List(fields.String())
    numbers = fields.List(fields.Integer())
    mixed = fields.List(fields.Dict())
    part = fields.Nested(Part, load_default=lambda: {"title": "a", "start": 3})
    parts = fields.List(fields.Nested(Part))
    table = fields.Dict(fields.String(), fields.Raw())
    free = fields.Raw(load_default=None, allow_none=True)


def by_key() -> dict[str, SettingField]:
    return {field.key: field for field in setting_fields(Shapes())}


def test_each_sort_has_its_box_and_its_bounds() -> None:
    found = by_key()
    assert {key: field.kind.value for key, field in found.items()} == {
        "number": "number",
        "share": "decimal",
        "pick": "choice",
        "word": "text",
        "day": "text",
        "words": "lines",
        "numbers": "numbers",
        "mixed": "value",
        "part": "table",
        "parts": "tables",
        "table": "table",
        "free": "value",
    }
    assert (found["number"].low, found["number"].high) == (1, 9)
    assert (found["share"].low, found["share"].high) == (0, None)
    assert found["word"].longest == 7
    assert found["pick"].choices == {30: "半", 60: "一"}
    assert found["pick"].read("60") == 60
    assert (found["day"].default, found["part"].default) == ("2026-03-01", {"title": "a", "from": 3})
    assert found["free"].default is None


NASTY = 'a"b\\c\n\t\x7f[x] = #1 “好” \x00'.replace("\x00", "")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("number", 7),
        ("share", 2.25),
        ("share", -3.0),
        ("words", ["甲", "b c"]),
        ("words", []),
        ("numbers", [3, -1]),
        ("mixed", [{"a": NASTY}, {"b b": [1, 2.5, True]}]),
        ("part", {"title": NASTY, "from": 3}),
        ("parts", [{"title": "甲", "from": 1}, {"title": NASTY}]),
        ("parts", []),
        ("table", {"plain": 1, "甲 [": {"deep": {"deeper": [NASTY]}}, "": {}}),
        ("free", NASTY),
        ("free", False),
    ],
)
def test_what_is_written_into_a_box_is_read_from_it(key: str, value: Any) -> None:
    field = by_key()[key]
    text = field.write(value)
    assert field.read(text) == value
    assert field.write(field.read(text)) == text


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("number", "", "应为整数。"),
        ("number", "1e3", "应为整数。"),
        ("share", "1,5", "应为数字。"),
        ("share", "nan", "应为数字。"),
        ("numbers", "1\nx", "应为整数。"),
        ("table", "a = ", "TOML 写法有误，请检查引号、括号和等号。"),
        ("table", "a = inf", "TOML 写法有误，请检查引号、括号和等号。"),
        ("table", "a = 2026-03-01", "日期和时间请写在引号里。"),
        ("parts", "[[other]]\na = 1", "这里只写这一项自己的段落，名称在双方括号里。"),
        ("free", "[" * 5000, "TOML 写法有误，请检查引号、括号和等号。"),
    ],
)
def test_what_cannot_be_read_is_said(key: str, text: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        by_key()[key].read(text)
    assert caught.value.messages == [said]


@pytest.mark.parametrize("name", ["call_button", "diary", "grid", "points_store", "supervision"])
def test_every_setting_of_a_bundled_plugin_has_a_title_and_keeps_its_default(name: str) -> None:
    settings = setting_fields(importlib.import_module(f"plugins.{name}.plugin").register_settings())
    assert settings
    assert [setting.key for setting in settings if setting.title == setting.key] == []
    for setting in settings:
        assert setting.kind is not Kind.VALUE, setting.key
        assert setting.read(setting.write(setting.default)) == setting.default, setting.key
