"""`gridgov button simulate`: keeps to its rate, presses only what is registered, and loses nothing."""

import sqlite3
from typing import Any

import pytest
from click.testing import CliRunner
from peewee import OperationalError

from core.testing import TestHousehold


def run(*options: str) -> Any:
    from plugins.call_button.cli_simulate import simulate

    return CliRunner().invoke(simulate, options)


def pressed() -> int:
    from plugins.call_button.models.calls import Press

    return int(Press.unscoped("test").count())


def test_nothing_is_registered_where_the_county_does_not_say_so(people: list[TestHousehold]) -> None:
    refused = run("--devices", "2", "--seconds", "1")
    assert refused.exit_code == 1
    assert "只登记了 0 个" in refused.output
    assert run("--devices", "2", "--seconds", "1", "--register").exit_code == 1
    assert pressed() == 0


class TestDemonstration:
    @pytest.fixture
    def county_sections(self) -> str:
        """The county says that this is one."""
        return "[plugin.call_button]\nsimulator = true\n"

    def test_every_press_is_stored_once_at_the_rate_that_was_asked(self, people: list[TestHousehold]) -> None:
        done = run("--devices", "5", "--rate", "40", "--seconds", "1", "--register")
        assert done.exit_code == 0, done.output
        assert "新登记 5 个" in done.output
        assert "共按 40 次" in done.output
        assert pressed() == 40

    def test_what_the_database_did_not_take_is_pressed_again(
        self, people: list[TestHousehold], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from plugins.call_button import cli_simulate

        taken, refusals = cli_simulate.take_all, iter([True, True])

        def full_at_first(batch: Any) -> Any:
            if next(refusals, False):
                raise OperationalError("database or disk is full") from sqlite3.OperationalError()
            return taken(batch)

        monkeypatch.setattr(cli_simulate, "take_all", full_at_first)
        monkeypatch.setattr(cli_simulate, "_PAUSE", 0.0)
        done = run("--devices", "2", "--rate", "10", "--seconds", "1", "--register")
        assert done.exit_code == 0, done.output
        assert pressed() == 10
