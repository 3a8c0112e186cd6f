"""gridgov plugin translate: collects, compiles, and fails a check when a text has no English."""

from collections.abc import Callable
from pathlib import Path

from core.plugin_kit.new import new_plugin

PO = "meals/translations/en/LC_MESSAGES/messages.po"


def test_the_command_checks_without_writing(run: Callable, tmp_path: Path) -> None:
    project = new_plugin("meals", tmp_path)
    assert run("plugin", "translate", project).status == 0
    assert run("plugin", "translate", project, "--check").status == 0
    with (project / "meals" / "services.py").open("a", encoding="utf-8") as file:
        file.write('MORE = N_("还要一份")\n')
    before = (project / PO).read_bytes()
    checked = run("plugin", "translate", project, "--check")
    assert checked.status == 1
    assert "还要一份" in checked.out
    assert "meals/services.py:" in checked.out
    assert (project / PO).read_bytes() == before
    assert run("plugin", "translate", project).status == 0
    assert run("plugin", "translate", project, "--check").status == 1, "it is there, but says nothing yet"
