"""`make wheels`: the core without a plugin, and each bundled plugin, as wheels of their own in dist/.

Then the tests of each plugin run against what was installed from these wheels, that plugin alone beside the
core, in an environment that knows nothing of the checkout and refuses a plugin every name that is not public
(tools/public_names.py). `--only-build` ends before that. Nothing is downloaded.
"""

import argparse
import configparser
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import tomllib
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.version import VERSION

ROOT = Path(__file__).parents[1]
BUNDLED = sorted(file.parent.name for file in (ROOT / "plugins").glob("*/plugin.toml"))
RESULTS = "results.txt"
# The same files give the same wheel.
_EPOCH = "946684800"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info")
# What tests stand on beside their own folder: nothing of it belongs to the program.
_HELPERS = (
    *("tests/conftest.py", "tests/pictures.py", "tests/tampering.py"),
    *(f"tests/proofs/{name}.py" for name in ("load", "processes", "server", "sizes", "truth")),
    *(f"tools/{name}.py" for name in ("certificate_check", "ledger_check", "mosquitto", "running")),
)


class BuildFailed(RuntimeError):
    """pip says no; the message is its own."""


def build(into: Path, names: Sequence[str] = BUNDLED) -> dict[str, Path]:
    """Build the wheels of the core and of these plugins: `core` or name -> file. Raises BuildFailed."""
    into.mkdir(parents=True, exist_ok=True)
    return {name: _built(name, into) for name in ("core", *names)}


def _built(name: str, into: Path) -> Path:
    with tempfile.TemporaryDirectory(prefix="gridgov-wheel-") as scratch:
        project, made = Path(scratch) / "project", Path(scratch) / "made"
        (_core_project if name == "core" else _plugin_project)(project, name)
        words = ["wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir"]
        _pip(*words, str(made), str(project))
        (file,) = made.glob("*.whl")
        return Path(shutil.copy(file, into / file.name))


def _core_project(project: Path, _: str) -> None:
    """The checkout without its plugins. The same name as the whole, so that only one of them is installed."""
    for folder in ("core", "config"):
        shutil.copytree(ROOT / folder, project / folder, ignore=_LEFT_OUT)
    shutil.copy(ROOT / "README.en.md", project)
    config = _checkout_config()
    config["metadata"]["version"] = f"{VERSION}+core"
    config["options.packages.find"]["include"] = "\ncore\ncore.*"
    del config["options.entry_points"]["gridgov.plugins"]
    _write_project(project, config)


def _plugin_project(project: Path, name: str) -> None:
    """One plugin as a third party would ship it: an entry point, and nothing of what the core brings.

    `plugins` is no package there but a name that several wheels share (PEP 420).
    """
    shutil.copytree(ROOT / "plugins" / name, project / "plugins" / name, ignore=_LEFT_OUT)
    manifest = tomllib.loads((project / "plugins" / name / "plugin.toml").read_text("utf-8"))
    config = _checkout_config()
    config["metadata"] = {
        "name": _distribution(name),
        "version": manifest["version"],
        "description": f"{manifest['title_en']}: a plugin of gridgov",
        "license": config["metadata"]["license"],
    }
    config["options"] = {
        "python_requires": config["options"]["python_requires"],
        "packages": "find_namespace:",
    }
    config["options.packages.find"]["include"] = f"\nplugins.{name}\nplugins.{name}.*"
    config["options.entry_points"] = {"gridgov.plugins": f"\n{name} = plugins.{name}.plugin"}
    for section in ("options.extras_require", "options.data_files"):
        del config[section]
    _write_project(project, config)


def _distribution(name: str) -> str:
    return f"gridgov-{name.replace('_', '-')}"


def _checkout_config() -> configparser.ConfigParser:
    config = configparser.ConfigParser(interpolation=None)
    config.optionxform = str  # type: ignore[assignment,method-assign]  # names of packages keep their letters
    config.read(ROOT / "setup.cfg", "utf-8")
    for section in config.sections():
        if not section.startswith(("metadata", "options")):
            config.remove_section(section)
    return config


def _write_project(project: Path, config: configparser.ConfigParser) -> None:
    with (project / "setup.cfg").open("w", encoding="utf-8") as file:
        config.write(file)
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]
    lines = [f"{key} = {value!r}" for key, value in whole.items()]
    (project / "pyproject.toml").write_text("\n".join(["[build-system]", *lines, ""]), "utf-8")


class Place:
    """A virtual environment with the locked dependencies and without the checkout."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, symlinks=True)
        self.folder = folder
        self.python = folder / "bin" / "python"
        self.packages = next(folder.glob("lib/python*/site-packages"))
        for entry in Path(sysconfig.get_path("purelib")).iterdir():
            # The checkout's own entry, and what an installation writes anew.
            if "gridgov" not in entry.name and entry.name != "__pycache__":
                (self.packages / entry.name).symlink_to(entry)
        shutil.copy(ROOT / "tools" / "public_names.py", self.packages)
        # Every process of this place is watched, servers and commands too.
        (self.packages / "public_names.pth").write_text("import public_names; public_names.watch()\n")

    def install(self, wheel: Path) -> None:
        """Install a wheel, without what it needs."""
        _pip("--python", str(self.python), "install", "--quiet", "--no-deps", "--no-index", str(wheel))

    @contextmanager
    def having(self, plugin: str, wheel: Path) -> Iterator[None]:
        """A plugin is installed for this block."""
        self.install(wheel)
        yield
        _pip("--python", str(self.python), "uninstall", "--quiet", "--yes", _distribution(plugin))

    def run(self, *words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program of this place (`gridgov`, `python`) in `cwd`."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GRIDGOV_", "PYTHON"))}
        kept["PATH"] = f"{self.folder / 'bin'}{os.pathsep}{kept['PATH']}"
        command = [str(self.folder / "bin" / words[0]), *words[1:]]
        return subprocess.run(
            command, cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, check=False
        )


def lay_out_tests(name: str, folder: Path) -> None:
    """Copy the tests of one plugin, and what they stand on, to `folder`; nothing of the program."""
    shutil.copytree(ROOT / "tests" / "plugins" / name, folder / "tests" / "plugins" / name, ignore=_LEFT_OUT)
    for file in _HELPERS:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, folder / file)
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", "utf-8")
    for section in config.sections():
        if section != "tool:pytest":
            config.remove_section(section)
    with (folder / "setup.cfg").open("w", encoding="utf-8") as written:
        config.write(written)


def _pip(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
    )
    if done.returncode:
        raise BuildFailed(done.stderr)


def main() -> int:
    """Build, then try each plugin; the exit status says whether all tests passed."""
    parser = argparse.ArgumentParser(prog="python -m tools.wheels", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"plugins; all when none is named: {', '.join(BUNDLED)}")
    parser.add_argument("--only-build", action="store_true", help="do not run the tests")
    parser.add_argument("--into", type=Path, default=ROOT / "dist", help="where the wheels go")
    parser.add_argument("--pytest", default="-q -n 2", metavar="WORDS", help="what pytest is told")
    arguments = parser.parse_args()
    if strange := set(arguments.names) - set(BUNDLED):
        parser.error(f"no such plugin: {', '.join(sorted(strange))}")
    names = arguments.names or BUNDLED
    wheels = build(arguments.into, names)
    for file in wheels.values():
        print(file.name, flush=True)
    if arguments.only_build:
        return 0
    with tempfile.TemporaryDirectory(prefix="gridgov-wheels-") as scratch:
        place = Place(Path(scratch) / "place")
        place.install(wheels["core"])
        statuses = [_tried(place, name, wheels[name], arguments.pytest.split()) for name in names]
    return int(any(statuses))


def _tried(place: Place, name: str, wheel: Path, words: list[str]) -> int:
    """The tests of a plugin that is alone beside the core; the whole output stands beside its wheel."""
    began = time.monotonic()
    folder = place.folder.parent / name
    lay_out_tests(name, folder)
    with place.having(name, wheel):
        done = place.run("python", "-m", "pytest", *words, "tests", cwd=folder)
    output = wheel.parent / f"{name}-{RESULTS}"
    output.write_text(done.stdout + done.stderr, "utf-8")
    last = (done.stdout.strip().splitlines() or ["nothing"])[-1].strip("= ")
    print(f"{name:14} {last} ({time.monotonic() - began:.0f} s, {output.name})", flush=True)
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
