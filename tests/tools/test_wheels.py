"""Wheels: the core works with no plugin in the house; each bundled plugin stands on public names alone."""

from pathlib import Path
from typing import Any

from tools.wheels import BUNDLED, ROOT, Place, build, lay_out_tests

# One quick file of each plugin's tests, with pages in it; `make wheels` runs all of them.
TELLING = {
    "call_button": "duty/test_duty_pages.py",
    "diary": "test_meeting_pages.py",
    "grid": "life/test_my_day.py",
    "points_store": "store/test_taken_back_pages.py",
    "supervision": "test_decision_pages.py",
}


def files(folder: Path) -> set[str]:
    """What lies in a package, by its path."""
    found = (file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {str(file.relative_to(folder)) for file in found}


def test_the_core_and_each_plugin_hold_as_wheels_of_their_own(tmp_path: Path) -> None:
    wheels = build(tmp_path / "wheels")
    place = Place(tmp_path / "place")
    place.install(wheels["core"])
    assert files(place.packages / "core") == files(ROOT / "core")
    assert not (place.packages / "plugins").exists()
    demand_a_core_that_works_alone(place, tmp_path)
    assert sorted(TELLING) == BUNDLED
    for name, file in TELLING.items():
        folder = tmp_path / name
        lay_out_tests(name, folder)
        with place.having(name, wheels[name]):
            assert files(place.packages / "plugins" / name) == files(ROOT / "plugins" / name)
            done = tried(place, folder, f"tests/plugins/{name}/{file}")
            assert done.returncode == 0, done.stdout + done.stderr
            if name == "grid":
                demand_that_a_private_name_is_refused(place, folder, f"tests/plugins/{name}/{file}")


def tried(place: Place, folder: Path, file: str) -> Any:
    """The tests of a file, run against what is installed."""
    return place.run("python", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", file, cwd=folder)


def demand_a_core_that_works_alone(place: Place, folder: Path) -> None:
    """A county without a plugin is made and looked at; a new plugin is written, and its tests pass."""
    shipped, data = place.folder / "share" / "gridgov" / "config", folder / "county"
    assert files(shipped) == files(ROOT / "config")
    config = folder / "county.toml"
    areas = f'areas = "{shipped / "areas" / "341504.csv"}"'
    none = "[plugins]\nallowed = []\non = []\n"
    config.write_text(f'[county]\ncode = "341504"\nname = "测试县"\n{areas}\n{none}', "utf-8")
    for words in (["init", "--config", str(config)], ["doctor"], ["plugin", "list"]):
        done = place.run("gridgov", *words, "--data", str(data), cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    done = place.run("gridgov", "plugin", "new", "meals", cwd=folder)
    assert done.returncode == 0, done.stderr
    done = tried(place, folder / "meals", "tests")
    assert done.returncode == 0, done.stdout + done.stderr


def demand_that_a_private_name_is_refused(place: Place, folder: Path, file: str) -> None:
    """The control: what passed fails as soon as the plugin imports what is not public."""
    services = place.packages / "plugins" / "grid" / "services" / "tasks.py"
    text = services.read_text("utf-8")
    services.write_text(f"{text}\nfrom core.db.handle import database as _private\n", "utf-8")
    done = tried(place, folder, file)
    assert done.returncode != 0
    assert "core.db.handle.database is not in docs/plugin-api.md" in done.stdout
