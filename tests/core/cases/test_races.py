"""Fifty people act on one case at once: one wins, the others are told what it became."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.cases import api
from core.cases.models import Case, Step
from core.cases.queries import proof
from core.db import database, unit_of_work
from core.errors import DomainError
from core.testing import TOWN
from tests.core.cases.conftest import World, open_unit

PEOPLE = 50


def at_once(work: Callable[[int], object], count: int = PEOPLE) -> list[object]:
    """Run `work(number)` in threads that begin together; returns results or refusals."""
    start = threading.Barrier(count)

    def one(number: int) -> object:
        with database.connection_context():
            start.wait(20)
            try:
                return work(number)
            except DomainError as refusal:
                return (refusal.code, refusal.status)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_fifty_accept_one_case_and_one_has_it(world: World) -> None:
    clerks = [world.make("department_official", TOWN) for _ in range(PEOPLE)]
    unit = open_unit("综治中心", "town", TOWN, *(clerk.account_id for clerk in clerks))
    number = world.file()
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=unit)
    results = Counter(at_once(lambda n: api.accept_case(clerks[n], number)))
    assert results == {None: 1, ("case_moved_on", 409): PEOPLE - 1}
    steps = Step.select().where((Step.case_id == number) & (Step.deed == "accept"))
    assert [step.account_id for step in steps] == [world.row(number).worker_id]


def test_fifty_do_different_things_to_what_they_saw_and_one_of_them_happens(world: World) -> None:
    number = world.file()
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    seen = api.case(world.town, number).version

    def deed(n: int) -> None:
        (
            lambda: api.accept_case(world.clerk, number, seen=seen),
            lambda: api.transfer_case(world.town, number, unit_id=world.other_unit, reason="x", seen=seen),
            lambda: api.return_case(world.clerk, number, "x", seen=seen),
            lambda: api.escalate_case(world.clerk, number, "x", seen=seen),
            lambda: api.cancel_case(world.admin, number, "x", seen=seen),
        )[n % 5]()

    results = Counter(at_once(deed))
    assert results == {None: 1, ("case_moved_on", 409): PEOPLE - 1}
    assert world.row(number).version == seen + 1
    assert Step.select().where(Step.case_id == number).count() == seen + 1


def test_one_case_posted_by_fifty_at_once_is_one_row(world: World) -> None:
    posted = at_once(lambda n: world.file(world.town, channel="12345", external_id="B-7"))
    assert len(set(posted)) == 1
    assert Case.unscoped("test").where(Case.external_id == "B-7").count() == 1


def test_control_looking_first_and_writing_later_gives_the_case_to_many(world: World) -> None:
    """The same deed without the version in the update: the harness catches the race."""
    number = world.file()
    gap = threading.Barrier(PEOPLE, timeout=20)

    def careless(n: int) -> str:
        state = world.row(number).state
        gap.wait()  # everybody has looked before anybody writes
        if state != "reported":
            return "refused"
        with unit_of_work(housekeeping="control"):
            Case.update(state="accepted", worker_id=n).where(Case.id == number).execute()
        return "mine"

    assert at_once(careless).count("mine") > 1


def proven_while_somebody_works(world: World, number: int, monkeypatch: pytest.MonkeyPatch) -> proof.Verdict:
    """The proof, with a step written by another thread after the timelines were walked."""
    held = proof._hold_against_record

    def work_first(verdict: proof.Verdict) -> None:
        at_once(lambda _: api.comment_case(world.secretary, number, "到现场了"), 1)
        held(verdict)

    monkeypatch.setattr(proof, "_hold_against_record", work_first)
    return proof.verify_timelines()


def test_a_step_written_while_timelines_are_proven_is_no_mistake(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = proven_while_somebody_works(world, world.file(), monkeypatch)
    assert verdict.mistakes == []
    monkeypatch.undo()
    assert proof.verify_timelines().steps == verdict.steps + 1


def test_control_without_one_view_the_step_in_between_is_a_false_alarm(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "one_view", contextlib.nullcontext)
    (mistake,) = proven_while_somebody_works(world, world.file(), monkeypatch).mistakes
    assert mistake.startswith("审计记录知道 2 步，时间线上有 1 步")
