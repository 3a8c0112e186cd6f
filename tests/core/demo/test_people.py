"""Made-up people pass every check, are never the same twice, and are marked as made up."""

import random
import re
from datetime import date

from core.demo.people import ADULT_YEARS, Crowd
from core.people.api import check_citizen_id, check_phone

TODAY = date(2026, 1, 1)


def households(seed: int, count: int = 2_000) -> list:
    crowd = Crowd(random.Random(seed), "341504", TODAY)
    return [crowd.household() for _ in range(count)]


def test_every_citizen_id_and_phone_is_valid_and_used_once() -> None:
    people = [person for household in households(1) for person in household]
    numbers = [check_citizen_id(person.citizen_id) for person in people]
    phones = [check_phone(person.phone) for person in people if person.phone]
    assert len(set(numbers)) == len(numbers) > 4_000
    assert len(set(phones)) == len(phones) > 3_000


def test_a_citizen_id_agrees_with_birthday_and_sex() -> None:
    for household in households(2, 200):
        for person in household:
            assert person.citizen_id[:6] == "341504"
            assert person.citizen_id[6:14] == f"{person.born:%Y%m%d}"
            assert (int(person.citizen_id[16]) % 2 == 0) == person.is_female


def test_phones_begin_with_a_prefix_that_nobody_was_given() -> None:
    assert all(person.phone[:3] in ("", "169") for household in households(3, 200) for person in household)


def test_heads_are_grown_up_and_children_have_no_phone() -> None:
    for household in households(4, 500):
        assert household[0].age(TODAY) >= ADULT_YEARS
        assert all(person.phone == "" for person in household if person.age(TODAY) < ADULT_YEARS)
        assert all(person.born < TODAY for person in household)


def test_households_are_as_large_as_the_census_says() -> None:
    sizes = [len(household) for household in households(5)]
    assert 2.4 < sum(sizes) / len(sizes) < 2.8
    assert min(sizes) == 1


def test_names_are_chinese_names() -> None:
    people = [person for household in households(6, 500) for person in household]
    assert all(re.fullmatch("[一-鿿]{2,4}", person.name) for person in people)
    assert len({person.name for person in people}) > len(people) * 0.6


def test_the_same_number_gives_the_same_people() -> None:
    assert households(7, 50) == households(7, 50) != households(8, 50)
