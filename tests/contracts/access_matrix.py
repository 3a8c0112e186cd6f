"""Who may call which operation, from where: asked of a seeded county, written as a table.

For every operation, the right it demands and the roles that hold it; for every one whose address names an
object, which roles see that object from its own area, from above, from below and from a sister village.
`python -m tests.contracts.access_matrix` writes the table anew; read what changes.
"""

import json
import re
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from core.api import PREFIX
from core.app import create_app
from core.county import close_county, open_county
from core.db import database
from tools.running import make_county

TABLE = Path(__file__).parent / "access_matrix.toml"
HEAD = """\
# Operation -> the right it demands, the roles that hold it, and which of them see an object of the village
# of the trial county when they stand in its own area, above, below, or in a sister village ("sibling").
# Writes are tried from sister villages only. Made by
# `python -m tests.contracts.access_matrix`; read what changes.
"""
HOME = "341504001001"  # the village whose objects are asked for
METHODS = ("get", "post", "put", "patch", "delete")
OWN, PARENT, CHILD, SIBLING = "own", "parent", "child", "sibling"
# Collection -> how to find one of its objects and the area it belongs to.
_PLAIN = {
    "accounts": "accounts_account",
    "posts": "accounts_post",
    "cases": "cases_case",
    "files": "files_file",
    "households": "people_household",
    "persons": "people_person",
    "awards": "points_store_transfer",
    "claims": "points_store_claim",
    "goods-transfers": "points_store_goods_transfer",
    "objections": "points_store_objection",
    "offline-devices": "points_store_device",
    "opening-sheets": "points_store_opening_sheet",
    "redemptions": "points_store_redemption",
    "settlements": "points_store_settlement",
    "stores": "points_store_store",
    "vouchers": "points_store_voucher",
    "patrols": "grid_patrol",
    "tasks": "grid_task",
    "diaries": "diary_entry",
    "duties": "diary_duty",
    "meetings": "diary_meeting",
    "reports": "diary_report",
    "small-works": "diary_work",
    "spot-checks": "diary_check",
    "supplies": "diary_supply",
    "visits": "diary_visit",
    "call-devices": "call_button_device",
    "calls": "call_button_call",
    "call-shares": "call_button_share",
    "duty-shifts": "call_button_shift",
    "ballots": "supervision_ballot",
    "decisions": "supervision_decision",
    "misconduct-reports": "supervision_report",
    "voters": "supervision_voter",
}
_OF_ACCOUNT = "JOIN accounts_account a ON a.id = t.account_id"
_OF_WALLET = "JOIN points_store_ledger_account w ON w.id = t.wallet_id"
OBJECTS = {name: f"SELECT id, area_code FROM {table}" for name, table in _PLAIN.items()} | {
    "areas": f"SELECT code, code FROM areas_area WHERE length(code) = {len(HOME)}",
    "grids": "SELECT code, code FROM areas_area WHERE length(code) = 15",
    "notices": f"SELECT t.id, a.area_code FROM notices_notice t {_OF_ACCOUNT}",
    "tokens": f"SELECT t.id, a.area_code FROM accounts_token t {_OF_ACCOUNT}",
    "duty-leaves": f"SELECT t.id, a.area_code FROM call_button_leave t {_OF_ACCOUNT}",
    "wallets": "SELECT id, area_code FROM points_store_ledger_account WHERE kind = 'wallet'",
    "passbooks": f"SELECT t.id, w.area_code FROM points_store_passbook t {_OF_WALLET}",
    "proxies": f"SELECT t.id, w.area_code FROM points_store_proxy t {_OF_WALLET}",
    "products": "SELECT t.id, s.area_code FROM points_store_product t "
    "JOIN points_store_store s ON s.id = t.store_id",
    "postings": "SELECT t.id, p.area_code FROM diary_posting t "
    "JOIN diary_posting_place p ON p.posting_id = t.id",
}
# What belongs to nobody's area, or has nothing in the trial county; each with the reason.
WITHOUT = {
    "activities": "a code that a poster shows to everybody; the village is checked by its own tests",
    "ballot-receipts": "public: whoever holds a receipt may check it",
    "dead-letters": "the county's own, and nothing is dead in a new county",
    "household-imports": "the trial county was imported by nobody",
    "plugins": "the county's own",
    "policies": "public: published for everybody",
    "powers": "public: the power list hangs on the wall",
    "recusals": "none is proposed in the trial county; decisions guard them",
    "webhooks": "the county's own, and a new county has none",
    "deliveries": "the county's own, and a new county has none",
}
_MISSING = {"grids": "341599001001001", "areas": "341599001001", "files": "z" * 20}


@dataclass
class Seen:
    """An operation as it was met. `leaks`: what a foreigner could tell from a missing object."""

    right: str
    roles: list[str]
    of: str
    sees: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    leaks: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    tried: int = 0
    # The object belongs to the whole county, so nobody stands beside it.
    is_everybodys: bool = False

    def row(self) -> dict[str, Any]:
        """As it stands in the table."""
        seen = {place: sorted(roles) for place, roles in sorted(self.sees.items()) if roles}
        return {"right": self.right, "roles": self.roles, "of": self.of, **seen}


class Trial:
    """A county of the profile `small`, its accounts and one object of each collection."""

    def __init__(self, folder: Path) -> None:
        data = folder / "county"
        told = make_county(data, profile="small", seed=7)
        county = open_county(data)
        with database.connection_context():
            self.app: Flask = create_app(county)
            assert county.plugins is not None
            self.roles = county.plugins.roles()
            self.tokens = {account["id"]: account["token"] for account in told["accounts"]}
            self.posts: dict[str, list[str]] = defaultdict(list)
            self.holders: dict[tuple[str, str], str] = {}
            for account, role, area in self._ask("SELECT account_id, role, area_code FROM accounts_post"):
                self.posts[str(account)].append(area)
                if str(account) in self.tokens:
                    self.holders.setdefault((role, area), str(account))
            self.objects = {name: self._one(query) for name, query in OBJECTS.items()}
        self.client = self.app.test_client()
        self.spec: dict[str, Any] = self.client.get(f"{PREFIX}/openapi.json").get_json()

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        return list(database.execute_sql(query))

    def _one(self, query: str) -> tuple[str, str] | None:
        rows = [(str(key), str(area)) for key, area in self._ask(query)]
        return next((row for row in rows if row[1].startswith(HOME)), rows[0] if rows else None)

    def place(self, account: str, area: str) -> str:
        """Where an account stands, seen from the area of an object."""
        posts = self.posts[account]
        if area in posts:
            return OWN
        if any(area.startswith(post) for post in posts):
            return PARENT
        return CHILD if any(post.startswith(area) for post in posts) else SIBLING

    def call(self, method: str, path: str, account: str, body: Any) -> tuple[int, str]:
        """Status and code of the answer."""
        answer = self.client.open(
            PREFIX + path,
            method=method.upper(),
            headers={
                "Authorization": f"Bearer {self.tokens[account]}",
                "Idempotency-Key": f"matrix-{time.monotonic_ns()}",
            },
            json=None if method == "get" else body,
        )
        told = answer.get_json(silent=True)
        return answer.status_code, str(told.get("code", "")) if isinstance(told, dict) else ""

    def body(self, operation: dict[str, Any], area: str) -> Any:
        """A body that fits the description, as small as it may be."""
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return self._value("", schema, area) if schema else {}

    def _value(self, name: str, schema: dict[str, Any], area: str) -> Any:
        if "$ref" in schema:
            return self._value(name, self.spec["components"]["schemas"][schema["$ref"].split("/")[-1]], area)
        if "enum" in schema:
            return next(value for value in schema["enum"] if value is not None)
        for kind in ("anyOf", "oneOf", "allOf"):
            if kind in schema:
                return self._value(name, schema[kind][0], area)
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            inner, required = schema.get("properties", {}), schema.get("required", [])
            return {key: self._value(key, inner[key], area) for key in required}
        if kind == "array":
            return [self._value(name, schema.get("items", {}), area)] * schema.get("minItems", 0)
        if kind == "string":
            return _text(name, schema, area)
        plain = {"integer": max(1, schema.get("minimum", 1)), "number": 1.0, "boolean": True}
        return plain[kind]


def _text(name: str, schema: dict[str, Any], area: str) -> str:
    known = {"date": "2026-12-01", "date-time": "2026-12-01T08:00:00+08:00"}
    if schema.get("format") in known:
        return known[schema["format"]]
    if "area" in name:
        return area
    return "1" if name.endswith("id") or "pattern" in schema else "x" * max(schema.get("minLength", 1), 12)


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path below the prefix, description of every operation."""
    for path, methods in sorted(spec["paths"].items()):
        for method in METHODS:
            if method in methods:
                yield method, path.removeprefix(PREFIX), methods[method]


def seen(trial: Trial) -> dict[str, Seen]:
    """Every operation by name, tried as each role from each place."""
    found = {}
    for method, path, operation in operations(trial.spec):
        right = str(operation.get("x-permission") or "public")
        roles = sorted(name for name, role in trial.roles.items() if right in role.permissions)
        of = collection(path)
        one = Seen(right, roles, of)
        found[operation["operationId"]] = one
        if of and of not in WITHOUT:
            _try(trial, one, method, path, operation)
    return found


def collection(path: str) -> str:
    """Whose object the address names last; empty where it names none."""
    named = re.findall(r"/([a-z-]+)/\{\w+\}", path)
    return named[-1] if named else ""


def _try(trial: Trial, one: Seen, method: str, path: str, operation: dict[str, Any]) -> None:
    real, missing, area = path, path, ""
    for name in re.findall(r"/([a-z-]+)/\{\w+\}", path):
        known = trial.objects[name]
        assert known is not None, f"the trial county holds nothing of {name}"
        area = area or known[1]
        real = re.sub(r"\{\w+\}", known[0], real, count=1)
        missing = re.sub(r"\{\w+\}", _MISSING.get(name, "999999999"), missing, count=1)
    one.is_everybodys = all(trial.place(account, area) != SIBLING for account in trial.holders.values())
    for (role, _), account in sorted(trial.holders.items()):
        place = trial.place(account, area)
        if place != SIBLING and method != "get":
            continue
        body = trial.body(operation, area)
        status, code = trial.call(method, real, account, body)
        one.tried += 1
        if status < 400:
            one.sees[place].add(role)
        elif place == SIBLING and (status, code) != (nothing := trial.call(method, missing, account, body)):
            one.leaks.append(f"{role}: {status} {code} is not {nothing}")
        holds = any(one.right in trial.roles[name].permissions for name in _roles_of(trial, account))
        if one.right in _rights(trial) and not holds and status != 403:
            one.refused.append(f"{role} has no {one.right} and got {status}")


def _rights(trial: Trial) -> set[str]:
    return {right for role in trial.roles.values() for right in role.permissions}


def _roles_of(trial: Trial, account: str) -> list[str]:
    return [role for (role, _), holder in trial.holders.items() if holder == account]


def written(found: dict[str, Seen]) -> str:
    """The table as text."""
    lines = [HEAD]
    for name, one in sorted(found.items()):
        lines.append(f"[{name}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in one.row().items()]
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write the table anew."""
    folder = Path(tempfile.mkdtemp(prefix="gridgov-matrix-"))
    try:
        TABLE.write_text(written(seen(Trial(folder))), "utf-8")
    finally:
        close_county()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
