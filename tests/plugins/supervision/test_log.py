"""The decision log: whatever is changed, removed, moved, cut or put in is found, and where."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import audit
from core.clock import now
from core.db import database, milliseconds, unit_of_work
from core.testing import VILLAGE
from plugins.supervision.cli import decision as command
from plugins.supervision.decision_log import GENESIS, body_of, link
from plugins.supervision.queries.log import CHANGED, CUT, INSERTED, REMOVED, log_head, verify
from plugins.supervision.services import log
from tests.tampering import undone, without_triggers

LINES = 12


@pytest.fixture
def chain(village):
    """A dozen lines of three decisions."""
    with unit_of_work():
        for number in range(1, LINES + 1):
            log.append(village.secretary, number % 3 + 1, VILLAGE, "add_line", line=number)
    return village


def sql(statement, *values):
    mark = "%s" if database.obj.__class__.__name__.startswith("Postgresql") else "?"
    database.execute_sql(statement.replace("?", mark), values)


def forged(number, previous, **facts):
    """A line as somebody would make it who knows how the chain is made."""
    at, body = milliseconds(now()), body_of({"event": "add_line", "account": 1, **facts})
    mark = link(previous, number, at, 1, VILLAGE, body)
    sql(
        "INSERT INTO supervision_log (decision_id, area_code, number, at, body, hash) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        *(1, VILLAGE, number, at, body, mark),
    )


def change(column, value, number):
    sql(f"UPDATE supervision_log SET {column} = ? WHERE number = ?", value, number)


def swap(one, other):
    for old, new in ((one, -1), (other, one), (-1, other)):
        change("number", new, old)


TAMPERINGS = st.one_of(
    st.tuples(st.just("body"), st.integers(1, LINES), st.sampled_from(["{}", '{"event":"x"}'])),
    st.tuples(st.just("at"), st.integers(1, LINES), st.integers(1, 9)),
    st.tuples(st.just("decision_id"), st.integers(1, LINES), st.integers(7, 9)),
    st.tuples(st.just("area_code"), st.integers(1, LINES), st.sampled_from(["3", "x", ""])),
    st.tuples(st.just("hash"), st.integers(1, LINES), st.sampled_from(["0" * 64, ""])),
    st.tuples(st.just("remove"), st.integers(1, LINES), st.just(None)),
    st.tuples(st.just("cut"), st.integers(1, LINES), st.just(None)),
    st.tuples(st.just("insert"), st.integers(-1, 0), st.just(None)),
    st.tuples(st.just("append"), st.just(LINES + 1), st.just(None)),
    st.tuples(st.just("swap"), st.integers(1, LINES - 1), st.just(None)),
    st.tuples(st.just("rewrite"), st.integers(1, LINES), st.just(None)),
)


def tamper(kind, number, value):
    """Does it; returns where it is to be found, and how."""
    if kind == "remove":
        sql("DELETE FROM supervision_log WHERE number = ?", number)
        return number, CUT if number == LINES else REMOVED
    if kind == "cut":
        sql("DELETE FROM supervision_log WHERE number >= ?", number)
        return number, CUT
    if kind == "insert":
        forged(number, GENESIS)
        return number, INSERTED
    if kind == "append":
        forged(number, log_head()[1])
        return number, INSERTED
    if kind == "swap":
        swap(number, number + 1)
        return number, CHANGED
    if kind == "rewrite":
        # A whole new end of the chain, made as ours is.
        kept = database.execute_sql(
            f"SELECT hash FROM supervision_log WHERE number = {number - 1}"
        ).fetchone()
        sql("DELETE FROM supervision_log WHERE number >= ?", number)
        forged(number, kept[0] if kept else GENESIS, ballot=99)
        for later in range(number + 1, LINES + 1):
            forged(later, log_head()[1], ballot=99)
        return number, CHANGED
    change(kind, value, number)
    return number, CHANGED


def test_every_tampering_is_found_where_it_is_and_its_absence_too(chain):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(TAMPERINGS)
    def found(tampering):
        assert verify().is_whole  # the control: nothing is found where nothing was done
        with undone(), without_triggers("supervision_log"):
            where = tamper(*tampering)
            verdict = verify()
            assert (verdict.broken_at, verdict.why) == where
        assert verify().is_whole

    found()


def test_whoever_rewrites_both_chains_does_not_fit_the_head_that_was_printed(chain):
    number, printed = log_head()
    assert number == LINES
    assert verify(printed).is_whole
    with undone(), without_triggers("supervision_log", "core_audit_line"):
        sql("DELETE FROM supervision_log WHERE number >= ?", LINES)
        sql(
            "DELETE FROM core_audit_line WHERE action = ? AND detail LIKE ?",
            "supervision.log",
            f"%{printed}%",
        )
        assert verify().is_whole  # which is why heads are printed
        verdict = verify(printed)
        assert (verdict.is_whole, verdict.head_found) == (False, False)


def test_the_command_says_where_it_breaks_and_exits_with_one(chain):
    run = CliRunner().invoke
    number, mark = log_head()
    assert run(command, ["head"]).output == f"{number} {mark}\n"
    result = run(command, ["verify", "--head", mark])
    assert (result.exit_code, f"核对 {LINES} 条" in result.output) == (0, True)
    with undone(), without_triggers("supervision_log"):
        change("body", "{}", 7)
        result = run(command, ["verify"])
        assert (result.exit_code, "第 7 条被改动过" in result.output) == (1, True)
        found = json.loads(run(command, ["verify", "--json"]).output)
        assert (found["broken_at"], found["why"], found["lines"]) == (7, "changed", 6)


def test_a_refused_deed_leaves_no_line(chain):
    before = log_head()

    def refused():
        with unit_of_work():
            log.append(chain.secretary, 1, VILLAGE, "add_line")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        refused()
    assert log_head() == before
    assert verify().is_whole
    assert len(list(audit.details(["supervision.log"]))) == LINES


def test_an_empty_log_is_whole(village):
    verdict = verify()
    assert (verdict.lines, verdict.head, verdict.is_whole) == (0, GENESIS, True)
