"""The WSGI door: always the app that fits the plugins that are on now.

Switching a plugin raises a number in the database. Each worker looks at it at most every
CHECK_SECONDS and, when it rose, builds a new app and puts it in place of the old one, in
which running requests still finish. So "off" needs no gate: what is off is not there.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.app import core_chains, create_app
from core.county import County, database_url, open_county
from core.db import checkpoint_apart, database
from core.jobs import QUEUE_PURPOSE, Waker, open_queue
from core.logs import configure_logs
from core.migrations import upgrade
from core.plugin_state import generation
from core.running import stay_running
from core.settings import environment_path

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)
CHECK_SECONDS = 0.3


class CountyServer:
    """A WSGI callable that renews itself."""

    def __init__(self, county: County) -> None:
        self._county = county
        self._building = threading.Lock()
        self._checked_at = time.monotonic()
        self._renewals_asked = self._renewals_done = 0
        county.renew = self.renew
        with database.connection_context():
            # Migrated first: in a new county the number itself has no table yet.
            upgrade(core_chains())
            # Read before building, so that a switch turned meanwhile is seen at the next look.
            self._generation = generation()
            self._app = create_app(county)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request with the current app."""
        try:
            return self.app.wsgi_app(environ, start_response)
        except (Exception, SystemExit, GeneratorExit):
            # Nothing gets here but what failed before or after the app's own wall.
            log.exception("a request failed outside of the app")
            start_response("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
            return ["系统出了问题，操作没有完成，已记录。\n".encode()]

    def renew(self) -> None:
        """Look at the switches before the next request, and let it wait for what comes of it."""
        self._renewals_asked += 1

    @property
    def app(self) -> "Flask":
        """The app of this moment."""
        is_asked = self._renewals_asked != self._renewals_done
        is_due = is_asked or time.monotonic() - self._checked_at >= CHECK_SECONDS
        if is_due and self._building.acquire(blocking=is_asked):
            asked = self._renewals_asked
            try:
                self._renew()
            except Exception:
                # The old app goes on serving; the next look tries again.
                log.exception("could not look at the plugin switches")
            finally:
                self._checked_at = time.monotonic()
                self._renewals_done = asked
                self._building.release()
        return self._app

    def _renew(self) -> None:
        with database.connection_context():
            number = generation()
            if number != self._generation:
                self._app = create_app(self._county)
                self._generation = number


def create_server() -> CountyServer:
    """Entry for WSGI servers: opens the county in GRIDGOV_DATA."""
    configure_logs()
    county = open_county(environment_path("GRIDGOV_DATA") or Path("data"))
    stay_running(county.data)
    checkpoint_apart()
    # Opened when there is the first event, by a thread of its own: the start does not wait for it.
    secret = county.keys.sign(QUEUE_PURPOSE)
    county.wake = Waker(lambda: open_queue(database_url(county.data), county.data, secret)).wake
    return CountyServer(county)
