"""The hooks: documented, typed, asked, answered and tested, every one."""

import inspect
import re
from pathlib import Path

import pytest

from core.hookspecs import ITEMS
from tools.make_hook_docs import HOOKS, hooks, implementers, pages, signature

ROOT = Path(__file__).parents[2]
NAMES = sorted(hooks())
ASKS = r"(?:ask|gather|ask_vetoes|tell|tell_one|_one|parts)\(\s*(?:[\w.]+,\s*)?[\"']{name}[\"']"


def sources(folder: str, *endings: str) -> str:
    files = [file for ending in endings for file in (ROOT / folder).rglob(f"*{ending}")]
    return "\n".join(file.read_text("utf-8") for file in files if "vendor" not in file.parts)


CORE = sources("core", ".py", ".html")
TESTS = "\n".join(
    file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py") if "contracts" not in file.parts
)


def test_the_page_of_hooks_says_what_the_code_says() -> None:
    assert HOOKS.read_text("utf-8") == pages()[HOOKS], "run `make docs` and commit docs/hooks.md"


@pytest.mark.parametrize("hook", NAMES)
def test_the_hook_is_documented_with_its_arguments(hook: str) -> None:
    page = HOOKS.read_text("utf-8")
    assert f"### {hook}\n" in page
    assert signature(hooks()[hook]) in page


@pytest.mark.parametrize("hook", NAMES)
def test_the_hook_has_types_a_docstring_and_few_arguments(hook: str) -> None:
    function = hooks()[hook]
    shape = inspect.signature(function)
    assert shape.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in shape.parameters.values())
    assert len(shape.parameters) <= 5
    assert (inspect.getdoc(function) or "").partition("\n")[0].endswith(".")


@pytest.mark.parametrize("hook", NAMES)
def test_somebody_real_implements_the_hook(hook: str) -> None:
    assert implementers(hook), f"{hook}: no module or bundled plugin implements it"


@pytest.mark.parametrize("hook", NAMES)
def test_the_core_asks_the_hook(hook: str) -> None:
    assert re.search(ASKS.replace("{name}", hook), CORE), f"{hook} is asked nowhere in core"


@pytest.mark.parametrize("hook", NAMES)
def test_some_test_names_the_hook(hook: str) -> None:
    assert re.search(rf"\b{hook}\b", TESTS), f"no test names {hook}"


def test_the_kinds_of_answers_are_those_of_the_signatures() -> None:
    asking = {
        name: str(inspect.signature(function).return_annotation)
        for name, function in hooks().items()
        if not name.startswith(("register_", "veto_"))
        and name not in ("seed", "household_moved", "household_ended", "person_left", "on_event")
    }
    assert set(asking) == set(ITEMS)
    for name, annotation in asking.items():
        assert ITEMS[name].__name__ in annotation


def test_names_follow_their_families() -> None:
    for name in NAMES:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
        assert len(name) <= 24
