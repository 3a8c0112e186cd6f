"""A resident hands points on within the household by pages: chosen, looked at, confirmed once, receipted."""

import re

import pytest

from core.people import services as people
from core.people.api import persons_of
from core.people.rows import PersonRow
from core.testing import COUNTY_CODE
from plugins.points_store.models import LedgerAccount, Transfer
from plugins.points_store.services import awards, holders
from tests.plugins.points_store.earn.test_earning_pages import Browser
from tests.plugins.points_store.village import VILLAGE, ledger_is_sound

PATH = "/points-store/kin"
PER_PERSON = '[plugin.points_store]\nwallet_per = "person"\n'
each_person = pytest.mark.parametrize("county_sections", [PER_PERSON])


@pytest.fixture
def son(world):
    """Somebody who lives with the resident."""
    return people.add_person(world.admin, world.household, PersonRow(name="张小三"))


@pytest.fixture
def head(world):
    """The person behind the resident's account."""
    return persons_of(world.household)[0].id


@pytest.fixture
def resident(as_role, world, head, son):
    """Their browser."""
    return Browser(as_role("resident", VILLAGE, person_id=head))


def award(world, person_id, points=40):
    awards.award(
        world.reviewer,
        household_id=world.household,
        person_id=person_id,
        rule_id=world.rule.id,
        points=points,
        reason="清扫",
    )


def balance(person_id):
    wallet = LedgerAccount.unscoped("test").where(LedgerAccount.person_id == person_id).first()
    return wallet.balance if wallet else 0


@each_person
def test_points_go_to_a_relative_once_however_often_the_form_is_sent(world, resident, head, son):
    award(world, head)
    assert f'href="{PATH}"' in resident.see("/points-store/")
    assert "张小三" in resident.see(PATH)
    look = f"{PATH}?person_id={son}&points=15"
    confirm = resident.see(look)
    assert "转出后余额" in confirm
    assert re.search(r'class="number[^"]*">25<', confirm)
    assert balance(son) == 0  # looking moves nothing
    fields = dict(re.findall(r'name="(csrf_token|form_key|person_id|points)" value="([^"]+)"', confirm))
    answers = [resident.client.post(PATH, data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert (balance(head), balance(son)) == (25, 15)
    receipt = resident.see(answers[0].location)
    assert "已转给家人" in receipt
    assert "张小三" in receipt
    assert "积分转让" in resident.see("/points-store/")
    assert ledger_is_sound()


REFUSED = {
    "more than there is": ("son", "41", 409, "insufficient_points"),
    "a stranger": ("stranger", "1", 409, "not_one_household"),
    "oneself": ("head", "1", 409, "not_one_household"),
    "nobody": ("nobody", "1", 409, "not_one_household"),
    "nothing": ("son", "0", 422, "invalid"),
    "no number": ("son", "viele", 422, "invalid"),
}


@each_person
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_allowed_is_refused_with_its_code_and_the_form_stays(world, resident, head, son, case):
    who, points, status, code = REFUSED[case]
    award(world, head)
    person = {"son": son, "head": head, "nobody": 10**9}.get(who) or persons_of(world.other_household)[0].id
    for answer in (
        resident.client.get(PATH, query_string={"person_id": person, "points": points}),
        resident.send(f"{PATH}?person_id={son}&points=1", PATH, person_id=str(person), points=points),
    ):
        assert answer.status_code == status
        assert f"代码 {code}" in answer.text
        assert "张小三" in answer.text
    assert (balance(head), balance(son)) == (40, 0)


@each_person
def test_a_stopped_wallet_says_so_instead_of_a_form(world, resident, head):
    award(world, head)
    wallet = LedgerAccount.unscoped("test").where(LedgerAccount.person_id == head).get()
    holders.stop_wallet(world.secretary, wallet_id=wallet.id, reason="核实")
    page = resident.see(PATH)
    assert "代码 wallet_stopped" in page
    assert "<form" not in page.split("<main")[1]
    assert PATH not in resident.see("/points-store/")


@each_person
def test_a_receipt_is_the_givers_alone(world, as_role, resident, head, son):
    award(world, head)
    gift = resident.send(f"{PATH}?person_id={son}&points=1", PATH, person_id=str(son), points="1")
    assert gift.status_code == 200
    given = Transfer.unscoped("test").where(Transfer.kind == "handover").get()
    awarded = Transfer.unscoped("test").where(Transfer.kind == "award").get()
    path = f"{PATH}/receipts/{given.id}"
    assert resident.client.get(path).status_code == 200
    assert resident.client.get(f"{PATH}/receipts/{awarded.id}").status_code == 404
    stranger = persons_of(world.other_household)[0].id
    for other in (son, stranger):
        assert as_role("resident", VILLAGE, person_id=other).get(path).status_code == 404
    assert as_role("county_admin", COUNTY_CODE).get(path).status_code == 403


def test_a_county_with_a_wallet_a_household_offers_nothing_and_says_why(world, resident):
    world.award(40)
    assert PATH not in resident.see("/points-store/")
    assert "代码 shared_wallet" in resident.see(PATH)
