"""Tables of tens of thousands: checked by the column, sealed in a second process, indexes made at the end."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import IntegrityError

from core.clock import today
from core.county import county as open_county
from core.db import database, engine, indexes_afterwards, unit_of_work
from core.people import queries, services
from core.people.errors import BadCitizenId, BadPhone
from core.people.identity import are_phones, are_right, check_citizen_id, check_digit, check_phone
from core.people.models import Household, Person
from core.people.sealing import open_citizen_id
from core.people.sealing_aside import Column, seal_column, sealing_aside
from core.people.services.imports import COLUMNS
from core.scope import AreaScope
from core.sheets import Upload
from core.testing import COUNTY_CODE, VILLAGE

COUNTY = AreaScope((COUNTY_CODE,))
HEAD = ",".join(column.title for column in COLUMNS)
MANY = 12_000


def number(serial: int) -> str:
    first = f"{341504 + serial // 1000 % 10}{1940 + serial // 10_000 % 60}0312{serial % 1000:03d}"
    return first + check_digit(first)


def lines(count: int) -> list[str]:
    return [
        f"{VILLAGE},{i // 3:05d},居民{i},{'否' if i % 3 else '是'},{number(i)},1380{i:07d},前街{i // 3}号,低,"
        for i in range(count)
    ]


def table(rows: list[str]) -> Upload:
    return Upload("居民.csv", "\n".join([HEAD, *rows]).encode())


def indexes() -> set[str]:
    return {index.name for index in database.get_indexes("people_person")}


def children() -> list[int]:
    """The processes of ours that seal."""
    found = []
    for file in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for child in file.read_text().split():
            if b"sealing_aside" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


@pytest.fixture
def secretary(actor: Callable[..., Any]) -> Any:
    return actor("secretary", VILLAGE)


def test_many_come_in_are_found_and_are_taken_back(secretary: Any, caplog: pytest.LogCaptureFixture) -> None:
    before = indexes()
    outcome = services.import_households(secretary, table(lines(MANY)), dry_run=False)
    assert outcome.counts == {"households": MANY // 3, "persons": MANY}
    assert outcome.batch is not None
    assert not caplog.records  # nobody had to seal in place of the second process
    assert indexes() == before
    for i in (0, 4_999, MANY - 1):
        assert [home.number for home in queries.find_households(COUNTY, number(i))] == [f"{i // 3:05d}"]
    everybody = Person.within(COUNTY, Person.name, Person.citizen_id_sealed).order_by(Person.id)
    assert [(p.name, open_citizen_id(p.citizen_id_sealed)) for p in everybody] == [
        (f"居民{i}", number(i)) for i in range(MANY)
    ]
    services.undo_import(secretary, outcome.batch)
    assert queries.list_households(COUNTY)[1] == 0


def test_a_wrong_row_in_the_middle_of_fifty_thousand_is_named_and_nothing_comes_in(secretary: Any) -> None:
    rows = lines(50_000)
    rows[25_000] = rows[25_000].replace(number(25_000), number(25_000)[:17] + "?")
    rows[31_000] = rows[31_000].replace(number(31_000), number(7))
    outcome = services.import_households(secretary, table(rows), dry_run=False)
    assert [(m.row, m.column, m.sentence()) for m in outcome.mistakes] == [
        (25_002, "公民身份号码", "公民身份号码应为 18 位：17 位数字加 1 位校验码（数字或 X）。"),
        (31_002, "公民身份号码", "与第 9 行重复。"),
    ]
    assert queries.list_households(COUNTY)[1] == 0


def test_an_odd_row_is_read_as_it_would_be_alone(secretary: Any) -> None:
    rows = lines(300)
    typed = number(9_999).replace("0", "０")
    rows[150] = f"{VILLAGE},odd, 王 五 ,Y,{typed},+86 138-0000-0001,, mid ,低保;残疾人"
    services.import_households(secretary, table(rows), dry_run=False)
    (household,) = Household.within(COUNTY).where(Household.number == "odd")
    (person,) = queries.persons_of(household.id)
    assert (person.name, person.is_head, person.risk_level) == ("王 五", True, "mid")
    assert (person.phone_masked, set(person.tags)) == ("138****0001", {"minimum_living", "disabled"})


def columns() -> Iterator[Column]:
    for start in range(0, 20_000, 500):
        yield [number(i) if i % 5 else "" for i in range(start, start + 500)], "purpose"


def opened(sealed: list[bytes | None]) -> list[str]:
    return ["" if each is None else open_county().keys.unseal(each, "purpose") for each in sealed]


@pytest.mark.parametrize("end", ["never", "at_once", "in_the_middle"])
def test_what_a_process_that_has_ended_leaves_is_sealed_here(
    end: str, county: Any, caplog: pytest.LogCaptureFixture
) -> None:
    keys = open_county().keys
    caplog.set_level(logging.WARNING)
    with sealing_aside(keys, columns) as sealed:
        if end == "at_once":
            kill_helper()
        for place, (texts, purpose) in enumerate(columns()):
            values, looked_up = next(sealed)
            assert opened(values) == texts
            assert looked_up == seal_column(keys, texts, purpose)[1]
            if place == 3 and end == "in_the_middle":
                kill_helper()
        assert next(sealed, None) is None
    assert len(caplog.records) == (0 if end == "never" else 1)
    assert children() == []


def kill_helper() -> None:
    (child,) = children()
    os.kill(child, signal.SIGKILL)
    while Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.01)


def test_whoever_leaves_early_leaves_no_process_behind(county: Any) -> None:
    with sealing_aside(open_county().keys, columns) as sealed:
        next(sealed)
        assert len(children()) == 1
    assert children() == []


def test_indexes_are_as_before_when_the_writing_breaks_off(households: dict[str, int]) -> None:
    before, persons = indexes(), Person.unscoped("a count").count()

    def break_off() -> None:
        with unit_of_work(housekeeping="a test"), indexes_afterwards(Person, MANY, before=persons):
            Person.update(name="王五").execute()
            assert len(indexes()) == (0 if engine() == "sqlite" else len(before))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert indexes() == before
    assert Person.unscoped("a count").where(Person.name == "王五").count() == 0


def test_a_number_that_came_in_meanwhile_is_still_refused_by_the_index(households: dict[str, int]) -> None:
    taken = (
        Person.unscoped("any", Person.citizen_id_index).where(Person.citizen_id_index.is_null(False)).first()
    )
    before = indexes()

    def write_it_twice() -> None:
        with unit_of_work(housekeeping="a test"), indexes_afterwards(Person, MANY, before=0):
            Person.update(citizen_id_index=taken.citizen_id_index).where(
                Person.citizen_id_index.is_null(False)
            ).execute()

    with pytest.raises(IntegrityError):
        write_it_twice()
    assert indexes() == before


NUMBERS = st.integers(0, 99_999).map(number)
SIGNS = st.sampled_from("0123456789Xx９ ")
ALMOST = st.builds(
    lambda right, place, sign: right[:place] + sign + right[place + 1 :], NUMBERS, st.integers(0, 17), SIGNS
)
PHONES = st.from_regex(r"(1[2-9][0-9]{9}|0[0-9]{8,12}|\+86 ?13800000001)", fullmatch=True)


def as_it_is(check: Callable[[str], str], text: str) -> bool:
    try:
        return check(text) == text
    except (BadCitizenId, BadPhone):
        return False


@given(st.lists(NUMBERS | ALMOST, max_size=6))
def test_numbers_are_right_together_when_each_is(numbers: list[str]) -> None:
    assert are_right(numbers, on=today()) == all(as_it_is(check_citizen_id, each) for each in numbers)


@given(st.lists(PHONES, max_size=6))
def test_phones_are_right_together_when_each_is(phones: list[str]) -> None:
    assert are_phones(phones) == all(as_it_is(check_phone, each) for each in phones)
