"""Order, load, check, isolate, quarantine. One manager an app, built from the plugins that are on.

A plugin that is off, does not fit or fails is simply not in it: no route, hook, role or menu.
"""

import importlib
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import pluggy
from flask import Blueprint
from peewee import Model

from core import hookspecs
from core.db import is_outage
from core.errors import ConfigError, DomainError
from core.hookspecs import Job
from core.logs import scrub
from core.manifest import Manifest
from core.migrations import Chain, upgrade
from core.plugin_checks import (
    check_addresses,
    check_answer,
    check_jobs,
    check_listening,
    check_place,
    check_roles,
    check_tables,
    demand_type,
)
from core.plugin_modules import forget_modules
from core.plugin_order import listeners_by_kind, lonely, order
from core.plugin_state import Report, State, report_trouble
from core.security import Actor, Post, Role, grants
from core.settings import Settings
from core.text import N_

log = logging.getLogger(__name__)

ERRORS_UNTIL_QUARANTINE = 5
WINDOW_SECONDS = 600.0
_REMEMBERED_POSTS = 10_000
SYSTEM = Actor(account_id=None, name="系统")


class PluginFailed(Exception):
    """A plugin cannot be used; the message is the cause shown to people."""


class PluginRefused(DomainError):
    """A plugin failed in a deed that it has to take part in; nothing was changed."""

    code, status = "plugin_failed", 503
    text = N_("插件 %(plugin)s 出错，这一步没有进行。请联系信息中心。")


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
    jobs: tuple[Job, ...] = ()

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
        self._noting = threading.RLock()
        self.seconds: dict[str, float] = {}
        self.failures: dict[str, int] = {}
        # What posts allow depends on what is loaded, and on nothing else.
        self._grants: dict[tuple[Post, ...], Mapping[str, tuple[str, ...]]] = {}
        self._listeners: dict[str, tuple[str, ...]] | None = None

    def load_core(self, manifests: Sequence[Manifest]) -> None:
        """Load the modules that are always on, by the same door. Errors here are ours: they stop the start.

        They get no report: a core module is never switched, dropped or quarantined.
        """
        for manifest in manifests:
            self.loaded[manifest.name] = self._load(manifest)

    def load_plugins(self, reports: dict[str, Report], folder: Path | None) -> None:
        """Load every plugin that is on by `survey`; a failure changes its report, never the rest."""
        self.reports = dict(reports)
        if folder is not None and str(folder) not in sys.path:
            sys.path.append(str(folder))
        for report in reports.values():
            if report.state in (State.FAILED, State.QUARANTINED) and report.manifest is not None:
                forget_modules(report.manifest)
        on = {name: r.manifest for name, r in reports.items() if r.state is State.ON and r.manifest}
        for name in order(on):
            try:
                self._demand_neighbours(on[name])
                self.loaded[name] = self._load(on[name])
            except PluginFailed as error:
                self.drop(name, State.MISFIT, str(error))
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                if is_outage(error):
                    raise  # not this plugin's fault: nothing can be built just now
                # A foreign module may raise anything, SystemExit included.
                log.exception("plugin %s failed to load", name)
                self.drop(name, State.FAILED, describe(error))

    def drop(self, name: str, state: State, cause: str) -> None:
        """Take a plugin out, with those that stand on it; its report, and its row if it failed, say why."""
        self.loaded.pop(name, None)
        self._grants.clear()
        self._silence(name)
        manifest = self.reports[name].manifest
        self.reports[name] = Report(name, state, cause, manifest)
        if state is State.FAILED and manifest is not None:
            forget_modules(manifest)
            report_trouble(SYSTEM, self.settings, name, state, cause)
        for other in [other for other, it in self.loaded.items() if name in it.manifest.requires]:
            self.drop(other, State.MISFIT, lonely([name]))

    def _silence(self, name: str) -> None:
        with self._noting:
            if self._pluggy.has_plugin(name):
                self._pluggy.unregister(name=name)

    def _demand_neighbours(self, manifest: Manifest) -> None:
        # `survey` has looked at what is on; a neighbour may still have failed to load just now.
        if missing := [name for name in manifest.requires if name not in self.loaded]:
            raise PluginFailed(lonely(missing))

    def _load(self, manifest: Manifest) -> Loaded:
        importlib.invalidate_caches()
        module = importlib.import_module(manifest.module)
        check_place(manifest, module)
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
            jobs=tuple(self._one(manifest.name, "register_jobs", ())),
        )
        check_tables(manifest, loaded.models)
        check_jobs(manifest, loaded.jobs)
        check_listening(manifest, self._manifests(), can_hear=self._hears(manifest.name))
        if manifest.name in self.reports:
            check_addresses(manifest, loaded.pages, loaded.api)
            # Only plugins count as neighbours, so `requires` opens no way to the core's rights.
            names = [name for name in manifest.requires if name in self.reports]
            check_roles(manifest, loaded.roles, [self.loaded[name].manifest for name in names])
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

    def _hears(self, plugin: str) -> bool:
        return any(name == plugin for name, _, _ in self._impls("on_event"))

    def _manifests(self) -> dict[str, Manifest]:
        """Of everything that is loaded or reported, whatever its state."""
        known = {name: report.manifest for name, report in self.reports.items() if report.manifest}
        return known | {name: loaded.manifest for name, loaded in self.loaded.items()}

    def is_running(self, plugin: str) -> bool:
        """Whether it is loaded and not in trouble; a core module always is."""
        report = self.reports.get(plugin)
        return plugin in self.loaded and (report is None or report.state is State.ON)

    def listeners(self, kind: str) -> tuple[str, ...]:
        """Who is told of events of `kind`: every plugin that the county has switched on.

        Also one that is in trouble just now: its events wait until it is mended. Looked up in
        memory, since it is asked inside the transaction that causes the event.
        """
        if self._listeners is None:
            off = {name for name, report in self.reports.items() if report.state is State.OFF}
            self._listeners = listeners_by_kind(self._manifests().values(), off)
        return self._listeners.get(kind, ())

    def tell_one(self, plugin: str, hook: str, **values: Any) -> None:
        """Call one plugin's hook; what it raises is the caller's. Time is counted."""
        started = time.perf_counter()
        try:
            for name, function, names in self._impls(hook):
                if name == plugin:
                    function(*[values[argument] for argument in names])
        finally:
            spent = time.perf_counter() - started
            self.seconds[plugin] = self.seconds.get(plugin, 0.0) + spent

    def ask(self, hook: str, **values: Any) -> list[Answer]:
        """Ask every plugin, each for itself, sorted by name. A failing one costs only its own answer."""
        answers = []
        for plugin, function, names in self._impls(hook):
            started = time.perf_counter()
            try:
                # A generator fails when it is read, so it is read here.
                value = check_answer(hook, function(*[values[name] for name in names]))
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - an outer wall; note_error logs it
                self.note_error(plugin, hook, error)
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
                demand_type(hook, reason, str | None)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - an outer wall; note_error logs it
                self.note_error(plugin, hook, error)
                reason = f"插件 {plugin} 出错，无法确认可以这样做"
            if reason:
                reasons.append(reason)
        return reasons

    def tell(self, hook: str, **values: Any) -> None:
        """Tell every plugin of a deed inside its unit of work; one that fails refuses the deed.

        A plugin's own DomainError is passed on as it is. Raises PluginRefused for any other error.
        """
        for plugin, function, names in self._impls(hook):
            try:
                function(*[values[name] for name in names])
            except (KeyboardInterrupt, DomainError):
                raise
            except BaseException as error:
                self.note_error(plugin, hook, error)
                raise PluginRefused(plugin=plugin) from error

    def note_error(self, plugin: str, hook: str, error: BaseException) -> None:
        """Count an error of a plugin's contribution; the fifth within ten minutes quarantines it."""
        log.error("plugin %s failed in %s", plugin, hook, exc_info=error)
        self.failures[plugin] = self.failures.get(plugin, 0) + 1
        if is_outage(error):
            return  # a full disk must not take every plugin out
        cause = f"{hook}：{describe(error)}"
        with self._noting:
            report = self.reports.get(plugin)
            if report is None or report.state is not State.ON:
                return  # a core module, ours to mend; or a last error of what is out already
            times = self._errors.setdefault(plugin, deque(maxlen=ERRORS_UNTIL_QUARANTINE))
            times.append(time.monotonic())
            full = len(times) == ERRORS_UNTIL_QUARANTINE and times[-1] - times[0] <= WINDOW_SECONDS
            state = State.QUARANTINED if full else State.ON
            self.reports[plugin] = Report(plugin, state, cause, report.manifest)
        if full:
            self._silence(plugin)
        self._store_trouble(plugin, State.QUARANTINED if full else None, cause)

    def quarantine(self, plugin: str, cause: str) -> None:
        """Take a plugin out at once: it hangs, or ends the process that runs it."""
        log.error("plugin %s is quarantined: %s", plugin, cause)
        with self._noting:
            report = self.reports.get(plugin)
            if report is None or report.state is not State.ON:
                return
            self.reports[plugin] = Report(plugin, State.QUARANTINED, cause, report.manifest)
        self._silence(plugin)
        self._store_trouble(plugin, State.QUARANTINED, cause)

    def _store_trouble(self, plugin: str, trouble: State | None, cause: str) -> None:
        try:
            report_trouble(SYSTEM, self.settings, plugin, trouble, cause)
        except Exception:
            # The neighbour's page must not fail because the note could not be stored.
            log.exception("could not store the trouble of plugin %s", plugin)

    def grants(self, posts: tuple[Post, ...]) -> Mapping[str, tuple[str, ...]]:
        """Permission name -> area prefixes that `posts` give with the plugins of this app."""
        known = self._grants.get(posts)
        if known is None:
            if len(self._grants) >= _REMEMBERED_POSTS:
                self._grants.clear()
            known = self._grants[posts] = MappingProxyType(grants(posts, self.roles()))
        return known

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

    def jobs(self) -> dict[str, tuple[str, Job]]:
        """Name -> (whose, periodic job) of everything that runs."""
        return {
            job.name: (name, job)
            for name, loaded in self.loaded.items()
            for job in loaded.jobs
            if self.is_running(name)
        }

    def audit_titles(self) -> dict[str, str]:
        """Audit action -> Chinese title."""
        return {n: t for loaded in self.loaded.values() for n, t in loaded.audit_titles.items()}


def describe(error: BaseException) -> str:
    """An error in one line for people who administer, without a traceback and numbers of persons."""
    try:
        text = error.sentence() if isinstance(error, DomainError) else str(error)
    except Exception:  # noqa: BLE001 - a foreign error may fail to speak
        text = ""
    text = scrub(" ".join(text.split()))[:600]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
