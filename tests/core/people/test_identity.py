"""Citizen ID numbers: right is what GB 11643 says, whatever the region."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import frozen
from core.people.errors import BadCitizenId, BadPhone, CitizenIdDate, CitizenIdDigit, CitizenIdShape
from core.people.identity import (
    check_citizen_id,
    check_digit,
    check_phone,
    mask_citizen_id,
    mask_name,
    mask_phone,
)

PAST = st.dates(date(1900, 1, 1), date(2020, 12, 31))
REGIONS = st.integers(100000, 999999)
SERIALS = st.integers(0, 999)


def number(region: int, born: date, serial: int) -> str:
    first = f"{region}{born:%Y%m%d}{serial:03d}"
    return first + check_digit(first)


def test_the_example_of_the_standard_is_right() -> None:
    assert check_citizen_id("11010519491231002X") == "11010519491231002X"
    assert check_citizen_id("440524188001010014") == "440524188001010014"


@pytest.mark.parametrize("region", [330825, 330623, 330683, 370304, 341504, 342422, 999999])
@pytest.mark.parametrize("year", [1926, 1940, 1955, 1975, 1985, 2005, 2020])
def test_elderly_residents_of_renamed_counties_are_accepted(region: int, year: int) -> None:
    right = number(region, date(year, 3, 12), 1)
    assert check_citizen_id(right) == right


@given(REGIONS, PAST, SERIALS)
def test_every_number_with_its_check_digit_is_right(region: int, born: date, serial: int) -> None:
    right = number(region, born, serial)
    assert check_citizen_id(right) == right


@given(REGIONS, PAST, SERIALS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(
    region: int, born: date, serial: int, place: int, shift: int
) -> None:
    right = number(region, born, serial)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    with pytest.raises((CitizenIdDigit, CitizenIdDate, CitizenIdShape)):
        check_citizen_id(wrong)


@given(REGIONS, PAST, SERIALS, st.integers(0, 15))
def test_two_swapped_neighbours_are_always_found(region: int, born: date, serial: int, place: int) -> None:
    right = number(region, born, serial)
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if swapped != right:
        with pytest.raises((CitizenIdDigit, CitizenIdDate, CitizenIdShape)):
            check_citizen_id(swapped)


@given(st.text(max_size=40))
def test_any_text_is_either_normal_or_refused_with_a_sentence(text: str) -> None:
    try:
        answer = check_citizen_id(text)
    except BadCitizenId as error:
        answer = error.code
    assert answer == "citizen_id_invalid" or check_citizen_id(answer) == answer


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
        " 110105 19491231 002X ",
        "110105\u300019491231-002X",
    ],
)
def test_full_width_digits_small_x_and_gaps_are_understood(typed: str) -> None:
    assert check_citizen_id(typed) == "11010519491231002X"


@pytest.mark.parametrize(
    "wrong",
    ["", "1", "110105491231002", "X1010519491231002X", "1101051949123100", "٣٣٠٨٢٥١٩٤٠٠٣١٢٠٠١١", "0" * 18],
)
def test_other_shapes_are_refused(wrong: str) -> None:
    with pytest.raises(CitizenIdShape):
        check_citizen_id(wrong)


@pytest.mark.parametrize("born", ["19000229", "20230229", "19401301", "19400100", "19400431", "00010101"])
def test_a_birthday_that_never_was_is_refused(born: str) -> None:
    first = f"330825{born}001"
    with pytest.raises(CitizenIdDate):
        check_citizen_id(first + check_digit(first))


def test_a_child_born_today_is_accepted_and_one_born_tomorrow_is_not() -> None:
    with frozen(datetime(2026, 11, 21, 16, 30, tzinfo=UTC)):  # half past midnight of the 22nd in China
        today = date(2026, 11, 22)
        assert check_citizen_id(number(330825, today, 1))
        with pytest.raises(CitizenIdDate):
            check_citizen_id(number(330825, today + timedelta(days=1), 1))


def test_the_29th_of_february_exists_in_leap_years() -> None:
    assert check_citizen_id(number(330825, date(1940, 2, 29), 7))


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("0564-6488123", "05646488123"),
        ("（0564）6488123", "05646488123"),
    ],
)
def test_phones_are_brought_into_one_form(typed: str, normal: str) -> None:
    assert check_phone(typed) == normal


@pytest.mark.parametrize(
    "wrong", ["", "6488123", "12800000000", "1380000000", "138000000000", "abc", "13800000000a"]
)
def test_what_is_no_phone_is_refused(wrong: str) -> None:
    with pytest.raises(BadPhone):
        check_phone(wrong)


def test_masks_show_the_ends_only() -> None:
    assert mask_citizen_id("330825194003120002") == "330***********0002"
    assert len(mask_citizen_id("11010519491231002X")) == 18
    assert mask_phone("13812340000") == "138****0000"
    assert mask_phone("05646488123") == "056****23"
    assert mask_name("张三丰") == "张**"
    assert mask_name("张") == "张*"
