"""Rules that a plugin's files answer, without running anything of it."""

import ast
import configparser
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from core.deprecation import MANIFEST_KEY, deprecated, key_line
from core.manifest import BURDENS, FILE_NAME, ManifestError, read_manifest
from core.plugin_kit.project import Project
from core.plugin_kit.rules import Breach
from core.plugin_kit.surface import PUBLIC
from core.version import API_VERSION

MOST_TESTS_WANTED = 8
_OUTSIDE = re.compile(
    r"""(?:(?:src|href|action|poster)\s*=\s*["']|url\(\s*["']?|@import\s+["']|fetch\(\s*["'])(?:https?:)?//"""
)
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\son[a-z]+\s*=\s*[\"']|\sstyle\s*=\s*[\"']", re.IGNORECASE
)
_NETWORK = {
    "socket",
    "http",
    "urllib.request",
    "requests",
    "httpx",
    "aiohttp",
    "smtplib",
    "ftplib",
    "telnetlib",
    "urllib3",
}
# Columns that hold somebody's life, as they are mostly called.
_PERSONAL = re.compile(
    r"(?:^|_)(?:person_id|household_id|account_id|phone|telephone|mobile|id_number|id_card|birth\w*|name_of|"
    r"full_name|person_name|contact|address|photo\w*|by_id)$"
)
# Columns that only a burden needs (国办函〔2026〕12号), and which one.
_BURDEN = {
    "check_in": re.compile(r"check(?:ed)?_in|latitude|longitude|punch"),
    "ranking": re.compile(r"(?:^|_)rank(?:ing)?(?:$|_)"),
    "online_time": re.compile(r"online_(?:seconds|minutes|time)|login_minutes"),
    "track_upload": re.compile(r"(?:^|_)(?:track|gps|trace_point)"),
    "personal_score": re.compile(r"(?:staff|cadre|personal)_score"),
}
_TRANSACTIONS = {"atomic", "transaction", "savepoint", "begin", "commit", "rollback"}


def read(project: Project) -> Iterator[Breach]:
    """Every breach that the files show."""
    for rule in _RULES:
        yield from rule(project)


def _manifest(project: Project) -> Iterator[Breach]:
    try:
        manifest = read_manifest(project.folder, f"{project.name}.plugin")
    except ManifestError as error:
        yield Breach("manifest", "plugin.toml", str(error))
        return
    if manifest.name != project.name:
        text = f"name 是 {manifest.name}，文件夹却叫 {project.name}"
        yield Breach("manifest", "plugin.toml", text)
    if not (project.folder / "plugin.py").is_file():
        yield Breach("manifest", "", "缺少 plugin.py")
    if not manifest.fits(API_VERSION):
        yield Breach("api", "plugin.toml", f"api = {manifest.api}，本系统的接口是 {API_VERSION}")


def _dependencies(project: Project) -> Iterator[Breach]:
    try:
        ours = {canonicalize_name(Requirement(line).name) for line in requires("gridgov") or ()}
    except PackageNotFoundError:
        ours = set()
    for place, line in _wanted(project):
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            yield Breach("dependencies", place, f"{line}：写法有误")
            continue
        if canonicalize_name(wanted.name) not in ours:
            continue
        try:
            installed = version(wanted.name)
        except PackageNotFoundError:
            continue
        if not wanted.specifier.contains(installed, prereleases=True):
            yield Breach("dependencies", place, f"要 {line}，系统自带的是 {installed}")
        elif any(one.operator in ("==", "===") and not one.version.endswith("*") for one in wanted.specifier):
            yield Breach("dependencies", place, f"{line} 只许一个版本，系统升级时会冲突；请写成范围")


def _wanted(project: Project) -> Iterator[tuple[str, str]]:
    if (file := project.root / "pyproject.toml").is_file():
        try:
            table = tomllib.loads(file.read_text("utf-8")).get("project", {})
        except ValueError:
            table = {}
        yield from (("pyproject.toml", str(line)) for line in table.get("dependencies", ()))
    if (file := project.root / "setup.cfg").is_file():
        config = configparser.ConfigParser()
        config.read(file, "utf-8")
        lines = config.get("options", "install_requires", fallback="").splitlines()
        yield from (("setup.cfg", line.strip()) for line in lines if line.strip())


def _public_names(project: Project) -> Iterator[Breach]:
    neighbours = project.manifest().get("requires", [])
    for file, tree in project.sources():
        modules = _modules_of_core(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module = modules.get(node.value.id, "")
                if module in PUBLIC and node.attr not in PUBLIC[module]:
                    text = f"{module}.{node.attr} 不是公开的接口"
                    yield Breach("public_names", project.place(file, node.lineno), text)
            if isinstance(node, ast.Import):
                private = [alias.name for alias in node.names if alias.name.split(".")[0] == "core"]
                yield from (
                    Breach("public_names", project.place(file, node.lineno), f"请写 from {name} import 名字")
                    for name in private
                )
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from _private(project, file, node, neighbours)


def _modules_of_core(tree: ast.Module) -> dict[str, str]:
    """What `from core import audit as record` brings: the name here -> the module."""
    return {
        alias.asname or alias.name: f"core.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "core"
        for alias in node.names
    }


def _private(project: Project, file: Path, node: ast.ImportFrom, neighbours: list[str]) -> Iterator[Breach]:
    assert node.module is not None
    place = project.place(file, node.lineno)
    top = node.module.split(".")[0]
    for alias in node.names:
        if top == "core":
            known = (
                f"core.{alias.name}" in PUBLIC
                if node.module == "core"
                else alias.name in PUBLIC.get(node.module, ())
            )
            if not known:
                yield Breach("public_names", place, f"{node.module}.{alias.name} 不是公开的接口")
        elif top in {"plugins", *neighbours} and top != project.name:
            theirs = node.module.removeprefix("plugins.")
            owner = theirs.split(".")[0]
            if owner != project.name and (owner not in neighbours or theirs != f"{owner}.api"):
                text = f"{node.module}：别的插件只能用它的 api，且要写进 requires"
                yield Breach("public_names", place, text)


def _deprecations(project: Project) -> Iterator[Breach]:
    text = (project.folder / FILE_NAME).read_text("utf-8", errors="replace") if project.manifest() else ""
    for key in project.manifest():
        if found := deprecated(MANIFEST_KEY + key):
            yield Breach("deprecations", f"plugin.toml:{key_line(text, key)}", found.told())
    for file, tree in project.sources():
        for name, line in _named(tree):
            if found := deprecated(name):
                yield Breach("deprecations", project.place(file, line), found.told())


def _named(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that is imported, every hook that is taken part in, and its arguments, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.FunctionDef) and any(
            ast.unparse(mark).split("(")[0].split(".")[-1] == "hookimpl" for mark in node.decorator_list
        ):
            yield node.name, node.lineno
            yield from ((f"{node.name}.{argument.arg}", node.lineno) for argument in node.args.args)


def _templates(project: Project) -> Iterator[Breach]:
    own = project.folder / "templates" / project.name
    for file in project.files(".html", ".jinja", ".j2"):
        if not file.is_relative_to(own):
            yield Breach("own_templates", project.place(file), f"应放在 templates/{project.name}/ 里")
    for file, tree in project.sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "template_folder":
                yield Breach(
                    "own_templates", project.place(file, node.value.lineno), "不要另设 template_folder"
                )


def _outside(project: Project) -> Iterator[Breach]:
    for file in project.files(".html", ".css", ".js"):
        text = file.read_text("utf-8", errors="replace")
        for found in _OUTSIDE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Breach("no_outside", project.place(file, line), "引用了外部网址，内网打不开，也会泄露访问")
        if file.suffix == ".html":
            for found in _INLINE.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                yield Breach("no_inline", project.place(file, line), f"{found[0].strip()}：浏览器会拒绝执行")
    for file, tree in project.sources():
        for name, line in _imported(tree):
            if name in _NETWORK or name.split(".")[0] in _NETWORK:
                text = f"import {name}：对外连接请用消息渠道或 webhook"
                yield Breach("no_outside", project.place(file, line), text)


def _imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every module that is named after `import` or `from`, and the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno


def _columns(tree: ast.Module) -> Iterator[tuple[ast.ClassDef, str, str, int]]:
    """Each model with its table and columns: (class, table, column, line)."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        table = next(
            (
                line.value.value
                for meta in node.body
                if isinstance(meta, ast.ClassDef) and meta.name == "Meta"
                for line in meta.body
                if isinstance(line, ast.Assign)
                and ast.unparse(line.targets[0]) == "table_name"
                and isinstance(line.value, ast.Constant)
                and isinstance(line.value.value, str)
            ),
            "",
        )
        if not table:
            continue
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call):
                yield node, table, ast.unparse(line.targets[0]), line.lineno


def _data(project: Project) -> Iterator[Breach]:
    manifest = project.manifest()
    told, burdens = manifest.get("personal_data", {}), manifest.get("burdens", {})
    for file, tree in project.sources():
        if "migrations" in file.parts:
            continue
        bare: set[str] = set()
        for node, table, column, line in _columns(tree):
            place = project.place(file, line)
            if _PERSONAL.search(column) and table not in told:
                text = f"表 {table} 的 {column} 是个人信息，[personal_data] 里没有写它"
                yield Breach("personal_data", place, text)
            for burden, pattern in _BURDEN.items():
                if pattern.search(column) and burden not in burdens:
                    text = f"表 {table} 的 {column} 像是“{burden}”，[burdens] 里没有声明"
                    yield Breach("burdens", place, text)
            bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
            if column == "area_code" and "AreaModel" not in bases and table not in bare:
                bare.add(table)
                yield Breach("areas", place, f"表 {table} 有 area_code，应继承 AreaModel")


def _asked_burdens(project: Project) -> Iterator[Breach]:
    declared = project.manifest().get("burdens", {})
    for file, tree in project.sources():
        for name, line in _called(tree, {"demand_ground", "ground_of"}):
            if name in BURDENS and name not in declared:
                yield Breach("burdens", project.place(file, line), f"用到 {name}，[burdens] 里没有声明")


def _permissions(project: Project) -> Iterator[Breach]:
    declared = project.manifest().get("permissions", {})
    for file, tree in project.sources():
        for name, line in _called(tree, {"demands", "demand", "may", "scope"}):
            if name.startswith(f"{project.name}.") and name not in declared:
                yield Breach("permissions", project.place(file, line), f"权限 {name} 没有写在 plugin.toml 里")


def _called(tree: ast.Module, functions: set[str]) -> Iterator[tuple[str, int]]:
    """Texts that are the first argument of a call of one of `functions`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = ast.unparse(node.func).split(".")[-1]
            if called in functions and isinstance(node.args[0].value, str):
                yield node.args[0].value, node.lineno


def _transactions(project: Project) -> Iterator[Breach]:
    for file, tree in project.sources():
        if "migrations" in file.parts:
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _TRANSACTIONS
            ):
                text = f"{node.func.attr}()：只用 unit_of_work"
                yield Breach("one_transaction", project.place(file, node.lineno), text)


def _for_people(project: Project) -> Iterator[Breach]:
    if not any((place / "README.md").is_file() for place in (project.root, project.folder)):
        yield Breach("readme", "", "没有 README.md")
    count = sum(
        isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for file in project.root.rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
    )
    if count < MOST_TESTS_WANTED:
        yield Breach("tests", "", f"只有 {count} 个测试")


_RULES: tuple[Callable[[Project], Iterator[Breach]], ...] = (
    _manifest,
    _dependencies,
    _public_names,
    _deprecations,
    _templates,
    _outside,
    _data,
    _asked_burdens,
    _permissions,
    _transactions,
    _for_people,
)
