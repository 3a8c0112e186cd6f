"""Whatever people do in whatever order: Hypothesis drives the services and checks every case."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.cases import api
from core.cases.models import Assignment, Case, Pause, Step
from core.cases.queries.proof import verify_timelines
from core.cases.services.ladder import watch_clocks
from core.clock import now
from core.db import rows
from core.errors import DomainError
from core.hookspecs import LEVELS
from core.security import Actor
from core.testing import COUNTY_CODE, GRID, MONDAY_MORNING, TOWN, VILLAGE
from tests.core.cases.conftest import World
from tests.proofs.sizes import SIZE

ENDED = ("closed", "cancelled")
PLACES = [("grid", GRID), ("village", VILLAGE), ("town", TOWN), ("county", COUNTY_CODE)]
Deed = Callable[[Actor, int], Any]


def deeds(world: World, level: int, unit: int, words: str, seen: int | None) -> dict[str, Deed]:
    """Everything that can be done to a case, with these choices."""
    at, area = PLACES[level]
    where = (None, world.unit, world.other_unit)[unit] if at == "town" else None
    return {
        "dispatch": lambda a, c: api.dispatch_case(
            a, c, level=at, area_code=area, unit_id=where, helpers=[api.Helper("village", VILLAGE)], seen=seen
        ),
        "transfer": lambda a, c: api.transfer_case(
            a, c, level=at, area_code=area, unit_id=where, reason=words
        ),
        "accept": lambda a, c: api.accept_case(a, c, seen=seen),
        "start": api.start_case,
        "return": lambda a, c: api.return_case(a, c, words),
        "escalate": lambda a, c: api.escalate_case(a, c, words),
        "resolve": lambda a, c: api.resolve_case(a, c, outcome="explained", answer=words, reason=words),
        "up": lambda a, c: api.rate_case(a, c, thumb="up", solved=True),
        "down": lambda a, c: api.rate_case(a, c, thumb="down", solved=False),
        "put down": lambda a, c: api.record_rating(a, c, thumb="up", solved=bool(unit), note=words),
        "reopen": lambda a, c: api.reopen_case(a, c, words),
        "close": api.close_case,
        "cancel": lambda a, c: api.cancel_case(a, c, words),
        "urge": lambda a, c: api.urge_case(a, c, words),
        "check": lambda a, c: api.spot_check_case(a, c, passed=bool(unit), note=words),
        "pause": lambda a, c: api.pause_case(a, c, words, now() + timedelta(days=3) if unit else None),
        "resume": api.resume_case,
        "comment": lambda a, c: api.comment_case(a, c, words),
        "help": lambda a, c: api.finish_help(a, c, words),
    }


def refused(deed: Deed, actor: Actor, case_id: int) -> DomainError | None:
    """The refusal that the deed ended in, or None when it was done."""
    try:
        deed(actor, case_id)
    except DomainError as refusal:
        return refusal
    return None


# What people would choose on the page of a case in this state, more often the way to its end.
LIKELY = {
    "reported": ["accept", "dispatch", "dispatch", "escalate", "cancel", "urge"],
    "dispatched": ["accept", "accept", "accept", "transfer", "return", "escalate", "comment", "help"],
    "accepted": ["resolve", "resolve", "resolve", "start", "pause", "resume", "transfer", "return", "help"],
    "in_progress": ["resolve", "resolve", "pause", "resume", "return", "escalate", "urge"],
    "resolved": ["up", "down", "down", "up", "put down", "check", "reopen"],
    "rated": ["close", "check", "reopen"],
    "closed": ["reopen", "down", "check"],
    "reopened": ["accept", "accept", "dispatch", "urge"],
    "cancelled": ["comment"],
}
ALL = sorted({name for names in LIKELY.values() for name in names})
# Several steps in a row, as one hour in an office goes.
WAYS = [
    ("accept", "resolve", "down"),
    ("accept", "resolve", "up", "close"),
    ("accept", "pause", "transfer"),
    ("accept", "pause", "escalate"),
    ("accept", "resolve", "check"),
    ("dispatch", "accept", "return"),
]
WORDS = st.sampled_from(["已办", "理由充分"])
WHO = ["resident", "worker", "member", "secretary", "town", "clerk", "other_clerk", "admin", "supervisor"]


def check_case(row: Case) -> None:
    """What must hold for a case whatever happened."""
    steps = list(Step.select().where(Step.case_id == row.id).order_by(Step.number))
    assert [step.number for step in steps] == list(range(1, row.version + 1))
    assert (steps[-1].state, steps[-1].level, steps[-1].desk_area) == (row.state, row.level, row.desk_area)
    given = list(Assignment.select().where(Assignment.case_id == row.id))
    leads = [each for each in given if each.part == "lead" and each.ended_at is None]
    assert len(leads) == (row.state not in ENDED)
    for lead in leads:
        assert (lead.level, lead.desk_area, lead.unit_id) == (row.level, row.desk_area, row.unit_id)
    for each in given:
        moments = [each.given_at, each.accepted_at, each.done_at, each.ended_at]
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known)
        assert each.accept_by >= each.given_at
        assert each.resolve_by >= each.given_at or row.late or each.part == "lead"
    runs = row.state in api.OPEN and row.paused_at is None
    assert (row.due_at is not None) == runs
    if runs:
        assert row.yellow_at <= row.due_at
    open_pauses = Pause.select().where((Pause.case_id == row.id) & Pause.until.is_null()).count()
    assert open_pauses == (row.paused_at is not None)
    assert row.returns <= 2
    check_steps(steps)


def check_steps(steps: list[Step]) -> None:
    """Reopened one level up; rated by nobody who has worked on it."""
    workers: set[int | None] = set()
    for before, step in pairwise(steps):
        if step.deed == "reopen":
            assert LEVELS.index(step.level) == min(LEVELS.index(before.level) + 1, len(LEVELS) - 1)
        if step.deed in ("accept", "start", "resolve", "help_done"):
            workers.add(step.account_id)
        if step.deed in ("rate", "rate_for"):
            assert step.account_id not in workers


@pytest.mark.grows
def test_any_order_of_deeds_keeps_every_case_sound(world: World, people_here: dict[str, int]) -> None:
    """File, hand out, work, rate, supervise, and time that passes."""
    worker = world.make("grid_member", VILLAGE, person_id=people_here["李四"])
    done: dict[str, int] = {}

    class Cases(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            world.move_clock(MONDAY_MORNING)
            self.cases = [world.file()]

        @rule(who=st.sampled_from(["resident", "worker", "secretary"]), urgent=st.booleans())
        def file(self, who: str, urgent: bool) -> None:
            filer = worker if who == "worker" else getattr(world, who)
            whose = world.resident.person_id if who == "secretary" else None
            if len(self.cases) < 3:
                self.cases.append(world.file(filer, area_code=GRID, urgent=urgent, on_behalf_of=whose))

        @rule(
            which=st.integers(0, 2),
            choice=st.integers(0, 99),
            level=st.integers(0, 3),
            unit=st.integers(0, 2),
            words=WORDS,
            sees=st.booleans(),
        )
        def act(self, which: int, choice: int, sees: bool, **how: Any) -> None:
            row = world.row(self.cases[which % len(self.cases)])
            likely = LIKELY[row.state]
            name = likely[choice % len(likely)]
            self.do(row, name, self.right_one(row, name), how, row.version if sees else None)

        @rule(
            which=st.integers(0, 2),
            who=st.sampled_from(WHO),
            name=st.sampled_from(ALL),
            level=st.integers(0, 3),
            unit=st.integers(0, 2),
            words=WORDS,
        )
        def stray(self, which: int, who: str, name: str, **how: Any) -> None:
            row = world.row(self.cases[which % len(self.cases)])
            self.do(row, name, worker if who == "worker" else getattr(world, who), how, None)

        @rule(
            which=st.integers(0, 2),
            way=st.sampled_from(WAYS),
            level=st.integers(0, 3),
            unit=st.integers(0, 2),
            words=WORDS,
        )
        def go_a_way(self, which: int, way: tuple[str, ...], **how: Any) -> None:
            case_id = self.cases[which % len(self.cases)]
            for name in way:
                row = world.row(case_id)
                self.do(row, name, self.right_one(row, name), how, row.version)

        def do(self, row: Case, name: str, actor: Actor, how: dict[str, Any], seen: int | None) -> None:
            deed = deeds(world, **how, seen=seen)[name]
            if (refusal := refused(deed, actor, row.id)) is None:
                done[name] = done.get(name, 0) + 1
            else:
                assert refusal.status in (403, 404, 409, 422)
                assert world.row(row.id).version == row.version

        def right_one(self, row: Case, name: str) -> Actor:
            """Whose it is to do."""
            if name in ("check", "urge", "reopen", "put down"):
                return world.supervisor
            if name in ("up", "down"):
                return worker if row.filed_by == worker.account_id else world.resident
            if name in ("dispatch", "close", "cancel"):
                return world.admin
            if row.unit_id is not None:
                return world.clerk if row.unit_id == world.unit else world.other_clerk
            desks = {"grid": world.member, "village": world.secretary, "town": world.town}
            return desks.get(row.level, world.admin)

        @rule(hours=st.integers(1, 200))
        def time_passes(self, hours: int) -> None:
            world.move_clock(now() + timedelta(hours=hours))
            watch_clocks()

        @invariant()
        def sound(self) -> None:
            for (case_id,) in rows(Case.unscoped("test", Case.id).where(Case.id.in_(self.cases))):
                check_case(world.row(case_id))

        def teardown(self) -> None:
            assert verify_timelines().mistakes == []

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Cases,
        settings=settings(
            max_examples=2 * SIZE.books,
            stateful_step_count=SIZE.steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
    # The proof that the machine gets anywhere.
    assert "accept" in done
    assert sum(done.values()) > 20
