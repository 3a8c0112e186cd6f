"""Whatever is split, merged and redrawn, in whatever order: nothing is lost and no older day changes."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.areas.api import children
from core.clock import today
from core.county import County
from core.errors import DomainError
from core.people.api import household_numbers
from core.scope import AreaScope
from plugins.grid.queries.grids import landing_code
from plugins.grid.services.division import Plan, change_division
from tests.plugins.grid.ground.village import VILLAGE, Village, figures_on, sums

DEED = st.tuples(
    st.sampled_from(["split", "merge", "redraw", "wait"]), st.integers(0, 20), st.integers(0, 20)
)


def grids() -> list[str]:
    return [row.code for row in children(AreaScope((VILLAGE,)), VILLAGE)]


def plan_for(deed: str, one: int, other: int) -> Plan:
    codes = grids()
    source, into = codes[one % len(codes)], codes[other % len(codes)]
    households = [key for key, _, _ in household_numbers(AreaScope((source,)), source)]
    some = tuple(households[: max(1, other % (len(households) + 1))])
    if deed == "split":
        return Plan("split", name=f"新{one}", source=source, households=some)
    if deed == "merge":
        return Plan("merge", source=source, into=into)
    return Plan("redraw", households=some, targets=(into,) * len(some))


@pytest.mark.grows
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=st.lists(DEED, min_size=1, max_size=6))
def test_any_sequence_of_changes_conserves_everything(
    deeds: list[tuple[str, int, int]], village: Village
) -> None:
    # One village lives through all sequences: each goes on where the one before it stopped.
    before = sums()
    codes = set(grids())
    days: dict[date, Any] = {}
    for deed, one, other in deeds:
        if deed == "wait":
            days[today()] = figures_on(today())
            village.tomorrow()
            continue
        with suppress(DomainError):  # refused, and then nothing may have changed either
            change_division(village.secretary, VILLAGE, plan_for(deed, one, other))
        assert sums() == before
        codes |= set(grids())
    assert all(figures_on(day) == figures for day, figures in days.items())
    assert all(landing_code(code) in grids() for code in codes)


def test_the_sums_would_show_a_household_that_is_lost(
    village: Village, county: County, actor: Callable[..., Any]
) -> None:
    from core.people.models import Household, Residence

    before = sums()
    day = today()
    figures = figures_on(day)
    lost = village.households[village.persons and next(iter(village.households))][0]
    Household.update(area_code="341504002001").where(Household.id == lost).execute()
    assert sums() != before
    village.tomorrow()
    Residence.update(area_code="341504002001").where(Residence.household_id == lost).execute()
    assert figures_on(day) != figures
