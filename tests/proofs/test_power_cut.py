"""The power goes, under load: what was acknowledged had reached the disk."""

import random
import subprocess
from pathlib import Path

import pytest

from tests.proofs import stage, truth
from tests.proofs.conftest import Figures, MakeSite
from tests.proofs.disks import Disk, powered
from tests.proofs.load import Answer, Load, Request
from tests.proofs.server import Site
from tests.proofs.sizes import CLIENTS, SIZE

pytestmark = [pytest.mark.proof, pytest.mark.disks]
CUT_WITHIN = 200
A_ROUND = CUT_WITHIN + 4 * CLIENTS


def cut_under_load(site: Site, disk: Disk, requests: list[Request], after: int) -> list[Answer]:
    """Load the running server, cut the power after so many acknowledged redemptions, and restore it."""
    with Load([site.server.port], iter(requests), until_cut=True) as load:
        load.wait_for(after)
        # Without power nobody says another word: what a running server answered after the cut, to
        # whatever the kernel told it then, no power cut could have brought about.
        site.server.freeze()
        disk.cut()
        site.server.kill()
    disk.restore()
    return load.answers


def test_nothing_acknowledged_is_lost_with_the_power(
    make_site: MakeSite, tmp_path: Path, figures: Figures
) -> None:
    chance, acknowledged = random.Random(1), 0
    for begun in range(0, SIZE.cuts, SIZE.batch):
        site, answers = make_site(), []
        rounds = min(SIZE.batch, SIZE.cuts - begun)
        requests = stage.redemptions(site, rounds * A_ROUND)
        with powered(site.data.parent) as disk:
            site.move_to(disk.place)
            subprocess.run(["sync"], check=True)
            for number in range(rounds):
                site.server.start()
                mine = requests[number * A_ROUND : (number + 1) * A_ROUND]
                answers += cut_under_load(site, disk, mine, chance.randint(1, CUT_WITHIN))
                assert truth.county_mistakes(site, answers) == []
            acknowledged += sum(answer.status == 201 for answer in answers)
    figures(f"{SIZE.cuts} power cuts, {acknowledged} acknowledged, none lost")


def test_control_what_did_not_wait_for_the_disk_is_lost(site: Site) -> None:
    requests = stage.redemptions(site, A_ROUND)
    with powered(site.data.parent) as disk:
        site.move_to(disk.place)
        subprocess.run(["sync"], check=True)
        site.server.start(flaw="normal_sync")
        answers = cut_under_load(site, disk, requests, CUT_WITHIN)
        with truth.looking(site) as select:
            assert list(truth.lost(select, answers)) != []
            assert truth.mistakes(select) == []
