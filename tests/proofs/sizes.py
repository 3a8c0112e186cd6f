"""How large the proofs are: small in `make test`, large in `make soak` (GRIDGOV_PROOFS=soak)."""

import os
from dataclasses import dataclass

CLIENTS = 64


@dataclass(frozen=True)
class Size:
    """How often, how many, how long.

    `redemptions` are tried against points for `sold` of them; `kills` and `cuts` happen `batch` times
    to one county, then to a new one, so that looking at all of its book stays quick.
    """

    redemptions: int
    sold: int
    wallets: int
    repeats: int
    kills: int
    cuts: int
    batch: int
    full_disks: int
    fault_requests: int
    locked_seconds: float
    books: int
    steps: int
    deeds: int
    deed_books: int
    bridge_kills: int
    broker_kills: int
    less: int = 1

    def on(self, database: str, number: int) -> int:
        """`number`, or a part of it on PostgreSQL, where the small size has less time."""
        return number if database == "sqlite" else max(1, number // self.less)


SMALL = Size(
    redemptions=2_000,
    sold=50,
    wallets=100,
    repeats=200,
    kills=30,
    cuts=10,
    batch=30,
    full_disks=2,
    fault_requests=400,
    locked_seconds=8,
    books=15,
    steps=20,
    deeds=600,
    deed_books=1,
    bridge_kills=4,
    broker_kills=3,
    less=3,
)
SOAK = Size(
    redemptions=10_000,
    sold=500,
    wallets=1_000,
    repeats=200,
    kills=1_000,
    cuts=100,
    batch=50,
    full_disks=100,
    fault_requests=20_000,
    locked_seconds=30,
    books=200,
    steps=60,
    deeds=50_000,
    deed_books=20,
    bridge_kills=500,
    broker_kills=100,
)
SIZE = SOAK if os.environ.get("GRIDGOV_PROOFS") == "soak" else SMALL
