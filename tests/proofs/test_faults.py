"""Storage in trouble: only honest answers, reads go on, it recovers by itself, nothing half done or lost."""

import errno
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from typing import Any

import psycopg
import pytest

from core.testing_server import TestServer
from tests.proofs import disks, stage, truth
from tests.proofs.conftest import Figures
from tests.proofs.counties import only_postgresql, only_sqlite
from tests.proofs.disks import Tight
from tests.proofs.load import Answer, Load, Request, ask, get, send
from tests.proofs.server import SQLITE, Server, Site
from tests.proofs.sizes import SIZE

pytestmark = pytest.mark.proof
RECOVERS_WITHIN = 10.0
READS_WITHIN = 5.0
AREAS = "/areas"


def in_trouble(site: Site, requests: list[Request]) -> list[Answer]:
    """Send writes while others look at things on and on; returns all answers.

    They look at the areas, which are core's, and at the shelf, which belongs to the plugin that the
    writers are in: that one may send them away (core.visits).
    """
    clerk = site.clerk(site.stores[0])
    shelf = get(clerk, f"/products?store_id={site.stores[0]['id']}")
    readers = Load([site.server.port], cycle([get(clerk, AREAS), shelf]), clients=2)
    with readers:
        writes = send(site.server.port, requests)
    return [*writes, *readers.answers]


def settled(site: Site, answers: list[Answer]) -> list[Answer]:
    """The trouble is over: what was put off is asked again, without a restart, and is done at last."""
    deadline = time.monotonic() + RECOVERS_WITHIN
    put_off = [answer.request for answer in answers if answer.status == 503 and answer.request.key]
    while ask(site.server.port, put_off[0]).status != 201:
        assert time.monotonic() < deadline, f"it does not recover: {site.server.said()}"
        time.sleep(0.05)
    again = send(site.server.port, put_off)
    assert {answer.status for answer in again} == {201}
    return again


def assert_honest(answers: list[Answer]) -> None:
    """Only 2xx, 4xx and 503 with Retry-After, and some of the last: else there was no trouble."""
    dishonest = [answer for answer in answers if not answer.is_honest]
    assert dishonest == [], f"{Counter(answer.status for answer in dishonest)}: {dishonest[0].body!r}"
    assert any(answer.status == 503 for answer in answers), "no trouble came through"


def assert_reads_went_on(answers: list[Answer]) -> None:
    """Whoever only looks is served all the time."""
    reads = [answer for answer in answers if AREAS.encode() in answer.request.wire]
    assert reads
    assert {answer.status for answer in reads} == {200}
    assert max(answer.seconds for answer in reads) < READS_WITHIN


@contextmanager
def held_lock(site: Site, seconds: float) -> Iterator[None]:
    """Another process (a backup, somebody's shell) keeps the database locked for so long."""
    if site.database == SQLITE:
        path, begin = site.data / "gridgov.db", "BEGIN EXCLUSIVE"
        other: Any = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    else:
        other, begin = (
            psycopg.connect(site.address),
            "LOCK TABLE points_store_ledger_account IN EXCLUSIVE MODE",
        )
    other.execute(begin)
    timer = threading.Timer(seconds, other.close)
    timer.start()
    try:
        yield
    finally:
        timer.join()


def test_a_database_locked_by_another_process_only_makes_people_wait(site: Site, figures: Figures) -> None:
    requests = stage.redemptions(site, 200)
    site.server.start()
    before = send(site.server.port, requests[:20])
    with held_lock(site, SIZE.locked_seconds):
        during = in_trouble(site, requests[20:])
    assert_honest(during)
    assert_reads_went_on(during)
    again = settled(site, during)
    assert truth.county_mistakes(site, [*before, *during, *again]) == []
    tally(figures, during)


@pytest.mark.parametrize("how", ["fast", "immediate"])
@only_postgresql
def test_a_database_server_stopped_and_started_again_only_makes_people_wait(
    site: Site, postgresql: TestServer, how: str, figures: Figures
) -> None:
    requests = stage.redemptions(site, SIZE.fault_requests)
    site.server.start()
    with Load([site.server.port], iter(requests)) as load:
        load.wait_for(50)
        postgresql.stop(how)
        try:
            load.wait_for(100, 503)
        finally:
            postgresql.start()
        during = load.wait()
    assert_honest(during)
    again = settled(site, during)
    assert truth.county_mistakes(site, [*during, *again]) == []
    tally(figures, during)


@contextmanager
def tight(site: Site, megabytes: int) -> Iterator[Tight]:
    """The county moved to a file system with little room."""
    with disks.tight(site.data.parent, megabytes) as disk:
        site.move_to(disk.place)
        try:
            yield disk
        finally:
            site.close()


def leave_no_room_in_the_log(site: Site) -> None:
    """A log that was written once keeps its place on the disk, and commits would fit into it for a while."""
    with closing(sqlite3.connect(site.server.data / "gridgov.db", timeout=10)) as database:
        (busy, _, _) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not busy


@pytest.mark.disks
@only_sqlite
def test_a_full_disk_refuses_writes_and_loses_none(site: Site, figures: Figures) -> None:
    each = SIZE.fault_requests // SIZE.full_disks
    requests = stage.redemptions(site, each * SIZE.full_disks)
    answers: list[Answer] = []
    # The book grows: some five kilobytes a redemption.
    with tight(site, 48 + SIZE.fault_requests // 100) as disk:
        site.server.start()
        for number in range(SIZE.full_disks):
            mine = requests[number * each : (number + 1) * each]
            answers += send(site.server.port, mine[:20])
            leave_no_room_in_the_log(site)
            disk.fill()
            during = in_trouble(site, mine[20:])
            assert_honest(during)
            assert_reads_went_on(during)
            disk.empty()
            answers += [*during, *settled(site, during)]
            assert truth.county_mistakes(site, answers) == []
    tally(figures, answers)


@contextmanager
def failing(server: Server, point: str, errno: int, probability: float) -> Iterator[None]:
    """Calls of `point` (a family of libfiu) fail in the running server, each with this probability."""

    def control(command: str) -> None:
        for pid in server.family():
            subprocess.run(["fiu-ctrl", "-c", command, str(pid)], check=True, capture_output=True)

    control(f"enable_random name={point},probability={probability},failnum=1,failinfo={errno}")
    try:
        yield
    finally:
        control(f"disable name={point}")


# PostgreSQL has its own answer to a disk that fails: it stops, and is started again (above).
@only_sqlite
@pytest.mark.faults
@pytest.mark.parametrize(
    ("point", "code", "often"),
    [
        # Many deeds share a sync; each has some twenty writes.
        ("posix/io/sync/*", errno.EIO, 0.2),
        ("posix/io/rw/pwrite", errno.ENOSPC, 0.02),
        ("posix/io/rw/pwrite", errno.EIO, 0.02),
    ],
    ids=["sync", "no-space", "write"],
)
def test_a_call_to_the_disk_that_fails_now_and_then_refuses_a_write_and_loses_none(
    site: Site, figures: Figures, point: str, code: int, often: float
) -> None:
    requests = stage.redemptions(site, SIZE.fault_requests)
    site.server.start("fiu-run", "-x")
    with failing(site.server, point, code, often):
        during = in_trouble(site, requests)
    assert_honest(during)
    assert_reads_went_on(during)
    again = settled(site, during)
    assert truth.county_mistakes(site, [*during, *again]) == []
    tally(figures, during)


@only_sqlite
@pytest.mark.faults
@pytest.mark.parametrize("flaw", ["no_transaction", "outage_unseen"])
def test_control_a_program_with_a_flaw_does_not_stand_it(site: Site, flaw: str) -> None:
    # As many as the proof sends: many deeds share a sync, and of few syncs none may fail.
    requests = stage.redemptions(site, SIZE.fault_requests)
    site.server.start("fiu-run", "-x", flaw=flaw)
    with failing(site.server, "posix/io/sync/*", errno.EIO, 0.2):
        during = send(site.server.port, requests)
    assert truth.county_mistakes(site, during) != [] or not all(answer.is_honest for answer in during)


def tally(figures: Figures, answers: list[Answer]) -> None:
    count = Counter(answer.status for answer in answers)
    slowest = max(answer.seconds for answer in answers if answer.status == 200 or answer.status == 503)
    figures(
        ", ".join(f"{number} x {status}" for status, number in sorted(count.items()))
        + f", slowest {slowest:.1f} s"
    )
