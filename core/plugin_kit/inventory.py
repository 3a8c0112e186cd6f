"""All that a plugin brings along, found by loading it into a county made for it, in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from werkzeug.routing import Rule

from core.api import PREFIX
from core.app import create_app
from core.county import close_county, create_folder, open_county
from core.db import database
from core.errors import DomainError
from core.hookspecs import ITEMS
from core.manifest import Manifest, discover
from core.plugin_manager import Loaded
from core.text import N_
from core.value_classes import value_class

SECONDS = 90.0
_FILE_OWNER = "file_owner: "


class PluginUnloadable(DomainError):
    """It cannot be loaded, so nobody can say what it would bring."""

    code, status = "plugin_unloadable", 409
    text = N_("插件 %(name)s 加载不了，说不出它会带来什么：%(cause)s。请先用 gridgov plugin check 检查。")


@value_class
class Inventory:
    """What a plugin brings, each list sorted.

    `permissions` as `role: permission`, `addresses` as `GET /path`, `operations` as `GET /api/v1/path name`,
    `jobs` as `name (how often)`, `others` as `kind: name`.
    """

    version: str
    migrations: tuple[str, ...]
    tables: tuple[str, ...]
    addresses: tuple[str, ...]
    operations: tuple[str, ...]
    permissions: tuple[str, ...]
    jobs: tuple[str, ...]
    events: tuple[str, ...]
    listens: tuple[str, ...]
    burdens: tuple[str, ...]
    personal_data: tuple[str, ...]
    shows: tuple[str, ...]
    others: tuple[str, ...]


def inventory(name: str, folder: Path | None) -> Inventory:
    """Load plugin `name` (installed, or in the county's plugin `folder`) apart, and list what it brings.

    Raises PluginUnloadable.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GRIDGOV_")}
    if folder is not None:
        environment["GRIDGOV_PLUGINS"] = str(folder.resolve())
    with tempfile.TemporaryDirectory(prefix="gridgov-plan-") as scratch:
        command = [sys.executable, "-m", "core.plugin_kit.inventory", name, f"{scratch}/county"]
        try:
            done = subprocess.run(  # noqa: S603 - this Python, for the plugin that was named
                command, capture_output=True, env=environment, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise PluginUnloadable(name=name, cause=f"{SECONDS:g} 秒后还没有结束") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise PluginUnloadable(name=name, cause="".join(last) or f"退出码 {done.returncode}") from None
    if "cause" in answer:
        raise PluginUnloadable(name=name, cause=answer["cause"])
    version = answer.pop("version")
    return Inventory(version=version, **{key: tuple(value) for key, value in answer.items()})


def file_kinds(brought: Inventory) -> tuple[str, ...]:
    """The kinds of subjects whose files are the plugin's."""
    return tuple(other.removeprefix(_FILE_OWNER) for other in brought.others if other.startswith(_FILE_OWNER))


def main() -> None:
    """In the process of its own: print the inventory of the plugin named, or why it cannot be loaded."""
    name, data = sys.argv[1], Path(sys.argv[2])
    answers = os.dup(1)
    os.dup2(2, 1)  # what the plugin prints is no answer
    found = _loaded(name, data)
    answer = {"cause": found} if isinstance(found, str) else asdict(found)
    os.write(answers, json.dumps(answer, ensure_ascii=False).encode())
    os._exit(0)  # its threads, if it started any, are not waited for


def _loaded(name: str, data: Path) -> Inventory | str:
    folder = Path(os.environ["GRIDGOV_PLUGINS"]) if "GRIDGOV_PLUGINS" in os.environ else None
    known = {found.name: found for found in discover(folder)}
    if name not in known or known[name].manifest is None:
        return known[name].problem if name in known else "没有安装"
    names = json.dumps(sorted(_with_required(name, {key: found.manifest for key, found in known.items()})))
    config = data.parent / "county.toml"
    config.write_text(
        f'[county]\ncode = "341504"\nname = "试验县"\n[plugins]\nallowed = {names}\non = {names}\n', "utf-8"
    )
    create_folder(data, config)
    county = open_county(data)
    try:
        with database.connection_context():
            app = create_app(county)
            assert county.plugins is not None
            loaded = county.plugins.loaded.get(name)
            if loaded is None:
                return county.plugins.reports[name].cause
            hooks = sorted(
                hook
                for hook in ITEMS
                if name in {responder.plugin for responder in county.plugins.responders_of(hook)}
            )
            endpoints = {view for view, plugin in app.plugin_of.items() if plugin == name}
            rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in endpoints]
            return _inventory(loaded, rules, hooks)
    finally:
        close_county()


def _with_required(name: str, manifests: dict[str, Manifest | None]) -> set[str]:
    names, wanted = {name}, [name]
    while wanted:
        manifest = manifests.get(wanted.pop())
        for required in manifest.requires if manifest else ():
            if required not in names and required in manifests:
                names.add(required)
                wanted.append(required)
    return names


def _inventory(loaded: Loaded, rules: list[Rule], hooks: list[str]) -> Inventory:
    manifest = loaded.manifest
    spoken = {"operations": [rule for rule in rules if rule.rule.startswith(PREFIX)]}
    spoken["addresses"] = [rule for rule in rules if not rule.rule.startswith(PREFIX)]
    jobs = [f"{job.name} ({job.daily or f'每 {job.every} 分钟'})" for job in loaded.jobs]
    return Inventory(
        version=manifest.version,
        migrations=tuple(sorted(file.stem for file in (manifest.folder / "migrations").glob("[0-9]*.py"))),
        tables=tuple(sorted(model._meta.table_name for model in loaded.models)),
        addresses=tuple(sorted(_described(spoken["addresses"], named=False))),
        operations=tuple(sorted(_described(spoken["operations"], named=True))),
        permissions=tuple(
            sorted(f"{role.name}: {permission}" for role in loaded.roles for permission in role.permissions)
        ),
        jobs=tuple(sorted(jobs)),
        events=tuple(sorted(manifest.events)),
        listens=tuple(sorted(manifest.listens)),
        burdens=tuple(sorted(manifest.burdens)),
        personal_data=tuple(sorted(manifest.personal_data)),
        shows=tuple(hooks),
        others=tuple(sorted(_others(loaded))),
    )


def _described(rules: list[Rule], *, named: bool) -> Iterator[str]:
    for rule in rules:
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            name = f" {rule.endpoint.rpartition('.')[2]}" if named else ""
            yield f"{method} {rule.rule}{name}"


def _others(loaded: Loaded) -> Iterator[str]:
    yield from (f"case_kind: {kind.name}" for kind in loaded.case_kinds)
    yield from (f"notice_kind: {kind}" for kind in loaded.notice_kinds)
    yield from (f"channel: {channel.name}" for channel in loaded.channels)
    yield from (f"{_FILE_OWNER}{kind}" for kind in loaded.file_owners)
    yield from (f"service_line: {code}" for code in loaded.service_lines)
    yield from (f"command: {command}" for command in loaded.manifest.commands)
    yield from (f"export: {kind}" for kind in loaded.manifest.exports)


if __name__ == "__main__":
    main()
