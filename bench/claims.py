"""A thousand claims looked at in one action: first check, publication, refusal; against bare SQL."""

import itertools
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.figures import Rounds, Row, Run
from bench.inside import statements
from core.accounts.api import actor_for, find_account, operator
from core.cli.context import opened_with_plugins
from core.clock import today
from core.people.api import list_households
from core.scope import AreaScope
from core.security import Actor
from plugins.points_store.services import claims, reviewing, rules
from plugins.points_store.services.claims import NewClaim
from plugins.points_store.services.reviewing import PASS, REJECT

MANY = 1_000
BARE = "bare update and insert of the same rows"
CHECK, PUBLISH, REFUSE = "first check", "publication", "refusal"
MOST_STATEMENTS = 60


def measure(run: Run) -> list[Row]:
    """Milliseconds of wall and of the processor's time, and statements, of one action."""
    data = run.place("claims") / "county"
    run.make_county(data, "small")
    many, found = run.few(MANY, 20), Rounds()
    with opened_with_plugins(data):
        member, leader, reviewer = (_actor(name) for name in ("member", "leader", "reviewer"))
        for number in range(run.rounds):
            ids = _filed(member, many)
            _timed(found, CHECK, partial(_review, leader, ids, PASS))
            _timed(found, PUBLISH, partial(_review, reviewer, ids, PASS))
            _timed(found, REFUSE, partial(_review, leader, _filed(member, many), REJECT))
            found.add(BARE, _bare(data.parent / f"bare-{number}.db", many))
            run.say(f"{many} claims in one action, round {number + 1} of {run.rounds}")
    rows = [found.row(BARE, "ms", baseline=f"{many} claims, a step each, one line on record")]
    for name in (CHECK, PUBLISH, REFUSE):
        rows += [
            found.row(name, "ms", baseline=f"{many} claims in one action"),
            found.row(f"{name} cpu", "ms"),
            found.ratio(f"{name} / bare", name, BARE),
            found.row(f"{name} statements", "statements", f"<= {MOST_STATEMENTS}"),
        ]
    return rows


def _actor(username: str) -> Actor:
    account = find_account(username)
    assert account is not None, username
    return actor_for(account.id)


def _filed(member: Actor, many: int) -> list[int]:
    """Claims that grid staff have put forward for the households of their area."""
    (post,) = member.posts
    rule = rules.create_rule(
        operator(), area_code=post.area_code[:12], title="志愿服务（模拟）", points_min=5, points_max=50
    )
    own = _households(member, post.area_code)
    return [
        claims.file_claim(
            member, NewClaim(household_id=home, rule_id=rule.id, text="清理河道（模拟）", day=today())
        ).id
        for home in itertools.islice(itertools.cycle(own), many)
    ]


def _households(member: Actor, area_code: str) -> list[int]:
    """Households of an area that none of those who look at claims lives in."""
    away = {_actor(name).household_id for name in ("leader", "reviewer")} | {member.household_id}
    homes, _ = list_households(AreaScope((area_code,)), page_size=500)
    return [home.id for home in homes if home.id not in away]


def _review(actor: Actor, ids: list[int], decision: str) -> None:
    reviewed = reviewing.review_claims(actor, claim_ids=ids, decision=decision, reason="基准测试（模拟）")
    assert len(reviewed.done) == len(ids), reviewed.left


def _timed(found: Rounds, name: str, work: Callable[[], None]) -> None:
    began, began_cpu = time.perf_counter(), time.process_time()
    asked = statements(work)
    found.add(f"{name} cpu", 1000 * (time.process_time() - began_cpu))
    found.add(name, 1000 * (time.perf_counter() - began))
    found.add(f"{name} statements", asked)


def _bare(file: Path, many: int) -> float:
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript(
        "PRAGMA journal_mode=wal; PRAGMA synchronous=full;"
        "CREATE TABLE claim (id INTEGER PRIMARY KEY, state TEXT, version INTEGER);"
        "CREATE TABLE step (id INTEGER PRIMARY KEY, claim_id INTEGER, number INTEGER, at INTEGER, "
        "account_id INTEGER, deed TEXT, state TEXT, points INTEGER, reason TEXT);"
        "CREATE TABLE audit (seq INTEGER PRIMARY KEY, line TEXT)"
    )
    db.executemany("INSERT INTO claim VALUES (?, 'filed', 1)", ((key,) for key in range(many)))
    began = time.perf_counter()
    db.execute("BEGIN IMMEDIATE")
    db.executemany(
        "UPDATE claim SET state = 'checked', version = version + 1 WHERE id = ? AND state = 'filed'",
        ((key,) for key in range(many)),
    )
    db.executemany(
        "INSERT INTO step (claim_id, number, at, account_id, deed, state, points, reason) "
        "VALUES (?, 2, 0, 1, 'check', 'checked', 5, '')",
        ((key,) for key in range(many)),
    )
    db.execute("INSERT INTO audit (line) VALUES (?)", (",".join(map(str, range(many))),))
    db.execute("COMMIT")
    took = 1000 * (time.perf_counter() - began)
    db.close()
    return took
