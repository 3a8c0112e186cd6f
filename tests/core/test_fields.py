"""What comes in is clean, what goes out has one shape."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, validate

from core.clock import CHINA
from core.fields import AreaCode, FormPoints, Id, Moment, PageQuery, Points, Strict, Text, cleaned
from core.text import plain_chinese


class Shape(Strict):
    text = Text(10, shortest=1)
    id = Id()
    points = Points()
    typed = FormPoints()
    area = AreaCode()
    at = Moment()


def load(**values: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = Shape().load(values)
    return loaded


def refused(**values: Any) -> None:
    with pytest.raises(ValidationError):
        load(**values)


@pytest.mark.parametrize(
    "points", [0, -1, 0.5, 1.0, 1e18, float("nan"), float("inf"), "1", "１", True, None, [1], 10**400]
)
def test_points_are_whole_and_positive_or_refused(points: Any) -> None:
    refused(points=points)


@pytest.mark.parametrize(
    "typed", ["0", "-1", "0.5", "1e18", "nan", "", " ", "1 000", "一百", "9" * 13, "²", "٣"]
)
def test_typed_points_are_whole_and_positive_or_refused(typed: str) -> None:
    refused(typed=typed)


@pytest.mark.parametrize(("typed", "points"), [("7", 7), (" 12 ", 12), ("１００", 100), ("007", 7)])
def test_typed_points_may_be_full_width(typed: str, points: int) -> None:
    assert load(typed=typed) == {"typed": points}


@pytest.mark.parametrize(
    "raw", ["", "-1", "1.0", "x", "１", "9" * 17, str(2**53 + 1), True, None, 1.5, "1\n"]
)
def test_an_id_is_a_number_in_plain_digits_or_refused(raw: Any) -> None:
    refused(id=raw)


def test_an_id_is_text_outside_and_a_number_inside() -> None:
    assert load(id="12") == load(id=12) == {"id": 12}
    assert Shape().dump({"id": 12}) == {"id": "12"}


@pytest.mark.parametrize("code", ["3415", "341504", "341504001", "341504001001", "341504001001001"])
def test_an_area_code_has_the_length_of_a_level(code: str) -> None:
    assert load(area=code) == {"area": code}


@pytest.mark.parametrize(
    "code", ["", "34", "34150", "3415040010011", "341504\n", "３４１５０４", "34150a", "-34150"]
)
def test_anything_else_is_no_area_code(code: str) -> None:
    refused(area=code)


def test_text_loses_what_no_database_should_keep() -> None:
    assert load(text=" a\x00b\x1b\ud800c\u0085 ") == {"text": "abc"}
    refused(text="\x00 \ud800")
    refused(text="x" * 11)
    refused(text=7)


@given(st.text(st.characters()))
def test_any_accepted_text_can_be_stored(text: str) -> None:
    try:
        kept = load(text=text)["text"]
    except ValidationError:
        return
    assert "\x00" not in kept
    kept.encode()


def test_moments_carry_their_offset() -> None:
    assert load(at="2026-03-01T00:00:00Z")["at"] == datetime(2026, 3, 1, 8, tzinfo=CHINA)
    assert Shape().dump({"at": datetime(2026, 3, 1, 8, tzinfo=CHINA)}) == {
        "at": "2026-03-01T08:00:00.000+08:00"
    }
    for raw in (
        "2026-03-01T00:00:00",
        "2026-03-01",
        "soon",
        7,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ):
        refused(at=raw)


def test_unknown_keys_are_refused() -> None:
    refused(txet="a")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"most": [1, 2, 3]}, "最多 2 项"),
        ({"least": []}, "至少要有 1 项"),
        ({"both": []}, "应有 1 到 2 项"),
        ({"four": [1]}, "应正好是 4 个"),
        ({"word": "abc"}, "至多 2 个字"),
    ],
)
def test_a_list_is_told_its_entries_and_a_text_its_letters(values: dict[str, Any], sentence: str) -> None:
    class Lists(Strict):
        most = fields.List(fields.Integer(), validate=validate.Length(max=2))
        least = fields.List(fields.Integer(), validate=validate.Length(1))
        both = fields.List(fields.Integer(), validate=validate.Length(1, 2))
        four = fields.List(fields.Integer(), validate=validate.Length(equal=4))
        word = fields.String(validate=validate.Length(max=2))

    with pytest.raises(ValidationError) as refusal:
        Lists().load(values)
    ((said,),) = refusal.value.normalized_messages().values()
    assert plain_chinese(said) == sentence


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "-1"}, {"page": "x"}, {"page": "9" * 5000}, {"page_size": "101"}]
)
def test_pages_are_bounded(query: dict[str, str]) -> None:
    schema: Schema = PageQuery()
    with pytest.raises(ValidationError):
        schema.load(query)


@pytest.mark.parametrize("text", ["\u200b", "\u200d \ufeff", "\u2060\u3164", "\u00ad\t\u2800", "\u200e", ""])
def test_a_text_of_which_nothing_is_seen_is_empty(text: str) -> None:
    assert cleaned(text) == ""
    refused(text=text)
    # Inside of a text such a sign may be needed.
    assert cleaned(f"家{text}👨\u200d👩") == f"家{text}👨\u200d👩"


@pytest.mark.parametrize("sign", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))])
def test_a_text_reads_as_it_is_stored(sign: str) -> None:
    assert cleaned(f"王{sign}强") == "王强"
    assert cleaned(sign) == ""
    assert load(text=f"账号{sign}12345")["text"] == "账号12345"
    # The control: what letters of a right-to-left script need stays.
    assert cleaned("ئا\u200fب") == "ئا\u200fب"
