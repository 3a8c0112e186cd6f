"""The plugins in examples/: whole, without a breach, and their own tests pass."""

from pathlib import Path

import pytest

from core.plugin_kit.check import check
from tests.core.plugin_kit.test_new import ROOT, in_project

EXAMPLES = sorted(file.parent for file in (ROOT / "examples").glob("*/pyproject.toml"))


@pytest.mark.parametrize("project", EXAMPLES, ids=lambda project: project.name)
def test_an_example_keeps_every_rule(project: Path) -> None:
    verdict = check(project)
    assert (verdict.level, verdict.breaches) == ("gold", ())


@pytest.mark.broker
@pytest.mark.parametrize("project", EXAMPLES, ids=lambda project: project.name)
def test_the_tests_of_an_example_pass(project: Path) -> None:
    done = in_project(project, "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_one_for_the_call_button() -> None:
    assert "lamp" in [project.name for project in EXAMPLES]
