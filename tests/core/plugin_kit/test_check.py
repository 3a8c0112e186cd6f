"""gridgov plugin check: each planted mistake is found by the rule meant for it, and by no other."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core import deprecation
from core.errors import DomainError
from core.plugin_kit.catalogue import untranslated
from core.plugin_kit.check import check
from core.plugin_kit.new import new_plugin
from core.plugin_kit.project import open_project
from core.plugin_kit.reading import read
from core.plugin_kit.rules import LEVELS, RULES, Breach, level_of
from tests.core.plugin_kit.planted import READ, TRIED, Planted
from tests.forking import run_command


@pytest.fixture
def plant(tmp_path: Path) -> Callable[[Planted], Path]:
    project = new_plugin("meals", tmp_path, title="助老餐", title_en="Elder meals")

    def spoil(planted: Planted) -> Path:
        file = project / planted.file
        if not planted.new:
            if planted.old:
                text = file.read_text("utf-8")
                assert planted.old in text
                file.write_text(text.replace(planted.old, "", 1), "utf-8")
            else:
                shutil.rmtree(file) if file.is_dir() else file.unlink()
            return project
        text = file.read_text("utf-8") if file.is_file() else ""
        assert planted.old in text
        changed = text.replace(planted.old, planted.new) if planted.old else f"{text}\n\n{planted.new}"
        if "BaseModel)" in planted.new or "(Schema)" in planted.new:
            changed = changed.replace("import AreaModel", "import AreaModel, BaseModel")
            changed = changed.replace(
                "from marshmallow import fields", "from marshmallow import Schema, fields"
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changed, "utf-8")
        return project

    return spoil


@pytest.fixture(autouse=True)
def outgoing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something of the surface is on its way out."""
    key = deprecation.Deprecated("plugin.toml listens_by", "1.0", "2.0", "listens")
    monkeypatch.setattr(deprecation, "DEPRECATIONS", (key,))


@pytest.mark.filterwarnings("ignore::core.deprecation.ApiDeprecation")
@pytest.mark.parametrize("name", [name for name in READ if READ[name].rule == "deprecations"])
def test_a_deprecation_names_plugin_line_and_releases(plant: Callable[[Planted], Path], name: str) -> None:
    breaches = [breach for breach in read(open_project(plant(READ[name]))) if breach.rule == "deprecations"]
    (breach,) = breaches
    assert breach.place.startswith("plugin.toml:")
    assert breach.place != "plugin.toml:1"
    for part in ("plugin.toml listens_by", "1.0", "2.0", "listens"):
        assert part in breach.text


def test_a_new_plugin_is_gold(tmp_path: Path) -> None:
    verdict = check(new_plugin("meals", tmp_path))
    assert (verdict.level, verdict.breaches) == ("gold", ())


@pytest.mark.filterwarnings("ignore::core.deprecation.ApiDeprecation")
@pytest.mark.parametrize("name", READ)
def test_what_is_read_off_the_files(plant: Callable[[Planted], Path], name: str) -> None:
    project = open_project(plant(READ[name]))
    found = {breach.rule for breach in [*read(project), *untranslated(project)]}
    assert found == {READ[name].rule}


@pytest.mark.parametrize("name", TRIED)
def test_what_shows_when_it_runs(plant: Callable[[Planted], Path], name: str) -> None:
    planted = TRIED[name]
    folder = plant(planted) / "meals"
    _, out, _ = run_command(
        [str(folder), str(folder.parents[1] / "trial" / "county")],
        environment={"PATH": os.environ["PATH"]},
        folder=folder.parent,
        program="core.plugin_kit.trying",
    )
    # A process that ends before it has answered has answered nothing.
    found = {breach["rule"] for breach in json.loads(out)} if out else {"loads"}
    assert found == {planted.rule}


@pytest.mark.parametrize("name", ["ends the process", "kills the process", "no way back"])
def test_whatever_it_does_the_check_goes_on_and_says_so(plant: Callable[[Planted], Path], name: str) -> None:
    verdict = check(plant(TRIED[name]))
    assert [breach.rule for breach in verdict.breaches] == [TRIED[name].rule]
    assert verdict.level == ""


def test_every_rule_has_a_mistake_planted_for_it() -> None:
    assert {planted.rule for planted in (*READ.values(), *TRIED.values())} == set(RULES)
    assert len(READ) + len(TRIED) >= 25


def test_a_level_is_reached_when_all_below_it_is_kept() -> None:
    by_level = {level: next(rule.name for rule in RULES.values() if rule.level == level) for level in LEVELS}
    missed = [Breach(by_level[level], "", "") for level in LEVELS]
    assert level_of([]) == "gold"
    assert level_of(missed[2:]) == "silver"
    assert level_of(missed[1:2]) == "bronze"
    assert level_of(missed[:1]) == ""


def test_a_place_without_a_plugin_or_with_several_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        check(tmp_path)
    assert refused.value.code == "plugin_not_found"
    for name in ("meals", "books"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "plugin.toml").write_text(f'name = "{name}"', "utf-8")
    with pytest.raises(DomainError) as refused:
        check(tmp_path)
    assert refused.value.code == "plugin_several"
