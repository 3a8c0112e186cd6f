"""Rules that show only when the plugin runs: in a county made for it, by a process of its own.

`python -m core.plugin_kit.trying FOLDER DATA` prints the breaches as JSON; whatever the plugin does to that
process, the one that asked goes on.
"""

import ast
import importlib
import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from core.app import create_app
from core.county import close_county, create_folder, open_county
from core.db import database
from core.fields import Strict
from core.manifest import ManifestError, discover, read_manifest
from core.migrations import differences, downgrade, upgrade
from core.plugin_kit.rules import Breach
from core.plugin_manager import Loaded, PluginManager

# Which rule a refusal of the core belongs to: the innermost of its functions that refused.
_RULE_OF = {
    "check_tables": "own_tables",
    "check_addresses": "own_addresses",
    "join": "own_addresses",
    "_demand_own_addresses": "own_addresses",
    "_demand_marks": "access",
    "check_roles": "permissions",
    "check_jobs": "own_names",
    "check_case_kinds": "own_names",
    "check_service_lines": "own_names",
    "check_device_drivers": "own_names",
    "check_names": "own_names",
    "check_listening": "own_names",
    "_refuse_wrappers": "hooks",
    "register": "hooks",
    "check_pending": "hooks",
    "_section": "settings",
    "upgrade": "migrations",
}


def main() -> None:
    """Try the plugin in the folder given, and print what was found."""
    folder, data = Path(sys.argv[1]), Path(sys.argv[2])
    answers = os.dup(1)
    os.dup2(2, 1)  # what the plugin prints is no answer
    found = [asdict(breach) for breach in tried(folder, data)]
    os.write(answers, json.dumps(found, ensure_ascii=False).encode())
    os._exit(0)  # its threads, if it started any, are not waited for


def tried(folder: Path, data: Path) -> Iterator[Breach]:
    """Load it, look at what it registered, undo and repeat its migrations."""
    data.parent.mkdir(exist_ok=True)
    config = data.parent / "county.toml"
    names = _with_neighbours(folder)
    config.write_text(
        '[county]\ncode = "341504"\nname = "试验县"\n'
        f"[plugins]\nallowed = {json.dumps(names)}\non = {json.dumps(names)}\n",
        "utf-8",
    )
    os.environ["GRIDGOV_PLUGINS"] = str(folder.parent)
    create_folder(data, config)
    county = open_county(data)
    errors = _Errors()
    logging.getLogger("core").addHandler(errors)
    logging.getLogger("core").propagate = False
    try:
        with database.connection_context():
            create_app(county)
            assert county.plugins is not None
            loaded = county.plugins.loaded.get(folder.name)
            if loaded is None:
                yield _refused(county.plugins.reports[folder.name].cause, errors.first)
                return
            yield from _tables(loaded)
            yield from _settings(county.plugins, folder.name)
            yield from _audit_titles(loaded)
            yield from _companions(loaded)
    finally:
        close_county()


def _with_neighbours(folder: Path) -> list[str]:
    try:
        wanted = list(read_manifest(folder, f"{folder.name}.plugin").requires)
    except ManifestError:
        wanted = []
    known = {found.name: found.manifest for found in discover(folder.parent)}
    names = {folder.name}
    while wanted:
        name = wanted.pop()
        manifest = known.get(name)
        if name not in names and manifest is not None:
            names.add(name)
            wanted += manifest.requires
    return sorted(names)


class _Errors(logging.Handler):
    """Keeps the first error that the core has logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self.first is None and record.exc_info and record.exc_info[1] is not None:
            self.first = record.exc_info[1]


def _refused(cause: str, error: BaseException | None) -> Breach:
    if error is None:
        return Breach("loads", "", cause)
    frames = traceback.extract_tb(error.__traceback__)
    names = [frame.name for frame in frames if _is_ours(frame.filename)]
    rule = next((_RULE_OF[name] for name in reversed(names) if name in _RULE_OF), "loads")
    # An error out of the plugin's own lines while it registers is a matter of loading.
    if rule in ("own_addresses", "own_names", "hooks") and not _is_ours(frames[-1].filename):
        rule = "hooks" if "pluggy" in frames[-1].filename else "loads"
    return Breach(rule, "", cause)


def _is_ours(filename: str) -> bool:
    return Path(filename).is_relative_to(Path(__file__).parents[1])


def _tables(loaded: Loaded) -> Iterator[Breach]:
    before = differences(loaded.models)
    yield from (Breach("migrations", "", line) for line in before)
    try:
        downgrade(loaded.chain)
        if left := _own_tables(loaded):
            yield Breach("undo", "migrations", f"撤回后还剩下表 {'、'.join(left)}")
        upgrade([loaded.chain])
        yield from (
            Breach("undo", "migrations", line) for line in differences(loaded.models) if line not in before
        )
    except Exception as error:  # noqa: BLE001 - a script of theirs may raise anything; it is what is looked for
        yield Breach("undo", "migrations", f"{type(error).__name__}：{error}")


def _own_tables(loaded: Loaded) -> list[str]:
    names = {model._meta.table_name for model in loaded.models}
    return sorted(names & set(database.obj.get_tables()))


def _settings(manager: PluginManager, name: str) -> Iterator[Breach]:
    schema = manager._one(name, "register_settings", None)
    if schema is not None and not isinstance(schema, Strict):
        yield Breach(
            "settings", "", f"{type(schema).__name__} 应继承 core.fields.Strict，写错的设置才会被指出"
        )


def _audit_titles(loaded: Loaded) -> Iterator[Breach]:
    for file in sorted(loaded.manifest.folder.rglob("*.py")):
        for action in _recorded(file):
            if action not in loaded.audit_titles:
                text = f"审计动作 {action} 没有中文说明"
                yield Breach("audit_titles", str(file.relative_to(loaded.manifest.folder.parent)), text)


def _companions(loaded: Loaded) -> Iterator[Breach]:
    for name, target in sorted(loaded.manifest.companions.items()):
        module, _, function = target.partition(":")
        try:
            found = callable(getattr(importlib.import_module(module), function))
        except Exception as error:  # noqa: BLE001 - their module may raise anything
            yield Breach("loads", "plugin.toml", f"常驻进程 {name}：{type(error).__name__}：{error}")
        else:
            if not found:
                yield Breach("loads", "plugin.toml", f"常驻进程 {name}：{target} 不是函数")


def _recorded(file: Path) -> list[str]:
    return [
        node.args[1].value
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("audit.record", "record")
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and isinstance(node.args[1].value, str)
    ]


if __name__ == "__main__":
    main()
