"""Third time: when the street lamps of a village are reported for the third time, ask for the root of it.

A plugin as a service: a process of its own, maybe on another machine, that knows gridgov only by signed
events and the JSON interface. It sees and does what its token allows, and nothing of gridgov fails with it.
Python's own library is all it needs; it is meant to be read, and to be begun from.

    GRIDGOV_URL=https://grid.example.cn GRIDGOV_TOKEN=gt_... GRIDGOV_SECRET=whsec_... python third_time.py
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

URL, TOKEN = os.environ["GRIDGOV_URL"].rstrip("/"), os.environ["GRIDGOV_TOKEN"]
KEY = base64.b64decode(os.environ["GRIDGOV_SECRET"].removeprefix("whsec_"))
STATE, PORT = os.environ.get("STATE", "third-time.db"), int(os.environ.get("PORT", "8791"))
WORD, TIMES, DAYS = "路灯", 3, 30
TABLES = (
    "event (id TEXT PRIMARY KEY, case_id INTEGER, done INTEGER)",
    "hit (case_id INTEGER PRIMARY KEY, area TEXT, number TEXT, at REAL)",
    "own (case_id INTEGER PRIMARY KEY)",
)
CLOCK_SECONDS, RETRY_SECONDS, LONGEST_BODY = 300, 5.0, 64 * 1024


class Store:
    """What was told and is not dealt with, what counts, and what was filed: a small file of its own."""

    def __init__(self) -> None:
        with self.open() as rows:
            for table in TABLES:
                rows.execute(f"CREATE TABLE IF NOT EXISTS {table}")

    def open(self) -> sqlite3.Connection:
        """A connection for one thread."""
        return sqlite3.connect(STATE, timeout=10)


class Receiver(BaseHTTPRequestHandler):
    """Takes events: looks at the signature, keeps the event, answers. The work is done afterwards."""

    def do_POST(self) -> None:
        """Answer 204 once it is stored; the same event told twice is one."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), LONGEST_BODY))
        if not is_genuine(self.headers, body):
            self.send_response(401)
        else:
            told = json.loads(body)
            if told["type"] == "cases.CaseReported":
                with Store().open() as rows:
                    values = (self.headers["webhook-id"], told["data"]["case_id"])
                    rows.execute("INSERT OR IGNORE INTO event VALUES (?, ?, 0)", values)
            self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing: an address may hold more than a log should."""


def is_genuine(headers: Any, body: bytes) -> bool:
    """Whether gridgov has signed it, lately (Standard Webhooks)."""
    try:
        late = abs(time.time() - int(headers["webhook-timestamp"])) > CLOCK_SECONDS
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        given = str(headers["webhook-signature"]).split()
    except (TypeError, ValueError):
        return False
    mine = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    return not late and any(hmac.compare_digest(mine, each) for each in given)


def ask(method: str, path: str, body: Any = None, key: str = "") -> Any:
    """One request to the JSON interface. Raises OSError for what did not work."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    headers |= {"Idempotency-Key": key} if key else {}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{URL}/api/v1{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=15) as answer:
        return json.load(answer)


def look_at(rows: sqlite3.Connection, case_id: int) -> None:
    """Count the case, and file one for the village when it is the third of its kind."""
    if rows.execute("SELECT 1 FROM own WHERE case_id = ?", (case_id,)).fetchone():
        return
    case = ask("GET", f"/cases/{case_id}")
    if WORD not in case["text"]:
        return
    village = case["area_code"][:12]
    rows.execute(
        "INSERT OR IGNORE INTO hit VALUES (?, ?, ?, ?)", (case_id, village, case["number"], time.time())
    )
    since = time.time() - DAYS * 86400
    found = "SELECT case_id, number FROM hit WHERE area = ? AND at > ? ORDER BY case_id"
    hits = rows.execute(found, (village, since)).fetchall()
    if len(hits) % TIMES:
        return
    numbers = "、".join(number for _, number in hits[-TIMES:])
    text = f"{DAYS} 天内第 {len(hits)} 次反映{WORD}（{numbers}），请查一查根源。"
    # Both keys say which case it is: after a cut the same request gives the same case.
    mark = f"third-time:{village}:{hits[-1][0]}"
    new = {"kind": "cases.report", "text": text, "area_code": village, "external_id": mark}
    filed = ask("POST", "/cases", new, key=mark)
    rows.execute("INSERT OR IGNORE INTO own VALUES (?)", (int(filed["id"]),))


def work() -> None:
    """Deal with what was told, the oldest first; what fails is tried again."""
    while True:
        with Store().open() as rows:
            event = rows.execute(
                "SELECT id, case_id FROM event WHERE done = 0 ORDER BY rowid LIMIT 1"
            ).fetchone()
        if event is None:
            time.sleep(0.2)
            continue
        try:
            with Store().open() as rows:
                look_at(rows, event[1])
                rows.execute("UPDATE event SET done = 1 WHERE id = ?", (event[0],))
        except OSError as error:
            print(f"case {event[1]}: {error}", flush=True)
            time.sleep(RETRY_SECONDS)


if __name__ == "__main__":
    threading.Thread(target=work, daemon=True).start()
    print(f"listening on port {PORT}", flush=True)
    ThreadingHTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
