"""Lists of twenty rows: as JSON and as a page, against sqlite3, dict and json in plain WSGI."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.bare_pages import serving_bare
from bench.counties import shop_of
from bench.figures import Rounds, Row, Run
from bench.load import drive, request
from bench.pages import password
from bench.visitors import sign_in, tokens_of
from core.accounts.api import find_account, operator
from core.cli.context import opened_with_plugins
from core.db import unit_of_work
from core.people.api import household_of_person
from plugins.points_store.models import AWARD, LedgerAccount
from plugins.points_store.services import ledger
from plugins.points_store.services.ledger import Leg
from tools.running import serving

CLIENTS, LINES = 8, 30


@dataclass(frozen=True)
class Scene:
    """A running county with one wallet whose statement is long, and who asks for it."""

    size: str
    data: Path
    wallet_id: int
    resident: str
    password: str


def measure(run: Run) -> list[Row]:
    """P6."""
    small = shop_of(run, "lists")
    found = Rounds()
    scenes = [_scene("trial", small.data, "small"), _scene("county", run.county, run.profile)]
    for number in range(run.rounds):
        for scene in scenes:
            _round(run, scene, found)
        run.say(f"lists of 20 rows, round {number + 1} of {run.rounds}")
    return [row for scene in scenes for row in _rows(found, scene.size)]


def _rows(found: Rounds, size: str) -> list[Row]:
    rows = []
    for title, bare in (("entries", "bare entries"), ("households", "bare households")):
        rows += [
            found.row(f"{size}: {title} as JSON", "/s"),
            found.row(f"{size}: {title} as JSON p99", "ms", "<= 200"),
            found.row(f"{size}: {bare}", "/s", baseline="sqlite3 + dict + json, plain WSGI, no count"),
            found.ratio(
                f"P6 {size}: {title} as JSON / {bare}",
                f"{size}: {title} as JSON",
                f"{size}: {bare}",
                ">= 0.5, then >= 0.75",
            ),
        ]
    for title in ("statement", "households"):
        rows += [found.row(f"{size}: {title} as page", "/s"), found.row(f"{size}: {title} as page p99", "ms")]
    return rows


def _round(run: Run, scene: Scene, found: Rounds) -> None:
    with serving(scene.data) as url, _bare(scene) as bare_url:
        for name, (where, message) in _messages(scene, url, bare_url).items():
            answered = drive(where, [message], clients=CLIENTS, seconds=run.seconds / 2, again=True).demand(
                200
            )
            found.add(f"{scene.size}: {name}", answered.rate)
            found.add(f"{scene.size}: {name} p99", answered.p99)


@contextmanager
def _bare(scene: Scene) -> Iterator[str]:
    with serving_bare("rows", BENCH_DATABASE=str(scene.data / "gridgov.db")) as url:
        yield url


def _messages(scene: Scene, url: str, bare_url: str) -> dict[str, tuple[str, bytes]]:
    tokens = tokens_of(scene.data, ["admin", "auditor"])
    api = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
    admin = {"Cookie": sign_in(url, "admin", scene.password)}
    resident = {"Cookie": sign_in(url, scene.resident, scene.password)}
    entries = f"/api/v1/wallets/{scene.wallet_id}/entries?page_size=20"
    return {
        "bare entries": (bare_url, request("GET", f"/entries/{scene.wallet_id}", {})),
        "entries as JSON": (url, request("GET", entries, api["auditor"])),
        "bare households": (bare_url, request("GET", "/households", {})),
        "households as JSON": (url, request("GET", "/api/v1/households?page_size=20", api["admin"])),
        "statement as page": (url, request("GET", "/points-store/", resident)),
        "households as page": (url, request("GET", "/people", admin)),
    }


def _scene(size: str, data: Path, profile: str) -> Scene:
    with opened_with_plugins(data):
        resident = find_account("resident")
        assert resident is not None
        assert resident.person_id is not None
        wallet = (
            LedgerAccount.unscoped("the first resident's")
            .where(LedgerAccount.household_id == household_of_person(resident.person_id))
            .get()
        )
        with unit_of_work():
            fund = ledger.fund(wallet.area_code)
            for _ in range(LINES):
                legs = [Leg(fund.id, -1), Leg(wallet.id, 1)]
                ledger.post(
                    operator(), AWARD, legs, area_code=wallet.area_code[:12], reason="参加志愿服务（模拟）"
                )
    return Scene(size, data, wallet.id, "resident", password(profile))
