"""Kinds of cases come from plugins (register_case_kinds); a plugin that is off takes nothing away."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.app import load_plugins
from core.cases import api
from core.cases.kinds import kind_title, kinds
from core.cases.models import Case
from core.county import County, plugins
from core.errors import DomainError
from core.hookspecs import CaseKind
from tests.core.cases.conftest import World

PLUGIN = """
from core.hookspecs import CaseKind, hookimpl


@hookimpl
def register_case_kinds():
    return [CaseKind({name!r}, "试验事项", difficulty="large", public=True, rated=False, first_level="town")]
"""


@pytest.mark.parametrize("wrong", [{"difficulty": "hard"}, {"first_level": "moon"}])
def test_a_kind_that_makes_no_sense_is_refused_where_it_is_made(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="trial"):
        CaseKind("trial.kind", "试验", **wrong)


def test_a_plugins_kind_sets_level_difficulty_and_publicity(
    plugin_folder: Callable[..., Path], world: World, county: County
) -> None:
    plugin_folder("trial", {"plugin.py": PLUGIN.format(name="trial.kind")})
    load_plugins(county)
    assert {"cases.report", "trial.kind"} <= set(kinds())
    seen = api.case(world.town, world.file(kind="trial.kind"))
    assert (seen.level, seen.difficulty, seen.public) == ("town", "large", True)
    # Nobody is asked for a rating, so it can be closed at once.
    api.accept_case(world.town, seen.id)
    api.resolve_case(world.town, seen.id, outcome="solved", answer="好了")
    api.close_case(world.town, seen.id)


def test_a_kind_with_a_foreign_name_keeps_its_plugin_out(
    plugin_folder: Callable[..., Path], county: County
) -> None:
    plugin_folder("trial", {"plugin.py": PLUGIN.format(name="cases.report")})
    load_plugins(county)
    assert "trial" not in plugins().loaded
    assert "应以 trial. 开头" in plugins().reports["trial"].cause
    assert kinds()["cases.report"].title == "反馈"


def test_cases_of_a_plugin_that_is_off_stay_readable(world: World) -> None:
    number = world.file()
    Case.update(kind="gone.kind").execute()
    assert api.case(world.secretary, number).kind_title == kind_title("gone.kind") == "gone.kind"
    assert "gone.kind" in api.why_here(number)
    with pytest.raises(DomainError):
        world.file(kind="gone.kind")
