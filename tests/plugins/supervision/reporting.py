"""An office for reports: who reports, who is reported, who may handle it and who may not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from core.security import ANONYMOUS, Actor
from core.testing import COUNTY_CODE, OTHER_TOWN, TOWN, VILLAGE, TestHousehold
from plugins.supervision.services.reports import NewReport, Receipt, report_misconduct


@dataclass
class Office:
    """People around a village. `secretary` lives in `house`; `wife` of one household with them."""

    secretary: Actor
    wife: Actor
    officer: Actor
    colleague: Actor
    far: Actor
    county: Actor
    county_colleague: Actor
    resident: Actor
    house: TestHousehold
    make: Callable[..., Actor]
    move_clock: Callable[[datetime], None]


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
        make=actor,
        move_clock=frozen_clock,
    )


def reported(office: Office, *whom: Actor, by: Actor = ANONYMOUS, **more: object) -> Receipt:
    """A report about `whom` (the secretary)."""
    ids = [each.account_id for each in whom or (office.secretary,)]
    facts = {"area_code": VILLAGE, "kind": "taking", "text": "办低保要送两条烟", "account_ids": ids}
    return report_misconduct(by, NewReport(**{**facts, **more}))
