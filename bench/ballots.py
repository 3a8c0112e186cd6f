"""Ten thousand ballots by 64 clients at once, each voter twice: exact to the vote; against bare SQL."""

import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from bench.figures import Rounds, Row, Run
from core.cli.context import opened_with_plugins
from core.clock import now, today
from core.db import database, insert_rows, is_outage, unit_of_work
from core.security import Actor
from plugins.supervision.models.decisions import (
    ABSTAIN,
    AGAINST,
    AGREE,
    PUBLISHED,
    SEATS,
    Ballot,
    Decision,
    DecisionVersion,
    RollEntry,
)
from plugins.supervision.queries.tally import tally
from plugins.supervision.services.ballots import NewBallot, cast_ballot
from tools.running import GRIDGOV

BALLOTS, CLIENTS = 10_000, 64
BARE = "bare insert of a ballot and two log lines"
CAST, COUNT = "ballots by 64 clients", "counting them"
_FIRST_PERSON = 10_000_000  # above any person of the county: the roll alone says who votes


def measure(run: Run) -> list[Row]:
    """Ballots a second, milliseconds of a count, and that every vote came out as it was cast last."""
    data = run.place("ballots") / "county"
    run.make_county(data, "acceptance")
    many, found = run.few(BALLOTS, 128), Rounds()
    with with_supervision(data):
        for number in range(run.rounds):
            version = _publish(many // 2)
            found.add(CAST, many / _cast(version, many // 2))
            began = time.perf_counter()
            counted = tally(version)
            found.add(COUNT, 1000 * (time.perf_counter() - began))
            expected = _expected(many // 2)
            assert (counted.agree, counted.against, counted.abstain) == expected, (counted, expected)
            kept = Ballot.unscoped("of this round").where(Ballot.version_id == version.id).count()
            assert kept == many, kept
            found.add(BARE, many / _bare(data.parent / f"bare-{number}.db", many))
            run.say(f"{many} ballots by {CLIENTS} clients, all of them right, round {number + 1}")
    return [
        found.row(BARE, "/s", baseline="one thread, a commit each"),
        found.row(CAST, "/s", baseline=f"{many} ballots, {many // 2} voters, each twice"),
        found.ratio(f"{CAST} / bare", CAST, BARE),
        found.row(COUNT, "ms", baseline=f"{many} ballots"),
    ]


@contextmanager
def with_supervision(data: Path) -> Iterator[None]:
    """The county with supervision on, whatever its config allowed before."""
    config = data / "config.toml"
    text = config.read_text("utf-8")
    if '"supervision"' not in text:
        config.write_text(text.replace("allowed = [", 'allowed = ["supervision", '), "utf-8")
    subprocess.run([GRIDGOV, "plugin", "enable", "supervision", "--data", str(data)], check=True)
    with opened_with_plugins(data):
        yield


def _publish(voters: int) -> DecisionVersion:
    """A version with a roll of `voters` persons."""
    body = json.dumps({"title": "基准（模拟）", "text": "基准（模拟）"})
    with unit_of_work(housekeeping="what the ballots are cast on"):
        code = f"BENCH{Decision.unscoped('how many there are').count():03d}"
        decision = Decision.create(
            area_code=_village(),
            code=code,
            state=PUBLISHED,
            title="基准（模拟）",
            text="基准（模拟）",
            version=1,
            account_id=1,
            created_at=now(),
        )
        version: DecisionVersion = DecisionVersion.create(
            decision_id=decision.id,
            area_code=decision.area_code,
            number=1,
            body=body,
            digest=sha256(body.encode()).hexdigest(),
            published_at=now(),
            published_by=1,
            earliest_day=today(),
            closes_at=now() + timedelta(days=1),
            approval_percent=80,
            pooled=True,
            secret=False,
            roll_size=voters,
        )
        columns = ("version_id", "decision_id", "area_code", "person_id", "name", "seats", "reasons")
        insert_rows(
            RollEntry,
            columns,
            [
                (version.id, decision.id, version.area_code, _FIRST_PERSON + place, "", SEATS[place % 3], "")
                for place in range(voters)
            ],
        )
    return version


def _village() -> str:
    rows = database.execute_sql("SELECT code FROM areas_area WHERE length(code) = 12 ORDER BY code LIMIT 1")
    return str(rows.fetchone()[0])


def _choice(place: int) -> str:
    return (AGREE, AGREE, AGREE, AGAINST, ABSTAIN)[place % 5]


def _expected(voters: int) -> tuple[int, int, int]:
    last = [_choice(place) for place in range(voters)]
    return last.count(AGREE), last.count(AGAINST), last.count(ABSTAIN)


def _cast(version: DecisionVersion, voters: int) -> float:
    """Every voter casts twice, one after the other; seconds."""

    def client(number: int) -> None:
        for place in range(number, voters, CLIENTS):
            voter = Actor(
                place + 1,
                "",
                permissions={"supervision.vote": (version.area_code,)},
                person_id=_FIRST_PERSON + place,
            )
            for choice in (_choice(place + 1), _choice(place)):
                _patiently(voter, version.decision_id, choice)

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    return time.perf_counter() - began


def _patiently(voter: Actor, decision_id: int, choice: str) -> None:
    """Cast, and try again as a phone does where the database was busy and nothing was written.

    There are fewer connections than clients, as in the server: each cast waits for one of them too.
    """
    while True:
        try:
            with database.connection_context():
                cast_ballot(voter, decision_id, NewBallot(choice))
        except Exception as refusal:
            if not is_outage(refusal):
                raise
            continue
        return


def _bare(file: Path, many: int) -> float:
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript(
        "PRAGMA journal_mode=wal; PRAGMA synchronous=full;"
        "CREATE TABLE ballot (id INTEGER PRIMARY KEY, entry INTEGER, number INTEGER, choice TEXT, "
        "receipt TEXT UNIQUE, at INTEGER, UNIQUE (entry, number));"
        "CREATE TABLE line (number INTEGER PRIMARY KEY, body TEXT, hash TEXT)"
    )
    began = time.perf_counter()
    for place in range(many):
        db.execute("BEGIN IMMEDIATE")
        db.execute(
            "INSERT INTO ballot (entry, number, choice, receipt, at) VALUES (?, ?, 'agree', ?, 0)",
            (place // 2, place % 2, f"{place:012d}"),
        )
        for _ in range(2):
            (last,) = db.execute("SELECT max(number) FROM line").fetchone()
            mark = sha256(str(last).encode()).hexdigest()
            db.execute("INSERT INTO line (body, hash) VALUES (?, ?)", ("{}", mark))
        db.execute("COMMIT")
    took = time.perf_counter() - began
    db.close()
    return took
