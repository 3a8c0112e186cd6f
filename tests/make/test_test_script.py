"""`make test`: without a browser it says what it leaves out; in CI it leaves nothing out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
READ = ("requirements.txt", "requirements-dev.txt", "setup.cfg", "pyproject.toml")
CHECKS = ("ruff", "mypy", "lint-imports", "pytest")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that is set up, with checks that only say how they were called."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in READ:
        shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    for name in (*CHECKS, "gridgov"):
        write_script(tmp_path / ".venv/bin" / name, f'echo "{name} $*"')
    mark = f"{{ cat {' '.join(READ)}; {sys.executable} -VV; pwd; }} | sha256sum"
    stamp = subprocess.run(["bash", "-c", mark], cwd=tmp_path, capture_output=True, text=True, check=True)
    (tmp_path / ".venv/.setup").write_text(f"dev {stamp.stdout}")
    return tmp_path


def write_script(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def run_tests(
    checkout: Path,
    *,
    fonts: str = "Noto Sans CJK",
    postgresql: bool = True,
    broker: bool = True,
    ci: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run it as somebody who may not install packages; `fonts`, ...: what the machine has."""
    programs = checkout / "programs"
    shutil.rmtree(programs, ignore_errors=True)
    programs.mkdir()
    write_script(programs / "id", "echo 1000")
    write_script(programs / "fc-list", f"echo '{fonts}'" if fonts else "true")
    write_script(programs / "chromium", "true")
    home = checkout / "postgresql"
    if postgresql:
        (home / "15/bin").mkdir(parents=True, exist_ok=True)
        write_script(home / "15/bin/postgres", "true")
    if broker:
        write_script(programs / "mosquitto", "true")
    environment = {
        "POSTGRESQL_HOME": str(home),
        "MOSQUITTO_HOME": str(programs),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "CI": ci,
        "PYTHON": sys.executable,
    }
    return subprocess.run(
        ["tools/test.sh"],
        cwd=checkout,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_everything_runs_where_there_is_a_browser(checkout: Path) -> None:
    done = run_tests(checkout, fonts="Noto Sans CJK")
    assert done.returncode == 0, done.stderr
    for check in (
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "lint-imports",
        "pytest -q -n 2 -m browser",
    ):
        assert check in done.stdout
    assert "pytest -q -n 3 --dist worksteal -m not browser and not proof" in done.stdout
    assert "pytest -q -n 3 --dist worksteal --database postgresql -m not browser and not proof" in done.stdout
    assert "pytest -q -n 2 -m proof and not alone" in done.stdout
    assert "pytest -q -m proof and alone" in done.stdout


def test_without_a_browser_it_says_what_is_left_out_and_why(checkout: Path) -> None:
    done = run_tests(checkout, fonts="")
    assert done.returncode == 0, done.stderr
    assert "pytest -q -n 2 -m browser\n" not in done.stdout
    assert "略过了浏览器测试" in done.stdout
    assert "left out the browser tests" in done.stdout


def test_where_nobody_may_mount_the_proofs_with_disks_are_left_out_in_words(checkout: Path) -> None:
    done = run_tests(checkout, fonts="Noto Sans CJK")
    assert "and not disks" in done.stdout
    assert "略过了断电和磁盘写满的证明" in done.stdout
    assert "left out the proofs of power cuts and full disks" in done.stdout


def test_without_postgresql_it_says_what_is_left_out_and_why(checkout: Path) -> None:
    done = run_tests(checkout, postgresql=False)
    assert done.returncode == 0, done.stderr
    assert "--database postgresql" not in done.stdout
    assert "and not servers" in done.stdout
    assert "略过了PostgreSQL 上的测试" in done.stdout
    assert "left out the tests on PostgreSQL" in done.stdout


def test_without_a_broker_it_says_what_is_left_out_and_why(checkout: Path) -> None:
    done = run_tests(checkout, broker=False)
    assert done.returncode == 0, done.stderr
    assert "and not broker" in done.stdout
    assert "略过了消息服务器的测试（pytest -m broker）：缺少 mosquitto" in done.stdout
    assert "left out the tests with a message broker" in done.stdout
    assert "and not broker" not in run_tests(checkout, broker=True).stdout


@pytest.mark.parametrize(
    "missing",
    [{"fonts": ""}, {"postgresql": False}, {"broker": False}],
    ids=["browser", "postgresql", "broker"],
)
def test_in_ci_nothing_may_be_left_out(checkout: Path, missing: dict[str, Any]) -> None:
    done = run_tests(checkout, ci="true", **missing)
    assert done.returncode != 0
    assert "With CI=true no test may be left out" in done.stderr


def test_a_check_that_fails_fails_the_whole(checkout: Path) -> None:
    write_script(checkout / ".venv/bin/mypy", "exit 3")
    done = run_tests(checkout, fonts="Noto Sans CJK")
    assert done.returncode == 3
    assert "lint-imports" not in done.stdout
