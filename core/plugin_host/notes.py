"""Notes of what goes wrong in plugins, stored so that neither the deed that failed nor a page has to wait.

A unit of work in which a plugin fails is mostly rolled back for that very error, and the note must stay: so
it is written by a thread of its own.
"""

import logging
import threading
from collections.abc import Callable
from functools import partial

from core.db import current_unit, database
from core.plugin_host.errors import keep_error, trace_of
from core.plugin_host.state import State, report_trouble
from core.security import Actor
from core.settings import Settings

log = logging.getLogger(__name__)

NOTE_SECONDS = 10.0  # whoever closes the county waits so long for a note to be stored
# Of the whole process: what an app that was renewed since has to note must be stored as well.
_notes: list[threading.Thread] = []


def note_trouble(actor: Actor, settings: Settings, plugin: str, trouble: State | None, cause: str) -> None:
    """Let everybody see why a plugin does not run, or its latest error (see `report_trouble`)."""
    store = partial(_store, partial(report_trouble, actor, settings, plugin, trouble, cause))
    if current_unit() is None:
        store()
    else:
        _store_apart(store)


def note_error(plugin: str, hook: str, said: str, error: BaseException | None = None) -> None:
    """Let an error be read on the plugin's page, with its traceback (see `keep_error`)."""
    trace = "" if error is None else trace_of(error)
    _store_apart(partial(_store, partial(keep_error, plugin, hook, said, trace)))


def finish_notes() -> None:
    """Wait for the notes that are being stored: SQLite crashes when it is closed under a statement."""
    for thread in _notes:
        thread.join(NOTE_SECONDS)


def _store(store: Callable[[], None]) -> None:
    try:
        store()
    except Exception:
        # The neighbour's page must not fail because the note could not be stored.
        log.exception("could not store what troubles a plugin")


def _store_apart(store: Callable[[], None]) -> None:
    note = threading.Thread(target=_with_own_connection, args=(store,), daemon=True)
    _notes[:] = [*(thread for thread in _notes if thread.is_alive()), note]
    note.start()


def _with_own_connection(store: Callable[[], None]) -> None:
    try:
        with database.connection_context():
            store()
    except Exception:
        log.exception("could not store what troubles a plugin")
