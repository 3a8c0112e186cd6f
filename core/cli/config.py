"""gridgov config check: every mistake of a config file at once, each with its line."""

import importlib
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pluggy
from marshmallow import Schema
from peewee import PeeweeException

from core import hookspecs
from core.app import core_chains
from core.cli.context import json_option, opened
from core.cli.output import print_json
from core.clock import WorkCalendar
from core.county import CONFIG_FILE, secret_file
from core.errors import ConfigError
from core.manifest import Found, discover
from core.migrations import pending
from core.plugin_host.settings import overlaid
from core.plugin_manager import describe
from core.settings import environment_path, key_lines, load_section, load_settings


@click.group()
def config() -> None:
    """检查配置文件。"""


@config.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def check(file: Path, as_json: bool) -> int:
    """一次列出 FILE 的全部错误，每个都注明行号；有错误时退出码为 1。

    FILE 是某个县区在用的配置时，还列出以插件页面保存的值为准的设置。
    """
    mistakes = [*_core_mistakes(file), *_plugin_mistakes(file)]
    by_page = {} if mistakes else _set_by_page(file)
    if as_json:
        print_json({"file": str(file), "mistakes": mistakes, "by_page": by_page})
    elif mistakes:
        click.echo("\n".join(mistakes), err=True)
        click.echo(f"共 {len(mistakes)} 处错误", err=True)
    else:
        click.echo(f"{file}：没有错误")
        for name, keys in by_page.items():
            click.echo(f"插件 {name} 的 {'、'.join(keys)} 以插件页面保存的值为准，不看配置文件")
    return 1 if mistakes else 0


def _set_by_page(file: Path) -> dict[str, list[str]]:
    """Of a config in the folder of its county: plugin -> keys over which the plugin's page was used."""
    if file.name != CONFIG_FILE or not secret_file(file.parent).exists():
        return {}
    try:
        with opened(file.parent) as county:
            if pending(core_chains()):
                return {}
            by_page = overlaid(county.settings, county.keys).by_page
    except (ConfigError, PeeweeException):
        return {}  # no mistake of this file; gridgov doctor names it
    return {name: sorted(keys) for name, keys in sorted(by_page.items())}


def _core_mistakes(file: Path) -> list[str]:
    try:
        settings = load_settings(file)
        WorkCalendar(settings.calendar_files)
    except ConfigError as error:
        return error.mistakes
    return []


def _plugin_mistakes(file: Path) -> list[str]:
    # The rest of the file may be wrong, so the sections are read from it as it stands.
    try:
        text = file.read_text("utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []
    sections, allowed = raw.get("plugin", {}), _allowed(raw)
    if not isinstance(sections, dict):
        return []
    folder = environment_path("GRIDGOV_PLUGINS")
    if folder is not None and str(folder) not in sys.path:
        sys.path.append(str(folder))
    found = {plugin.name: plugin for plugin in discover(folder)}
    lines = key_lines(text)
    return [
        mistake
        for name, values in sections.items()
        # A section of a plugin that is not allowed is named by load_settings already.
        if isinstance(values, dict) and name in allowed
        for mistake in _section_mistakes(file, lines, name, values, found.get(name))
    ]


def _allowed(raw: Mapping[str, Any]) -> list[Any]:
    plugins = raw.get("plugins")
    allowed = plugins.get("allowed") if isinstance(plugins, dict) else None
    return allowed if isinstance(allowed, list) else []


def _section_mistakes(
    file: Path, lines: Mapping[str, int], name: str, values: Mapping[str, Any], plugin: Found | None
) -> Iterator[str]:
    place = f"{file} 第 {lines.get(f'plugin.{name}', 1)} 行 plugin.{name}"
    if plugin is None:
        yield f"{place}：没有安装名为 {name} 的插件"
        return
    if plugin.manifest is None:
        yield f"{place}：插件 {name} 有问题，未能检查这一节（{plugin.problem}）"
        return
    try:
        schema = _schema_of(plugin.manifest.module)
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        yield f"{place}：插件 {name} 加载失败，未能检查这一节（{describe(error)}）"
        return
    if schema is None:
        if values:
            yield f"{place}：插件 {name} 没有设置项，请删去这一节"
        return
    try:
        load_section(file, lines, name, values, schema)
    except ConfigError as error:
        yield from error.mistakes


def _schema_of(module: str) -> Schema | None:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(importlib.import_module(module))
    schemas = manager.hook.register_settings()
    return schemas[0] if schemas else None
