"""plugin.toml: what a plugin says of itself, read WITHOUT importing the plugin.

So listing, switching off, backing up and doctoring work whatever a plugin does.
"""

import importlib.util
import tomllib
from collections.abc import Container, Iterator
from dataclasses import field
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from core.deprecation import note_keys
from core.text import by_path, plain_chinese
from core.value_classes import value_class

ENTRY_POINT_GROUP = "gridgov.plugins"
FILE_NAME = "plugin.toml"
NAME_PATTERN = r"^[a-z][a-z0-9_]{1,39}\Z"
# An event of a plugin in the past tense; from outside with the plugin's name before it.
_EVENT = r"[A-Z][A-Za-z0-9]{2,39}"
COMPANION_PATTERN, TARGET_PATTERN = r"^[a-z][a-z0-9_]{1,39}\Z", r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*\Z"
EVENT_PATTERN, KIND_PATTERN = rf"^{_EVENT}\Z", rf"^[a-z][a-z0-9_]{{1,39}}\.{_EVENT}\Z"
_EVENT_HELP = "事件名如 PointsRedeemed（过去式）"
_COMPANION_HELP, _TARGET_HELP = "常驻进程的名字用小写字母、数字和 _", "写作 模块:函数"
_KIND_HELP = "写作 插件名.事件名，如 points_store.PointsRedeemed"
# Names of the core's own parts and addresses. A plugin called `accounts` would stand in their place.
RESERVED = frozenset(
    (
        *("accounts", "areas", "cases", "files", "notices", "people", "system", "webhooks"),
        *("api", "core", "plugins", "static"),
    )
)
# Functions that weigh on grassroots staff and are barred unless a law grounds them
# (国办函〔2026〕12号). A plugin that has one declares it; the county names the legal ground.
BURDENS = ("check_in", "ranking", "online_time", "photo_duty", "track_upload", "personal_score")


class ManifestError(ValueError):
    """A manifest that cannot be used; the message says what to mend."""


def _api_range(text: str) -> None:
    try:
        usable = str(SpecifierSet(text))  # an empty range would promise to fit every version to come
    except InvalidSpecifier:
        usable = ""
    if not usable:
        raise ValidationError("版本范围的写法如 >=1.0,<2")


class ManifestSchema(Schema):
    """The keys of plugin.toml. Unknown keys are refused: they are mostly misspelt ones."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=validate.Regexp(NAME_PATTERN))
    title = fields.String(required=True, validate=validate.Length(1, 40))
    title_en = fields.String(required=True, validate=validate.Length(1, 60))
    summary = fields.String(load_default="", validate=validate.Length(max=200))
    version = fields.String(required=True, validate=validate.Length(1, 40))
    api = fields.String(required=True, validate=_api_range)
    requires = fields.List(fields.String(), load_default=list)
    conflicts = fields.List(fields.String(), load_default=list)
    permissions = fields.Dict(fields.String(), fields.String(), load_default=dict)
    commands = fields.Dict(fields.String(), fields.String(), load_default=dict)
    # Kind -> the click command behind `gridgov export KIND FILE`.
    exports = fields.Dict(fields.String(), fields.String(), load_default=dict)
    # Name -> `module:function`, a process of its own that is kept running while the plugin is on.
    companions = fields.Dict(
        fields.String(validate=validate.Regexp(COMPANION_PATTERN, error=_COMPANION_HELP)),
        fields.String(validate=validate.Regexp(TARGET_PATTERN, error=_TARGET_HELP)),
        load_default=dict,
    )
    burdens = fields.Dict(fields.String(validate=validate.OneOf(BURDENS)), fields.String(), load_default=dict)
    personal_data = fields.Dict(fields.String(), fields.String(), load_default=dict)
    # What people have to fill in: a name -> who, when and what, for the list of burdens.
    forms = fields.Dict(
        fields.String(validate=validate.Length(1, 40)),
        fields.String(validate=validate.Length(1, 200)),
        load_default=dict,
    )
    # Kind -> Chinese title of what this plugin announces; kinds, its own or others', that it is told of.
    announces = fields.Dict(
        fields.String(validate=validate.Regexp(EVENT_PATTERN, error=_EVENT_HELP)),
        fields.String(validate=validate.Length(1, 40)),
        load_default=dict,
    )
    listens = fields.List(
        fields.String(validate=validate.Regexp(KIND_PATTERN, error=_KIND_HELP)), load_default=list
    )
    # The setting, a list of tables, whose key `event` names more kinds that the county lets it be told of.
    listens_by = fields.String(load_default="", validate=validate.Length(max=40))


@value_class
class Manifest:
    """A checked manifest and where the plugin lies.

    `module` is what to import to load it; `folder` holds plugin.toml, migrations, templates,
    static files and translations.
    """

    name: str
    title: str
    title_en: str
    summary: str
    version: str
    api: str
    requires: tuple[str, ...]
    conflicts: tuple[str, ...]
    permissions: dict[str, str]
    commands: dict[str, str]
    burdens: dict[str, str]
    personal_data: dict[str, str]
    module: str
    folder: Path
    announces: dict[str, str] = field(default_factory=dict)
    listens: tuple[str, ...] = ()
    exports: dict[str, str] = field(default_factory=dict)
    listens_by: str = ""
    companions: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)

    @property
    def events(self) -> dict[str, str]:
        """What it announces as others name it (`plugin.Kind`), with Chinese titles."""
        return {f"{self.name}.{kind}": title for kind, title in self.announces.items()}

    def fits(self, api_version: str) -> bool:
        """Whether the plugin says it works with this version of the plugin surface."""
        return SpecifierSet(self.api).contains(api_version)


@value_class
class Found:
    """Something that calls itself a plugin: its manifest, or why it has no usable one."""

    name: str
    manifest: Manifest | None
    problem: str = ""


@value_class
class Companion:
    """A process of its own that a plugin wants to be kept running: `plugin.name`, and what is called."""

    plugin: str
    name: str
    target: str

    @property
    def full_name(self) -> str:
        """As the command line and its row name it."""
        return f"{self.plugin}.{self.name}"


def read_manifest(folder: Path, module: str) -> Manifest:
    """Read and check `folder`/plugin.toml. Raises ManifestError naming every mistake."""
    file = folder / FILE_NAME
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise ManifestError(f"缺少 {FILE_NAME}") from None
    except OSError as error:
        raise ManifestError(f"{FILE_NAME} 读不出来：{error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ManifestError(f"{FILE_NAME} 无法解析：{error}") from None
    loaded, keys = _checked(text)
    note_keys(loaded["name"], keys, text)
    foreign = [p for p in loaded["permissions"] if not p.startswith(loaded["name"] + ".")]
    if foreign:
        raise ManifestError(f"{FILE_NAME} 有误：权限名应以 {loaded['name']}. 开头：{', '.join(foreign)}")
    lists = {name: tuple(loaded[name]) for name in ("requires", "conflicts", "listens")}
    # Each its own: what a plugin does to its manifest must not come back with the next reading.
    tables = {name: dict(value) for name, value in loaded.items() if isinstance(value, dict)}
    return Manifest(**{**loaded, **lists, **tables}, module=module, folder=folder)


# By the text itself, which is read each time: whatever way a file was changed, that is seen at once.
@lru_cache(maxsize=64)
def _checked(text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the schema makes of a manifest, and which keys stand in it."""
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ManifestError(f"{FILE_NAME} 无法解析：{error}") from None
    try:
        return ManifestSchema().load(raw), tuple(raw)
    except ValidationError as error:
        mistakes = "；".join(
            f"{path}：{plain_chinese(message)}" for path, message in by_path(error.normalized_messages())
        )
        raise ManifestError(f"{FILE_NAME} 有误：{mistakes}") from None


def discover(folder: Path | None) -> list[Found]:
    """Every plugin to be found by entry point and in `folder`, sorted by name; nothing is imported.

    A name found twice is reported as a problem of the second one, unless both are the same folder: a plugin
    that is installed where it lies, and looked for there, too.
    """
    found: dict[str, Found] = {}
    places: dict[str, Path] = {}
    for name, module, place in [*_by_entry_point(), *_by_folder(folder)]:
        if name in found and place is not None and places.get(name) == place.resolve():
            continue
        if name in found:
            found[name] = Found(name, None, f"有两个插件都叫 {name}：请移走其中一个")
            continue
        if place is None:
            found[name] = Found(name, None, f"找不到模块 {module} 所在的文件夹，可能未安装完整")
            continue
        places[name] = place.resolve()
        try:
            manifest = read_manifest(place, module)
        except ManifestError as error:
            found[name] = Found(name, None, str(error))
            continue
        problem = "" if manifest.name == name else f"{FILE_NAME} 里的 name 是 {manifest.name}，应为 {name}"
        if name in RESERVED:
            problem = f"{name} 是系统保留的名字，请给插件改名"
        elif not (place / "plugin.py").is_file() and module == f"{name}.plugin":
            problem = "缺少 plugin.py"
        found[name] = Found(name, None if problem else manifest, problem)
    return [found[name] for name in sorted(found)]


def installed_names() -> frozenset[str]:
    """What is installed as a plugin, bundled ones too; reads no manifest."""
    return frozenset(point.name for point in entry_points(group=ENTRY_POINT_GROUP))


def companions(allowed: Container[str], folder: Path | None) -> list[Companion]:
    """Those of all plugins that are allowed, on or off; imports none of them, reads no table."""
    return [
        Companion(found.name, name, target)
        for found in discover(folder)
        if found.manifest is not None and found.name in allowed
        for name, target in sorted(found.manifest.companions.items())
    ]


def _by_entry_point() -> Iterator[tuple[str, str, Path | None]]:
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda p: p.name):
        yield point.name, point.module, _package_folder(point.module)


def _by_folder(folder: Path | None) -> Iterator[tuple[str, str, Path | None]]:
    if folder is None or not folder.is_dir():
        return
    for place in sorted(folder.iterdir()):
        if (place / "plugin.py").exists() or (place / FILE_NAME).exists():
            yield place.name, f"{place.name}.plugin", place


def _package_folder(module: str) -> Path | None:
    # find_spec imports the parents of a dotted name, so ask for the top package only (which
    # imports nothing) and walk down by hand.
    top, *rest = module.split(".")[:-1] or [module]
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    for root in spec.submodule_search_locations or []:
        place = Path(root).joinpath(*rest)
        if place.is_dir():
            return place
    return None
