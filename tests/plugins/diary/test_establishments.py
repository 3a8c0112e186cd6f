"""Establishments: codes that add up, phones that are sealed, walls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.db import rows
from core.errors import Invalid, NotFound
from core.people.errors import BadPhone
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, TOWN, VILLAGE
from plugins.diary.credit_code import check_sign, normal_code
from plugins.diary.errors.visits import CreditCodeWrong, EstablishmentClosed, EstablishmentThere
from plugins.diary.models.visits import Establishment
from plugins.diary.queries.establishments import establishment, list_establishments
from plugins.diary.services.establishments import (
    EstablishmentDetails,
    close_establishment,
    register_establishment,
    update_establishment,
)

HERE = AreaScope((COUNTY_CODE,))
# The published example of GB 32100 for a company of Beijing.
GOOD = "91110000600037341L"
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def register(village, name="竹木制品厂", area_code=VILLAGE, **more):
    return register_establishment(village.cadre, area_code, EstablishmentDetails("enterprise", name, **more))


def test_a_code_adds_up_however_it_was_typed():
    assert normal_code(GOOD) == GOOD
    assert normal_code(" ９１１１0000 6000 37341l ") == GOOD
    for wrong in ("", GOOD[:-1], GOOD[:-1] + "M", "O" + GOOD[1:], GOOD + "L"):
        assert normal_code(wrong) is None


@given(st.text(SIGNS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_found(body, place, sign):
    code = body + check_sign(body)
    assert normal_code(code) == code
    wrong = code[:place] + sign + code[place + 1 :]
    assert (normal_code(wrong) is None) == (wrong != code)


def test_the_phone_is_sealed_and_shown_masked(village):
    number = register(village, contact="王经理", phone="13812345678")
    view = establishment(HERE, number)
    assert view.phone_masked.startswith("138")
    assert "12345" not in view.phone_masked
    (stored,) = rows(Establishment.unscoped("a test", Establishment.phone_sealed))
    assert b"13812345678" not in bytes(stored[0])
    update_establishment(village.cadre, number, EstablishmentDetails("enterprise", "新名字"))
    again = establishment(HERE, number)
    assert (again.name, again.phone_masked) == ("新名字", view.phone_masked)


def test_one_code_is_registered_once(village):
    register(village, credit_code=GOOD)
    with pytest.raises(EstablishmentThere):
        register(village, "另一家", credit_code=GOOD.lower())
    register(village, "没有代码的")
    register(village, "也没有代码的")
    with pytest.raises(CreditCodeWrong):
        register(village, credit_code="123")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": ""}, Invalid),
        ({"name": "长" * 101}, Invalid),
        ({"address": "长" * 201}, Invalid),
        ({"contact": "长" * 61}, Invalid),
        ({"latitude": 31.0}, Invalid),
        ({"phone": "12"}, BadPhone),
        ({"area_code": TOWN}, NotFound),
        ({"area_code": FAR_VILLAGE}, NotFound),
    ],
)
def test_wrong_details_are_refused(village, changes, error):
    with pytest.raises(error):
        register(village, **changes)
    assert list_establishments(HERE)[1] == 0


def test_walls_and_the_end(village):
    number = register(village)
    assert list_establishments(village.stranger.scope("diary.view"))[1] == 0
    with pytest.raises(NotFound):
        close_establishment(village.stranger, number)
    close_establishment(village.cadre, number)
    with pytest.raises(EstablishmentClosed):
        close_establishment(village.cadre, number)
    assert list_establishments(HERE)[1] == 0
    assert list_establishments(HERE, closed=True)[1] == 1


def test_names_are_found_by_a_part(village):
    for name in ("茶叶合作社", "生姜合作社", "竹木厂"):
        register(village, name)
    assert {row.name for row in list_establishments(HERE, search="合作")[0]} == {"生姜合作社", "茶叶合作社"}
