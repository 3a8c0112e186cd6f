"""A process with all that it has started: seen, stopped in time, killed."""

import os
import select
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SECONDS = 30.0


def family(pid: int) -> list[int]:
    """A process and all its descendants that live, whatever groups and sessions they are in."""
    children = defaultdict(list)
    for child, parent in _parents():
        children[parent].append(child)
    found = [pid]
    for member in found:
        found += children[member]
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and (words := _stat(place / "stat")) and words[0] != "Z":
            yield int(place.name), int(words[1])


def _stat(file: Path) -> list[str]:
    """State, parent, group, ...; empty when it has ended."""
    try:
        # The name in brackets, before these, may hold anything.
        return file.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def freeze(pids: list[int]) -> None:
    """Stop the clocks of all their threads; only what the kernel has begun for them goes on."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + SECONDS
    while not set(_states(pids)) <= {"T", "D"}:
        assert time.monotonic() < deadline, "a stopped process goes on"
        time.sleep(0.001)


def _states(pids: list[int]) -> Iterator[str]:
    for pid in pids:
        for file in Path(f"/proc/{pid}/task").glob("*/stat"):
            yield from _stat(file)[:1]


def kill(pids: list[int]) -> None:
    """SIGKILL for all of them; returns when none of them runs."""
    handles = [handle for pid in pids if (handle := _handle(pid)) is not None]
    for handle in handles:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    for handle in handles:
        # Readable when the process has ended, also when nobody has collected it yet.
        assert select.select([handle], [], [], SECONDS)[0], "a killed process did not end"
        os.close(handle)


def _handle(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None
