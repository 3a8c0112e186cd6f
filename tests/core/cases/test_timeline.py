"""A timeline cannot be altered: the database refuses, and whoever gets round it is found."""

import pytest
from peewee import PeeweeException

from core import audit
from core.cases import api
from core.cases.digest import step_digest
from core.cases.models import Case, Step
from core.cases.queries.health import findings
from core.cases.queries.proof import verify_timelines
from core.cases.services.proof import prove_timelines
from core.db import database, engine, unit_of_work
from tests.core.cases.conftest import World


@pytest.fixture
def number(world: World) -> int:
    """A case with a few steps."""
    case_id = world.file()
    api.accept_case(world.secretary, case_id)
    api.comment_case(world.secretary, case_id, "已到现场")
    api.resolve_case(world.secretary, case_id, outcome="solved", answer="好了")
    world.file()
    assert verify_timelines().mistakes == []
    return case_id


@pytest.fixture
def open_to_changes(number: int) -> None:
    """Somebody with the database's password has taken the triggers away."""
    for verb in ("update", "delete"):
        of = "" if engine() == "sqlite" else " ON cases_step"
        database.execute_sql(f"DROP TRIGGER cases_step_no_{verb}{of}")


def codes() -> set[str]:
    return {finding.code for finding in findings()}


def test_the_database_refuses_to_change_or_delete_a_step(number: int) -> None:
    for change in (Step.update(note="改"), Step.delete()):
        with pytest.raises(PeeweeException, match="only ever added to"), unit_of_work(housekeeping="test"):
            change.where(Step.case_id == number).execute()
    assert [step.note for step in api.timeline(number)] == ["", "", "已到现场", "好了"]


def test_an_untouched_county_has_no_finding_about_timelines(number: int) -> None:
    prove_timelines()
    assert codes() == {"case_rules_missing"}
    assert verify_timelines().steps == 5


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cases_step SET note = '未到现场' WHERE case_id = {case} AND number = 3",
        "UPDATE cases_step SET account_id = 999 WHERE case_id = {case} AND number = 2",
        "UPDATE cases_step SET at = at - 86400000 WHERE case_id = {case} AND number = 4",
        "UPDATE cases_step SET state = 'closed' WHERE case_id = {case} AND number = 4",
        "DELETE FROM cases_step WHERE case_id = {case} AND number = 3",
        "DELETE FROM cases_step WHERE case_id = {case} AND number = 4",
        "DELETE FROM cases_step WHERE case_id = {case}",
        "UPDATE cases_case SET state = 'closed' WHERE id = {case}",
        "UPDATE cases_case SET version = 3 WHERE id = {case}",
    ],
)
@pytest.mark.usefixtures("open_to_changes")
def test_whoever_gets_round_the_triggers_is_found(number: int, change: str) -> None:
    assert verify_timelines().mistakes != []  # the triggers are gone
    database.execute_sql(change.format(case=number))
    named = [mistake for mistake in verify_timelines().mistakes if str(number) in mistake]
    assert named
    prove_timelines()
    assert {"case_triggers_missing", "case_timelines_altered"} <= codes()


@pytest.mark.usefixtures("open_to_changes")
def test_a_timeline_that_was_forged_with_right_digests_does_not_fit_the_record(number: int) -> None:
    last = Step.get((Step.case_id == number) & (Step.number == 4))
    digest = step_digest(
        last.previous,
        number,
        4,
        last.at,
        last.account_id,
        last.deed,
        last.state,
        last.level,
        last.desk_area,
        last.unit_id,
        "根本没去",
    )
    Step.update(note="根本没去", digest=digest).where(Step.id == last.id).execute()
    (about,) = [each for each in verify_timelines().mistakes if "触发器" not in each]
    assert f"事项 {number} 第 4 步" in about
    assert audit.verify().broken_at is None


@pytest.mark.usefixtures("open_to_changes")
def test_a_case_that_was_deleted_with_its_timeline_is_missed_by_the_record(number: int) -> None:
    database.execute_sql(f"DELETE FROM cases_step WHERE case_id = {number}")
    database.execute_sql(f"DELETE FROM cases_case WHERE id = {number}")
    assert Case.unscoped("test").count() == 1
    assert any(f"事项 {number} 第" in mistake for mistake in verify_timelines().mistakes)
