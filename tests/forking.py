"""`gridgov` in a process of its own that need not import it first: a server that has done so forks for each.

A real process with its own arguments, environment, folder, streams and status; what is left out is the second
that Python takes to import what is imported already. Tests of starting itself call the installed script.
"""

import importlib
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.app import MODULES
from core.cli.program import COMMANDS

ROOT = Path(__file__).parents[1]
_FORKS = multiprocessing.get_context("forkserver")
# What commands import when they are called, too: most of them load all modules and bundled plugins.
_FORKS.set_forkserver_preload(
    [
        "core.cli.program",
        "core.cli.context",
        "core.app",
        "core.worker",
        *sorted({entry.target.partition(":")[0] for entry in COMMANDS.values()}),
        *(f"core.{name}.plugin" for name in MODULES),
        *sorted(f"plugins.{file.parent.name}.plugin" for file in ROOT.glob("plugins/*/plugin.toml")),
    ]
)


def run_command(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    seconds: float = 120,
    program: str = "core.cli",
) -> tuple[int, str, str]:
    """Run `gridgov ARGUMENTS` in `folder`; its status and what it wrote. Raises TimeoutError.

    `program`: the module whose `main` is called.
    """
    # Not in the folder itself, which a test may look through.
    streams = [folder.with_name(f"{folder.name}-{name}") for name in ("out", "err")]
    process = _FORKS.Process(
        target=_command, args=(program, list(arguments), dict(environment), folder, *streams)
    )
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutError(f"gridgov {' '.join(arguments)} is still running after {seconds} s")
    out, err = (file.read_text("utf-8") for file in streams)
    return process.exitcode, out, err


def _command(
    program: str, arguments: list[str], environment: dict[str, str], folder: Path, out: Path, err: Path
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file, how in (
        (0, Path(os.devnull), os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        os.dup2(os.open(file, how, 0o600), number)
    sys.argv = ["gridgov", *arguments]
    importlib.import_module(program).main()
