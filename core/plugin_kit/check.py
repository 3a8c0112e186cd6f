"""A plugin held against the rules: what its files say, and what it does in a county made for it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from core.plugin_kit.catalogue import untranslated
from core.plugin_kit.project import Project, open_project
from core.plugin_kit.reading import read
from core.plugin_kit.rules import RULES, Breach, level_of
from core.value_classes import value_class

SECONDS = 90.0
_WITHOUT_RUN = {"manifest", "api"}  # where one of these is missed there is nothing to run


@value_class
class Verdict:
    """`level`: bronze, silver, gold or empty; `breaches` in the order of the rules."""

    name: str
    level: str
    breaches: tuple[Breach, ...]


def check(place: Path) -> Verdict:
    """Look at the plugin in `place`. Raises NoPlugin, SeveralPlugins."""
    project = open_project(place)
    found = [*read(project), *untranslated(project)]
    if not _WITHOUT_RUN & {breach.rule for breach in found}:
        found += _tried(project)
    order = list(RULES)
    found.sort(key=lambda breach: (order.index(breach.rule), breach.place))
    return Verdict(project.name, level_of(found), tuple(found))


def _tried(project: Project) -> list[Breach]:
    with tempfile.TemporaryDirectory(prefix="gridgov-check-") as scratch:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDGOV_")}
        command = [sys.executable, "-m", "core.plugin_kit.trying", str(project.folder), f"{scratch}/county"]
        try:
            done = subprocess.run(  # noqa: S603 - this Python, on the folder that was named
                command, capture_output=True, env=environment, timeout=SECONDS, check=False, cwd=scratch
            )
        except subprocess.TimeoutExpired:
            return [Breach("loads", "", f"{SECONDS:g} 秒后还没有结束")]
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return [
            Breach(
                "loads", "", f"试运行的进程中途结束（{done.returncode}）{'：' if last else ''}{''.join(last)}"
            )
        ]
    return [Breach(**breach) for breach in answer]
