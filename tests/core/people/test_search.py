"""The searches of the office find the same on both databases: held against Python."""

import string
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.accounts.api import AccountRow, bulk_accounts, list_accounts, operator
from core.areas.api import list_areas
from core.areas.models import Area
from core.people.api import bulk_insert_households, list_households
from core.people.rows import HouseholdRow, PersonRow
from core.scope import AreaScope
from core.testing import COUNTY_CODE, VILLAGE

NAMES = [
    "张三",
    "李四ß",
    "Ärzte",
    "ärzte",
    "AbdulLÂh",
    "Ａ甲",
    "ａ乙",
    "İsa",
    "isa",
    "ISA",
    "100%王",
    "a_b赵",
    "a\\b钱",
    "O'Neil",
]
NUMBERS = ["A-001", "a-002", "Ä-003", "ä-004", "％-005", "一-006"]
SEARCHES = st.sampled_from([*NAMES, *NUMBERS]).flatmap(
    lambda text: st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(
        lambda cut: text[min(cut) : max(cut)]
    )
) | st.text("aAÄäßẞ%_\\İiIı张Ａａ'-\0\ud800", min_size=1, max_size=3)
only_reading = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
EVERYWHERE = AreaScope((COUNTY_CODE,))
TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def fits(text: str, search: str) -> bool:
    return search.translate(TO_LOWER) in text.translate(TO_LOWER)


@pytest.fixture
def people(actor: Callable[..., Any]) -> Any:
    """Households, accounts and areas with names that databases like to fold in ways of their own."""
    admin = actor("county_admin", COUNTY_CODE)
    rows = [
        HouseholdRow(VILLAGE, number, persons=[PersonRow(name, "", "", is_head=True)])
        for number, name in zip([*NUMBERS, *map(str, range(100, 108))], NAMES, strict=True)
    ]
    bulk_insert_households(operator(), rows)
    accounts = [AccountRow(f"odd-{number}", name, VILLAGE) for number, name in enumerate(NAMES)]
    bulk_accounts(operator(), accounts, password="x")
    for number, name in enumerate(NAMES, 500):
        Area.create(code=f"{VILLAGE[:9]}{number}", name=name, level="village", valid_from=date(2000, 1, 1))
    return admin


@only_reading
@given(search=SEARCHES)
@example(search="ä")
@example(search="a")
@example(search="İ")
@example(search="%")
def test_every_search_finds_what_python_finds(people: Any, search: str) -> None:
    if not search.strip():
        return
    accounts = {view.name for view in list_accounts(people, search=search, page_size=100)[0]}
    expected = {n for key, n in enumerate(NAMES) if fits(n, search) or search.lower() in f"odd-{key}"}
    assert expected == accounts & set(NAMES)
    if not search.isdigit():
        areas = {area.name for area in list_areas(EVERYWHERE, search=search)[0]}
        assert {name for name in NAMES if fits(name, search)} == areas & set(NAMES)


@only_reading
@given(search=SEARCHES)
@example(search="Ä")
@example(search="a-0")
@example(search="％")
def test_households_are_found_by_name_and_number_alike(people: Any, search: str) -> None:
    text = search.strip()
    if not text or text.strip(string.digits + "-") == "":
        return  # all of them, or numbers alone: whole citizen IDs and phones have tests of their own
    found = {brief.number for brief in list_households(EVERYWHERE, search=search, page_size=100)[0]}
    numbers = [*NUMBERS, *map(str, range(100, 108))]
    expected = {
        number
        for number, name in zip(numbers, NAMES, strict=True)
        if fits(name, text) or number.translate(TO_LOWER).startswith(text.translate(TO_LOWER))
    }
    assert found == expected


def test_accounts_and_households_are_listed_by_the_bytes_of_their_names(people: Any) -> None:
    numbers = [brief.number for brief in list_households(EVERYWHERE, page_size=100)[0]]
    assert numbers == sorted(numbers)
    usernames = [view.username for view in list_accounts(people, area_code=VILLAGE, page_size=100)[0]]
    assert usernames == sorted(usernames)
