"""Asking plugins, each for itself: a failing one costs its own answer, and five errors quarantine it."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core import plugin_manager
from core.county import County
from core.db import database, unit_of_work
from core.hookspecs import MenuItem
from core.plugin_host import asking
from core.plugin_host.asking import PluginRefused
from core.plugin_host.state import Generation, Report, State, generation, retry, survey
from core.plugin_manager import PluginManager
from core.security import ANONYMOUS

Write = Callable[..., Path]
Load = Callable[[], PluginManager]

SOUND = """
from core.hookspecs import MenuItem, hookimpl

@hookimpl
def menu_items(actor):
    return [MenuItem("好", "sound.home", "phone")]
"""
RAISING = """
from core.hookspecs import hookimpl

@hookimpl
def menu_items(actor):
    raise ValueError("out of paint")
"""


@pytest.fixture
def sound(plugin_folder: Write) -> None:
    """A good neighbour, whose menu item must come whatever the other plugin does."""
    plugin_folder("sound", {"plugin.py": SOUND})


def menu(manager: PluginManager) -> list[str]:
    items: list[MenuItem] = manager.gather("menu_items", actor=ANONYMOUS)
    return [item.title for item in items]


def seen(kernel: County, name: str) -> Report:
    return survey(kernel.settings, kernel.plugins_folder)[name]


ANSWERS = {
    "an error": "raise ValueError('x')",
    "an exit": "raise SystemExit",
    "an error while the answer is read": "yield MenuItem('a', 'b', 'phone'); raise ValueError('late')",
    "a number": "return 7",
    "a text": "return 'home'",
    "items of another kind": "return ['home']",
    "an item of a face that does not exist": "return [MenuItem('a', 'b', 'fridge')]",
    "an item under a heading that is no text": "return [MenuItem('a', 'b', 'office', group=3)]",
    "an item without a title": "return [MenuItem(None, 'b', 'phone')]",
}


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_failing_menu_hook_costs_only_its_own_items_and_is_named(
    answer: str, kernel: County, plugin_folder: Write, load: Load
) -> None:
    head = "from core.hookspecs import MenuItem, hookimpl\n@hookimpl\ndef menu_items(actor):\n"
    code = f"{head}    {ANSWERS[answer]}\n"
    plugin_folder("hostile", {"plugin.py": code})
    manager = load()
    assert menu(manager) == ["好"]
    assert (seen(kernel, "hostile").state, seen(kernel, "hostile").cause[:11]) == (State.ON, "menu_items：")
    assert manager.reports["hostile"].cause == seen(kernel, "hostile").cause


@pytest.mark.parametrize(("loop", "items"), [("for _ in range(100)", 100), ("while True", 0)])
def test_a_hundred_items_are_read_and_more_are_an_error(
    loop: str, items: int, plugin_folder: Write, load: Load
) -> None:
    code = (
        "from core.hookspecs import MenuItem, hookimpl\n@hookimpl\ndef menu_items(actor):\n"
        f"    {loop}:\n        yield MenuItem('a', 'b', 'phone')\n"
    )
    plugin_folder("hostile", {"plugin.py": code})
    manager = load()
    assert len(menu(manager)) == items
    assert manager.failures.get("hostile", 0) == (0 if items else 1)


def test_a_generator_is_an_answer_like_a_list(plugin_folder: Write, load: Load) -> None:
    plugin_folder("lazy", {"plugin.py": SOUND.replace("return [", "yield ").replace(")]", ")")})
    assert menu(load()) == ["好"]


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        ("return None", []),
        ("return ''", []),
        ("return '还有积分'", ["还有积分"]),
        ("raise RuntimeError", ["插件 guard 出错，无法确认可以这样做"]),
        ("raise SystemExit", ["插件 guard 出错，无法确认可以这样做"]),
        ("return 3", ["插件 guard 出错，无法确认可以这样做"]),
    ],
)
def test_a_veto_that_fails_refuses(body: str, reasons: list[str], plugin_folder: Write, load: Load) -> None:
    code = (
        f"from core.hookspecs import hookimpl\n@hookimpl\ndef veto_household_end(household_id):\n    {body}\n"
    )
    plugin_folder("guard", {"plugin.py": code})
    assert load().ask_vetoes("veto_household_end", household_id=1) == reasons


@pytest.mark.usefixtures("sound")
def test_five_errors_in_ten_minutes_quarantine_a_plugin_and_retry_brings_it_back(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    plugin_folder("hostile", {"plugin.py": RAISING})
    manager = load()
    for _ in range(4):
        menu(manager)
    assert seen(kernel, "hostile").state is State.ON
    assert menu(manager) == ["好"]
    report = seen(kernel, "hostile")
    assert (report.state, report.cause) == (State.QUARANTINED, "menu_items：ValueError: out of paint")
    assert manager.reports["hostile"].state is State.QUARANTINED
    assert "hostile" not in load().loaded
    plugin_folder("hostile", {"plugin.py": RAISING.replace('raise ValueError("out of paint")', "return []")})
    retry(plugin_manager.SYSTEM, kernel.settings, kernel.plugins_folder, "hostile")
    assert "hostile" in load().loaded
    assert seen(kernel, "hostile") == Report("hostile", State.ON, "", seen(kernel, "hostile").manifest)


@pytest.mark.usefixtures("sound")
def test_errors_far_apart_do_not_quarantine(
    kernel: County, plugin_folder: Write, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WINDOW_SECONDS", 0.0)
    plugin_folder("hostile", {"plugin.py": RAISING})
    manager = load()
    for _ in range(12):
        menu(manager)
    assert seen(kernel, "hostile").state is State.ON


def test_one_more_error_elsewhere_does_not_lift_a_quarantine(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    plugin_folder("hostile", {"plugin.py": RAISING})
    here, elsewhere = load(), load()
    for _ in range(5):
        menu(here)
    menu(elsewhere)
    assert seen(kernel, "hostile").state is State.QUARANTINED


def test_a_database_outage_is_not_held_against_plugins(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    code = RAISING.replace('ValueError("out of paint")', "Busy").replace(
        "from core.hookspecs", "from core.errors import Busy\nfrom core.hookspecs"
    )
    plugin_folder("hostile", {"plugin.py": code})
    manager = load()
    for _ in range(6):
        menu(manager)
    assert seen(kernel, "hostile") == Report("hostile", State.ON, "", seen(kernel, "hostile").manifest)


HANGING = """
import time
from core.hookspecs import Card, Finding, Panel, hookimpl

def hang():
    while True:
        time.sleep(0.01)

@hookimpl
def menu_items(actor):
    hang()

@hookimpl
def home_cards(actor):
    yield hang()

@hookimpl
def check_health():
    hang()

@hookimpl
def household_panels(actor, household_id):
    hang()

@hookimpl
def case_panels(actor, case_id):
    hang()

@hookimpl
def veto_household_end(household_id):
    hang()

@hookimpl
def household_moved(household_id, area_code):
    hang()
"""


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.3)


ASKING: dict[str, Callable[[PluginManager], object]] = {
    "menu_items": lambda manager: manager.ask("menu_items", actor=ANONYMOUS),
    "home_cards": lambda manager: manager.ask("home_cards", actor=ANONYMOUS),
    "check_health": lambda manager: manager.ask("check_health"),
    "household_panels": lambda manager: manager.ask("household_panels", actor=ANONYMOUS, household_id=1),
    "case_panels": lambda manager: manager.ask("case_panels", actor=ANONYMOUS, case_id=1),
    "veto_household_end": lambda manager: manager.ask_vetoes("veto_household_end", household_id=1),
}


@pytest.mark.usefixtures("sound", "short_limit")
@pytest.mark.parametrize("hook", ASKING)
def test_a_hanging_hook_costs_its_answer_once_and_quarantines_at_once(
    hook: str, kernel: County, plugin_folder: Write, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin_folder("hostile", {"plugin.py": HANGING})
    manager = load()
    ASKING[hook](manager)
    report = seen(kernel, "hostile")
    assert (report.state, report.cause) == (State.QUARANTINED, f"{hook}：超过 0.3 秒没有回答")
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 20.0)
    began = time.monotonic()
    assert menu(manager) == ["好"]
    assert time.monotonic() - began < 10, "nobody waits for it a second time"


@pytest.mark.usefixtures("short_limit")
def test_a_veto_that_hangs_refuses(plugin_folder: Write, load: Load) -> None:
    plugin_folder("hostile", {"plugin.py": HANGING})
    reasons = load().ask_vetoes("veto_household_end", household_id=1)
    assert reasons == ["插件 hostile 出错，无法确认可以这样做"]


@pytest.mark.usefixtures("short_limit")
def test_a_deed_is_refused_and_undone_when_a_plugin_hangs_in_it(
    kernel: County, plugin_folder: Write, load: Load
) -> None:
    plugin_folder("hostile", {"plugin.py": HANGING})
    manager = load()
    before = generation()

    def move() -> None:
        with unit_of_work():
            Generation.update(number=1000).execute()
            manager.tell("household_moved", household_id=1, area_code="341504001001")

    with pytest.raises(PluginRefused):
        move()
    # The note must outlive the deed, so it is stored beside it.
    deadline = time.monotonic() + 10
    while seen(kernel, "hostile").state is not State.QUARANTINED:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert generation() == before + 1
    manager.tell("household_moved", household_id=1, area_code="341504001001")


@pytest.mark.usefixtures("sound")
def test_while_somebody_waits_for_a_plugin_nobody_else_begins_to(
    kernel: County, plugin_folder: Write, load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(asking, "CROWD_SECONDS", 0.1)
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 60.0)
    go = tmp_path / "go"
    slow = f"import os, time\n    while not os.path.exists({str(go)!r}): time.sleep(0.01)\n    raise"
    plugin_folder("hostile", {"plugin.py": RAISING.replace("raise", slow)})
    manager = load()

    def wait() -> None:
        with database.connection_context():
            menu(manager)

    first = threading.Thread(target=wait)
    first.start()
    time.sleep(0.3)
    assert menu(manager) == ["好"]
    assert first.is_alive(), "control: it still waits"
    go.touch()
    first.join()
    assert manager.reports["hostile"].cause.endswith("out of paint")


@pytest.mark.usefixtures("short_limit")
def test_what_is_made_of_an_answer_is_made_within_the_same_walls(plugin_folder: Write, load: Load) -> None:
    plugin_folder("sound", {"plugin.py": SOUND})
    manager = load()

    def never(_items: object) -> None:
        while True:
            pass

    assert manager.ask("menu_items", then=never, actor=ANONYMOUS) == []
    assert manager.reports["sound"].state is State.QUARANTINED


@pytest.mark.parametrize("body", ["import time; time.sleep(3)", "while True: pass"])
def test_a_plugin_that_is_slow_to_start_fails_and_the_others_run(
    body: str, kernel: County, plugin_folder: Write, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_manager, "LOADING_SECONDS", 0.5)
    plugin_folder("sound", {"plugin.py": SOUND})
    plugin_folder("import_slow", {"plugin.py": body})
    hook = f"from core.hookspecs import hookimpl\n@hookimpl\ndef register_roles():\n    {body}\n"
    plugin_folder("register_slow", {"plugin.py": hook})
    assert menu(load()) == ["好"]
    for name in ("import_slow", "register_slow"):
        report = seen(kernel, name)
        assert (report.state, report.cause) == (State.FAILED, "启动超过 0.5 秒")
