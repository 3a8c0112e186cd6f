"""Order, load, check, isolate, quarantine. One manager an app, built from the plugins that are on.

A plugin that is off, does not fit or fails is simply not in it: no route, hook, role or menu.
"""

import importlib
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

from flask import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from peewee import Model

from core.db import is_outage
from core.errors import ConfigError
from core.fields import Strict
from core.hookspecs import CaseKind, Channel, Job, NoticeKind
from core.manifest import Manifest
from core.migrations import Chain, demand_known, upgrade
from core.plugin_host import bounded
from core.plugin_host.asking import SYSTEM, Answer, Asking, PluginRefused, describe
from core.plugin_host.checks import (
    check_addresses,
    check_case_kinds,
    check_device_drivers,
    check_jobs,
    check_listening,
    check_names,
    check_place,
    check_roles,
    check_service_lines,
    check_tables,
)
from core.plugin_host.modules import forget_if_mended, forget_modules
from core.plugin_host.notes import note_error
from core.plugin_host.order import heard, listeners_by_kind, lonely, order
from core.plugin_host.pilots import narrowed, pilot_scopes
from core.plugin_host.state import Report, State, report_trouble
from core.security import Actor, Post, Role, grants
from core.settings import Settings
from core.text import N_
from core.value_classes import value_class

if TYPE_CHECKING:
    from core.devices import DeviceDriver

__all__ = ("SYSTEM", "Answer", "Loaded", "PluginFailed", "PluginManager", "PluginRefused", "describe")

log = logging.getLogger(__name__)

LOADING = N_("加载")  # stands for the hook in what goes wrong before there is one
LOADING_SECONDS = 10.0  # a plugin has them for its import, and again for what it registers
_REMEMBERED_POSTS = 10_000


class PluginFailed(Exception):
    """A plugin cannot be used; the message is the cause shown to people."""


@value_class
class Loaded:
    """A plugin (or core module) with all that it registered."""

    manifest: Manifest
    pages: tuple[Blueprint, ...]
    api: tuple[Blueprint, ...]
    roles: tuple[Role, ...]
    models: tuple[type[Model], ...]
    audit_titles: dict[str, str]
    settings: dict[str, Any]
    schema: Schema | None = None
    jobs: tuple[Job, ...] = ()
    file_owners: Mapping[str, Callable[[Actor, str], bool]] = field(default_factory=dict)
    notice_kinds: Mapping[str, NoticeKind] = field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    case_kinds: tuple[CaseKind, ...] = ()
    service_lines: Mapping[str, str] = field(default_factory=dict)
    device_drivers: tuple["DeviceDriver", ...] = ()

    @property
    def chain(self) -> Chain:
        """Its migrations."""
        return Chain(self.manifest.name, self.manifest.folder / "migrations")


class PluginManager(Asking):
    """The plugins of one app: `load` them in order, then `ask` them, each for itself."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.loaded: dict[str, Loaded] = {}
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
        self.pilots = pilot_scopes()
        if folder is not None and str(folder) not in sys.path:
            sys.path.append(str(folder))
        for report in reports.values():
            if report.state in (State.FAILED, State.QUARANTINED) and report.manifest is not None:
                forget_modules(report.manifest)
        on = {name: r.manifest for name, r in reports.items() if r.state is State.ON and r.manifest}
        for name in order(on):
            try:
                self._demand_neighbours(on[name])
                forget_if_mended(on[name], reports[name].changed_at)
                self.loaded[name] = self._load(on[name])
            except PluginFailed as error:
                self.drop(name, State.MISFIT, str(error))
            except bounded.Hung:
                log.error("plugin %s did not load in time", name)
                self.drop(name, State.FAILED, f"启动超过 {LOADING_SECONDS:g} 秒")
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                if is_outage(error):
                    raise  # not this plugin's fault: nothing can be built just now
                # A foreign module may raise anything, SystemExit included.
                log.exception("plugin %s failed to load", name)
                self.drop(name, State.FAILED, describe(error), error)

    def drop(self, name: str, state: State, cause: str, error: BaseException | None = None) -> None:
        """Take a plugin out, with those that stand on it; its report, and its row if it failed, say why."""
        self.loaded.pop(name, None)
        self._grants.clear()
        self.silence(name)
        manifest = self.reports[name].manifest
        self.reports[name] = Report(name, state, cause, manifest)
        if state is State.FAILED and manifest is not None:
            forget_modules(manifest)
            report_trouble(SYSTEM, self.settings, name, state, cause)
            # Where a setting is wrong, the sentence says all: the way through our own code mends nothing.
            note_error(name, LOADING, cause, None if isinstance(error, ConfigError) else error)
        for other in [other for other, it in self.loaded.items() if name in it.manifest.requires]:
            self.drop(other, State.MISFIT, lonely([name]))

    def _demand_neighbours(self, manifest: Manifest) -> None:
        # `survey` has looked at what is on; a neighbour may still have failed to load just now.
        if missing := [name for name in manifest.requires if name not in self.loaded]:
            raise PluginFailed(lonely(missing))

    def _load(self, manifest: Manifest) -> Loaded:
        importlib.invalidate_caches()
        module = self._bounded(manifest, lambda: importlib.import_module(manifest.module))
        check_place(manifest, module)
        self.register(module, manifest.name)
        self._refuse_wrappers(module, manifest.name)
        loaded: Loaded = self._bounded(manifest, lambda: self._contributions(manifest))
        check_tables(manifest, loaded.models)
        check_jobs(manifest, loaded.jobs)
        check_case_kinds(manifest, loaded.case_kinds)
        check_service_lines(manifest, loaded.service_lines)
        check_device_drivers(manifest, loaded.device_drivers)
        kinds = heard(manifest, self.settings.plugin.get(manifest.name, {}))
        check_listening(manifest, kinds, self._manifests(), can_hear=self._hears(manifest.name))
        check_names(manifest, loaded.file_owners, loaded.notice_kinds, loaded.channels)
        if manifest.name in self.reports:
            check_addresses(manifest, loaded.pages, loaded.api)
            # Only plugins count as neighbours, so `requires` opens no way to the core's rights.
            names = [name for name in manifest.requires if name in self.reports]
            check_roles(manifest, loaded.roles, [self.loaded[name].manifest for name in names])
            # Those of core modules were applied before anything was loaded (`core.app.new_manager`).
            demand_known(loaded.chain)
            upgrade([loaded.chain])
        return loaded

    def _bounded(self, manifest: Manifest, call: Callable[[], Any]) -> Any:
        """`call` within LOADING_SECONDS, but for core modules, which are ours. Raises Hung."""
        if manifest.name not in self.reports:
            return call()
        (result,) = bounded.call_each([call], LOADING_SECONDS)
        if result.error is not None:
            raise result.error
        return result.value

    def _contributions(self, manifest: Manifest) -> Loaded:
        schema = self._one(manifest.name, "register_settings", None)
        return Loaded(
            manifest=manifest,
            pages=tuple(self._one(manifest.name, "register_pages", ())),
            api=tuple(self._one(manifest.name, "register_api", ())),
            roles=tuple(self._one(manifest.name, "register_roles", ())),
            models=tuple(self._one(manifest.name, "register_models", ())),
            audit_titles=dict(self._one(manifest.name, "register_audit_titles", {})),
            settings=self._section(manifest.name, schema),
            schema=schema,
            jobs=tuple(self._one(manifest.name, "register_jobs", ())),
            file_owners=dict(self._one(manifest.name, "register_file_owners", {})),
            notice_kinds=dict(self._one(manifest.name, "register_notice_kinds", {})),
            channels=tuple(self._one(manifest.name, "register_channels", ())),
            case_kinds=tuple(self._one(manifest.name, "register_case_kinds", ())),
            service_lines=dict(self._one(manifest.name, "register_service_lines", {})),
            device_drivers=tuple(self._one(manifest.name, "register_device_drivers", ())),
        )

    def _section(self, name: str, schema: Schema | None) -> dict[str, Any]:
        if schema is not None:
            return self.settings.plugin_section(name, schema)
        given, by_page = self.settings.plugin.get(name, {}), self.settings.by_page.get(name, frozenset())
        if by_page:
            named = "、".join(sorted(by_page))
            raise ConfigError([f"插件 {name} 没有设置项；请在插件页面改回 {named}"])
        if given:
            raise ConfigError([f"{self.settings.source}：插件 {name} 没有设置项，请删去 [plugin.{name}]"])
        return {}

    def section_mistakes(self, name: str, section: Mapping[str, Any]) -> dict[str, Any]:
        """What keeps plugin `name`, which is loaded, from running with these settings: key -> messages.

        The plugin's own checks run within the walls. Raises PluginRefused where they fail or hang.
        """
        loaded = self.loaded[name]
        schema = loaded.schema or Schema()

        def look() -> dict[str, Any]:
            try:
                values = schema.load(dict(section), unknown=RAISE)
            except ValidationError as error:
                return dict(error.normalized_messages())
            return schema.mistakes_when_set(values) if isinstance(schema, Strict) else {}

        result = self.call(name, "register_settings", look)
        if result.error is not None:
            raise PluginRefused(plugin=name) from result.error
        if result.value:
            return dict(result.value)
        try:
            kinds = heard(loaded.manifest, section)
            check_listening(loaded.manifest, kinds, self._manifests(), can_hear=True)
        except ValueError as error:
            return {loaded.manifest.listens_by: [str(error)]}
        return {}

    def _refuse_wrappers(self, module: ModuleType, name: str) -> None:
        # A wrapper runs around other plugins' code and could undo the isolation.
        for caller in self._pluggy.get_hookcallers(module) or []:
            for impl in caller.get_hookimpls():
                if impl.plugin_name == name and (impl.hookwrapper or impl.wrapper):
                    raise TypeError(f"钩子 {caller.name} 不能写成 wrapper")

    def _one(self, plugin: str, hook: str, default: Any) -> Any:
        for impl in getattr(self._pluggy.hook, hook).get_hookimpls():
            if impl.plugin_name == plugin:
                return impl.function()
        return default

    def _hears(self, plugin: str) -> bool:
        return any(it.plugin == plugin for it in self.responders_of("on_event"))

    def _manifests(self) -> dict[str, Manifest]:
        """Of everything that is loaded or reported, whatever its state."""
        known = {name: report.manifest for name, report in self.reports.items() if report.manifest}
        return known | {name: loaded.manifest for name, loaded in self.loaded.items()}

    def is_running(self, plugin: str) -> bool:
        """Whether it is loaded and not in trouble; a core module always is."""
        report = self.reports.get(plugin)
        return plugin in self.loaded and (report is None or report.state is State.ON)

    def listeners(self, kind: str, area_code: str) -> tuple[str, ...]:
        """Who is told of events of `kind` in an area: every plugin that the county has switched on there.

        Also one that is in trouble just now: its events wait until it is mended. Looked up in
        memory, since it is asked inside the transaction that causes the event.
        """
        if self._listeners is None:
            off = {name for name, report in self.reports.items() if report.state is State.OFF}
            self._listeners = listeners_by_kind(self._manifests().values(), off, self.settings.plugin)
        told = self._listeners.get(kind, ())
        return tuple(name for name in told if self.is_tried_in(name, area_code)) if self.pilots else told

    def grants(self, posts: tuple[Post, ...]) -> Mapping[str, tuple[str, ...]]:
        """Permission name -> area prefixes that `posts` give with the plugins of this app, each where it is
        tried."""
        known = self._grants.get(posts)
        if known is None:
            if len(self._grants) >= _REMEMBERED_POSTS:
                self._grants.clear()
            known = self._grants[posts] = MappingProxyType(narrowed(grants(posts, self.roles()), self.pilots))
        return known

    def roles(self) -> dict[str, Role]:
        """Every role by name; permissions given by several plugins are joined."""
        joined: dict[str, Role] = {}
        for loaded in self.loaded.values():
            for role in loaded.roles:
                known = joined.get(role.name)
                joined[role.name] = known.joined(role) if known else role
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

    def file_owner(self, kind: str) -> tuple[str, Callable[[Actor, str], bool]] | None:
        """(whose, who may see) for the files of a kind of subject; None when nobody answers for it."""
        for name, loaded in self.loaded.items():
            if kind in loaded.file_owners and self.is_running(name):
                return name, loaded.file_owners[kind]
        return None

    def notice_kinds(self) -> dict[str, NoticeKind]:
        """Every sort of message by name."""
        return {n: kind for loaded in self.loaded.values() for n, kind in loaded.notice_kinds.items()}

    def channels(self) -> dict[str, tuple[str, Channel]]:
        """Name -> (whose, way out for messages) of everything that runs."""
        return {
            channel.name: (name, channel)
            for name, loaded in self.loaded.items()
            for channel in loaded.channels
            if self.is_running(name)
        }

    def case_kinds(self) -> dict[str, CaseKind]:
        """Every kind of case by name."""
        return {kind.name: kind for loaded in self.loaded.values() for kind in loaded.case_kinds}

    def service_lines(self) -> dict[str, str]:
        """Code -> Chinese title of every line of service."""
        return {
            code: title for loaded in self.loaded.values() for code, title in loaded.service_lines.items()
        }

    def device_drivers(self) -> "dict[str, DeviceDriver]":
        """Every driver of devices by name."""
        return {each.name: each for loaded in self.loaded.values() for each in loaded.device_drivers}

    def audit_titles(self) -> dict[str, str]:
        """Audit action -> Chinese title."""
        return {n: t for loaded in self.loaded.values() for n, t in loaded.audit_titles.items()}
