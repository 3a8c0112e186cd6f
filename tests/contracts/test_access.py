"""Every door says who may come in, and names a right that exists."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import core
import plugins
from core.access import MARK, SIGNED_IN
from core.county import County
from core.errors import DomainError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def county_plugins() -> list[str]:
    return sorted(file.parent.name for file in (ROOT / "plugins").glob("*/plugin.toml"))


def marks(app: Flask) -> dict[str, str]:
    return {
        endpoint: getattr(view, MARK, "")
        for endpoint, view in app.view_functions.items()
        if endpoint.rpartition(".")[2] != "static"
    }


def test_every_view_and_operation_says_who_may_call_it(app: Flask) -> None:
    silent = [endpoint for endpoint, mark in marks(app).items() if not mark]
    assert silent == []


def test_every_right_that_is_demanded_is_declared_with_a_title(app: Flask, county: County) -> None:
    assert county.plugins is not None
    declared = county.plugins.permissions()
    assert all(declared.values())
    for endpoint, mark in marks(app).items():
        if mark != SIGNED_IN and not mark.startswith("public: "):
            assert mark in declared, f"{endpoint} demands {mark}, which no plugin.toml declares"


def test_a_public_door_has_a_reason(app: Flask) -> None:
    for endpoint, mark in marks(app).items():
        if mark.startswith("public"):
            assert len(mark.removeprefix("public: ")) > 10, f"{endpoint}: {mark}"


def test_roles_hold_only_rights_that_exist_and_every_right_is_held_by_some_role(
    app: Flask, county: County
) -> None:
    assert app
    assert county.plugins is not None
    declared = set(county.plugins.permissions())
    held = {permission for role in county.plugins.roles().values() for permission in role.permissions}
    assert held <= declared
    assert declared - held == set(), "a right that no post can give"


def _calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    for folder in ("core", "plugins"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
                    yield file, node


def test_every_right_that_a_service_demands_is_declared(app: Flask, county: County) -> None:
    assert app
    assert county.plugins is not None
    declared = set(county.plugins.permissions())
    for file, call in _calls("actor.demand"):
        first = call.args[0]
        if isinstance(first, ast.Constant):
            assert first.value in declared, f"{file}: {first.value}"


def test_every_deed_in_the_record_has_a_title(app: Flask, county: County) -> None:
    assert app
    assert county.plugins is not None
    titles = county.plugins.audit_titles()
    for file, call in _calls("audit.record"):
        action = call.args[1]
        if isinstance(action, ast.Constant):
            assert action.value in titles, f"{file}: {action.value} has no title in register_audit_titles"


def _errors() -> list[type[DomainError]]:
    for package in (core, plugins):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations." not in module.name:
                importlib.import_module(module.name)
    found: list[type[DomainError]] = []
    waiting = [DomainError]
    while waiting:  # parents before children
        error = waiting.pop(0)
        found.append(error)
        waiting += error.__subclasses__()
    return [error for error in found if error.__module__.startswith(("core", "plugins"))]


def test_every_refusal_has_a_code_of_its_own_a_status_and_a_sentence() -> None:
    codes: dict[str, type[DomainError]] = {}
    for error in _errors():
        # A special case may share the code of what it is a case of.
        first = codes.setdefault(error.code, error)
        assert issubclass(error, first), f"{error} and {first}: {error.code}"
        assert 400 <= error.status < 600
        if not error.__module__.startswith("core.cli"):  # a console ends lines, not sentences
            assert error.text.endswith(("。", ")s")), f"{error.__name__} has no full sentence"
        assert error is DomainError or error.__doc__ != DomainError.__doc__
        assert error.__doc__, f"{error.__name__} is not explained"
