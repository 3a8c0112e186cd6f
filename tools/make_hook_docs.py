"""The parts of docs/hooks.md, docs/plugin-api.md and docs/plugin-api.zh.md that the code itself can say.

Each page holds a block between two marks; this writes the block anew and leaves the rest.
"""

import ast
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from core import hookspecs
from core.plugin_kit.rules import RULES
from core.plugin_kit.surface import PUBLIC
from core.version import API_VERSION

ROOT = Path(__file__).parents[1]
HOOKS = ROOT / "docs" / "hooks.md"
SURFACE = ROOT / "docs" / "plugin-api.md"
CHINESE_SURFACE = ROOT / "docs" / "plugin-api.zh.md"
BEGIN, END = "<!-- made by make docs: begin -->", "<!-- made by make docs: end -->"
RULES_BEGIN, RULES_END = "<!-- made by make docs: rules begin -->", "<!-- made by make docs: rules end -->"
ROLES_BEGIN, ROLES_END = "<!-- made by make docs: roles begin -->", "<!-- made by make docs: roles end -->"
PIECES_BEGIN, PIECES_END = (
    "<!-- made by make docs: pieces begin -->",
    "<!-- made by make docs: pieces end -->",
)
ENGLISH = ROOT / "core" / "translations" / "en" / "LC_MESSAGES" / "messages.po"

MACROS = ROOT / "core" / "templates" / "core" / "macros.html"
ICONS = ROOT / "core" / "static" / "icons.svg"


def hooks() -> dict[str, Any]:
    """Every hook by name, in the order of the source."""
    found = {name: value for name, value in vars(hookspecs).items() if hasattr(value, "gridgov_spec")}
    return dict(sorted(found.items(), key=lambda item: item[1].__code__.co_firstlineno))


def signature(function: Any) -> str:
    """`name(argument: Type, ...) -> Type` as the source writes it."""
    text = str(inspect.signature(function)).replace("'", "").replace('"', "")
    return str(function.__name__) + re.sub(r"\b(?:core|collections|datetime|typing)\.(?:\w+\.)*", "", text)


def implementers(hook: str) -> list[str]:
    """The modules and bundled plugins whose plugin.py implements `hook`, by their folder."""
    places = [*sorted((ROOT / "core").glob("*/plugin.py")), *sorted((ROOT / "plugins").glob("*/plugin.py"))]
    return [str(file.parent.relative_to(ROOT)) for file in places if hook in _implemented(file)]


def _implemented(file: Path) -> set[str]:
    """Functions marked `@hookimpl`, and hooks that the plugin's parts answer (`name = PARTS.name`)."""
    tree = ast.parse(file.read_text("utf-8"))
    own = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(mark).startswith("hookimpl") for mark in node.decorator_list)
    }
    handed_on = {
        node.value.attr
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Attribute)
        and ast.unparse(node) == f"{node.value.attr} = PARTS.{node.value.attr}"
    }
    return own | handed_on


def hooks_block() -> str:
    """One section for each hook, and the events that `on_event` may be told of."""
    sections = "\n".join(_hook_section(name, function) for name, function in hooks().items())
    return f"{sections}\n{_events()}"


def rules_block(heading: str = "| rule | level | what holds |", *, chinese: bool = False) -> str:
    """The rules of `gridgov plugin check`, by level."""
    english = _english(ENGLISH)
    lines = [heading, "| --- | --- | --- |"]
    lines += [
        f"| `{rule.name}` | {rule.level} | {rule.title if chinese else english[rule.title]} |"
        for rule in RULES.values()
    ]
    return "\n".join(lines) + "\n"


def roles_block(heading: str = "| role | title | in English | known to |") -> str:
    """The roles that posts give, by the modules and plugins that know them."""
    known: dict[str, tuple[str, list[str]]] = {}
    for file in [*sorted(ROOT.glob("core/*/plugin.py")), *sorted(ROOT.glob("plugins/*/plugin.py"))]:
        module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        for role in module.register_roles() if hasattr(module, "register_roles") else ():
            owners = known.setdefault(role.name, (role.title, []))[1]
            owner = "core" if file.parent.parent.name == "core" else file.parent.name
            owners.extend([owner] if owner not in owners else [])
    english: dict[str, str] = {}
    for catalogue in [ENGLISH, *sorted(ROOT.glob("plugins/*/translations/en/LC_MESSAGES/messages.po"))]:
        english = _english(catalogue) | english
    lines = [heading, "| --- | --- | --- | --- |"]
    lines += [
        f"| `{name}` | {title} | {english[title]} | {', '.join(owners)} |"
        for name, (title, owners) in known.items()
    ]
    return "\n".join(lines) + "\n"


def pieces_block() -> str:
    """The building blocks of templates: macros with what their comments say, and the icons."""
    text = MACROS.read_text("utf-8")
    found = re.findall(
        r"(?:\{#-((?:(?!#\}).)*?)-?#\}\s*)?\{% macro ([a-z]\w*\(.*?\)) -%\}", text, flags=re.DOTALL
    )
    lines = ["| macro | what it is |", "| --- | --- |"]
    lines += [f"| `{call}` | {' '.join(said.split()).replace('|', chr(92) + '|')} |" for said, call in found]
    icons = re.findall(r'<symbol id="([a-z-]+)"', ICONS.read_text("utf-8"))
    return "\n".join([*lines, "", f"Icons: {', '.join(f'`{icon}`' for icon in icons)}."]) + "\n"


def _english(catalogue: Path) -> dict[str, str]:
    with catalogue.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.string}


def _events() -> str:
    lines = ["## The events\n", "| kind | what happened |", "| --- | --- |"]
    for file in sorted([*ROOT.glob("core/*/plugin.toml"), *ROOT.glob("plugins/*/plugin.toml")]):
        manifest = tomllib.loads(file.read_text("utf-8"))
        for kind, title in manifest.get("announces", {}).items():
            lines.append(f"| `{manifest['name']}.{kind}` | {title} |")
    return "\n".join(lines) + "\n"


def _hook_section(name: str, function: Any) -> str:
    when = "when the plugin is switched on" if name.startswith("register_") else "while people work"
    return (
        f"### {name}\n\n```python\n{signature(function)}\n```\n\n{inspect.getdoc(function)}\n\n"
        f"Asked {when}. Implemented by: {', '.join(implementers(name))}.\n"
    )


def surface_block() -> str:
    """One table for each public module."""
    return "\n".join([f"API version {API_VERSION}.\n", *(_table(module) for module in PUBLIC)])


def _table(module: str) -> str:
    lines = [
        f"### {module}\n",
        f"{_first_line(importlib.import_module(module))}\n",
        "| name | what it is |",
        "| --- | --- |",
    ]
    return "\n".join([*lines, *_rows(module)]) + "\n"


def _rows(module: str) -> Iterator[str]:
    for name, sentence in PUBLIC[module].items():
        value = getattr(importlib.import_module(module), name)
        told = (f"{name}{_arguments(value)}", sentence or _first_line(value))
        yield "| `{}` | {} |".format(*(text.replace("|", chr(92) + "|") for text in told))


def _arguments(value: Any) -> str:
    """What it is called with, as `(id, *, page=1)`: of functions, and of classes that are made of fields."""
    if not (inspect.isfunction(value) or (inspect.isclass(value) and is_dataclass(value))):
        return ""
    if is_dataclass(value):
        fields(value)  # a class of values is made when somebody asks for it
    given = inspect.signature(value).parameters.values()
    shown = [each.replace(annotation=each.empty, default=_shown(each.default)) for each in given]
    return str(inspect.Signature(shown)).replace("=Ellipsis", "=...")


def _shown(default: Any) -> Any:
    # A default that has no words of its own is there, whatever it is.
    return ... if default is not inspect.Parameter.empty and repr(default).startswith("<") else default


def _first_line(value: Any) -> str:
    value = getattr(value, "_fixture_function", value)  # what pytest wraps
    paragraph = (inspect.getdoc(value) or "").partition("\n\n")[0]
    return " ".join(paragraph.split())


def with_block(page: str, block: str, begin: str = BEGIN, end: str = END) -> str:
    """`page` with `block` between its marks."""
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{block}\n{end}{after}"


def pages() -> dict[Path, str]:
    """The pages as they should be."""
    blocks = {HOOKS: hooks_block(), SURFACE: surface_block()}
    made = {file: with_block(file.read_text("utf-8"), block) for file, block in blocks.items()}
    for block, begin, end in (
        (rules_block(), RULES_BEGIN, RULES_END),
        (roles_block(), ROLES_BEGIN, ROLES_END),
        (pieces_block(), PIECES_BEGIN, PIECES_END),
    ):
        made[SURFACE] = with_block(made[SURFACE], block, begin, end)
    made[CHINESE_SURFACE] = CHINESE_SURFACE.read_text("utf-8")
    for block, begin, end in (
        (rules_block("| 规则 | 级别 | 要求 |", chinese=True), RULES_BEGIN, RULES_END),
        (roles_block("| 角色 | 名称 | 英文 | 谁认识它 |"), ROLES_BEGIN, ROLES_END),
    ):
        made[CHINESE_SURFACE] = with_block(made[CHINESE_SURFACE], block, begin, end)
    return made


def main() -> None:
    """Write the pages."""
    for file, text in pages().items():
        file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
