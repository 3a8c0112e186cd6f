"""config/*.toml plus environment -> one frozen, validated object; every mistake at once.

Each mistake is reported with file, line and key. Unknown keys are refused: they are mostly
misspelt ones, and a county that believes a limit is set must not find out in an emergency.
"""

import os
import re
import tomllib
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from ipaddress import IPv4Interface, IPv6Interface
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from core.case_settings import CasesSchema, CasesSettings
from core.errors import ConfigError
from core.manifest import BURDENS, RESERVED
from core.text import by_path, plain_chinese
from core.value_classes import value_class

_CODE = '应为引号里的 4 位或 6 位数字（市或县区的行政区划代码），如 "341504"'
_ADDRESS = '应为以 http:// 或 https:// 开头、后面不带路径的网址，如 "https://grid.example.cn"，或留空'

_READER = '应为 IP 地址或网段，如 "10.20.0.5" 或 "10.20.0.0/24"'


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class CountySchema(_Strict):
    """Who runs this installation. One deployment a county."""

    code = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9]{4}([0-9]{2})?\Z", error=_CODE),
        error_messages={"invalid": _CODE},
    )
    name = fields.String(required=True, validate=validate.Length(1, 40))
    areas = fields.String(load_default="")
    public_url = fields.String(
        load_default="", validate=validate.Regexp(r"^(https?://[^\s/]+)?\Z", error=_ADDRESS)
    )


def _public_key(text: str) -> None:
    try:
        is_key = len(b64decode(text, validate=True)) == 32
    except ValueError:
        is_key = False
    if not is_key:
        raise ValidationError("应为 gridgov plugin key 给出的公钥（44 个字符）")


class PluginsSchema(_Strict):
    """Which plugins the county allows at all, and which are on from the first day."""

    allowed = fields.List(fields.String(), required=True)
    on = fields.List(fields.String(), load_default=list)
    # Public keys (base64) whose signed plugin bundles this county installs.
    trusted = fields.List(fields.String(validate=_public_key), load_default=list)

    @validates_schema(skip_on_field_errors=False)
    def on_is_allowed(self, data: dict[str, Any], **_: Any) -> None:
        """A plugin that is on must be allowed."""
        missing = sorted(set(data.get("on", [])) - set(data.get("allowed", [])))
        if missing and "allowed" in data:
            raise ValidationError({"on": [f"{', '.join(missing)} 不在 allowed 之中"]})


class SecuritySchema(_Strict):
    """Limits of log-in and sessions; defaults follow GB/T 22239 level 3 (8.1.4.1)."""

    idle_minutes = fields.Integer(load_default=30, strict=True, validate=validate.Range(1, 720))
    session_hours = fields.Integer(load_default=12, strict=True, validate=validate.Range(1, 72))
    lockout_failures = fields.Integer(load_default=5, strict=True, validate=validate.Range(3, 20))
    lockout_minutes = fields.Integer(load_default=15, strict=True, validate=validate.Range(1, 1440))
    password_length = fields.Integer(load_default=10, strict=True, validate=validate.Range(8, 64))
    https = fields.Boolean(load_default=False)
    # How many reverse proxies stand in front: so many addresses of X-Forwarded-For are believed.
    trusted_proxies = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 5))


class CalendarSchema(_Strict):
    """Own holiday files for years that the shipped calendar does not have yet."""

    files = fields.List(fields.String(), load_default=list)


class MetricsSchema(_Strict):
    """Figures for Prometheus at /metrics, and who may read them besides this machine."""

    on = fields.Boolean(load_default=False)
    readers = fields.List(
        fields.IPInterface(error_messages={"invalid_ip_interface": _READER}), load_default=list
    )


class ConfigSchema(_Strict):
    """The whole file."""

    county = fields.Nested(CountySchema, required=True)
    plugins = fields.Nested(PluginsSchema, required=True)
    security = fields.Nested(SecuritySchema, load_default=lambda: SecuritySchema().load({}))
    calendar = fields.Nested(CalendarSchema, load_default=lambda: CalendarSchema().load({}))
    metrics = fields.Nested(MetricsSchema, load_default=lambda: MetricsSchema().load({}))
    cases = fields.Nested(CasesSchema, load_default=lambda: CasesSchema().load({}))
    # Burden -> legal ground. Without a ground the function stays off (core.burdens).
    burdens = fields.Dict(
        fields.String(validate=validate.OneOf(BURDENS)),
        fields.String(validate=validate.Length(min=4)),
        load_default=dict,
    )
    plugin = fields.Dict(fields.String(), fields.Dict(), load_default=dict)


@value_class
class Security:
    """See SecuritySchema. Minutes, hours, counts."""

    idle_minutes: int
    session_hours: int
    lockout_failures: int
    lockout_minutes: int
    password_length: int
    https: bool
    trusted_proxies: int


@value_class
class MetricsSettings:
    """See MetricsSchema."""

    on: bool
    readers: tuple[IPv4Interface | IPv6Interface, ...]


@value_class
class Settings:
    """The county's configuration. `plugin` holds each plugin's own section, not yet checked:
    only the loaded plugin knows its schema (see `plugin_section`). `by_page`: which of its keys
    were set on the plugin's page, over what the file says."""

    source: Path
    county_code: str
    county_name: str
    areas_file: Path | None
    public_url: str
    allowed: tuple[str, ...]
    on: tuple[str, ...]
    trusted: tuple[str, ...]
    security: Security
    calendar_files: tuple[Path, ...]
    metrics: MetricsSettings
    cases: CasesSettings
    burdens: Mapping[str, str]
    plugin: Mapping[str, Mapping[str, Any]]
    lines: Mapping[str, int]
    by_page: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def plugin_section(self, name: str, schema: Schema) -> dict[str, Any]:
        """The checked section [plugin.NAME]. Raises ConfigError naming every mistake."""
        by_page = self.by_page.get(name, frozenset())
        return load_section(self.source, self.lines, name, self.plugin.get(name, {}), schema, by_page=by_page)


def load_section(
    file: Path,
    lines: Mapping[str, int],
    name: str,
    values: Mapping[str, Any],
    schema: Schema,
    *,
    by_page: Collection[str] = (),
) -> dict[str, Any]:
    """The section [plugin.NAME] of `file`, checked; the keys `by_page` come from the plugin's page.

    Raises ConfigError naming every mistake, with its line or the page.
    """
    try:
        loaded: dict[str, Any] = schema.load(dict(values), unknown=RAISE)
    except ValidationError as error:
        section = f"plugin.{name}"
        mistakes = by_path(error.normalized_messages(), section)
        paged = [each for each in mistakes if _key(each[0], section) in by_page]
        written = [each for each in mistakes if each not in paged]
        said = [f"插件页面保存的设置 {path}：{plain_chinese(text)}；请在插件页面改回" for path, text in paged]
        raise ConfigError([*said, *_sentences(file, lines, written)]) from None
    return loaded


def _key(path: str, section: str) -> str:
    return path.removeprefix(f"{section}.").partition(".")[0]


def load_settings(file: Path) -> Settings:
    """Read `file`. Raises ConfigError whose `mistakes` name every mistake with file, line and key."""
    try:
        text = file.read_text("utf-8-sig")  # Windows editors put a mark at the start
        raw = tomllib.loads(text)
    except OSError as error:
        raise ConfigError([f"{file}：读不出来（{error.strerror}）"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{file}：不是 UTF-8 文本，请另存为 UTF-8"]) from None
    except RecursionError:
        raise ConfigError([f"{file}：TOML 写法有误：括号嵌套太深"]) from None
    except tomllib.TOMLDecodeError as error:
        line = _broken_line(str(error), text)
        raise ConfigError(
            [f"{file} 第 {line} 行：TOML 写法有误，请检查引号、括号、等号和逗号（{error}）"]
        ) from None
    lines = key_lines(text)
    mistakes: list[tuple[str, str]] = []
    loaded: dict[str, Any] = {}
    try:
        loaded = ConfigSchema().load(raw)
    except ValidationError as error:
        mistakes = by_path(error.normalized_messages())
    # What no schema sees is looked for in the raw values, so that it is named in the same breath.
    mistakes += [*_lost_files(file, raw), *_homeless_sections(raw)]
    if mistakes:
        raise ConfigError(_sentences(file, lines, mistakes))
    return _settings(file, loaded, lines)


def _broken_line(words: str, text: str) -> int:
    # tomllib says where only in its English words: "(at line 7, column 10)" or "(at end of document)".
    found = re.search(r"at line (\d+)", words)
    return int(found[1]) if found else max(len(text.splitlines()), 1)


def _lost_files(file: Path, raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    named = [("county.areas", _table(raw, "county").get("areas"))]
    files = _table(raw, "calendar").get("files")
    named += [("calendar.files", name) for name in files] if isinstance(files, list) else []
    for key, name in named:
        if not isinstance(name, str) or not name:
            continue
        if ".." in Path(name).parts:
            yield key, f"{name} 不能含有 ..，请把文件放在配置文件旁边"
        elif not (file.parent / name).is_file():
            yield key, f"找不到文件 {file.parent / name}"


def _homeless_sections(raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    allowed = _table(raw, "plugins").get("allowed")
    if not isinstance(allowed, list):
        return
    for name in _table(raw, "plugin"):
        if name not in allowed and name not in RESERVED:
            yield f"plugin.{name}", f"plugins.allowed 中没有插件 {name}，请检查拼写"


def _table(raw: dict[str, Any], name: str) -> dict[str, Any]:
    table = raw.get(name)
    return table if isinstance(table, dict) else {}


def _settings(file: Path, loaded: dict[str, Any], lines: dict[str, int]) -> Settings:
    county, base = loaded["county"], file.parent
    areas = base / county["areas"] if county["areas"] else None
    calendar = tuple(base / name for name in loaded["calendar"]["files"])
    return Settings(
        source=file,
        county_code=county["code"],
        county_name=county["name"],
        areas_file=areas,
        public_url=county["public_url"],
        allowed=tuple(loaded["plugins"]["allowed"]),
        on=tuple(loaded["plugins"]["on"]),
        trusted=tuple(loaded["plugins"]["trusted"]),
        security=Security(**loaded["security"]),
        calendar_files=calendar,
        metrics=MetricsSettings(loaded["metrics"]["on"], tuple(loaded["metrics"]["readers"])),
        cases=CasesSettings(**loaded["cases"]),
        burdens=loaded["burdens"],
        plugin=loaded["plugin"],
        lines=lines,
    )


def key_lines(text: str) -> dict[str, int]:
    """Dotted key -> line number, for tables and plain `key =` lines (what a config holds)."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        # A whole line: the middle of a long list looks like a header otherwise.
        if header := re.match(r"\s*\[{1,2}\s*([\w.\-\"' ]+?)\s*\]{1,2}\s*(#.*)?$", line):
            table = re.sub(r"[\"' ]", "", header.group(1))
            lines.setdefault(table, number)
        elif key := re.match(r"\s*([\w.\-\"']+)\s*=", line):
            name = re.sub(r"[\"']", "", key.group(1))
            lines.setdefault(f"{table}.{name}" if table else name, number)
    return lines


def _sentences(file: Path, lines: Mapping[str, int], mistakes: list[tuple[str, str]]) -> list[str]:
    placed = sorted((_line(lines, path), path, plain_chinese(message)) for path, message in mistakes)
    return [f"{file} 第 {line} 行 {path}：{text}" for line, path, text in placed]


def _line(lines: Mapping[str, int], path: str) -> int:
    # A missing key has no line of its own: name its table's.
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)


def environment_path(name: str) -> Path | None:
    """A path from the environment (GRIDGOV_DATA, ...), if set and not empty."""
    value = os.environ.get(name, "")
    return Path(value) if value else None
