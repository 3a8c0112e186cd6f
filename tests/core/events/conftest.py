"""A county with a bell and an ear, and real worker processes for it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.app import load_plugins
from core.county import County
from tests.core.events.bells import Ear, install

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def ear(county: County, plugin_folder: Callable[..., Path]) -> Ear:
    """The ear, on, in a county whose plugins are loaded."""
    installed = install(plugin_folder)
    load_plugins(county)
    return installed


@pytest.fixture
def start_worker(county: County, tmp_path: Path) -> Iterator[Start]:
    """Starts `gridgov worker` for the county; keywords are environment variables."""
    running: list[subprocess.Popen[str]] = []

    def start(**environment: str) -> "subprocess.Popen[str]":
        kept = {
            name: value
            for name, value in os.environ.items()
            if name == "GRIDGOV_DATABASE" or not name.startswith("GRIDGOV_")
        }
        command = [sys.executable, "-m", "core.cli", "worker", "--data", str(county.data)]
        with (tmp_path / "worker.log").open("a") as log:
            process = subprocess.Popen(
                command,
                env={**kept, "GRIDGOV_PLUGINS": str(county.plugins_folder), **environment},
                stdout=log,
                stderr=log,
                text=True,
            )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait(20)
