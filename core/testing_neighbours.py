"""Fixtures of core.testing: badly behaved plugins, beside which a good one must do its work."""

from collections.abc import Callable
from pathlib import Path

import pytest

NEIGHBOUR = """
import time
from core.hookspecs import hookimpl

def fail():
    raise RuntimeError("this neighbour always fails")

def hang():
    while True:
        time.sleep(0.01)
"""
_ASKED = {
    "menu_items": "actor",
    "home_cards": "actor",
    "household_panels": "actor, household_id",
    "case_panels": "actor, case_id",
    "check_health": "",
}


def _neighbour(does: str) -> str:
    return NEIGHBOUR + "".join(
        f"\n@hookimpl\ndef {hook}({names}):\n    {does}()\n" for hook, names in _ASKED.items()
    )


def failing_plugin() -> str:
    """The plugin.py of one that fails at every question, for servers in a process of their own."""
    return _neighbour("fail")


@pytest.fixture
def failing_neighbour(plugin_folder: Callable[..., Path]) -> str:
    """A second plugin that is on and fails at every question; your own must not notice. Its name."""
    plugin_folder("failing_neighbour", {"plugin.py": _neighbour("fail")})
    return "failing_neighbour"


@pytest.fixture
def hanging_neighbour(plugin_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> str:
    """A second plugin that is on and never answers; it is given up after half a second. Its name."""
    from core.plugin_host import asking

    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.5)
    plugin_folder("hanging_neighbour", {"plugin.py": _neighbour("hang")})
    return "hanging_neighbour"
