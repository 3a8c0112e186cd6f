"""The power goes, under load: what was acknowledged had reached the disk."""

import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from core.testing_server import TestServer
from tests.proofs import processes, stage, truth
from tests.proofs.conftest import Figures, MakeFirst
from tests.proofs.counties import MakeSite, carried_over
from tests.proofs.disks import Disk, powered
from tests.proofs.load import Answer, Load, Request
from tests.proofs.server import SQLITE, Site
from tests.proofs.sizes import CLIENTS, SIZE

pytestmark = [pytest.mark.proof, pytest.mark.disks]
CUT_WITHIN = 200
A_ROUND = CUT_WITHIN + 4 * CLIENTS
DURABLE = {"fsync": "on", "full_page_writes": "on"}
# What nobody waits for is flushed by a process beside; right before the cut it would hide the flaw.
SELDOM_FLUSHED = {**DURABLE, "wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}


@dataclass
class Machine:
    """A county, its disk, and the database server where it has one: one power cut ends them all."""

    site: Site
    disk: Disk
    postgresql: TestServer | None

    def family(self) -> list[int]:
        """Every process on it."""
        found = self.site.server.family()
        if self.postgresql is not None:
            file = self.postgresql.folder / "data" / "postmaster.pid"
            found += processes.family(int(file.read_text().split()[0]))
        return found

    def cut(self) -> None:
        """No power, then power again; nothing is started."""
        # Without power nobody says another word: what a running server answered after the cut, to
        # whatever the kernel told it then, no power cut could have brought about.
        family = self.family()
        processes.freeze(family)
        self.disk.cut()
        processes.kill(family)
        self.site.server.kill()
        if self.postgresql is not None:
            self.postgresql.stop("immediate")
        self.disk.restore()
        if self.postgresql is not None:
            self.postgresql.start()


@contextmanager
def machine(
    make_site: MakeSite, firsts: MakeFirst, database: str, postgresql: dict[str, str] = DURABLE
) -> Iterator[Machine]:
    """A county on a disk of its own, all of it written."""
    with powered() as disk:
        server = None
        if database == SQLITE:
            site = make_site()
            site.move_to(disk.place)
        else:
            (disk.place / "postgresql").mkdir()
            server = TestServer(disk.place / "postgresql", postgresql)
            site = carried_over(firsts(database), disk.place / "county", server)
        try:
            yield Machine(site, disk, server)
        finally:
            site.close()
            if server is not None:
                server.stop("immediate")


def cut_under_load(place: Machine, requests: list[Request], after: int, flaw: str = "") -> list[Answer]:
    """Start and load the server; cut the power after so many acknowledged redemptions."""
    place.site.server.start(flaw=flaw)
    with Load([place.site.server.port], iter(requests), until_cut=True) as load:
        load.wait_for(after)
        place.cut()
    return load.answers


def test_nothing_acknowledged_is_lost_with_the_power(
    make_site: MakeSite, firsts: MakeFirst, database: str, figures: Figures
) -> None:
    chance, acknowledged, cuts = random.Random(1), 0, SIZE.on(database, SIZE.cuts)
    for begun in range(0, cuts, SIZE.batch):
        rounds, answers = min(SIZE.batch, cuts - begun), []
        with machine(make_site, firsts, database) as place:
            requests = stage.redemptions(place.site, rounds * A_ROUND)
            subprocess.run(["sync"], check=True)
            for number in range(rounds):
                mine = requests[number * A_ROUND : (number + 1) * A_ROUND]
                answers += cut_under_load(place, mine, chance.randint(1, CUT_WITHIN))
                assert truth.county_mistakes(place.site, answers) == []
        acknowledged += sum(answer.status == 201 for answer in answers)
    figures(f"{cuts} power cuts, {acknowledged} acknowledged, none lost")


def test_control_what_did_not_wait_for_the_disk_is_lost(
    make_site: MakeSite, firsts: MakeFirst, database: str
) -> None:
    with machine(make_site, firsts, database, SELDOM_FLUSHED) as place:
        requests = stage.redemptions(place.site, A_ROUND)
        subprocess.run(["sync"], check=True)
        answers = cut_under_load(place, requests, CUT_WITHIN, "normal_sync")
        with truth.looking(place.site) as select:
            assert list(truth.lost(select, answers)) != []
            assert truth.mistakes(select) == []
