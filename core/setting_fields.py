"""How a plugin's settings are shown and read as boxes of a form, from its marshmallow schema.

A setting is drawn by the type and validators of its field; what has no box of its own (tables, lists of
tables) is written as it stands in the config file, in TOML. `metadata` of the field says `title`, `help`,
whether it is `secret` (sealed, never shown) and `file_only` (names a file of the server or another host:
who may only use the page must not point the server elsewhere).
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing, validate

from core.fields import cleaned
from core.text import N_
from core.value_classes import value_class

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ON = "on"


class Kind(Enum):
    """The sorts of boxes."""

    NUMBER = "number"  # a whole one
    DECIMAL = "decimal"
    SWITCH = "switch"
    CHOICE = "choice"
    TEXT = "text"
    LINES = "lines"  # a list of texts, one a line
    NUMBERS = "numbers"  # a list of whole numbers, one a line
    TABLE = "table"  # TOML: the lines of a table
    TABLES = "tables"  # TOML: [[key]] blocks
    VALUE = "value"  # TOML: anything else


@value_class
class SettingField:
    """One setting. `default` is raw, None where there is none; `low`, `high`, `longest` None where free.

    `choices`: raw value -> title.
    """

    key: str
    title: str
    help: str
    kind: Kind
    default: Any
    low: float | None
    high: float | None
    longest: int | None
    choices: Mapping[Any, str]
    is_secret: bool
    in_file_only: bool

    def write(self, value: Any) -> str:
        """A raw value as it stands in the box."""
        if value is None:
            return ""
        return _WRITERS.get(self.kind, _plain)(self.key, value)

    def read(self, text: str) -> Any:
        """What was typed as a raw value; whether it fits the schema says. Raises ValidationError."""
        if self.kind is Kind.CHOICE:
            # What is none of them is left to the schema's own sentence.
            return next((choice for choice in self.choices if _plain("", choice) == text), text)
        return _READERS[self.kind](self.key, text)


def setting_fields(schema: Schema) -> tuple[SettingField, ...]:
    """Every setting in the order of the schema."""
    return tuple(_setting(name, field) for name, field in schema.load_fields.items())


def _setting(name: str, field: fields.Field[Any]) -> SettingField:
    metadata = field.metadata
    key = field.data_key or name
    kind = _kind(field)
    checks = list(field.validators)
    inner = _checked(field.inner) if isinstance(field, fields.List) else []
    spans = [each for each in checks if isinstance(each, validate.Range)]
    lengths = [each for each in checks if isinstance(each, validate.Length)] if kind is Kind.TEXT else []
    return SettingField(
        key=key,
        title=str(metadata.get("title", key)),
        help=str(metadata.get("help", "")),
        kind=kind,
        default=_default(name, field),
        low=_number(max((s.min for s in spans if s.min is not None), default=None)),
        high=_number(min((s.max for s in spans if s.max is not None), default=None)),
        longest=min((each.max for each in lengths if each.max is not None), default=None),
        choices=_choices([*checks, *inner]),
        is_secret=bool(metadata.get("secret")),
        in_file_only=bool(metadata.get("file_only")),
    )


def _checked(field: Any) -> list[Any]:
    return list(field.validators)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


def _choices(checks: list[Any]) -> dict[Any, str]:
    for check in checks:
        if isinstance(check, validate.OneOf):
            titles = [*check.labels] or [str(choice) for choice in check.choices]
            return dict(zip(check.choices, titles, strict=False))
    return {}


def _kind(field: fields.Field[Any]) -> Kind:
    if isinstance(field, fields.List):
        if isinstance(field.inner, fields.Nested):
            return Kind.TABLES
        inner = _kind(field.inner)
        return _LISTS.get(inner, Kind.VALUE)
    if isinstance(field, fields.Nested):
        return Kind.TABLES if field.many else Kind.TABLE
    if isinstance(field, fields.Boolean):
        return Kind.SWITCH
    if any(isinstance(check, validate.OneOf) for check in field.validators):
        return Kind.CHOICE
    if isinstance(field, fields.Integer):
        return Kind.NUMBER
    if isinstance(field, fields.Number):
        return Kind.DECIMAL
    if isinstance(field, fields.Mapping):
        return Kind.TABLE
    # A date, an address, a name: all of them are written as text in TOML.
    return Kind.VALUE if type(field) in (fields.Raw, fields.Field, fields.Tuple) else Kind.TEXT


def _default(name: str, field: fields.Field[Any]) -> Any:
    value = field.load_default
    value = value() if callable(value) else value
    if value is missing or value is None:
        return None
    # Loaded defaults may hold dates, or keys under other names: back to how the file says it.
    return field.serialize(name, None, accessor=lambda *_: value)


def _plain(_: str, value: Any) -> str:
    if isinstance(value, bool):
        return _ON if value else ""
    return str(value)


def _lines(_: str, value: Any) -> str:
    return "\n".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _table(_: str, value: Any) -> str:
    if not isinstance(value, dict):
        return toml_value(value)
    return "\n".join(
        f"{_toml_key(key)} = {toml_value(each)}" for key, each in value.items() if each is not None
    )


def _tables(key: str, value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return f"{_toml_key(key)} = {toml_value(value)}"
    return "\n\n".join(f"[[{_toml_key(key)}]]\n{_table(key, row)}" for row in value)


def toml_value(value: Any) -> str:
    """A raw value in one line of TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        inside = ", ".join(f"{_toml_key(k)} = {toml_value(v)}" for k, v in value.items() if v is not None)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(each) for each in value) + "]"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else toml_value(key)


def _read_number(_: str, text: str) -> int:
    if not re.fullmatch(r"\s*-?\d{1,15}\s*", text):
        raise ValidationError(N_("应为整数。"))
    return int(text)


def _read_decimal(_: str, text: str) -> float:
    if not re.fullmatch(r"\s*-?\d{1,15}(\.\d{1,15})?\s*", text):
        raise ValidationError(N_("应为数字。"))
    return float(text)


def _read_lines(_: str, text: str) -> list[str]:
    return [line for raw_line in text.splitlines() if (line := cleaned(raw_line))]


def _read_numbers(key: str, text: str) -> list[int]:
    return [_read_number(key, line) for line in _read_lines(key, text)]


def _read_table(_: str, text: str) -> dict[str, Any]:
    return _parsed(text)


def _read_tables(key: str, text: str) -> Any:
    table = _parsed(text)
    if set(table) - {key}:
        raise ValidationError(N_("这里只写这一项自己的段落，名称在双方括号里。"))
    return table.get(key, [])


def _read_value(_: str, text: str) -> Any:
    return _parsed(f"value = {text}").get("value")


def _parsed(text: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))
        json.dumps(table, allow_nan=False)
    except (ValueError, RecursionError):
        raise ValidationError(N_("TOML 写法有误，请检查引号、括号和等号。")) from None
    except TypeError:
        raise ValidationError(N_("日期和时间请写在引号里。")) from None
    return table


_LISTS = {Kind.NUMBER: Kind.NUMBERS, Kind.TEXT: Kind.LINES, Kind.CHOICE: Kind.LINES}
_WRITERS: dict[Kind, Callable[[str, Any], str]] = {
    Kind.LINES: _lines,
    Kind.NUMBERS: _lines,
    Kind.TABLE: _table,
    Kind.TABLES: _tables,
    Kind.VALUE: lambda _, value: toml_value(value),
}
_READERS: dict[Kind, Callable[[str, str], Any]] = {
    Kind.NUMBER: _read_number,
    Kind.DECIMAL: _read_decimal,
    Kind.SWITCH: lambda _, text: text == _ON,
    Kind.TEXT: lambda _, text: cleaned(text),
    Kind.LINES: _read_lines,
    Kind.NUMBERS: _read_numbers,
    Kind.TABLE: _read_table,
    Kind.TABLES: _read_tables,
    Kind.VALUE: _read_value,
}
