"""Real worker processes: killed, hung, stopped, two at once."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.app import load_plugins
from core.county import County, database_url
from core.db import unit_of_work
from core.heartbeat import is_silent
from core.jobs import QUEUE_PURPOSE, Waker, open_queue
from core.lanes import Lane
from core.plugin_host.state import State, retry, survey
from core.plugin_manager import SYSTEM
from core.schedule import JobRun
from core.worker import HUNG, LAST_WORDS
from tests.core.events.bells import Ear, ring, states, wait_until

Worker = "subprocess.Popen[str]"
Start = Callable[..., Worker]


def words(ear: Ear) -> list[str]:
    return [word for word, _, _ in ear.log() if word != "tick"]


def report(county: County) -> tuple[State, str]:
    found = survey(county.settings, county.plugins_folder)["ear"]
    return found.state, found.cause


def lapse() -> None:
    """The ten seconds after which a dead worker's lane is free, without waiting for them."""
    with unit_of_work(housekeeping="a test"):
        Lane.update(until=0).execute()


def test_an_event_is_delivered_within_a_second_of_its_commit(
    ear: Ear, county: County, start_worker: Start
) -> None:
    queue = open_queue(database_url(county.data), county.data, county.keys.sign(QUEUE_PURPOSE))
    start_worker()
    wait_until(lambda: not is_silent())
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(1, 9):
        woken = number % 2 == 0
        county.wake = Waker(lambda: queue).wake if woken else lambda: None
        began = time.monotonic()
        ring()
        wait_until(lambda count=number: len(ear.heard()) == count)
        times[woken].append(time.monotonic() - began)
    assert min(times[False]) < 2.0, f"the worker looks by itself: {times}"
    assert min(times[True]) < 0.8, f"it is woken: {times}"


@pytest.mark.parametrize(
    ("behaviour", "moment", "effects"),
    [
        ("sleep inside", "inside", 1),
        ("sleep after", "after", 1),
        ("plain", "after", 2),
    ],
    ids=["before its commit", "after its commit", "control: a handler that does not use handled_once"],
)
def test_a_worker_killed_in_mid_handler_loses_nothing_and_doubles_nothing(
    ear: Ear, start_worker: Start, behaviour: str, moment: str, effects: int
) -> None:
    ear.behave(behaviour)
    ring()
    first = start_worker()
    wait_until(lambda: moment in words(ear))
    first.kill()
    first.wait()
    if behaviour != "plain":
        ear.behave("once")
    lapse()
    start_worker()
    wait_until(lambda: states() == [("done", 0)])
    wait_until(lambda: words(ear)[-1] == "end" or behaviour == "sleep after")
    assert len(ear.heard()) == effects


def test_a_stopped_worker_finishes_the_event_in_work_and_leaves_the_rest(
    ear: Ear, start_worker: Start
) -> None:
    ear.behave("sleep after")
    ring(2)
    worker = start_worker()
    wait_until(lambda: "after" in words(ear))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert words(ear) == ["begin", "after", "end"]
    assert sorted(states()) == [("done", 0), ("waiting", 0)]
    assert is_silent(), "who stopped is not missed"


def test_a_hanging_plugin_is_quarantined_and_its_backlog_waits_until_it_is_mended(
    ear: Ear, county: County, start_worker: Start, tmp_path: Path
) -> None:
    ear.behave("hang")
    ring(2)
    worker = start_worker(GRIDGOV_HANDLER_SECONDS="0.5")
    assert worker.wait(30) == HUNG, (tmp_path / "worker.log").read_text()
    state, cause = report(county)
    assert state is State.QUARANTINED
    assert "bell.Rung 1" in cause
    assert "没有结束" in cause
    assert states() == [("waiting", 1), ("waiting", 0)]
    second = start_worker(GRIDGOV_HANDLER_SECONDS="0.5")
    wait_until(lambda: not is_silent())
    ear.behave("once")
    time.sleep(1.5)  # long enough for two looks of the worker
    assert ear.heard() == []
    retry(SYSTEM, county.settings, county.plugins_folder, "ear")
    wait_until(lambda: states() == [("done", 1), ("done", 0)])
    assert second.poll() is None, "it followed the switch without a restart"


def test_a_handler_that_hangs_with_the_database_in_its_hand_lets_go_of_it(
    ear: Ear, county: County, start_worker: Start
) -> None:
    ear.behave("hang inside")
    ring()
    worker = start_worker()
    assert worker.wait(40) == HUNG
    assert (county.data / LAST_WORDS).exists()
    with unit_of_work(housekeeping="a test"):
        pass  # nobody holds the write lock any more
    start_worker()
    wait_until(lambda: report(county)[0] is State.QUARANTINED)
    assert "占着数据库" in report(county)[1]
    wait_until(lambda: not (county.data / LAST_WORDS).exists())
    assert states() == [("waiting", 1)]


def test_two_workers_never_handle_one_plugins_events_at_once_and_run_a_job_once(
    ear: Ear, start_worker: Start
) -> None:
    ear.behave("slow")
    start_worker()
    start_worker()
    for _ in range(6):
        ring()
        time.sleep(0.2)
    wait_until(lambda: [state for state, _ in states()] == ["done"] * 6)
    wait_until(lambda: words(ear).count("end") == 6)
    assert words(ear) == ["begin", "end"] * 6, "never a second one before the first has ended"
    wait_until(lambda: JobRun.select().where(JobRun.finished_at.is_null()).count() == 0)
    assert [word for word, _, _ in ear.log()].count("tick") == 1


def test_without_lanes_two_threads_would_handle_them_at_once(
    ear: Ear, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import delivery
    from core.db import database

    monkeypatch.setattr(delivery, "take_lane", lambda plugin, worker: 0)
    ear.behave("slow")
    ring(2)
    manager = county.plugins or load_plugins(county)

    def work(name: str) -> None:
        with database.connection_context():
            delivery.Deliverer(name).deliver(manager, "ear")

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert words(ear)[:2] == ["begin", "begin"]


def test_a_worker_ends_with_its_parent(ear: Ear, county: County, tmp_path: Path) -> None:
    import sys

    command = f"exec {sys.executable} -m core.cli worker --data {county.data} --parent $PPID"
    environment = {**os.environ, "GRIDGOV_PLUGINS": str(county.plugins_folder)}
    script = tmp_path / "parent.sh"
    script.write_text(f"({command}) & echo $! > {tmp_path}/pid; wait\n".replace("$PPID", "$$"))
    parent = subprocess.Popen(["bash", str(script)], env=environment, stderr=subprocess.DEVNULL)
    wait_until(lambda: not is_silent())
    number = int((tmp_path / "pid").read_text())
    parent.kill()
    parent.wait()
    wait_until(lambda: not Path(f"/proc/{number}").exists(), seconds=10)
