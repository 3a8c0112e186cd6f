"""A synthetic county's cases follow the rules of real ones, and its figures are those that it is to show."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from core.accounts.api import actor_for
from core.app import load_plugins
from core.cases import api
from core.cases.models import Assignment, Case
from core.cases.past import Resident, Setting, closed_cases
from core.cases.queries.health import findings
from core.cases.queries.proof import verify_timelines
from core.cases.services.bulk import write_past_cases
from core.cases.services.ladder import watch_clocks
from core.clock import now, today
from core.county import County
from core.db import rows
from core.demo.world import World, build_world
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.testing import COUNTY_CODE, TOWN, VILLAGE
from tests.core.cases.conftest import open_unit

HERE = AreaScope((COUNTY_CODE,))


@contextmanager
def quiet(label: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda done, total: None


@pytest.fixture
def small(county: County) -> World:
    """The small synthetic county."""
    load_plugins(county)
    return build_world("acceptance", 1, password="mo-ni", progress=quiet)


def test_the_small_county_has_cases_in_every_state_and_light(small: World) -> None:
    states = {state for (state,) in rows(Case.unscoped("test", Case.state).distinct())}
    assert states == set(api.STATES)
    views, total = api.list_cases(HERE, page_size=100)
    assert total == 8 * 3 + 4 * 8
    assert {"yellow", "red"} <= {view.light for view in views}
    assert {view.area_code for view in views} == set(small.villages)
    assert all(view.filer_name and view.person_name for view in views)


def test_its_cases_went_by_its_rules_and_show_one_deadline(small: World) -> None:
    for row in Case.unscoped("test"):
        assert row.rule_id is not None
        assert row.flags == ""
        if row.state in ("reported", "dispatched", "reopened"):
            lead = Assignment.get((Assignment.case_id == row.id) & Assignment.ended_at.is_null())
            assert (lead.accept_by, lead.resolve_by) == (row.due_at, row.resolve_by), row.state


def test_its_timelines_are_proven_and_its_people_can_go_on(small: World) -> None:
    assert verify_timelines().mistakes == []
    assert list(findings()) == []
    leads = Assignment.select().where((Assignment.part == "lead") & Assignment.ended_at.is_null())
    waiting = Case.unscoped("test").where(Case.state.not_in(("closed", "cancelled")))
    assert sorted(lead.case_id for lead in leads) == sorted(row.id for row in waiting)
    secretary = next(account for account in small.accounts if account.role == "secretary")
    someone = actor_for(secretary.id)
    number = next(view.id for view in api.desk(someone).cases if view.state == "reported")
    api.accept_case(someone, number)
    api.resolve_case(someone, number, outcome="solved", answer="好了")
    watch_clocks()
    assert verify_timelines().mistakes == []


def test_a_countys_year_has_the_figures_that_were_printed(county: County) -> None:
    load_plugins(county)
    unit = open_unit("综治中心", "town", TOWN)
    setting = Setting({VILLAGE: [Resident(1, 1, 1)]}, {VILLAGE: 2}, {TOWN: 3}, {TOWN: unit})
    until = now() - timedelta(days=12)
    past = closed_cases(
        setting,
        random.Random(1),
        count=441,
        dissatisfied=9,
        since=until - timedelta(days=300),
        until=until,
    )
    assert len(write_past_cases(SYSTEM, past, random.Random(2))) == 441
    counted = api.figures(HERE, today() - timedelta(days=365), today())
    assert (counted.received, counted.answered, counted.closed) == (441, 441, 441)
    assert (counted.rated, counted.satisfied) == (441, 432)
    assert counted.on_the_spot > 20
    assert counted.open == 0
    by_village = api.figures_by_area(HERE, today() - timedelta(days=365), today(), digits=12)
    assert by_village == {VILLAGE: counted}
    assert verify_timelines().mistakes == []
