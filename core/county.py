"""A county that is open: its settings, keys, database and folder. One in a process."""

import os
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.clock import WorkCalendar
from core.db import close_database, database, open_database
from core.errors import ConfigError
from core.idempotency import seal_with
from core.keys import Keys, create_keys, load_keys
from core.plugin_host.notes import finish_notes
from core.plugin_manager import PluginManager
from core.settings import Settings, environment_path, load_settings

if TYPE_CHECKING:
    from core.devices import DeviceDriver

CONFIG_FILE, SQLITE_FILE = "config.toml", "gridgov.db"
# The address of a database elsewhere; holds a password.
DATABASE_FILE = "database.url"
# Lies in a folder while a county is brought back into it.
UNFINISHED = "restore-unfinished.txt"


@dataclass
class County:
    """What every part needs to know. `plugins` is set when an app or a command has loaded them."""

    data: Path
    settings: Settings
    keys: Keys
    calendar: WorkCalendar
    plugins_folder: Path | None
    plugins: PluginManager | None = None
    # Called after a switch was turned in this process; its server sets it (core.wsgi).
    renew: Callable[[], None] = lambda: None
    # Called after a commit that left events behind; its server sets it (core.jobs.Waker).
    wake: Callable[[], None] = lambda: None


_open: County | None = None
# The plugins of the app that answers the present request. Switching replaces the app, and a
# request that runs meanwhile goes on among the plugins it began with.
_serving: ContextVar[PluginManager | None] = ContextVar("plugins", default=None)


def county() -> County:
    """The county of this process."""
    assert _open is not None, "no county is open: call open_county first"
    return _open


def plugins() -> PluginManager:
    """The plugins of this request, or outside of one those that the county has loaded last."""
    manager = _serving.get() or county().plugins
    assert manager is not None, "the plugins are not loaded yet"
    return manager


def serve_with(manager: PluginManager | None) -> None:
    """Say which plugins answer this request (`core.web`, at its beginning and end)."""
    _serving.set(manager)


def plugin_settings(name: str) -> dict[str, Any]:
    """The checked config section of a loaded plugin."""
    return plugins().loaded[name].settings


def is_tried_in(plugin: str, area_code: str) -> bool:
    """Whether a plugin is there in an area: yes, unless only other villages try it (core.plugin_host.pilots).

    For lists of one's own that reach across areas; what is read within a scope ends at the pilot by itself.
    """
    return plugins().is_tried_in(plugin, area_code)


def service_lines() -> dict[str, str]:
    """Code -> Chinese title of the lines of service (条线) that the core and the plugins that are on know."""
    return plugins().service_lines()


def device_drivers() -> "dict[str, DeviceDriver]":
    """Name -> driver of devices, of every plugin that is on."""
    return plugins().device_drivers()


def database_url(data: Path) -> str:
    """Where the county's database lies.

    GRIDGOV_DATABASE, or what stands in the data folder's `database.url` (it holds a password, so only its
    owner may read it), or the embedded database in the data folder.
    """
    if url := os.environ.get("GRIDGOV_DATABASE", "").strip():
        return url
    try:
        url = (data / DATABASE_FILE).read_text("utf-8").strip()
    except FileNotFoundError:
        url = ""
    return url or f"sqlite:///{(data / SQLITE_FILE).resolve()}"


def name_database(data: Path, url: str) -> None:
    """Let the county in `data` live in the database at `url` from now on; only the owner may read it."""
    new = data / f"{DATABASE_FILE}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(url + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(data / DATABASE_FILE)


def secret_file(data: Path) -> Path:
    """Where the county's keys lie: GRIDGOV_SECRET_FILE, or under the data folder."""
    return environment_path("GRIDGOV_SECRET_FILE") or data / "keys.json"


def create_folder(data: Path, config: Path) -> None:
    """Lay out a new county's folder: a copy of the config with its area files, and new keys.

    Raises ConfigError when the folder already holds a county, cannot be written, or the config is wrong.
    """
    settings = load_settings(config)
    secrets = secret_file(data)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if taken := [str(file) for file in (data / CONFIG_FILE, secrets) if file.exists()]:
            raise ConfigError([f"已经有一个县区（{', '.join(taken)}）；请换一个空文件夹，或先备份再移走它"])
        _copy_files(settings, config, data)
        create_keys(secrets)
        try:
            # Last, since this file says that a county is here.
            (data / CONFIG_FILE).write_bytes(config.read_bytes())
        except OSError:
            secrets.unlink()  # nothing is sealed with them yet, and a second try must find none
            raise
    except OSError as error:
        raise ConfigError(
            [f"无法写入 {error.filename or data}（{error.strerror}）；请换一个可写的文件夹"]
        ) from None


def _copy_files(settings: Settings, config: Path, data: Path) -> None:
    for file in [settings.areas_file, *settings.calendar_files]:
        # A file named by its full path stays where it is.
        if file is not None and file.is_relative_to(config.parent):
            target = data / file.relative_to(config.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())


def open_county(data: Path, config: Path | None = None) -> County:
    """Open the county in `data`, with `config` (or GRIDGOV_CONFIG) instead of its own config file.

    Raises ConfigError naming every mistake; ends a county that was open in this process before.
    """
    global _open  # noqa: PLW0603 - one process serves one county
    source = config or environment_path("GRIDGOV_CONFIG") or data / CONFIG_FILE
    if not source.is_file():
        raise ConfigError([f"{data} 里还没有县区；请先运行 gridgov init --data {data}"])
    if (data / UNFINISHED).exists():
        raise ConfigError([f"{data} 里的恢复没有做完，不能使用；请整个删除，再运行 gridgov restore"])
    settings = load_settings(source)
    keys = load_keys(secret_file(data))
    calendar = WorkCalendar(settings.calendar_files, settings.cases.day_hours)
    close_county()
    open_database(database_url(data))
    seal_with(keys)
    _open = County(
        data=data,
        settings=settings,
        keys=keys,
        calendar=calendar,
        plugins_folder=environment_path("GRIDGOV_PLUGINS"),
    )
    return _open


def close_county() -> None:
    """Close the database and forget the county."""
    global _open  # noqa: PLW0603
    if database.obj is not None:
        if not database.is_closed():
            database.close()
        finish_notes()
        close_database()
    _open = None
