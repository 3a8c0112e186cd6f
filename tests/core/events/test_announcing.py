"""An event stands in the transaction that causes it, or nowhere; and only who listens is told."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core import events
from core.app import load_plugins
from core.county import County
from core.db import database, unit_of_work
from core.events import Delivery, StoredEvent, TooManyEvents, UndeclaredEvent, announce
from core.manifest import ManifestError, read_manifest
from core.plugin_host.state import State, survey, switch
from core.plugin_manager import SYSTEM
from core.testing import VILLAGE
from tests.core.events.bells import BELL, CODE, EAR, Ear, install, ring, states


def stored() -> int:
    return StoredEvent.unscoped("a test").count()


def ring_and_fail() -> None:
    with unit_of_work(housekeeping="a test"):
        announce(SYSTEM, "bell.Rung", area_code=VILLAGE, subject="bell:1")
        assert stored() == 1
        raise RuntimeError("not after all")


def turn(county: County, *, enabled: bool) -> None:
    switch(SYSTEM, county.settings, county.plugins_folder, "ear", enabled=enabled)
    load_plugins(county)


def test_an_event_is_stored_with_a_delivery_for_who_listens(ear: Ear) -> None:
    ring(points=3)
    row = StoredEvent.unscoped("a test").get()
    assert (row.kind, row.area_code, row.subject, row.payload) == (
        "bell.Rung",
        VILLAGE,
        "bell:0",
        '{"points":3}',
    )
    assert [(d.event_id, d.plugin, d.state) for d in Delivery.select()] == [(row.id, "ear", "waiting")]


def test_a_rollback_leaves_no_event(ear: Ear) -> None:
    with pytest.raises(RuntimeError, match="after all"):
        ring_and_fail()
    assert (stored(), states()) == (0, [])


def test_a_refused_step_inside_a_deed_takes_its_event_along(ear: Ear, county: County) -> None:
    woken: list[int] = []
    county.wake = lambda: woken.append(1)
    with unit_of_work(housekeeping="a test"):
        with pytest.raises(RuntimeError, match="after all"):
            ring_and_fail()
        assert stored() == 0
    assert not woken


def test_many_events_of_one_deed_wake_the_worker_once_and_after_the_commit(ear: Ear, county: County) -> None:
    seen: list[int] = []

    def look() -> None:
        # Another thread has another connection: it sees only what is committed.
        with database.connection_context():
            seen.append(stored())

    def wake() -> None:
        looking = threading.Thread(target=look)
        looking.start()
        looking.join()

    county.wake = wake
    ring(5)
    assert seen == [5]


def test_an_event_that_nobody_declares_is_a_mistake_of_the_programmer(ear: Ear) -> None:
    for kind in ("bell.Rang", "ear.Heard", "nobody.Knows"):
        with pytest.raises(UndeclaredEvent, match=kind), unit_of_work():
            announce(SYSTEM, kind, area_code=VILLAGE, subject="bell:1")
    with pytest.raises(AssertionError):
        announce(SYSTEM, "bell.Rung", area_code=VILLAGE, subject="bell:1")


def test_a_flood_is_refused_as_a_whole(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_AT_ONCE", 10)
    ring(10)
    with pytest.raises(TooManyEvents):
        ring(11)
    ring(10)
    assert stored() == 20


def test_a_plugin_that_is_off_is_told_nothing_of_what_happens_meanwhile(
    ear: Ear, county: County, outbox: Callable[[], int]
) -> None:
    ring()
    turn(county, enabled=False)
    ring()
    assert len(states()) == 1
    assert outbox() == 0, "what waits from before is left alone while it is off"
    turn(county, enabled=True)
    assert outbox() == 1
    assert states() == [("done", 0)]


def test_an_event_without_listeners_is_kept_all_the_same(
    county: County, plugin_folder: Callable[..., Path]
) -> None:
    install(plugin_folder, on=False)
    load_plugins(county)
    ring()
    assert (stored(), states()) == (1, [])


@pytest.mark.parametrize(
    ("manifest", "word"),
    [
        (EAR.replace("bell.Rung", "Rung"), "points_store.PointsRedeemed"),
        (BELL.replace("Rung =", "rung ="), "PointsRedeemed"),
        (BELL.replace("敲了铃", ""), "announces"),
    ],
)
def test_a_misspelt_event_in_plugin_toml_is_named(tmp_path: Path, manifest: str, word: str) -> None:
    (tmp_path / "plugin.toml").write_text(manifest, "utf-8")
    with pytest.raises(ManifestError, match=word):
        read_manifest(tmp_path, "ear.plugin")


@pytest.mark.parametrize(
    ("manifest", "code", "cause"),
    [
        (EAR.replace("bell.Rung", "bell.Rang"), CODE, "bell.Rang"),
        (EAR, "", "on_event"),
        (EAR, CODE.replace("def register_jobs():", "def register_jobs():\n    1 / 0"), "ZeroDivisionError"),
        (EAR, CODE.replace('"ear.tick"', '"tick"'), "ear."),
        (EAR, CODE.replace('daily="00:00"', 'daily="24:00"'), "24:00"),
        (EAR, CODE.replace('daily="00:00"', "every=0"), "daily or every"),
    ],
    ids=[
        "an event that its announcer does not know",
        "no ear",
        "jobs that fail",
        "a foreign name",
        "no time",
        "never",
    ],
)
def test_a_mistake_in_register_jobs_or_listens_leaves_the_plugin_out_with_the_cause(
    county: County, plugin_folder: Callable[..., Path], manifest: str, code: str, cause: str
) -> None:
    plugin_folder("bell", {"plugin.toml": BELL, "plugin.py": ""})
    plugin_folder("ear", {"plugin.toml": manifest, "plugin.py": code})
    load_plugins(county)
    report = survey(county.settings, county.plugins_folder)["ear"]
    assert report.state is State.FAILED
    assert cause in report.cause
