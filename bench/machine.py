"""What the figures were measured on: enough to judge them, nothing that names the machine."""

import os
import platform
import re
import sqlite3
import subprocess
from pathlib import Path

from core.testing_server import PostgresqlMissing, program


def describe(folder: Path) -> dict[str, str]:
    """Processor, memory, file system of `folder`, versions, and the load at this moment."""
    memory = _first(r"MemTotal:\s*([0-9]+)", "/proc/meminfo")
    return {
        "cpu": _first(r"model name\s*: (.*)", "/proc/cpuinfo"),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(memory) / 1024 / 1024:.1f} GiB",
        "file system": _file_system(folder).replace("/", " or "),  # stat says ext2/ext3 of all ext
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _postgresql(),
        "load at start": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def _first(pattern: str, file: str) -> str:
    found = re.search(pattern, Path(file).read_text())
    return found[1].strip() if found else ""


def _file_system(folder: Path) -> str:
    kind = subprocess.run(
        ["stat", "--file-system", "--format=%T", str(folder)], capture_output=True, text=True, check=True
    ).stdout.strip()
    spinning = {file.read_text().strip() for file in Path("/sys/block").glob("[svnm][dvm]*/queue/rotational")}
    return f"{kind}, {'disk' if '1' in spinning else 'solid state or virtual'}"


def _postgresql() -> str:
    try:
        text = subprocess.run([program("postgres"), "--version"], capture_output=True, text=True, check=True)
    except PostgresqlMissing:
        return "none"
    return text.stdout.split()[-1] if "(" not in text.stdout else text.stdout.split()[2]
