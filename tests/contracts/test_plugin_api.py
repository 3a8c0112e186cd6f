"""What plugins may import: listed, present, and enough for the plugins that are bundled."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.plugin_kit.project import open_project
from core.plugin_kit.reading import read
from core.plugin_kit.surface import PUBLIC
from tools.make_hook_docs import SURFACE, pages, surface_block

ROOT = Path(__file__).parents[2]
BUNDLED = sorted(file.parent for file in (ROOT / "plugins").glob("*/plugin.toml"))


def test_the_page_of_the_surface_says_what_the_code_says() -> None:
    assert SURFACE.read_text("utf-8") == pages()[SURFACE], "run `make docs` and commit docs/plugin-api.md"


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_is_there_and_explained(module: str) -> None:
    loaded = importlib.import_module(module)
    for name in PUBLIC[module]:
        assert hasattr(loaded, name), f"{module}.{name} is gone: a new major API version, or a mistake"
        assert not name.startswith("_")
    for line in surface_block().splitlines():
        if line.startswith("| `"):
            assert not line.endswith("|  |"), f"no sentence: {line}"


def test_what_comes_from_a_modules_door_is_in_its_list() -> None:
    for module in PUBLIC:
        if module.endswith(".api") and module != "core.api":
            assert set(PUBLIC[module]) <= set(importlib.import_module(module).__all__)


def imports(folder: Path) -> Iterator[tuple[Path, str, str]]:
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "core":
                for alias in node.names:
                    yield file, node.module, alias.name
            if isinstance(node, ast.Import):
                for alias in node.names:
                    assert alias.name.split(".")[0] != "core", f"{file}: say from core.x import y"


@pytest.mark.parametrize("folder", BUNDLED, ids=lambda folder: folder.name)
def test_a_bundled_plugin_imports_only_what_a_foreign_one_could(folder: Path) -> None:
    for file, module, name in imports(folder):
        if module == "core":
            assert f"core.{name}" in PUBLIC, f"{file}: core.{name} is not public"
        else:
            assert name in PUBLIC.get(module, {}), f"{file}: {module}.{name} is not in docs/plugin-api.md"


@pytest.mark.parametrize("folder", BUNDLED, ids=lambda folder: folder.name)
def test_the_check_of_plugins_finds_nothing_private_in_a_bundled_one(folder: Path) -> None:
    assert [breach for breach in read(open_project(folder)) if breach.rule == "public_names"] == []


def test_the_fixtures_cost_a_plain_test_run_nothing() -> None:
    code = (
        "import sys, core.testing; print([n for n in ('flask', 'peewee', 'marshmallow') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
