"""Finds every place that reads rows of areas without an area, or by SQL of its own."""

import ast
import json
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).parent / "unscoped.toml"
HEAD = """\
# Places that read rows without an area, with the reason that stands in the code ("a statement
# written out" where it is SQL). Made by `python -m tests.contracts.unscoped`; read what changes.
"""
Places = dict[tuple[str, str], list[str]]


@cache
def found() -> Places:
    """(file, function) -> reasons, in their order."""
    places: Places = {}
    for folder in ("core", "plugins"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts or file.name == "__init__.py":
                tree = ast.parse(file.read_text("utf-8"))
                _look(tree, str(file.relative_to(ROOT)), "module", places, _constants(tree))
    return places


def _constants(tree: ast.Module) -> dict[str, str]:
    # A reason that several places share may have a name.
    return {
        name.id: str(node.value.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for name in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(name, ast.Name)
    }


def _look(node: ast.AST, file: str, function: str, places: Places, constants: dict[str, str]) -> None:
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.FunctionDef) and child.name != "unscoped" else function
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
            if child.func.attr == "unscoped":
                places.setdefault((file, inner), []).append(_reason(child, constants))
            elif child.func.attr in ("execute_sql", "raw"):
                places.setdefault((file, inner), []).append("a statement written out")
        _look(child, file, inner, places, constants)


def _reason(call: ast.Call, constants: dict[str, str]) -> str:
    given = call.args[0] if call.args else call.keywords[0].value
    if isinstance(given, ast.Name):
        return constants.get(given.id, given.id)
    return str(given.value) if isinstance(given, ast.Constant) else ast.unparse(given)


def main() -> None:
    """Write the table."""
    text, last = HEAD, ""
    for (file, function), reasons in sorted(found().items()):
        if file != last:
            text += f'\n["{file}"]\n'
            last = file
        listed = ",\n    ".join(json.dumps(reason, ensure_ascii=False) for reason in reasons)
        text += f"{function} = [\n    {listed},\n]\n"
    TABLE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
