"""Every step in every state: done, or refused with its code. The table is not taken from the code."""

from collections.abc import Callable

import pytest

from core.cases import api
from core.cases.models import Case
from core.errors import DomainError
from core.security import Actor
from core.testing import TOWN
from tests.core.cases.conftest import World

WORKING = {"transfer", "return", "escalate", "resolve", "cancel", "urge", "comment", "merge", "pause"}
# Which steps fit which state; every other pair must be refused.
FITS = {
    "reported": {"dispatch", "accept", "escalate", "cancel", "urge", "comment", "merge"},
    "dispatched": {"accept", "transfer", "return", "escalate", "cancel", "urge", "comment", "merge"},
    "accepted": {"start", *WORKING},
    "in_progress": WORKING,
    "resolved": {"rate_up", "rate_down", "reopen", "check", "comment"},
    "rated": {"reopen", "close", "check", "comment"},
    "closed": {"reopen", "check", "comment"},
    "reopened": {"dispatch", "accept", "cancel", "urge", "comment", "merge"},
    "cancelled": {"comment"},
}
BECOMES = {
    "dispatch": "dispatched",
    "accept": "accepted",
    "start": "in_progress",
    "transfer": "dispatched",
    "return": "reported",
    "escalate": "reported",
    "resolve": "resolved",
    "rate_up": "rated",
    "rate_down": "reopened",
    "reopen": "reopened",
    "close": "closed",
    "cancel": "cancelled",
    "merge": "resolved",
}
# Refusals that say more than "it moved on".
CODES = {
    ("resolved", "close"): "rating_due",
    ("rated", "rate_up"): "already_rated",
    ("rated", "rate_down"): "already_rated",
    ("closed", "rate_up"): "already_rated",
    ("closed", "rate_down"): "already_rated",
    # It came back to the county's own desk, and there is nothing above.
    ("reopened", "escalate"): "top_level",
}


def holder(world: World, row: Case) -> Actor:
    """Whose desk it is."""
    if row.unit_id is not None:
        return world.clerk if row.unit_id == world.unit else world.other_clerk
    return {"village": world.secretary, "town": world.town, "county": world.admin}[row.level]


Step = Callable[[World, Case], object]
STEPS: dict[str, Step] = {
    "dispatch": lambda w, c: api.dispatch_case(
        w.admin, c.id, level="town", area_code=TOWN, unit_id=w.unit, note="请办理"
    ),
    "accept": lambda w, c: api.accept_case(holder(w, c), c.id),
    "start": lambda w, c: api.start_case(holder(w, c), c.id),
    "transfer": lambda w, c: api.transfer_case(
        w.admin, c.id, level="town", area_code=TOWN, unit_id=w.other_unit, reason="职责不符"
    ),
    "return": lambda w, c: api.return_case(holder(w, c), c.id, "不归我管"),
    "escalate": lambda w, c: api.escalate_case(holder(w, c), c.id, "办不了"),
    "resolve": lambda w, c: api.resolve_case(holder(w, c), c.id, outcome="solved", answer="修好了"),
    "rate_up": lambda w, c: api.rate_case(w.resident, c.id, thumb="up", solved=True),
    "rate_down": lambda w, c: api.rate_case(w.resident, c.id, thumb="down", solved=False),
    "reopen": lambda w, c: api.reopen_case(w.supervisor, c.id, "抽查发现未解决"),
    "close": lambda w, c: api.close_case(w.admin, c.id),
    "cancel": lambda w, c: api.cancel_case(w.admin, c.id, "重复"),
    "urge": lambda w, c: api.urge_case(w.supervisor, c.id, "请抓紧"),
    "check": lambda w, c: api.spot_check_case(w.supervisor, c.id, passed=True, note="属实"),
    "comment": lambda w, c: api.comment_case(w.admin, c.id, "已电话联系"),
    "pause": lambda w, c: api.pause_case(holder(w, c), c.id, "等配件"),
    "merge": lambda w, c: api.merge_case(w.admin, c.id, w.file(text="另一件"), "同一件事"),
}
WAY = {
    "reported": [],
    "dispatched": ["dispatch"],
    "accepted": ["dispatch", "accept"],
    "in_progress": ["dispatch", "accept", "start"],
    "resolved": ["dispatch", "accept", "resolve"],
    "rated": ["dispatch", "accept", "resolve", "rate_up"],
    "closed": ["dispatch", "accept", "resolve", "rate_up", "close"],
    "reopened": ["dispatch", "accept", "resolve", "rate_down"],
    "cancelled": ["cancel"],
}


def in_state(world: World, state: str) -> Case:
    """A case that has gone its way to `state`."""
    case_id = world.file()
    for step in WAY[state]:
        STEPS[step](world, world.row(case_id))
    row = world.row(case_id)
    assert row.state == state
    return row


@pytest.mark.parametrize("state", FITS)
def test_every_step_that_fits_is_done_and_every_other_one_refused(world: World, state: str) -> None:
    for name, step in STEPS.items():
        row = in_state(world, state)
        before = (row.state, row.version)
        if name in FITS[state]:
            step(world, row)
            after = world.row(row.id)
            assert after.state == BECOMES.get(name, state), name
            assert after.version > row.version, name
        else:
            with pytest.raises(DomainError) as caught:
                step(world, row)
            assert caught.value.code == CODES.get((state, name), "case_moved_on"), name
            assert caught.value.status in (403, 409), name
            after = world.row(row.id)
            assert (after.state, after.version) == before, name


@pytest.mark.parametrize("name", sorted({*STEPS} - {"rate_up", "rate_down", "close", "check", "reopen"}))
def test_a_step_that_names_an_older_version_is_refused_with_what_it_became(world: World, name: str) -> None:
    state = next(state for state, fits in FITS.items() if name in fits)
    row = in_state(world, state)
    assert row.version > 0
    deed = {
        "dispatch": lambda: api.dispatch_case(world.admin, row.id, level="town", area_code=TOWN, seen=0),
        "accept": lambda: api.accept_case(holder(world, row), row.id, seen=0),
        "start": lambda: api.start_case(holder(world, row), row.id, seen=0),
        "transfer": lambda: api.transfer_case(
            world.admin, row.id, unit_id=world.other_unit, reason="x", seen=0
        ),
        "return": lambda: api.return_case(holder(world, row), row.id, "x", seen=0),
        "escalate": lambda: api.escalate_case(holder(world, row), row.id, "x", seen=0),
        "resolve": lambda: api.resolve_case(holder(world, row), row.id, outcome="solved", answer="x", seen=0),
        "cancel": lambda: api.cancel_case(world.admin, row.id, "x", seen=0),
        "urge": lambda: api.urge_case(world.supervisor, row.id, "x", seen=0),
        "comment": lambda: api.comment_case(world.admin, row.id, "x", seen=0),
        "pause": lambda: api.pause_case(holder(world, row), row.id, "x", seen=0),
        "merge": lambda: api.merge_case(world.admin, row.id, world.file(), "x", seen=0),
    }[name]
    with pytest.raises(DomainError) as caught:
        deed()
    assert (caught.value.code, caught.value.status) == ("case_moved_on", 409)
    assert caught.value.params["state"] in api.STATES.values()


def test_pausing_twice_and_resuming_what_runs_are_refused(world: World) -> None:
    row = in_state(world, "accepted")
    with pytest.raises(DomainError) as caught:
        api.resume_case(world.clerk, row.id)
    assert caught.value.code == "case_not_paused"
    api.pause_case(world.clerk, row.id, "等配件")
    with pytest.raises(DomainError) as caught:
        api.pause_case(world.clerk, row.id, "再等")
    assert caught.value.code == "case_paused"
    api.resume_case(world.clerk, row.id)
    assert world.row(row.id).due_at is not None
