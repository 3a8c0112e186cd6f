"""Companions: processes that plugins keep beside web and worker, to listen to something by themselves.

plugin.toml names them (`[companions] name = "module:function"`). The function is called as
`function(stopping)` with the county open and all plugins loaded; it returns soon after `stopping` is set. An
error that leaves it ends the process, which is started again (core.cli.keeper). While its plugin is off the
process waits and imports nothing of it.

It is called once for a state of things: its plugin's last switch and settings, and the drivers of devices.
When one of them changes the process ends and is started anew. Whatever else is switched or set comes to it
where it stands: `core.county.plugins` is another one, and what asks it each time has the new answer.
"""

import fcntl
import importlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.app import core_chains, load_plugins, loaded_plugins
from core.county import County, close_county, open_county
from core.db import database, is_outage
from core.errors import ConfigError
from core.manifest import Companion, companions
from core.memory import renewing, share_pools, starting
from core.migrations import upgrade
from core.plugin_host.settings import overlaid
from core.plugin_host.state import Report, State, generation, survey
from core.plugin_manager import PluginManager
from core.running import stay_running

log = logging.getLogger(__name__)

Run = Callable[[threading.Event], None]
LOOK_SECONDS, TURN_SECONDS = 0.5, 0.1
# What is in work when it has to stop may take so long; then it is cut off.
STOP_SECONDS = 25.0


def run_companion(data: Path, full_name: str, *, parent: int | None = None) -> int:
    """Run one in this process until SIGTERM, SIGINT, the end of `parent` or a turned switch. Exit status.

    Raises ConfigError when the county cannot be opened or allows none of that name.
    """
    share_pools()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    county = open_county(data)
    try:
        known = {each.full_name: each for each in companions(county.settings.allowed, county.plugins_folder)}
        if full_name not in known:
            raise ConfigError([f"这个县区允许的插件里没有常驻进程 {full_name}"])
        stay_running(data)
        _Process(county, known[full_name], stopping, parent).run()
    finally:
        close_county()
    return 0


class _Process:
    """One companion of an open county, in this process."""

    def __init__(
        self, county: County, companion: Companion, stopping: threading.Event, parent: int | None
    ) -> None:
        self._county, self._companion = county, companion
        self._stopping, self._parent = stopping, parent
        self._generation = 0
        self._ground: tuple[Any, ...] = ()
        self._ended = threading.Event()

    def run(self) -> None:
        """Wait until its plugin is on and no other process of this name runs; call it until it must stop."""
        following = threading.Thread(target=self._follow, name="follow-switches", daemon=True)
        following.start()
        try:
            if (manager := self._when_on()) is not None:
                with _alone(self._county.data, self._companion.full_name, self._stopping):
                    if not self._stopping.is_set():
                        self._call(manager)
        finally:
            self._ended.set()
            self._stopping.set()
            following.join()

    def _call(self, manager: PluginManager) -> None:
        try:
            module, _, name = self._companion.target.partition(":")
            target: Run = getattr(importlib.import_module(module), name)
            target(self._stopping)
        except Exception as error:
            with database.connection_context():
                manager.note_error(self._companion.plugin, self._companion.name, error)
            raise

    def _when_on(self) -> PluginManager | None:
        """The plugins, loaded, as soon as this one's is on; None when it has to stop before."""
        while not self._stopping.is_set():
            try:
                with starting(), database.connection_context():
                    upgrade(core_chains())
                    # Read before loading, so that a switch turned meanwhile is seen at the next look.
                    self._generation = generation()
                    report = self._report()
                    if report.state is State.ON:
                        self._ground = self._newest_ground()
                        manager = load_plugins(self._county)
                        if self._companion.plugin in manager.loaded:
                            return manager
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("the database cannot be used: %s", error)
            self._await_change()
        return None

    def _await_change(self) -> None:
        seen = self._generation
        while not self._stopping.wait(LOOK_SECONDS):
            if self._newest_generation() != seen:
                return

    def _follow(self) -> None:
        """In a thread: stop when the parent has ended, or when the companion has to be called anew."""
        while not self._stopping.wait(LOOK_SECONDS):
            if self._parent is not None and os.getppid() != self._parent:
                self._stopping.set()
            elif self._county.plugins is not None and not self._is_as_it_was(self._county.plugins):
                log.info("its plugin was switched or set; this process ends and is started anew")
                self._stopping.set()
        if not self._ended.wait(STOP_SECONDS):
            log.error("companion %s does not stop and is cut off", self._companion.full_name)
            logging.shutdown()
            os._exit(1)

    def _is_as_it_was(self, manager: PluginManager) -> bool:
        """Whether the companion may go on; what changed around it is loaded, for its next look at it."""
        number = self._newest_generation()
        if number == self._generation:
            return True
        try:
            with database.connection_context():
                # Before anything is loaded: what it works with must not vanish while it finishes its work.
                if self._report().state is not State.ON or self._newest_ground() != self._ground:
                    return False
                with renewing():
                    newest = loaded_plugins(self._county)
        except Exception as error:
            if is_outage(error):
                return True  # and look again
            log.exception("the plugins cannot be loaded anew beside companion %s", self._companion.full_name)
            return False
        is_there = self._companion.plugin in newest.loaded
        if not is_there or newest.device_drivers() != manager.device_drivers():
            return False
        self._county.plugins, self._generation = newest, number
        return True

    def _report(self) -> Report:
        return survey(self._county.settings, self._county.plugins_folder)[self._companion.plugin]

    def _newest_ground(self) -> tuple[Any, ...]:
        """What its plugin was started on: its last switch, and its section with what was set by page."""
        settings = overlaid(self._county.settings, self._county.keys)
        return self._report().changed_at, settings.plugin.get(self._companion.plugin)

    def _newest_generation(self) -> int:
        try:
            with database.connection_context():
                return generation()
        except Exception as error:
            if not is_outage(error):
                raise
            return self._generation


@contextmanager
def _alone(data: Path, full_name: str, stopping: threading.Event) -> Iterator[None]:
    """Only one process of this name a county folder: a second one waits, all loaded, for its end."""
    with (data / f"{full_name}.running").open("a") as file:
        waits = False
        while not stopping.is_set():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not waits:
                    log.warning("companion %s runs already; this process waits for its end", full_name)
                waits = True
                stopping.wait(TURN_SECONDS)
            else:
                break
        yield
