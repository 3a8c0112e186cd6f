"""The drawing of the house in docs/architecture.md is the house: every part is there, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def drawn(begin: str) -> set[str]:
    """The names in the drawing that begins with `begin`, without the slash of folders."""
    (block,) = re.findall(rf"^```\n({re.escape(begin)}.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^  (\S.*?)(?: {2}.*)?$", block, flags=re.MULTILINE)
    return {name.rstrip("/") for line in lines for name in re.split(r"[, ]+", line)}


def parts(folder: Path) -> set[str]:
    """Modules and folders of `folder`; the empty __init__ is no part."""
    found = {file.stem for file in folder.glob("*.py")} | {
        each.name for each in folder.iterdir() if each.is_dir()
    }
    return found - {"__init__", "__pycache__"}


def test_every_part_of_core_is_drawn_and_no_other() -> None:
    there = {"testing_*" if name.startswith("testing_") else name for name in parts(ROOT / "core")}
    assert drawn("core/                the kernel") == there


def test_every_room_of_a_plugin_is_drawn_and_no_other() -> None:
    named = {Path(name).stem for name in drawn("plugins/NAME/")}
    for folder in sorted((ROOT / "plugins").glob("*/plugin.toml")):
        folders = {each.name for each in folder.parent.iterdir() if each.is_dir()} - {"__pycache__"}
        assert folders <= named, f"{folder.parent.name} has a room that docs/architecture.md does not draw"
    files = {path.stem for path in (ROOT / "plugins").glob("*/*")}
    assert named <= files


def test_the_rooms_of_the_project_are_there() -> None:
    (block,) = re.findall(
        r"^```\n(core/  .*?)^```$", PAGE.partition("The core, from")[0], re.MULTILINE | re.DOTALL
    )
    named = re.findall(r"^([a-z]+)/", block, flags=re.MULTILINE)
    assert len(named) == 9
    assert [name for name in named if not (ROOT / name).is_dir()] == []
