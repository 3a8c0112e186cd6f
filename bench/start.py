"""How long the program takes to start, against a bare Python."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15


def start_ratio() -> float:
    """Wall time of `gridgov --version` against `python -c ''`, medians, the two in turn."""
    gridgov = Path(sys.executable).with_name("gridgov")
    ours, bare = [], []
    for _ in range(RUNS):
        ours.append(_seconds([str(gridgov), "--version"]))
        bare.append(_seconds([sys.executable, "-c", ""]))
    return statistics.median(ours) / statistics.median(bare)


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began
