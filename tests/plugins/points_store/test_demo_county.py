"""The demo county's book: a month that was earned, redeemed, settled and closed, and what is left to do."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from core import audit
from core.app import load_plugins
from core.clock import CHINA, frozen
from core.county import County
from core.demo.world import World, build_world
from core.scope import AreaScope
from core.testing import COUNTY_CODE
from plugins.points_store.cli import export_ledger
from plugins.points_store.models import Claim, Closing, OfflineEntry, Quota, Settlement, Voucher
from plugins.points_store.queries.months import month_books, month_to_close
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.queries.settlements import list_settlements, open_months
from tests.plugins.points_store.test_days import figures, ledger

CHECKER = Path(__file__).parents[3] / "tools" / "ledger_check.py"
HERE = AreaScope((COUNTY_CODE,))


@contextmanager
def quiet(label: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda done, total: None


def made(county: County, moment: datetime) -> World:
    load_plugins(county)
    with frozen(moment):
        return build_world("small", 1, password="mo-ni", progress=quiet)


def checked(file: Path) -> int:
    """The exit of the checker that stands alone, with the heads of all closed months."""
    assert export_ledger.callback is not None
    export_ledger.callback(file)
    heads = {row.head for row in Closing.unscoped("test")}
    assert heads
    command = [sys.executable, "-I", str(CHECKER), str(file), *sorted(heads)]
    return subprocess.run(command, check=False).returncode


def test_last_month_is_whole_and_leaves_one_store_and_one_village_to_do(
    county: County, outbox: Callable[[], int], tmp_path: Path
) -> None:
    moment = datetime(2026, 11, 20, 15, tzinfo=CHINA)
    world = made(county, moment)
    own, *others = world.villages
    roles = {str(account.id): account.role for account in world.accounts}
    assert {"accountant", "provider"} <= set(roles.values())
    further = [roles[row["account_id"]] for row in world.answers["points_store"]["demo_accounts"]]
    assert further == ["clerk", "resident"], "a colleague at the counter, and the proxy"
    with frozen(moment):
        assert verify_ledger().mistakes == []
        assert audit.verify().broken_at is None
        assert checked(tmp_path / "ledger.jsonl") == 0

        waiting = [(store.store_name, store.months) for store in open_months(HERE, 1, 50)[0] if store.months]
        assert waiting == [("新风超市（东店）", ["2026-10"])]
        settled, count = list_settlements(HERE, 1, 50)
        assert count == len(others) + 1
        assert all(view.row.month == "2026-10" and view.row.points and view.document for view in settled)

        books = {book.area_code: book for book in month_books(HERE, "2026-10")}
        assert {code for code, book in books.items() if book.closed_at} == set(others)
        assert all(book.figures.balanced and book.figures.issued > 0 for book in books.values())
        assert all(book.figures.redeemed > 0 for book in books.values())
        assert month_to_close(own) == "2026-10"

        assert {claim.state for claim in Claim.unscoped("test")} == {
            "filed", "checked", "published", "objected", "refused", "credited",
        }  # fmt: skip
        assert {voucher.used_at is None for voucher in Voucher.unscoped("test")} == {True, False}
        assert [entry.state for entry in OfflineEntry.unscoped("test")].count("booked") >= 1
        assert Quota.unscoped("test").where(Quota.released_at.is_null()).exists()
    outbox()
    assert figures() == ledger()


@pytest.mark.parametrize(
    "moment",
    [datetime(2027, 1, 1, 0, 5, tzinfo=CHINA), datetime(2027, 3, 31, 23, 59, tzinfo=CHINA)],
    ids=["the first minutes of a year", "the last ones of the month after February"],
)
def test_a_demo_is_made_on_any_day(county: County, moment: datetime) -> None:
    made(county, moment)
    assert verify_ledger().mistakes == []
    with frozen(moment):
        month = (moment.replace(day=1)).strftime("%Y-%m")
        assert all(row.month < month for row in Settlement.unscoped("test"))
        assert all(row.at <= moment for row in Closing.unscoped("test"))
