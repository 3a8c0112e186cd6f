"""gridgov plugin check: what people and build servers see of it."""

from collections.abc import Callable
from pathlib import Path


def test_a_good_plugin_is_said_to_be_good(run: Callable, tmp_path: Path) -> None:
    run("plugin", "new", "meals", "--into", str(tmp_path))
    said = run("plugin", "check", str(tmp_path / "meals"), "--level", "gold")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[-1].startswith("meals：金级")


def test_a_mistake_is_named_with_its_place_and_the_status_says_what_level_was_asked(
    run: Callable, tmp_path: Path
) -> None:
    run("plugin", "new", "meals", "--into", str(tmp_path))
    with (tmp_path / "meals" / "meals" / "services.py").open("a", encoding="utf-8") as file:
        file.write("import core.audit\n")
    answers = {
        level: run("plugin", "check", str(tmp_path / "meals"), "--level", level, "--json")
        for level in ("bronze", "silver")
    }
    assert {level: answer.status for level, answer in answers.items()} == {"bronze": 0, "silver": 1}
    (breach,) = answers["silver"].json["breaches"]
    assert (breach["rule"], breach["level"]) == ("public_names", "silver")
    assert breach["place"].startswith("meals/services.py:")


def test_a_folder_without_a_plugin_is_said_to_have_none(run: Callable, tmp_path: Path) -> None:
    said = run("plugin", "check", str(tmp_path))
    assert said.status == 1
    assert "plugin.toml" in said.err
