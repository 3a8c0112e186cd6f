#!/usr/bin/env python3
"""Check an export of the points ledger without gridgov: python3 ledger_check.py FILE [HEAD ...]

FILE is what `gridgov export ledger FILE` wrote, HEAD a printed sheet's code: 64 signs, or twice 32.
Only Python's own library is used, so that anybody can read this and believe it.

What is checked: every line is what it should be and where it should be; each booking's hash follows
from the one before, its text and its number; its entries are those of its text, sum to zero and lead to
the balances that are written; no account but the mint is ever below zero; every account is there once,
of one kind, with the balance that its entries add up to; each HEAD lies on the chain. With the newest
sheet's head nothing up to that sheet can have been altered, whoever holds the database.
Exit status: 0 all holds, 1 something does not, 2 wrong usage.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

FORMAT = "gridgov-ledger 1"
# Kind of booking -> kinds of account that give and that get.
ROUTES = {
    "budget": ({"mint", "fund"}, {"fund"}),
    "budget_back": ({"fund"}, {"mint", "fund"}),
    "award": ({"fund"}, {"wallet"}),
    "opening": ({"fund"}, {"wallet"}),
    "withdrawal": ({"wallet"}, {"fund"}),
    "expiry": ({"wallet"}, {"fund"}),
    "deduction": ({"wallet"}, {"fund"}),
    "redemption": ({"wallet"}, {"store"}),
    "reversal": ({"store"}, {"wallet"}),
    "handover": ({"wallet"}, {"wallet"}),
    "move_out": ({"wallet"}, {"mint"}),
    "move_in": ({"mint"}, {"wallet"}),
    "settlement": ({"store", "mint"}, {"mint", "store"}),
}


class Wrong(Exception):
    """The first thing that does not hold, with its line."""


class Check:
    """One walk through the lines of an export."""

    def __init__(self, heads: Iterable[str]) -> None:
        self.head, self.count, self.last_id = "0" * 64, 0, 0
        self.missing = set(heads) - {self.head}
        self.balances: dict[int, int] = {}
        self.roles: dict[int, set[tuple[str, bool]]] = {}
        self.low: set[int] = set()

    def run(self, lines: Iterable[str]) -> None:
        """Raises Wrong; afterwards `count`, `head` and `missing` say what was found."""
        numbered = enumerate(lines, 1)
        number, first = self._next(numbered)
        self._demand(number, set(first) == {"format", "county"} and first["format"] == FORMAT, "first line")
        number, line = self._next(numbered)
        while "text" in line:
            self._booking(number, line)
            number, line = self._next(numbered)
        for account in sorted(self.balances):
            self._account(number, line, account)
            number, line = self._next(numbered)
        end = {"transfers": self.count, "accounts": len(self.balances), "head": self.head}
        self._demand(number, line == end and _strict(line), "last line is not the sum of the lines above")
        for number, _ in numbered:
            raise Wrong(f"line {number}: there is something behind the last line")

    def _booking(self, number: int, line: dict[str, Any]) -> None:
        self._demand(number, set(line) == {"id", "text", "entries", "hash"}, "keys of a booking")
        self._demand(number, _is_int(line["id"]) and line["id"] > self.last_id, "booking out of order")
        self.last_id = line["id"]
        chained = f"{self.head}{line['id']} {line['text']}\n".encode()
        self._demand(number, hashlib.sha256(chained).hexdigest() == line["hash"], "chain is broken")
        self.head, self.count = line["hash"], self.count + 1
        self.missing.discard(self.head)
        text = json.loads(line["text"])
        kind, entries, legs = text[0], line["entries"], text[7]
        self._demand(
            number,
            all(len(entry) == 3 and all(map(_is_int, entry)) for entry in entries)
            and sorted([account, points] for account, points, _ in entries) == legs,
            "entries are not those of the booking",
        )
        self._demand(number, sum(points for _, points in legs) == 0, "entries do not sum to zero")
        self._demand(number, kind in ROUTES, f"unknown kind {kind}")
        for account, points, after in entries:
            now = self.balances[account] = self.balances.get(account, 0) + points
            self._demand(number, now == after, f"account {account}: balance is {now}, not {after}")
            if now < 0:
                self.low.add(account)
            self.roles.setdefault(account, set()).add((kind, points > 0))

    def _account(self, number: int, line: dict[str, Any], account: int) -> None:
        right = {"account": account, "kind": line.get("kind"), "balance": self.balances[account]}
        self._demand(number, line == right and _strict(line), f"account {account} is not as booked")
        fits = all(line["kind"] in ROUTES[kind][gets] for kind, gets in self.roles[account])
        self._demand(number, fits, f"account {account} cannot be a {line['kind']}")
        below = account in self.low and line["kind"] != "mint"
        self._demand(number, not below, f"account {account} was below zero")

    def _next(self, numbered: Iterator[tuple[int, str]]) -> tuple[int, dict[str, Any]]:
        for number, raw in numbered:
            try:
                line = json.loads(raw)
            except ValueError:
                raise Wrong(f"line {number}: no JSON") from None
            canonical = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
            self._demand(number, isinstance(line, dict) and raw.rstrip("\n") == canonical, "spelling")
            return number, line
        raise Wrong("the file ends too early")

    def _demand(self, number: int, holds: object, what: str) -> None:
        if not holds:
            raise Wrong(f"line {number}: {what}")


def _is_int(value: object) -> bool:
    return type(value) is int


def _strict(line: dict[str, Any]) -> bool:
    return all(_is_int(value) for value in line.values() if not isinstance(value, str))


def main(arguments: list[str]) -> int:
    """Check the file and the heads; say what was found."""
    signs = "".join(arguments[1:])
    if not arguments or len(signs) % 64:
        print(__doc__)
        return 2
    check = Check(signs[at : at + 64] for at in range(0, len(signs), 64))
    try:
        with open(arguments[0], encoding="utf-8") as file:
            check.run(file)
    except (Wrong, UnicodeDecodeError, TypeError, IndexError, KeyError) as wrong:
        print(f"WRONG 账不对：{wrong}")
        return 1
    for head in sorted(check.missing):
        print(f"WRONG 账不对：打印的校验码 {head} 不在账上；那张表之前的账目被改动过")
    if not check.missing:
        print(f"OK 账相符：{check.count} 笔，{len(check.balances)} 个账户，校验码 {check.head}")
    return 1 if check.missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
