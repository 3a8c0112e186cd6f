"""The WSGI door: always the app that fits the plugins that are on now.

Switching a plugin raises a number in the database. Each worker looks at it at most every
CHECK_SECONDS and, when it rose, builds a new app in a thread of its own and puts it in place of the
old one, in which running requests still finish. So "off" needs no list of switches: what is off is not there.
Until then the old app answers 404 at the pages of what was switched off, however long building takes.
Whoever finds that something was switched on waits a moment for the new app; all others have the old one.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.app import core_chains, create_app
from core.county import County, database_url, open_county
from core.db import checkpoint_apart, database
from core.jobs import QUEUE_PURPOSE, Waker, open_queue
from core.logs import configure_logs
from core.memory import renewing, share_pools, starting
from core.migrations import upgrade
from core.plugin_host.state import generation, stopped
from core.running import stay_running
from core.settings import environment_path

if TYPE_CHECKING:
    from core.app import CountyApp

log = logging.getLogger(__name__)
CHECK_SECONDS = 0.3
# How long a request waits for a new app: the one that finds the number risen, and the one that turned the
# switch, whose next page shows what it did. A plugin that is slow to load keeps them no longer.
PATIENCE_SECONDS, SWITCHING_SECONDS = 3.0, 15.0


class CountyServer:
    """A WSGI callable that renews itself."""

    def __init__(self, county: County) -> None:
        self._county = county
        self._looking, self._building = threading.Lock(), threading.Lock()
        self._looked_at = time.monotonic()
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
        """Build the app anew after a switch was turned here: the next page shows what it did."""
        self._build(SWITCHING_SECONDS)

    @property
    def app(self) -> "CountyApp":
        """The app of this moment."""
        is_due = time.monotonic() - self._looked_at >= CHECK_SECONDS
        if is_due and self._looking.acquire(blocking=False):
            patience = None
            try:
                with database.connection_context():
                    patience = self._look()
            except Exception:
                # The old app goes on serving; the next look tries again.
                log.exception("could not look at the plugin switches")
            finally:
                self._looked_at = time.monotonic()
                self._looking.release()
            # Not while others are kept from looking: what goes off meanwhile is closed all the same.
            if patience is not None:
                self._build(patience)
        return self._app

    def _look(self) -> float | None:
        """Close what was switched off; how long to wait for a new app, None where none has to be begun."""
        self._app.end_overdue()
        if generation() == self._generation:
            return None
        is_closed = self._app.close(stopped())
        if self._building.locked():
            return None
        return 0.0 if is_closed else PATIENCE_SECONDS

    def _build(self, patience: float) -> None:
        builder = threading.Thread(target=self._renew, name="app-builder", daemon=True)
        builder.start()
        builder.join(patience)

    def _renew(self) -> None:
        try:
            with self._building, _giving_way(), database.connection_context(), renewing():
                # Until nothing was switched any more while it was built.
                while (number := generation()) != self._generation:
                    app = create_app(self._county)
                    # Built before the newest switch it must not open again what the old one has closed.
                    app.close(stopped())
                    self._app, self._generation = app, number
        except Exception:
            log.exception("could not build the app anew")


@contextmanager
def _giving_way() -> Iterator[None]:
    """Whoever builds hands the interpreter on ten times sooner: each request takes it some twenty times."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 10)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


@starting()
def create_server() -> CountyServer:
    """Entry for WSGI servers: opens the county in GRIDGOV_DATA."""
    share_pools()
    configure_logs()
    county = open_county(environment_path("GRIDGOV_DATA") or Path("data"))
    stay_running(county.data)
    checkpoint_apart()
    # Opened when there is the first event, by a thread of its own: the start does not wait for it.
    secret = county.keys.sign(QUEUE_PURPOSE)
    county.wake = Waker(lambda: open_queue(database_url(county.data), county.data, secret)).wake
    return CountyServer(county)
