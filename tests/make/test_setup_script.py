"""`make setup` and its refusals: one sentence in Chinese and English, never a traceback."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("Makefile", "setup.cfg", "pyproject.toml", "requirements.txt", "requirements-dev.txt", "tools")
NOBODY = 65534


@pytest.fixture
def checkout() -> Iterator[Path]:
    """What `make setup` reads, in a folder that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for each in NEEDED:
            source = ROOT / each
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / each)
        yield folder


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # Who runs the tests may have chosen a Python of their own for `make setup`.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHON"}
    return subprocess.run(
        command,
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def put_on_path(folder: Path, **scripts: str) -> str:
    """A PATH whose first folder holds these shell scripts."""
    programs = folder / "programs"
    programs.mkdir()
    for name, text in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    return f"{programs}{os.pathsep}{os.environ['PATH']}"


def assert_one_sentence(result: subprocess.CompletedProcess[str], chinese: str, english: str) -> None:
    assert result.returncode != 0
    assert chinese in result.stderr
    assert english in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert len([line for line in result.stderr.splitlines() if line.startswith("✗")]) == 1


def test_a_python_without_venv_is_one_sentence(checkout: Path) -> None:
    # Debian's python3 without python3-venv: everything runs but `import ensurepip`.
    lacking = f'case "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"'
    path = put_on_path(checkout, python3=lacking, id="echo 1000")
    result = run(checkout, "tools/setup.sh", PATH=path)
    assert_one_sentence(result, "缺少 python3-venv", "apt-get install python3-venv")


def test_an_old_python_is_one_sentence(checkout: Path) -> None:
    result = run(checkout, "tools/setup.sh", PYTHON="/bin/false")
    assert_one_sentence(result, "需要 Python 3.11", "Python 3.11 or newer is needed")


def test_no_network_is_one_sentence(checkout: Path) -> None:
    result = run(
        checkout,
        "tools/setup.sh",
        PYTHON=sys.executable,
        PIP_CONFIG_FILE="/dev/null",
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_EXTRA_INDEX_URL="",
        PIP_FIND_LINKS="",
        PIP_NO_CACHE_DIR="1",
    )
    assert_one_sentence(result, "无法下载依赖：请检查网络或代理", "could not be downloaded")


def test_what_pip_said_stands_above_the_sentence(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("flask ~= is not a requirement\n")
    result = run(checkout, "tools/setup.sh", PYTHON=sys.executable)
    assert_one_sentence(result, "依赖安装失败", "pip's own words stand above")
    above, _, _ = result.stderr.partition("✗")
    assert "Invalid requirement" in above


def test_a_folder_that_cannot_be_written_is_one_sentence(checkout: Path) -> None:
    command = ["tools/setup.sh"]
    if os.getuid() == 0:  # root writes everywhere
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
    else:
        checkout.chmod(0o555)
    # A Python that every user may run: the one of the tests may lie in somebody's home.
    result = run(checkout, *command, PYTHON=f"/usr/bin/python3 {sys.executable}")
    checkout.chmod(0o755)
    assert_one_sentence(result, "无法写入", "cannot be written")


def test_a_second_setup_ends_at_once(checkout: Path) -> None:
    """With the stamp that the first one left there is nothing to do: no pip, no network, no word."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"], check=True)
    (checkout / ".venv/bin/gridgov").symlink_to("/bin/true")
    read = "cat requirements.txt requirements-dev.txt setup.cfg pyproject.toml"
    mark = run(checkout, "bash", "-c", f"{{ {read}; {sys.executable} -VV; pwd; }} | sha256sum").stdout
    environment = {"PYTHON": sys.executable, "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    (checkout / ".venv/.setup").write_text(f"dev {mark}")
    for level in ("dev", "runtime"):
        again = run(checkout, "tools/setup.sh", level, **environment)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", ""), level
