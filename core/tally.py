"""What happened how often in this process: read by core.metrics, and nothing when nobody reads."""

import threading

UNITS, BUSY = "units_of_work", "busy"
_guard = threading.Lock()
_counts = {UNITS: 0, BUSY: 0}


def tally(name: str) -> None:
    """Count one more of `name`."""
    with _guard:
        _counts[name] += 1


def counts() -> dict[str, int]:
    """How often each has happened since the process began."""
    with _guard:
        return dict(_counts)
