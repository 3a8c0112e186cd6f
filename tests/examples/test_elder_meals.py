"""The example travels as any foreign plugin does: signed, installed, planned, used and tested there."""

import json
import resource
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from configparser import ConfigParser
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from setuptools import find_namespace_packages

from core.clock import today
from core.plugin_kit.check import check
from tests.core.cli.conftest import Server, clean_environment

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "elder_meals"


@pytest.fixture
def installed(
    run: Callable[..., Any],
    sign: Callable[[Path], tuple[Path, str]],
    trust: Callable[..., None],
    data: Path,
    tmp_path: Path,
) -> dict[str, str]:
    """The example lies in a county's folder of plugins; the environment of commands that see it."""
    environment = {"GRIDGOV_DATA": str(data), "GRIDGOV_PLUGINS": str(tmp_path / "plugins")}
    file, public = sign(EXAMPLE)
    trust(public)
    done = run("plugin", "install", file, "--level", "silver", **environment)
    assert done.status == 0, done
    return environment


def test_it_reaches_the_highest_level() -> None:
    verdict = check(EXAMPLE)
    assert (verdict.level, verdict.breaches) == ("gold", ())


def test_gridgov_does_not_bring_it_along() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    include = setup["options.packages.find"]["include"].split()
    assert [name for name in find_namespace_packages(str(ROOT), include=include) if "example" in name] == []


def test_it_is_planned_switched_on_and_takes_an_order(
    run: Callable[..., Any],
    start: Callable[..., Server],
    installed: dict[str, str],
    allow: Callable[..., None],
    acceptance: tuple[Path, dict[str, Any]],
) -> None:
    allow("elder_meals")
    assert run("plugin", "disable", "elder_meals", **installed).status == 0
    plan = run("plugin", "plan", "enable", "elder_meals", **installed)
    assert plan.status == 0, plan
    for promised in ("elder_meals_meal", "/elder-meals/order", "elder_meals.serve"):
        assert promised in plan.out
    assert run("plugin", "enable", "elder_meals", **installed).status == 0

    server = start("serve", **installed)
    resident = next(each for each in acceptance[1]["accounts"] if each["role"] == "resident")
    tomorrow = (today() + timedelta(days=1)).isoformat()
    body = {"person_id": resident["person_id"], "day": tomorrow}
    status, meal = send(server, resident["token"], "POST", "/elder-meals", body)
    assert (status, bool(meal["id"])) == (201, True)
    secretary = next(
        each
        for each in acceptance[1]["accounts"]
        if each["role"] == "secretary" and resident["area_code"].startswith(each["area_code"])
    )
    _, meals = send(server, secretary["token"], "GET", f"/elder-meals?day={tomorrow}")
    assert [(each["id"], each["person_id"]) for each in meals] == [(meal["id"], resident["person_id"])]
    server.stop()


def test_its_own_tests_hold_for_what_was_installed(installed: dict[str, str], tmp_path: Path) -> None:
    tests = shutil.copytree(EXAMPLE / "tests", tmp_path / "author" / "tests")
    (tests.parent / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n", "utf-8")
    environment = clean_environment({"PYTHONPATH": installed["GRIDGOV_PLUGINS"]})
    environment.pop("GRIDGOV_DATABASE", None)  # each run of tests says itself on which database
    before = processor_seconds()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", tests],
        cwd=tests.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    # Not what the clock says: others may be at work on this machine.
    assert processor_seconds() - before < 60


def processor_seconds() -> float:
    """What the processes that were started here, and have ended, have spent."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def send(server: Server, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One call of the JSON interface: status and answer."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return answer.status, json.load(answer)
