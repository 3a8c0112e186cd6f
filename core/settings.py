"""config/*.toml plus environment -> one frozen, validated object; every mistake at once.

Each mistake is reported with file, line and key. Unknown keys are refused: they are mostly
misspelt ones, and a county that believes a limit is set must not find out in an emergency.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from core.errors import ConfigError
from core.manifest import BURDENS


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class CountySchema(_Strict):
    """Who runs this installation. One deployment a county."""

    code = fields.String(required=True, validate=validate.Regexp(r"^\d{4}(\d{2})?$"))
    name = fields.String(required=True, validate=validate.Length(1, 40))
    areas = fields.String(load_default="")
    public_url = fields.String(load_default="", validate=validate.Regexp(r"^(https?://[^\s/]+)?$"))


class PluginsSchema(_Strict):
    """Which plugins the county allows at all, and which are on from the first day."""

    allowed = fields.List(fields.String(), required=True)
    on = fields.List(fields.String(), load_default=list)

    @validates_schema
    def on_is_allowed(self, data: dict[str, Any], **_: Any) -> None:
        """A plugin that is on must be allowed."""
        missing = sorted(set(data.get("on", [])) - set(data.get("allowed", [])))
        if missing:
            raise ValidationError({"on": [f"{', '.join(missing)} 不在 allowed 之中"]})


class SecuritySchema(_Strict):
    """Limits of log-in and sessions; defaults follow GB/T 22239 level 3 (8.1.4.1)."""

    idle_minutes = fields.Integer(load_default=30, strict=True, validate=validate.Range(1, 720))
    session_hours = fields.Integer(load_default=12, strict=True, validate=validate.Range(1, 72))
    lockout_failures = fields.Integer(load_default=5, strict=True, validate=validate.Range(3, 20))
    lockout_minutes = fields.Integer(load_default=15, strict=True, validate=validate.Range(1, 1440))
    password_length = fields.Integer(load_default=10, strict=True, validate=validate.Range(8, 64))
    https = fields.Boolean(load_default=False)


class CalendarSchema(_Strict):
    """Own holiday files for years that the shipped calendar does not have yet."""

    files = fields.List(fields.String(), load_default=list)


class ConfigSchema(_Strict):
    """The whole file."""

    county = fields.Nested(CountySchema, required=True)
    plugins = fields.Nested(PluginsSchema, required=True)
    security = fields.Nested(SecuritySchema, load_default=lambda: SecuritySchema().load({}))
    calendar = fields.Nested(CalendarSchema, load_default=lambda: CalendarSchema().load({}))
    # Burden -> legal ground. Without a ground the function stays off (国办函〔2026〕12号).
    burdens = fields.Dict(
        fields.String(validate=validate.OneOf(BURDENS)),
        fields.String(validate=validate.Length(min=4)),
        load_default=dict,
    )
    plugin = fields.Dict(fields.String(), fields.Dict(), load_default=dict)


@dataclass(frozen=True)
class Security:
    """See SecuritySchema. Minutes, hours, counts."""

    idle_minutes: int
    session_hours: int
    lockout_failures: int
    lockout_minutes: int
    password_length: int
    https: bool


@dataclass(frozen=True)
class Settings:
    """The county's configuration. `plugin` holds each plugin's own section, not yet checked:
    only the loaded plugin knows its schema (see `plugin_section`)."""

    source: Path
    county_code: str
    county_name: str
    areas_file: Path | None
    public_url: str
    allowed: tuple[str, ...]
    on: tuple[str, ...]
    security: Security
    calendar_files: tuple[Path, ...]
    burdens: Mapping[str, str]
    plugin: Mapping[str, Mapping[str, Any]]
    lines: Mapping[str, int]

    def plugin_section(self, name: str, schema: Schema) -> dict[str, Any]:
        """The checked section [plugin.NAME]. Raises ConfigError naming every mistake."""
        try:
            loaded: dict[str, Any] = schema.load(dict(self.plugin.get(name, {})), unknown=RAISE)
        except ValidationError as error:
            messages = error.normalized_messages()
            raise ConfigError(_sentences(self.source, self.lines, messages, f"plugin.{name}")) from None
        return loaded


def load_settings(file: Path) -> Settings:
    """Read `file`. Raises ConfigError whose `mistakes` name every mistake with file, line and key."""
    try:
        text = file.read_text("utf-8")
        raw = tomllib.loads(text)
    except OSError as error:
        raise ConfigError([f"{file}：读不出来（{error.strerror}）"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{file}：不是 UTF-8 文本，请另存为 UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file}：TOML 写法有误：{error}"]) from None
    lines = key_lines(text)
    try:
        loaded = ConfigSchema().load(raw)
    except ValidationError as error:
        raise ConfigError(_sentences(file, lines, error.normalized_messages())) from None
    return _settings(file, loaded, lines)


def _settings(file: Path, loaded: dict[str, Any], lines: dict[str, int]) -> Settings:
    county, base = loaded["county"], file.parent
    areas = base / county["areas"] if county["areas"] else None
    calendar = tuple(base / name for name in loaded["calendar"]["files"])
    mistakes = [
        f"{_place(file, lines, key)}：找不到文件 {path}"
        for key, path in [("county.areas", areas), *(("calendar.files", path) for path in calendar)]
        if path is not None and not path.is_file()
    ]
    if mistakes:
        raise ConfigError(mistakes)
    return Settings(
        source=file,
        county_code=county["code"],
        county_name=county["name"],
        areas_file=areas,
        public_url=county["public_url"],
        allowed=tuple(loaded["plugins"]["allowed"]),
        on=tuple(loaded["plugins"]["on"]),
        security=Security(**loaded["security"]),
        calendar_files=calendar,
        burdens=loaded["burdens"],
        plugin=loaded["plugin"],
        lines=lines,
    )


def key_lines(text: str) -> dict[str, int]:
    """Dotted key -> line number, for tables and plain `key =` lines (what a config holds)."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            table = header.group(1).replace('"', "")
            lines[table] = number
        elif key := re.match(r"\s*([\w.\-\"]+)\s*=", line):
            name = key.group(1).strip('"')
            lines[f"{table}.{name}" if table else name] = number
    return lines


def _sentences(
    file: Path, lines: Mapping[str, int], messages: Mapping[str, Any], prefix: str = ""
) -> list[str]:
    sentences = []
    for key, value in messages.items():
        path = f"{prefix}.{key}" if prefix and key != "_schema" else (prefix or str(key))
        if isinstance(value, Mapping):
            sentences += _sentences(file, lines, value, path)
        else:
            sentences += [f"{_place(file, lines, path)}：{_chinese(text)}" for text in value]
    return sentences


def _place(file: Path, lines: Mapping[str, int], path: str) -> str:
    # A missing key has no line of its own: name its table's.
    at = path
    while at and at not in lines:
        at = at.rpartition(".")[0]
    return f"{file} 第 {lines.get(at, 1)} 行 {path}"


_CHINESE = {
    "Unknown field.": "没有这个设置项，请检查拼写",
    "Missing data for required field.": "缺少这一项",
    "Not a valid integer.": "应为整数",
    "Not a valid string.": "应为文字（加引号）",
    "Not a valid boolean.": "应为 true 或 false",
    "Not a valid list.": '应为列表，如 ["points_store"]',
    "Not a valid mapping type.": "应为一节设置",
    "String does not match expected pattern.": "格式不对",
    "Invalid input type.": "应为一节设置",
}


def _chinese(text: str) -> str:
    return _CHINESE.get(text, text)


def environment_path(name: str) -> Path | None:
    """A path from the environment (GRIDGOV_DATA, ...), if set and not empty."""
    value = os.environ.get(name, "")
    return Path(value) if value else None
