"""How long the program takes to start: the command against a bare Python, the server until it answers."""

import subprocess
import sys
import time
from pathlib import Path

from bench.counties import shop_of
from bench.figures import Rounds, Row, Run
from tools.running import GRIDGOV, serving

RUNS = 15
BARE, VERSION, HELP = "bare Python", "gridgov --version", "gridgov --help"
COMMANDS = {BARE: [sys.executable, "-c", ""], VERSION: [GRIDGOV, "--version"], HELP: [GRIDGOV, "--help"]}


def measure(run: Run) -> list[Row]:
    """P10."""
    data = shop_of(run, "start").data
    found = Rounds()
    for _ in range(run.rounds * run.few(RUNS, 2)):
        for name, command in COMMANDS.items():
            found.add(name, _seconds(command) * 1000)
    for _ in range(run.rounds * run.few(3, 1)):
        found.add("server", _ready_seconds(data))
    run.say("start")
    return [
        found.row(BARE, "ms"),
        found.row(VERSION, "ms"),
        found.row(HELP, "ms"),
        found.ratio("P10 gridgov --version / bare Python", VERSION, BARE, "<= 5, then <= 3"),
        found.ratio("gridgov --help / bare Python", HELP, BARE),
        found.row("server", "s", "<= 1.5", baseline="from the command to the first answer of /healthz"),
    ]


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _ready_seconds(data: Path) -> float:
    began = time.perf_counter()
    with serving(data):
        return time.perf_counter() - began
