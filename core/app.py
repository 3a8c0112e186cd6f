"""create_app: joins the parts, in reading order."""

import logging
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from core.access import MARK
from core.accounts.api import identify
from core.api import create_api
from core.app_join import join
from core.county import County
from core.lazy_rules import LazyRule
from core.manifest import Manifest, read_manifest
from core.migrations import Chain, upgrade
from core.notices.api import unread_count
from core.observing import observe
from core.people.api import area_of_person
from core.plugin_host.settings import overlaid
from core.plugin_host.state import State, survey
from core.plugin_manager import PluginManager, describe
from core.security import Actor, current_actor
from core.visits import PluginBusy, visits
from core.web import init_web

log = logging.getLogger(__name__)

CORE = Path(__file__).parent
# The county's common ground, always on, in the order in which they stand on each other.
MODULES = ("areas", "people", "accounts", "files", "notices", "cases", "webhooks", "system")
KERNEL = Chain("core", CORE / "migrations")


def core_manifests() -> list[Manifest]:
    """What the modules that are always on say of themselves."""
    return [read_manifest(CORE / name, f"core.{name}.plugin") for name in MODULES]


def core_chains() -> list[Chain]:
    """The migrations of the kernel and its modules."""
    return [KERNEL, *(Chain(name, CORE / name / "migrations") for name in MODULES)]


def load_plugins(county: County) -> PluginManager:
    """Bring the database up to date and load modules and plugins; the manager becomes the county's."""
    county.plugins = loaded_plugins(county)
    return county.plugins


def new_manager(county: County) -> PluginManager:
    """A manager with nothing loaded yet, and the database up to date.

    Here, and nowhere else, what was set of plugins by page comes over what the config file says: so web,
    worker, companions and commands all see the same.
    """
    upgrade(core_chains())
    manager = PluginManager(overlaid(county.settings, county.keys))
    manager.home_of = _home_of
    return manager


def loaded_plugins(county: County) -> PluginManager:
    """The same, and the county's manager stays the one that it has."""
    manager = new_manager(county)
    manager.load_core(core_manifests())
    manager.load_plugins(survey(county.settings, county.plugins_folder), county.plugins_folder)
    return manager


def _home_of(actor: Actor) -> str:
    return (area_of_person(actor.person_id) or "") if actor.person_id is not None else ""


def create_app(county: County) -> "CountyApp":
    """The web app of an open county with the plugins that are on now.

    A plugin whose pages cannot be joined (a clashing address, say) is dropped and reported,
    and the app is made again without it.
    """
    manager = loaded_plugins(county)
    while (app := _try(manager)) is None:
        pass  # each round has dropped a plugin
    county.plugins = manager
    return app


def _try(manager: PluginManager) -> "CountyApp | None":
    app = CountyApp(manager)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["int"] = NumberInAddress
    if proxies := manager.settings.security.trusted_proxies:
        # The host stays the one that the proxy sends as Host: nothing that a client writes beside it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    observe(app)
    api = create_api(app)
    init_web(app, identify, manager, unread_count)
    for name, loaded in manager.loaded.items():
        try:
            before = set(app.view_functions)
            join(app, api, loaded)
            if name in manager.reports:
                app.plugin_of.update(dict.fromkeys(set(app.view_functions) - before, name))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if name not in manager.reports:
                raise
            log.exception("plugin %s could not be joined", name)
            manager.drop(name, State.FAILED, describe(error), error)
            return None
    return app


class NumberInAddress(IntegerConverter):
    """`<int:...>`: a number that a row can have; a longer one is an address that leads nowhere."""

    regex = r"[0-9]{1,15}"


class CountyApp(Flask):
    """Flask, but no view can end the process, nor can one plugin's views take all of its threads."""

    url_rule_class = LazyRule

    def __init__(self, manager: PluginManager) -> None:
        super().__init__("core", root_path=str(CORE))
        self.manager = manager
        self.plugin_of: dict[str, str] = {}  # by endpoint, of what is no core module
        self._closed: frozenset[str] = frozenset()

    def full_dispatch_request(self) -> Response:
        """Answer the request; one to a plugin's own page only while the plugin gets on."""
        plugin = self.plugin_of.get(request.endpoint or "")
        if plugin is None:
            return super().full_dispatch_request()
        if plugin in self._closed:
            return self.finalize_request(self.handle_user_exception(NotFound()))
        try:
            with visits.inside(plugin):
                return super().full_dispatch_request()
        except PluginBusy as error:
            return self.finalize_request(self.handle_user_exception(error))

    def close(self, stopped: Collection[str]) -> bool:
        """Answer 404 at the pages of these plugins, until there is an app without them; is that news?"""
        before, self._closed = self._closed, frozenset(stopped) & set(self.plugin_of.values())
        return not self._closed <= before

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """`func` itself: views here are plain functions, and looking at each at every request costs time."""
        return func

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer the request; SystemExit from a view is a crash like any other.

        Raises PilotElsewhere for a page that is not public of a plugin that other villages try.
        """
        if self.manager.pilots:
            self._demand_pilot()
        try:
            return super().dispatch_request()
        except (SystemExit, GeneratorExit) as error:
            raise RuntimeError(f"a view raised {type(error).__name__}") from error

    def _demand_pilot(self) -> None:
        endpoint = request.endpoint or ""
        plugin = self.plugin_of.get(endpoint)
        if plugin is not None and not _is_open(self.view_functions[endpoint]):
            self.manager.demand_tried_by(plugin, current_actor())

    def end_overdue(self) -> None:
        """Interrupt requests that have been in a plugin's pages for too long, and note it."""
        for plugin, error in visits.end_overdue():
            self.manager.note_error(plugin, "网页", error)


def _is_open(view: Callable[..., Any]) -> bool:
    """Whether everybody may call it: a public page, or a static file."""
    return str(getattr(view, MARK, "public")).startswith("public")
