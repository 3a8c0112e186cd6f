"""Lets calls climb the ladder every second, in a thread of its own."""

import logging
import threading
from collections.abc import Callable

from core.db import database, is_outage

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
AT_ONCE = 200
_LONGEST_PAUSE = 30.0


def keep_climbing(climb: Callable[[int], int], stopping: threading.Event) -> None:
    """Call `climb(limit)` of services.ladder each second until `stopping`; again at once while there is more.

    An error is logged and tried again after growing pauses: nobody's call waits for ever.
    """
    pause = EVERY_SECONDS
    while not stopping.wait(pause):
        try:
            with database.connection_context():
                while climb(AT_ONCE) >= AT_ONCE and not stopping.is_set():
                    pass
        except Exception as error:
            pause = min(2 * pause, _LONGEST_PAUSE)
            if is_outage(error):
                log.warning("calls cannot climb now: %s", error)
            else:
                log.exception("calls could not climb")
        else:
            pause = EVERY_SECONDS
