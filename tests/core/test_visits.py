"""Places inside a plugin's pages are given in the order of arrival."""

import threading
import time

import pytest

from core import visits
from core.visits import PluginBusy, Visits

_SOON = 5.0


def _until(condition: object) -> None:
    deadline = time.monotonic() + _SOON
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_whoever_came_first_enters_first_though_others_come_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(visits, "MOST_INSIDE", 1)
    place, order, gate = Visits(), list[int](), threading.Event()

    def visit(number: int) -> None:
        with place.inside("trial"):
            order.append(number)
            gate.wait(_SOON)

    def visit_twice() -> None:
        visit(0)
        visit(9)

    threads = [threading.Thread(target=visit_twice)]
    threads[0].start()
    _until(lambda: order == [0])
    for number in (1, 2, 3):
        threads.append(threading.Thread(target=visit, args=(number,)))
        threads[-1].start()
        _until(lambda number=number: len(place._waiting["trial"]) == number)
    gate.set()
    for thread in threads:
        thread.join(_SOON)
    assert order == [0, 1, 2, 3, 9]
    assert not place._inside["trial"]


def test_who_was_sent_away_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "MOST_INSIDE", 1)
    monkeypatch.setattr(visits, "STANDSTILL_SECONDS", 0.05)
    place = Visits()
    with place.inside("trial"), pytest.raises(PluginBusy), place.inside("trial"):
        pass
    assert not place._waiting["trial"]
    with place.inside("trial"):
        assert len(place._inside["trial"]) == 1
