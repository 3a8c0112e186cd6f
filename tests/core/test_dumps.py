"""The quick way to show rows comes to what marshmallow's own comes to."""

from collections import namedtuple
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from marshmallow import Schema, fields, post_dump

from core.clock import CHINA
from core.dumps import dump_of
from core.fields import Id, Moment


class Part(Schema):
    name = fields.String()


class Thing(Schema):
    id = Id(attribute="key")
    title = fields.String(data_key="called")
    number = fields.Integer(allow_none=True)
    is_new = fields.Boolean()
    at = Moment()
    parts = fields.List(fields.Nested(Part))


class Hooked(Part):
    @post_dump
    def shout(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"name": data["name"].upper()}


class Derived(Schema):
    name = fields.Function(lambda row: row["name"] * 2)


class Defaulting(Schema):
    name = fields.String(dump_default="nobody")
    other = fields.String()


@dataclass
class Row:
    key: int = 3
    title: Any = "题目"
    number: Any = 7
    is_new: Any = True
    at: Any = datetime(2026, 3, 1, 8, tzinfo=CHINA)
    parts: Any = ()


_ROWS: list[Any] = [
    Row(),
    vars(Row()),
    Row(title=5, number=True, is_new=0, parts=[{"name": "甲"}, {"name": None}]),
    Row(title=None, number=None, is_new=None, at=None, parts=None),
    {"key": 1, "title": "a"},
    {"key": 1, "items": 2, "title": "", "number": "12"},
    namedtuple("Named", "key title")(1, "b"),
    {},
    None,
]


@pytest.mark.parametrize("row", _ROWS)
def test_a_row_is_shown_as_marshmallow_shows_it(row: Any) -> None:
    shown = dump_of(Thing())(row)
    assert shown == Thing().dump(row)
    assert [type(value) for value in shown.values()] == [type(value) for value in Thing().dump(row).values()]


def test_a_list_is_shown_as_marshmallow_shows_it() -> None:
    rows = [row for row in _ROWS if row is not None]
    assert dump_of(Thing(many=True))(rows) == Thing(many=True).dump(rows)
    assert dump_of(Thing(many=True))([]) == []
    assert dump_of(Part())({"name": "one field"}) == {"name": "one field"}


@pytest.mark.parametrize(
    ("schema", "row"),
    [(Hooked(), {"name": "a"}), (Derived(), {"name": "a"}), (Defaulting(), {"other": "b"}), (Schema(), {})],
)
def test_a_schema_with_ways_of_its_own_keeps_them(schema: Schema, row: dict[str, Any]) -> None:
    assert dump_of(schema)(row) == schema.dump(row)


def test_a_value_that_a_field_refuses_is_refused_here_too() -> None:
    bad = Row(number="many")
    with pytest.raises(ValueError, match="invalid literal"):
        Thing().dump(bad)
    with pytest.raises(ValueError, match="invalid literal"):
        dump_of(Thing())(bad)
