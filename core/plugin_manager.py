"""Order, load, check, isolate, quarantine. One manager an app, built from the plugins that are on.

A plugin that is off, does not fit or fails is simply not in it: no route, hook, role or menu.
"""

import importlib
import logging
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from flask import Blueprint
from peewee import Model

from core import hookspecs
from core.errors import ConfigError
from core.manifest import Manifest
from core.migrations import Chain, upgrade
from core.plugin_state import Report, State, report_trouble
from core.security import Actor, Role
from core.settings import Settings

log = logging.getLogger(__name__)

ERRORS_UNTIL_QUARANTINE = 5
WINDOW_SECONDS = 600.0
SYSTEM = Actor(account_id=None, name="系统")


class PluginFailed(Exception):
    """A plugin cannot be used; the message is the cause shown to people."""


@dataclass(frozen=True)
class Loaded:
    """A plugin (or core module) with all that it registered."""

    manifest: Manifest
    pages: tuple[Blueprint, ...]
    api: tuple[Blueprint, ...]
    roles: tuple[Role, ...]
    models: tuple[type[Model], ...]
    audit_titles: dict[str, str]
    settings: dict[str, Any]

    @property
    def chain(self) -> Chain:
        """Its migrations."""
        return Chain(self.manifest.name, self.manifest.folder / "migrations")


@dataclass(frozen=True)
class Answer:
    """What one plugin said to one question."""

    plugin: str
    value: Any


class PluginManager:
    """The plugins of one app: `load` them in order, then `ask` them, each for itself."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.loaded: dict[str, Loaded] = {}
        self.reports: dict[str, Report] = {}
        self._pluggy = pluggy.PluginManager(hookspecs.PROJECT)
        self._pluggy.add_hookspecs(hookspecs)
        self._errors: dict[str, deque[float]] = {}
        self.seconds: dict[str, float] = {}

    def load_core(self, manifests: Sequence[Manifest]) -> None:
        """Load the modules that are always on, by the same door. Errors here are ours: they stop the start."""
        for manifest in manifests:
            self.loaded[manifest.name] = self._load(manifest)
            # No report: a core module is never switched, dropped or quarantined.

    def load_plugins(self, reports: dict[str, Report], folder: Path | None) -> None:
        """Load every plugin whose report says on; failures change its report, never the rest."""
        self.reports = dict(reports)
        if folder is not None and str(folder) not in sys.path:
            sys.path.append(str(folder))
        for name in self._in_order():
            report = self.reports[name]
            assert report.manifest is not None
            try:
                self._demand_neighbours(report.manifest)
                self.loaded[name] = self._load(report.manifest)
            except PluginFailed as error:
                self.drop(name, State.MISFIT, str(error))
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                # A foreign module may raise anything, SystemExit included.
                log.exception("plugin %s failed to load", name)
                self.drop(name, State.FAILED, describe(error))

    def drop(self, name: str, state: State, cause: str) -> None:
        """Take a plugin out and say why, in its report and in its row."""
        self.loaded.pop(name, None)
        if self._pluggy.has_plugin(name):
            self._pluggy.unregister(name=name)
        report = self.reports[name]
        self.reports[name] = Report(name, state, cause, report.manifest)
        if state is State.FAILED:
            assert report.manifest is not None
            _forget_modules(report.manifest.module)
            report_trouble(SYSTEM, self.settings, name, state, cause)

    def _in_order(self) -> list[str]:
        on = {name: report for name, report in self.reports.items() if report.state is State.ON}
        needs = {name: set(r.manifest.requires) & set(on) for name, r in on.items() if r.manifest}
        while True:
            try:
                return list(TopologicalSorter({n: sorted(needs[n]) for n in sorted(needs)}).static_order())
            except CycleError as error:
                circle = error.args[1]
                for name in set(circle):
                    self.drop(name, State.MISFIT, f"插件互相依赖成圈：{' → '.join(circle)}")
                    needs.pop(name)
                needs = {name: others & set(needs) for name, others in needs.items()}

    def _demand_neighbours(self, manifest: Manifest) -> None:
        missing = [name for name in manifest.requires if name not in self.loaded]
        if missing:
            raise PluginFailed(f"它需要插件 {', '.join(missing)}，而后者没有启用")
        clashing = [name for name in manifest.conflicts if name in self.loaded]
        if clashing:
            raise PluginFailed(f"它与已启用的插件 {', '.join(clashing)} 冲突")

    def _load(self, manifest: Manifest) -> Loaded:
        importlib.invalidate_caches()
        module = importlib.import_module(manifest.module)
        self._pluggy.register(module, name=manifest.name)
        self._pluggy.check_pending()  # a misspelt hook would otherwise never be called, in silence
        self._refuse_wrappers(module, manifest.name)
        loaded = Loaded(
            manifest=manifest,
            pages=tuple(self._one(manifest.name, "register_pages", ())),
            api=tuple(self._one(manifest.name, "register_api", ())),
            roles=tuple(self._one(manifest.name, "register_roles", ())),
            models=tuple(self._one(manifest.name, "register_models", ())),
            audit_titles=dict(self._one(manifest.name, "register_audit_titles", {})),
            settings=self._settings_of(manifest.name),
        )
        _check_tables(loaded)
        if manifest.name in self.reports:
            _check_addresses(loaded)
        upgrade([loaded.chain])
        return loaded

    def _settings_of(self, name: str) -> dict[str, Any]:
        schema = self._one(name, "register_settings", None)
        if schema is None:
            if self.settings.plugin.get(name):
                raise ConfigError([f"{self.settings.source}：插件 {name} 没有设置项，请删去 [plugin.{name}]"])
            return {}
        return self.settings.plugin_section(name, schema)

    def _refuse_wrappers(self, module: ModuleType, name: str) -> None:
        # A wrapper runs around other plugins' code and could undo the isolation.
        for caller in self._pluggy.get_hookcallers(module) or []:
            for impl in caller.get_hookimpls():
                if impl.plugin_name == name and (impl.hookwrapper or impl.wrapper):
                    raise TypeError(f"钩子 {caller.name} 不能写成 wrapper")

    def _impls(self, hook: str) -> list[tuple[str, Callable[..., Any], tuple[str, ...]]]:
        impls = getattr(self._pluggy.hook, hook).get_hookimpls()
        return sorted(
            ((impl.plugin_name, impl.function, tuple(impl.argnames)) for impl in impls),
            key=lambda impl: impl[0],
        )

    def _one(self, plugin: str, hook: str, default: Any) -> Any:
        for name, function, _ in self._impls(hook):
            if name == plugin:
                return function()
        return default

    def ask(self, hook: str, **values: Any) -> list[Answer]:
        """Ask every plugin, each for itself, sorted by name. A failing one costs only its own answer."""
        answers = []
        for plugin, function, names in self._impls(hook):
            started = time.perf_counter()
            try:
                value = function(*[values[name] for name in names])
                # A generator fails when it is read, so read it here.
                value = list(value) if hook != "seed" and _is_lazy(value) else value
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self._note_error(plugin, hook, error)
            else:
                if value is not None:
                    answers.append(Answer(plugin, value))
            finally:
                spent = time.perf_counter() - started
                self.seconds[plugin] = self.seconds.get(plugin, 0.0) + spent
        return answers

    def gather(self, hook: str, **values: Any) -> list[Any]:
        """The items of all answers in one list."""
        return [item for answer in self.ask(hook, **values) for item in answer.value]

    def ask_vetoes(self, hook: str, **values: Any) -> list[str]:
        """The reasons against; a plugin that fails counts as a reason, since refusing is the safe side."""
        reasons = []
        for plugin, function, names in self._impls(hook):
            try:
                reason = function(*[values[name] for name in names])
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self._note_error(plugin, hook, error)
                reason = f"插件 {plugin} 出错，无法确认可以这样做"
            if reason:
                reasons.append(str(reason))
        return reasons

    def _note_error(self, plugin: str, hook: str, error: BaseException) -> None:
        log.error("plugin %s failed in %s", plugin, hook, exc_info=error)
        if plugin not in self.reports:
            return  # a core module: ours to mend, never to quarantine
        cause = f"{hook}：{describe(error)}"
        times = self._errors.setdefault(plugin, deque(maxlen=ERRORS_UNTIL_QUARANTINE))
        times.append(time.monotonic())
        full = len(times) == ERRORS_UNTIL_QUARANTINE and times[-1] - times[0] <= WINDOW_SECONDS
        state = State.QUARANTINED if full else State.ON
        report = self.reports[plugin]
        self.reports[plugin] = Report(plugin, state, cause, report.manifest)
        try:
            report_trouble(SYSTEM, self.settings, plugin, State.QUARANTINED if full else None, cause)
        except Exception:
            # The neighbour's page must not fail because the note could not be stored.
            log.exception("could not store the trouble of plugin %s", plugin)

    def roles(self) -> dict[str, Role]:
        """Every role by name; permissions given by several plugins are joined."""
        joined: dict[str, Role] = {}
        for loaded in self.loaded.values():
            for role in loaded.roles:
                known = joined.get(role.name)
                title, held = (known.title, known.permissions) if known else (role.title, frozenset())
                joined[role.name] = Role(role.name, title, held | role.permissions)
        return joined

    def permissions(self) -> dict[str, str]:
        """Every permission name with its Chinese title."""
        return {n: t for loaded in self.loaded.values() for n, t in loaded.manifest.permissions.items()}

    def models(self) -> list[type[Model]]:
        """The tables of everything that is loaded."""
        return [model for loaded in self.loaded.values() for model in loaded.models]

    def audit_titles(self) -> dict[str, str]:
        """Audit action -> Chinese title."""
        return {n: t for loaded in self.loaded.values() for n, t in loaded.audit_titles.items()}


def describe(error: BaseException) -> str:
    """An error in one line for people who administer, without a traceback."""
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _is_lazy(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | dict | list | tuple)


def _check_tables(loaded: Loaded) -> None:
    prefix = f"{loaded.manifest.name}_"
    for model in loaded.models:
        table = model._meta.table_name
        if not table.startswith(prefix):
            raise ValueError(f"表 {table} 的名字应以 {prefix} 开头")


def _check_addresses(loaded: Loaded) -> None:
    # Own names and own addresses, so that no plugin can put itself in another one's place.
    name = loaded.manifest.name
    path = "/" + name.replace("_", "-")
    for blueprint in loaded.pages:
        if blueprint.name != name and not blueprint.name.startswith(f"{name}_"):
            raise ValueError(f"蓝图 {blueprint.name} 的名字应以 {name} 开头")
        if (blueprint.url_prefix or "") != path and not (blueprint.url_prefix or "").startswith(path + "/"):
            raise ValueError(f"蓝图 {blueprint.name} 的网址应以 {path} 开头")


def _forget_modules(module: str) -> None:
    # So that `retry` really loads the mended file.
    package = module.rpartition(".")[0] or module
    for name in [n for n in sys.modules if n == package or n.startswith(package + ".")]:
        del sys.modules[name]
