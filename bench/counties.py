"""Counties to measure: synthetic, with wallets to spend from, full shelves, and codes made ahead."""

import json
import os
import shutil
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bench.figures import Run
from bench.load import request
from core import audit, qr
from core.accounts.api import actor_for, operator
from core.cli.context import opened_with_plugins
from core.clock import now
from core.county import county
from core.db import database, unit_of_work
from core.heartbeat import last_beat
from core.people.api import household_of_person
from plugins.points_store.models import AWARD, BUDGET, RedeemCode
from plugins.points_store.services import ledger, stores
from plugins.points_store.services.ledger import Leg
from tools.running import make_county

POINTS, PIECES = 10_000_000, 1_000_000
_CHUNK = 2_000
_WORKER_SECONDS = 30.0


@dataclass(frozen=True)
class Till:
    """A clerk at a store, the shelf, and the household they may not serve: their own."""

    store_id: int
    village: str
    clerk_id: int
    token: str
    household_id: int | None
    products: tuple[int, ...]


@dataclass(frozen=True)
class Wallet:
    """A household's wallet."""

    id: int
    household_id: int
    village: str


@dataclass(frozen=True)
class Sale:
    """A redemption that is about to happen."""

    till: Till
    product_id: int
    code: str

    @property
    def body(self) -> dict[str, Any]:
        """What it says."""
        items = [{"product_id": str(self.product_id), "quantity": 1}]
        return {"store_id": str(self.till.store_id), "code": self.code, "items": items}

    def request(self) -> bytes:
        """The request a clerk's phone sends."""
        headers = {"Authorization": f"Bearer {self.till.token}", "Idempotency-Key": uuid.uuid4().hex}
        return request("POST", "/api/v1/redemptions", headers, json.dumps(self.body).encode())


@dataclass(frozen=True)
class Shop:
    """A county of four villages, 64 wallets, five stores and ten clerks, ready for redemptions."""

    data: Path
    seed: dict[str, Any]
    tills: tuple[Till, ...]
    wallets: tuple[Wallet, ...]

    def sales(self, count: int, *, one_wallet: bool = False) -> list[Sale]:
        """Fresh codes, spread over all wallets, stores, clerks and shelves; or for one wallet at one till."""
        served: dict[str, list[Till]] = defaultdict(list)
        for till in self.tills:
            served[till.village].append(till)
        sales, rows, at = [], [], now()
        for number in range(count):
            wallet = self.wallets[0 if one_wallet else number % len(self.wallets)]
            tills = [t for t in served[wallet.village] if t.household_id != wallet.household_id]
            till = tills[0 if one_wallet else number // len(self.wallets) % len(tills)]
            product = till.products[0 if one_wallet else number % len(till.products)]
            code = qr.new_subject()
            sales.append(Sale(till, product, code))
            rows.append((code, wallet.id, at, at + timedelta(hours=2)))
        with opened_with_plugins(self.data), unit_of_work():
            for start in range(0, count, _CHUNK):
                RedeemCode.insert_many(
                    rows[start : start + _CHUNK],
                    [RedeemCode.code, RedeemCode.wallet_id, RedeemCode.issued_at, RedeemCode.expires_at],
                ).execute()
            code = county().settings.county_code
            audit.record(
                operator(), "points_store.issue_code", area_code=code, subject="wallet:many", codes=count
            )
        return sales


def shop_of(run: Run, name: str) -> Shop:
    """A shop of one's own on SQLite, as new: a copy of one that is made once a run."""
    made = _made_once(run.folder)
    data = run.place(name) / "county"
    shutil.copytree(made.data, data)
    return replace(made, data=data)


@cache
def _made_once(folder: Path) -> Shop:
    return make_shop(folder / "as-new")


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """This process's environment with these values, for this block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def make_shop(data: Path, *, database: str = "") -> Shop:
    """A new county in `data`; its database in `database` (PostgreSQL), else in the folder."""
    if database:
        with environment(GRIDGOV_DATABASE=database):
            seed = make_county(data, profile="small")
        (data / "database.url").write_text(database)
        (data / "database.url").chmod(0o600)
    else:
        seed = make_county(data, profile="small")
    with opened_with_plugins(data):
        wallets = _wallets(seed)
        tills = tuple(till for store in seed["stores"] for till in _tills(seed, store))
        _fill(wallets)
        _stock(tills)
    return Shop(data, seed, tills, wallets)


def wait_for_worker(data: Path) -> None:
    """Until the worker of a server that was just started is at work: its start takes a second of a core."""
    deadline = time.monotonic() + _WORKER_SECONDS
    with opened_with_plugins(data), database.connection_context():
        while last_beat() is None:
            if time.monotonic() > deadline:
                raise RuntimeError("the worker did not start")
            time.sleep(0.05)


def _wallets(seed: dict[str, Any]) -> tuple[Wallet, ...]:
    village = {home["id"]: home["area_code"][:12] for home in seed["households"]}
    wallets = [
        Wallet(int(w["id"]), int(w["household_id"]), village[w["household_id"]]) for w in seed["wallets"]
    ]
    # Neighbours in the list live in different villages, as customers of one moment do.
    places: dict[str, int] = defaultdict(int)
    order = {}
    for wallet in wallets:
        places[wallet.village] += 1
        order[wallet.id] = (places[wallet.village], wallet.village)
    return tuple(sorted(wallets, key=lambda wallet: order[wallet.id]))


def _tills(seed: dict[str, Any], store: dict[str, Any]) -> Iterator[Till]:
    shelf = tuple(
        int(product["id"])
        for product in seed["products"]
        if product["store_id"] == store["id"] and product["stock"] is not None
    )
    for account in seed["accounts"]:
        if account["id"] in store["clerk_account_ids"]:
            person = account["person_id"]
            yield Till(
                int(store["id"]),
                store["area_code"],
                int(account["id"]),
                account["token"],
                household_of_person(int(person)) if person else None,
                shelf,
            )


def _fill(wallets: tuple[Wallet, ...]) -> None:
    # Through the book, so that its proof holds after a measurement as before.
    with unit_of_work():
        mint = ledger.mint(county().settings.county_code)
        for wallet in wallets:
            fund = ledger.fund(wallet.village)
            for kind, source, target in ((BUDGET, mint.id, fund.id), (AWARD, fund.id, wallet.id)):
                legs = [Leg(source, -POINTS), Leg(target, POINTS)]
                ledger.post(operator(), kind, legs, area_code=wallet.village, reason="基准测试（模拟）")


def _stock(tills: tuple[Till, ...]) -> None:
    for till in {till.store_id: till for till in tills}.values():
        for product_id in till.products:
            stores.take_in(actor_for(till.clerk_id), product_id=product_id, quantity=PIECES, note="基准测试")
