"""Who is kin to whom: registered once, both ways, across villages but not through the wall."""

import pytest

from core.errors import Invalid, NotFound
from core.people.api import are_kin, kin_households, kin_households_of, kin_of
from core.people.errors import KinKnown
from core.people.kinship import kinships_of
from core.people.queries import persons_of
from core.people.rows import HouseholdRow, PersonRow
from core.people.services import add_kinship, create_household, remove_kinship
from core.testing import COUNTY_CODE, SISTER_VILLAGE, VILLAGE


@pytest.fixture
def heads(households):
    """The head of the household in each village."""
    return {area: persons_of(key)[0].id for area, key in households.items()}


def test_kin_is_kin_both_ways_and_so_is_who_lives_in_one_household(actor, heads, households):
    admin = actor("county_admin", COUNTY_CODE)
    one, other = heads[VILLAGE], heads[SISTER_VILLAGE]
    assert not are_kin(one, other)
    add_kinship(admin, person_id=one, kin_id=other, relation="sibling")
    assert are_kin(one, other)
    assert are_kin(other, one)
    assert kin_of(one) == {other}
    assert kin_households(other) == {households[VILLAGE], households[SISTER_VILLAGE]}
    two = create_household(admin, HouseholdRow(VILLAGE, "77", persons=[PersonRow("甲"), PersonRow("乙")]))
    first, second = (person.id for person in persons_of(two))
    assert are_kin(first, second)
    assert kin_of(second) == {first}
    both = {households[VILLAGE], households[SISTER_VILLAGE]}
    assert kin_households_of([one, other, first]) == {one: both, other: both, first: {two}}
    assert kin_households_of([]) == {}


def test_a_kinship_is_registered_once_and_taken_back(actor, heads, households):
    admin = actor("county_admin", COUNTY_CODE)
    one, other = heads[VILLAGE], heads[SISTER_VILLAGE]
    key = add_kinship(admin, person_id=one, kin_id=other, relation="child")
    with pytest.raises(KinKnown):
        add_kinship(admin, person_id=other, kin_id=one, relation="parent")
    with pytest.raises(Invalid):
        add_kinship(admin, person_id=one, kin_id=one, relation="child")
    secretary = actor("secretary", VILLAGE)
    (seen,) = kinships_of(secretary.scope("people.view"), households[VILLAGE])
    assert (seen.person_name, seen.kin_name) == ("张一村", "")
    remove_kinship(secretary, key)
    assert not are_kin(one, other)
    with pytest.raises(NotFound):
        remove_kinship(secretary, key)


def test_nobody_registers_kin_behind_the_wall(actor, heads):
    secretary = actor("secretary", VILLAGE)
    with pytest.raises(NotFound):
        add_kinship(secretary, person_id=heads[VILLAGE], kin_id=heads[SISTER_VILLAGE], relation="child")
    with pytest.raises(NotFound):
        add_kinship(secretary, person_id=heads[SISTER_VILLAGE], kin_id=heads[VILLAGE], relation="child")


def test_the_page_of_a_household_takes_kin(as_role, households, heads):
    browser = as_role("county_admin", COUNTY_CODE)
    address = f"/people/households/{households[VILLAGE]}"
    form = browser.get(address).text
    assert "登记亲属" in form
    token = form.split('name="csrf_token" value="')[1].split('"')[0]
    data = {
        "csrf_token": token,
        "person_id": heads[VILLAGE],
        "kin_id": heads[SISTER_VILLAGE],
        "relation": "sibling",
    }
    assert browser.post(f"{address}/kinship", data=data).status_code == 303
    assert "张二村" in browser.get(address).text
    assert browser.post(f"{address}/kinship", data=data).status_code == 409
