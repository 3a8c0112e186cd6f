"""Commands that plugins declare in plugin.toml: listed from the manifest, imported when used.

A plugin's command is plain click and finds its county open: `--data` is added here to every
command of it, and the county is opened, with all plugins that are on, before it runs.
"""

import functools
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import click

from core.cli.context import data_option, opened_with_plugins
from core.county import plugins
from core.errors import DomainError
from core.manifest import discover
from core.plugin_manager import describe
from core.settings import environment_path
from core.text import N_
from core.value_classes import value_class


@value_class
class Declared:
    """A command and the plugin that it belongs to."""

    plugin: str
    target: str
    help: str


class PluginNotOn(DomainError):
    """Off means off, on the command line too."""

    code = "plugin_not_on"
    text = N_("插件 %(name)s 没有在这个县区运行（%(state)s），它的命令不能使用。")


def declared() -> dict[str, Declared]:
    """Every plugin command by name; of two with one name the first plugin's."""
    return _declared("commands")


def declared_exports() -> dict[str, Declared]:
    """What plugins write to a file by `gridgov export KIND FILE`, by kind."""
    return _declared("exports")


def load(name: str) -> click.Command:
    """Import the command `name`. A plugin that cannot be imported costs only its own commands."""
    return _load(name, declared()[name])


def load_export(kind: str) -> click.Command:
    """The same for an export."""
    return _load(kind, declared_exports()[kind])


def _declared(part: Literal["commands", "exports"]) -> dict[str, Declared]:
    found: dict[str, Declared] = {}
    for each in discover(environment_path("GRIDGOV_PLUGINS")):
        if each.manifest is not None:
            named = each.manifest.commands if part == "commands" else each.manifest.exports
            for name, target in named.items():
                title = f"插件 {each.manifest.title}（{each.name}）的命令"
                found.setdefault(name, Declared(each.name, target, title))
    return found


def _load(name: str, command: Declared) -> click.Command:
    folder = environment_path("GRIDGOV_PLUGINS")
    if folder is not None and str(folder) not in sys.path:
        sys.path.append(str(folder))
    module, _, attribute = command.target.partition(":")
    try:
        loaded = getattr(importlib.import_module(module), attribute)
    except Exception as error:
        raise click.ClickException(f"{command.help} {name} 加载失败：{describe(error)}") from error
    if not isinstance(loaded, click.Command):
        raise click.ClickException(f"{command.help} {name} 不是一个 click 命令")
    return _with_county(loaded, command.plugin)


def _with_county(command: click.Command, plugin: str) -> click.Command:
    if isinstance(command, click.Group):
        for part in command.commands.values():
            _with_county(part, plugin)
        return command
    run = command.callback
    if run is None or any(parameter.name == "data" for parameter in command.params):
        return command
    command.callback = _opening(run, plugin)
    # As a decorator would: the options of a command stand in its list of parameters.
    return data_option(command)


def _opening(run: Callable[..., Any], plugin: str) -> Callable[..., Any]:
    @functools.wraps(run)
    def run_with_county(*args: Any, data: Path, **options: Any) -> Any:
        with opened_with_plugins(data):
            if plugin not in plugins().loaded:
                report = plugins().reports.get(plugin)
                state = report.state.title + (f"：{report.cause}" if report.cause else "") if report else ""
                raise PluginNotOn(name=plugin, state=state)
            return run(*args, **options)

    return run_with_county
