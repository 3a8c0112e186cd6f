"""What was voted held against the decision log: each ballot, check, text and roll as its line says.

The log keeps a keyed mark of every ballot, what a second person found on a paper, and the hashes of each text
and roll. A row that was changed, removed or put in behind the program's back fits none of its lines.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from core.db import database, raw_rows
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.ballot_marks import FIELDS, mark
from plugins.supervision.decision_form import digest_of
from plugins.supervision.models.decisions import Ballot, BallotCheck, DecisionVersion, RollEntry
from plugins.supervision.queries.roll import mark_of_roll

_CHAIN = "the proof runs through all villages"
_LINES = "SELECT number, decision_id, body FROM supervision_log WHERE number > {} ORDER BY number LIMIT 5000"
_AT_ONCE = 500
CAST, CHECKED, PUBLISHED = "cast_ballot", "check_ballot", "publish_decision"
CHANGED, REMOVED, INSERTED = "ballot_changed", "ballot_removed", "ballot_inserted"
CHECK_CHANGED, TEXT_CHANGED, ROLL_CHANGED = "check_changed", "text_changed", "roll_changed"
WHYS = {
    CHANGED: N_("表决票 %(row)s 被改动过"),
    REMOVED: N_("表决票 %(row)s 被删除"),
    INSERTED: N_("表决票 %(row)s 是系统之外插入的"),
    CHECK_CHANGED: N_("纸质票 %(row)s 的核对被改动过"),
    TEXT_CHANGED: N_("决策 %(row)s 公示的正文被改动过"),
    ROLL_CHANGED: N_("决策 %(row)s 的表决名册被改动过"),
}


@value_class
class Fault:
    """A row that does not fit. `why`: of WHYS; `row`: the ballot's id, or "decision-version"."""

    why: str
    row: str

    @property
    def sentence(self) -> str:
        """In Chinese."""
        return WHYS[self.why] % {"row": self.row}


def first_fault() -> tuple[int, Fault | None]:
    """How many ballots fit their lines, and the first row that does not, in the order of the log."""
    ballots: set[int] = set()
    checks = 0
    for lines in _portions():
        cast = {facts["ballot"]: facts for _, facts in lines if facts["event"] == CAST}
        if fault := _of_ballots(cast):
            return len(ballots), fault
        ballots |= cast.keys()
        said = {facts["ballot"]: facts["right"] for _, facts in lines if facts["event"] == CHECKED}
        if fault := _of_checks(said):
            return len(ballots), fault
        checks += len(said)
        for decision_id, facts in lines:
            if facts["event"] == PUBLISHED and (fault := _of_version(decision_id, facts)):
                return len(ballots), fault
    return len(ballots), _put_in(ballots, checks)


def _portions() -> Iterator[list[tuple[int, dict[str, Any]]]]:
    last = 0
    while found := database.execute_sql(_LINES.format(last)).fetchall():
        yield [
            (decision_id, json.loads(body))
            for _, decision_id, body in found
            if any(f'"event":"{event}"' in body for event in (CAST, CHECKED, PUBLISHED))
        ]
        last = int(found[-1][0])


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]


def _of_ballots(cast: dict[int, dict[str, Any]]) -> Fault | None:
    columns = [getattr(Ballot, name) for name in FIELDS]
    for chunk in _chunks(cast):
        kept = {
            row[0]: row for row in raw_rows(Ballot.unscoped(_CHAIN, *columns).where(Ballot.id.in_(chunk)))
        }
        for ballot_id in chunk:
            row = kept.get(ballot_id)
            if row is None:
                return Fault(REMOVED, str(ballot_id))
            if not _fits(row, cast[ballot_id].get("mark")):
                return Fault(CHANGED, str(ballot_id))
    return None


def _fits(row: tuple[Any, ...], kept: str | None) -> bool:
    try:
        return mark(tuple(row)) == kept
    except TypeError:
        return False  # bytes where text was


def _of_checks(said: dict[int, bool]) -> Fault | None:
    for chunk in _chunks(said):
        query = BallotCheck.select(BallotCheck.ballot_id, BallotCheck.is_right)
        kept = {
            ballot_id: bool(right)
            for ballot_id, right in raw_rows(query.where(BallotCheck.ballot_id.in_(chunk)))
        }
        for ballot_id in chunk:
            if kept.get(ballot_id) is not said[ballot_id]:
                return Fault(CHECK_CHANGED, str(ballot_id))
    return None


def _of_version(decision_id: int, facts: dict[str, Any]) -> Fault | None:
    name = f"{decision_id}-{facts['version']}"
    query = DecisionVersion.unscoped(_CHAIN, DecisionVersion.id, DecisionVersion.body).where(
        (DecisionVersion.decision_id == decision_id) & (DecisionVersion.number == facts["version"])
    )
    version = next(iter(raw_rows(query)), None)
    if version is None or digest_of(version[1]) != facts["sha256"]:
        return Fault(TEXT_CHANGED, name)
    columns = (RollEntry.id, RollEntry.person_id, RollEntry.seats)
    roll = RollEntry.unscoped(_CHAIN, *columns).where(RollEntry.version_id == version[0])
    if mark_of_roll(raw_rows(roll.order_by(RollEntry.id))) != facts.get("roll_sha256"):
        return Fault(ROLL_CHANGED, name)
    return None


def _put_in(ballots: set[int], checks: int) -> Fault | None:
    """Rows that no line knows."""
    if Ballot.unscoped(_CHAIN).count() > len(ballots):
        for (ballot_id,) in raw_rows(Ballot.unscoped(_CHAIN, Ballot.id).order_by(Ballot.id)):
            if ballot_id not in ballots:
                return Fault(INSERTED, str(ballot_id))
    if BallotCheck.select().count() > checks:
        return Fault(CHECK_CHANGED, "?")
    return None
