"""`gridgov decision verify` holds each ballot, check, text and roll against the log."""

import json

import pytest
from click.testing import CliRunner

from core.db import database
from core.testing import VILLAGE
from plugins.supervision.cli import decision as command
from plugins.supervision.models.decisions import Ballot, RollEntry
from plugins.supervision.queries import ballot_proof as proof
from plugins.supervision.queries.decisions import current_version, decision
from plugins.supervision.queries.log import verify
from plugins.supervision.services.ballot_checks import check_ballot
from plugins.supervision.services.ballots import NewBallot, cast_ballot
from tests.plugins.supervision.ballot_world import photo
from tests.tampering import undone, without_triggers


@pytest.fixture
def voted(village, actor):
    """A decision on which two voted on the phone and one on paper; the ids of the ballots."""
    from core.files.api import store_photo

    voters = [actor("resident", VILLAGE, person_id=person_id) for person_id in village.persons[:2]]
    decision_id = village.published()
    rows = [cast_ballot(voter, decision_id, NewBallot("against", "太贵")) for voter in voters]
    clerk, second = actor("grid_leader", VILLAGE), actor("town_official", VILLAGE[:9])
    kept = store_photo(clerk, "paper.jpg", photo(), area_code=VILLAGE)
    paper = NewBallot("against", way="paper", person_id=village.persons[3], photos=(kept.id,))
    rows.append(cast_ballot(clerk, decision_id, paper))
    assert check_ballot(second, rows[2].id, choice="against")
    return [row.id for row in rows], decision_id


TAMPERINGS = [
    ("supervision_ballot", "UPDATE supervision_ballot SET choice = 'agree' WHERE id = {one}", proof.CHANGED),
    ("supervision_ballot", "UPDATE supervision_ballot SET opinion = '' WHERE id = {one}", proof.CHANGED),
    ("supervision_ballot", "UPDATE supervision_ballot SET way = 'paper' WHERE id = {one}", proof.CHANGED),
    (
        "supervision_ballot",
        "UPDATE supervision_ballot SET cast_at = 1 WHERE id = {one}",
        proof.CHANGED,
    ),
    ("supervision_ballot", "UPDATE supervision_ballot SET account_id = 77 WHERE id = {one}", proof.CHANGED),
    ("supervision_ballot", "UPDATE supervision_ballot SET roll_entry_id = 5 WHERE id = {one}", proof.CHANGED),
    ("supervision_ballot", "DELETE FROM supervision_ballot WHERE id = {one}", proof.REMOVED),
    (
        "supervision_ballot_check",
        "UPDATE supervision_ballot_check SET is_right = {false} WHERE ballot_id = {paper}",
        proof.CHECK_CHANGED,
    ),
    (
        "supervision_ballot_check",
        "DELETE FROM supervision_ballot_check WHERE ballot_id = {paper}",
        proof.CHECK_CHANGED,
    ),
    (
        "supervision_roll_entry",
        "DELETE FROM supervision_roll_entry WHERE id = (SELECT MAX(id) FROM supervision_roll_entry)",
        proof.ROLL_CHANGED,
    ),
    (
        "supervision_roll_entry",
        "UPDATE supervision_roll_entry SET seats = 'grid_supervisor'",
        proof.ROLL_CHANGED,
    ),
    (
        "supervision_decision_version",
        "UPDATE supervision_decision_version SET body = '{{}}'",
        proof.TEXT_CHANGED,
    ),
]


@pytest.mark.parametrize(("table", "statement", "why"), TAMPERINGS)
def test_whatever_is_changed_behind_the_programs_back_is_named(voted, table, statement, why):
    (one, _, paper), _ = voted
    assert verify().is_whole  # the control
    false = "FALSE" if type(database.obj).__name__.startswith("Postgresql") else "0"
    with undone(), without_triggers(table):
        database.execute_sql(statement.format(one=one, paper=paper, false=false))
        verdict = verify()
        assert (verdict.broken_at, verdict.fault.why) == (None, why)
        assert not verdict.is_whole
    assert (verify().is_whole, verify().ballots) == (True, 3)


def test_a_ballot_that_was_put_in_is_named_and_the_command_exits_with_one(village, voted):
    _, decision_id = voted
    version = current_version(decision(village.secretary.scope("supervision.view"), decision_id))
    last = RollEntry.unscoped("test").where(RollEntry.version_id == version.id).order_by(RollEntry.id.desc())
    with undone():
        row = Ballot.create(
            version_id=version.id,
            decision_id=decision_id,
            area_code=VILLAGE,
            roll_entry_id=last.get().id,
            number=1,
            choice="agree",
            way="phone",
            account_id=1,
            receipt="FORGEDBALLOT",
            cast_at=version.published_at,
        )
        assert (verify().fault.why, verify().fault.row) == (proof.INSERTED, str(row.id))
        result = CliRunner().invoke(command, ["verify"])
        assert (result.exit_code, f"表决票 {row.id} 是系统之外插入的" in result.output) == (1, True)
        found = json.loads(CliRunner().invoke(command, ["verify", "--json"]).output)
        assert found["fault"] == {"why": "ballot_inserted", "row": str(row.id)}
    result = CliRunner().invoke(command, ["verify"])
    assert (result.exit_code, "表决票 3 张" in result.output) == (0, True)
