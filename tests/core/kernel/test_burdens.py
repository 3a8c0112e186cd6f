"""What weighs on grassroots staff is off until a law grounds it, and off for whoever did not declare it."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from core.burdens import BurdenOff, BurdenUndeclared, demand_ground, ground_of
from core.county import County
from core.plugin_host.state import State
from core.plugin_manager import PluginManager
from core.settings import load_settings

Write = Callable[..., Path]
Load = Callable[[], PluginManager]

CODE = """
from core.burdens import demand_ground, ground_of

def clock_in():
    return demand_ground("check_in")

def may_clock_in():
    return ground_of("check_in")
"""
TOML = """
name = "{name}"
title = "打卡"
title_en = "Check-in"
version = "1.0"
api = ">=1.0,<2"
"""
DECLARED = TOML.format(name="clocking") + '[burdens]\ncheck_in = "每日打卡"\n'


@pytest.fixture
def ground(kernel: County) -> Callable[[], None]:
    """Names the legal ground of check_in in the county's config."""

    def name() -> None:
        file = kernel.data / "config.toml"
        text = file.read_text("utf-8") + '\n[burdens]\ncheck_in = "某某条例第三条"\n'
        file.write_text(text, "utf-8")
        kernel.settings = load_settings(file)

    return name


def test_a_plugin_with_a_burden_loads_and_the_burden_is_off(plugin_folder: Write, load: Load) -> None:
    plugin_folder("clocking", {"plugin.toml": DECLARED, "plugin.py": CODE})
    assert load().reports["clocking"].state is State.ON
    clocking = importlib.import_module("clocking.plugin")
    assert clocking.may_clock_in() is None
    with pytest.raises(BurdenOff) as refusal:
        clocking.clock_in()
    assert (refusal.value.code, refusal.value.status) == ("burden_off", 403)
    assert "未写明法律依据" in refusal.value.sentence()


def test_the_burden_is_on_when_the_config_names_its_ground(
    plugin_folder: Write, load: Load, ground: Callable[[], None]
) -> None:
    plugin_folder("clocking", {"plugin.toml": DECLARED, "plugin.py": CODE})
    ground()
    load()
    clocking = importlib.import_module("clocking.plugin")
    assert clocking.clock_in() == clocking.may_clock_in() == "某某条例第三条"


def test_a_burden_that_a_plugin_did_not_declare_is_refused_whatever_the_config_says(
    plugin_folder: Write, load: Load, ground: Callable[[], None]
) -> None:
    plugin_folder("clocking", {"plugin.toml": DECLARED, "plugin.py": CODE})
    plugin_folder("sly", {"plugin.toml": TOML.format(name="sly"), "plugin.py": CODE})
    ground()
    load()
    sly = importlib.import_module("sly.plugin")
    assert sly.may_clock_in() is None
    with pytest.raises(BurdenUndeclared) as refusal:
        sly.clock_in()
    assert "sly" in refusal.value.sentence()
    assert importlib.import_module("clocking.plugin").clock_in(), "its neighbour declared it"


def test_the_innermost_plugin_is_the_one_that_asks(
    plugin_folder: Write, load: Load, ground: Callable[[], None]
) -> None:
    through = "import sly.plugin\ndef clock_in(): return sly.plugin.clock_in()\n"
    plugin_folder("clocking", {"plugin.toml": DECLARED, "plugin.py": through})
    plugin_folder("sly", {"plugin.toml": TOML.format(name="sly"), "plugin.py": CODE})
    ground()
    load()
    with pytest.raises(BurdenUndeclared):
        importlib.import_module("clocking.plugin").clock_in()


def test_the_core_itself_asks_for_the_ground_alone(
    kernel: County, load: Load, ground: Callable[[], None]
) -> None:
    load()
    assert ground_of("check_in") is None
    with pytest.raises(BurdenOff):
        demand_ground("check_in")
    ground()
    assert demand_ground("check_in") == "某某条例第三条"
    with pytest.raises(KeyError):
        ground_of("selfies")
