"""gridgov plugin new: the project it writes is whole, and its own tests pass at once."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import DomainError
from core.plugin_kit.new import new_plugin
from core.plugin_kit.trial import allow
from core.settings import load_settings

ROOT = Path(__file__).parents[3]


def in_project(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tests_of_a_new_plugin_pass(tmp_path: Path) -> None:
    project = new_plugin("elder_meals", tmp_path, title="助老餐", title_en="Elder meals")
    done = in_project(project, "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 8


def test_control_a_new_plugin_that_is_broken_fails_its_tests(tmp_path: Path) -> None:
    project = new_plugin("elder_meals", tmp_path)
    services = project / "elder_meals" / "services.py"
    text = services.read_text("utf-8")
    broken = text.replace('    actor.demand("elder_meals.write", area_code)\n', "")
    assert broken != text
    services.write_text(broken, "utf-8")
    done = in_project(project, "pytest", "-q", "-p", "no:cacheprovider", "tests/test_services.py")
    assert "test_a_note_of_the_next_village_cannot_be_written" in done.stdout
    assert done.returncode == 1


def test_what_is_written_is_neat(tmp_path: Path) -> None:
    project = new_plugin("elder_meals", tmp_path)
    done = in_project(
        project, "ruff", "check", "--isolated", "--select", "E,F,W,B,UP", "--line-length", "110", "."
    )
    assert done.returncode == 0, done.stdout
    left = [file for file in project.rglob("*") if file.is_file() and b"@@" in file.read_bytes()]
    assert left == []


@pytest.mark.parametrize(
    "name", ["Meals", "1st", "a", "people", "core", "a-b", "../meals", "x" * 41, "gridgov_x"]
)
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(DomainError) as refused:
        new_plugin(name, tmp_path / "in")
    assert refused.value.code == "plugin_name_unusable"
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_a_plugin_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        new_plugin("points_store", tmp_path)
    assert refused.value.code == "plugin_name_taken"
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "meals").mkdir()
    (tmp_path / "meals" / "mine.txt").write_text("mine")
    with pytest.raises(DomainError) as refused:
        new_plugin("meals", tmp_path)
    assert refused.value.code == "plugin_place_taken"
    assert [file.name for file in (tmp_path / "meals").iterdir()] == ["mine.txt"]


def test_a_demo_county_takes_it_in(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    file = tmp_path / "config" / "yeji.toml"
    before = load_settings(file)
    allow(file, ["meals"])
    after = load_settings(file)
    assert set(after.allowed) - set(before.allowed) == {"meals"}
    assert set(after.on) - set(before.on) == {"meals"}
