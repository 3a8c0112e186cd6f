"""create_app: joins the parts, in reading order."""

from pathlib import Path

from flask import Blueprint, Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from core.accounts.api import identify
from core.api import create_api
from core.county import County
from core.manifest import Manifest, read_manifest
from core.migrations import Chain, upgrade
from core.plugin_manager import Loaded, PluginManager, describe
from core.plugin_state import State, survey
from core.web import init_web

CORE = Path(__file__).parent
# The county's common ground, always on, in the order in which they stand on each other.
MODULES = ("areas", "people", "accounts", "system")
KERNEL = Chain("core", CORE / "migrations")


def core_manifests() -> list[Manifest]:
    """What the modules that are always on say of themselves."""
    return [read_manifest(CORE / name, f"core.{name}.plugin") for name in MODULES]


def core_chains() -> list[Chain]:
    """The migrations of the kernel and its modules."""
    return [KERNEL, *(Chain(name, CORE / name / "migrations") for name in MODULES)]


def load_plugins(county: County) -> PluginManager:
    """Bring the database up to date and load modules and plugins; the manager becomes the county's."""
    upgrade(core_chains())
    manager = PluginManager(county.settings)
    manager.load_core(core_manifests())
    manager.load_plugins(survey(county.settings, county.plugins_folder), county.plugins_folder)
    county.plugins = manager
    return manager


def create_app(county: County) -> Flask:
    """The web app of an open county with the plugins that are on now.

    A plugin whose pages cannot be joined (a clashing address, say) is dropped and reported,
    and the app is made again without it.
    """
    manager = load_plugins(county)
    while True:
        app = _bare_app()
        api = create_api(app)
        init_web(app, identify)
        broken = _join(app, api, manager)
        if broken is None:
            return app
        manager.drop(broken[0], State.FAILED, broken[1])


def _bare_app() -> Flask:
    app = Flask("core", root_path=str(CORE))
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app


def _join(app: Flask, api: object, manager: PluginManager) -> tuple[str, str] | None:
    for name, loaded in manager.loaded.items():
        try:
            _join_one(app, api, loaded)
        except Exception as error:
            if name not in manager.reports:
                raise
            return name, describe(error)
    return None


def _join_one(app: Flask, api: object, loaded: Loaded) -> None:
    folder = loaded.manifest.folder
    name = loaded.manifest.name
    # Templates lie in templates/<name>/, so a plugin cannot shadow another one's by accident.
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(folder / "templates")])
    if (folder / "static").is_dir():
        files = Blueprint(
            f"{name}_static",
            name,
            static_folder=str(folder / "static"),
            static_url_path=f"/{name.replace('_', '-')}/static",
        )
        app.register_blueprint(files)
    for blueprint in loaded.pages:
        app.register_blueprint(blueprint)
    for blueprint in loaded.api:
        api.register_blueprint(blueprint)  # type: ignore[attr-defined]
