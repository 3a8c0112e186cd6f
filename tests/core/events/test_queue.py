"""The queue only wakes: it is signed, coalesced, made anew when damaged, and the same on PostgreSQL."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from core.jobs import QUEUE_FILE, SWEEP, Queue, Waker, nothing, open_queue
from tests.core.events.bells import wait_until

BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/nowhere"))


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the test."""
    place = Path(tmp_path_factory.mktemp("postgres"))
    as_user: list[str] = []
    if os.getuid() == 0:  # the server refuses to run as root
        place = Path(f"/tmp/gridgov-postgres-{os.getpid()}-{time.monotonic_ns()}")
        place.mkdir(mode=0o700)
        shutil.chown(place, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    run = [*as_user, str(BIN / "initdb"), "-D", str(place / "data"), "-A", "trust", "-U", "postgres", "-N"]
    subprocess.run(run, check=True, capture_output=True, cwd="/")
    options = f"-c listen_addresses= -c unix_socket_directories={place} -c fsync=off"
    control = [*as_user, str(BIN / "pg_ctl"), "-D", str(place / "data"), "-l", str(place / "log"), "-w"]
    subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, cwd="/")
    try:
        yield f"postgresql://postgres@/postgres?host={place}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd="/")
        shutil.rmtree(place)


class Done:
    """What a consumer's threads performed."""

    def __init__(self) -> None:
        self.works: list[tuple[object, ...]] = []

    def __call__(self, *work: object) -> None:
        self.works.append(work)


def performed(open_: Callable[..., Queue]) -> list[tuple[object, ...]]:
    """What a worker performs when the web side, which performs nothing, asks five times."""
    done = Done()
    asking, working = open_(nothing), open_(done)
    consumer = working.consumer(2)
    for thread in [thread for _, thread in consumer.worker_threads]:
        thread.start()
    try:
        for number in range(5):
            asking.ask("deliver", f"plugin_{number}")
        wait_until(lambda: len(done.works) == 5)
    finally:
        consumer.stop_flag.set()
        for _, thread in consumer.worker_threads:
            thread.join()
        asking.close()
        working.close()
    return sorted(done.works)


EXPECTED = [("deliver", f"plugin_{number}") for number in range(5)]


def test_a_queue_beside_sqlite_is_a_file_of_its_own(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/gridgov.db"
    assert performed(lambda done: open_queue(address, tmp_path, b"secret", done)) == EXPECTED
    assert (tmp_path / QUEUE_FILE).exists()
    assert not (tmp_path / "gridgov.db").exists()


def test_a_queue_on_postgresql_lies_in_its_database(tmp_path: Path, postgres: str) -> None:
    assert performed(lambda done: open_queue(postgres, tmp_path, b"secret", done)) == EXPECTED
    assert not (tmp_path / QUEUE_FILE).exists()
    with psycopg.connect(postgres) as connection:
        assert connection.execute("SELECT count(*) FROM huey_task").fetchone() == (0,)


def test_a_message_of_who_has_not_the_countys_key_does_nothing(tmp_path: Path) -> None:
    done = Done()
    stranger = open_queue("sqlite:///x", tmp_path, b"guessed", done)
    own = open_queue("sqlite:///x", tmp_path, b"secret", done)
    stranger.ask("deliver", "ear")
    with pytest.raises(ValueError, match="mismatch"):
        own._huey.dequeue()
    own.ask("deliver", "ear")
    own._huey.execute(own._huey.dequeue())
    assert done.works == [("deliver", "ear")], "control: the same message with the key"
    stranger.close()
    own.close()


def test_a_damaged_queue_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / QUEUE_FILE).write_bytes(b"not a database, " * 400)
    assert performed(lambda done: open_queue("sqlite:///x", tmp_path, b"secret", done)) == EXPECTED


def test_many_calls_make_few_messages_and_wait_for_nothing(tmp_path: Path) -> None:
    queue = open_queue("sqlite:///x", tmp_path, b"secret")
    free = threading.Event()

    def slow() -> Queue:
        assert free.wait(60)
        return queue

    waker = Waker(slow)
    for _ in range(2000):
        waker.wake()  # comes back though the queue does not
    free.set()
    wait_until(lambda: queue._huey.storage.queue_size() > 0)
    time.sleep(0.5)
    assert 1 <= queue._huey.storage.queue_size() <= 4
    assert queue._huey.dequeue().args == (SWEEP,)


def test_a_queue_that_cannot_be_opened_costs_nobody_anything(caplog: pytest.LogCaptureFixture) -> None:
    tried = threading.Event()

    def fail() -> Queue:
        tried.set()
        raise OSError("no space left")

    Waker(fail).wake()
    assert tried.wait(5)
    wait_until(lambda: "could not be woken" in caplog.text)
