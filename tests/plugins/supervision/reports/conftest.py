"""The office of reports.offices, on a Monday morning."""

from collections.abc import Callable
from datetime import datetime

import pytest

from core.security import Actor
from core.testing import COUNTY_CODE, OTHER_TOWN, TOWN, VILLAGE, TestHousehold
from tests.plugins.supervision.reports.offices import Office


@pytest.fixture
def office(
    frozen_clock: Callable[[datetime], None], people: list[TestHousehold], actor: Callable[..., Actor]
) -> Office:
    """On a Monday morning."""
    secretary, wife = people[0].person_ids
    return Office(
        secretary=actor("secretary", VILLAGE, person_id=secretary),
        wife=actor("discipline_officer", TOWN, person_id=wife),
        officer=actor("discipline_officer", TOWN),
        colleague=actor("discipline_officer", TOWN),
        far=actor("discipline_officer", OTHER_TOWN),
        county=actor("discipline_officer", COUNTY_CODE),
        county_colleague=actor("discipline_officer", COUNTY_CODE),
        resident=actor("resident", VILLAGE, person_id=people[1].person_ids[0]),
        house=people[0],
        strangers=people[2].person_ids,
        make=actor,
        move_clock=frozen_clock,
    )
