"""gridgov event: what was not delivered, on the command line, with plugins that could not even be loaded."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.county import County, close_county
from core.db import database
from core.events import Delivery
from tests.core.events.bells import install, ring, states


@pytest.fixture
def letters(county: County, plugin_folder: Callable[..., Path]) -> dict[str, str]:
    """A county with two dead letters and one that waits; the environment to call it with."""
    from core.app import load_plugins

    ear = install(plugin_folder)
    load_plugins(county)
    ring(3)
    Delivery.update(state="dead", attempts=10, error="deaf").where(Delivery.id < 3).execute()
    (ear.place / "plugin.py").write_text("raise RuntimeError", "utf-8")  # no command may import it
    return {"GRIDGOV_PLUGINS": str(county.plugins_folder), "GRIDGOV_DATA": str(county.data)}


def test_the_list_names_what_was_not_delivered(run: Callable, letters: dict[str, str]) -> None:
    told = run("event", "list", **letters)
    assert told.status == 0
    for sign in ("ear", "敲了铃", "bell:1", "deaf", "10"):
        assert sign in told.out
    listed = run("event", "list", "--json", **letters).json
    assert listed["plugins"][0]["plugin"] == "ear"
    assert (listed["plugins"][0]["waiting"], listed["plugins"][0]["dead"]) == (1, 2)
    assert [letter["id"] for letter in listed["deliveries"]] == ["1", "2"]
    assert listed["worker_seen_at"] is None
    assert run("event", "list", "--plugin", "other", "--json", **letters).json["total"] == 0


def test_one_or_all_are_retried(run: Callable, letters: dict[str, str]) -> None:
    assert "1 个事件将重新投递" in run("event", "retry", "2", **letters).out
    assert states() == [("dead", 10), ("waiting", 0), ("waiting", 0)]
    assert "1 个事件将重新投递" in run("event", "retry", "--plugin", "ear", **letters).out
    run("event", "retry", "--plugin", "ear", **letters).refused(1, "没有这个未送达的事件")
    run("event", "retry", **letters).refused(1, "gridgov event list")


def test_what_a_command_causes_is_announced_as_on_a_page(
    county: County, plugin_folder: Callable[..., Path]
) -> None:
    from core.cli.context import opened_with_modules
    from core.plugin_host.state import switch
    from core.plugin_manager import SYSTEM

    install(plugin_folder)
    data, folder = county.data, county.plugins_folder
    for enabled, expected in ((True, 1), (False, 1)):
        switch(SYSTEM, county.settings, folder, "ear", enabled=enabled)
        database.close()
        close_county()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GRIDGOV_PLUGINS", str(folder))
            with opened_with_modules(data):
                ring()
                assert len(states()) == expected
