"""Households and persons: written once, changed with a trace, ended and kept."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import audit
from core.county import County
from core.db import database, engine
from core.errors import Forbidden, Invalid
from core.people import homes, queries, services
from core.people.errors import (
    CitizenIdTaken,
    HouseholdEnded,
    HouseholdKept,
    NothingStored,
    NumberTaken,
)
from core.people.models import Person, PersonTag
from core.people.rows import HouseholdRow, PersonChanges, PersonRow
from core.plugin_host.notes import finish_notes
from core.plugin_host.state import PluginState
from core.plugin_manager import PluginRefused
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, VILLAGE

Actors = Callable[..., Any]
Houses = dict[str, int]
Numbers = Callable[..., str]
COUNTY = AreaScope((COUNTY_CODE,))


@pytest.fixture
def secretary(actor: Actors) -> Any:
    return actor("secretary", VILLAGE)


def newest_line() -> Any:
    return audit.lines(COUNTY)[0][0]


def test_a_household_is_found_by_name_part_number_citizen_id_and_phone(
    households: Houses, secretary: Any, number_of: Numbers
) -> None:
    scope = secretary.demand("people.view")
    for search in (
        "张一",
        "一村",
        "001",
        number_of(1),
        number_of(1).lower(),
        "138-0000-0001",
        "１３８０００００００１",
    ):
        assert [row.id for row in queries.find_households(scope, search)] == [households[VILLAGE]], search
    for search in ("李", "002", number_of(1)[:17], "1380000000", ""):
        assert queries.find_households(scope, search) == [], search


def test_lists_show_head_and_members_and_mask_what_is_sensitive(
    households: Houses, secretary: Any, number_of: Numbers
) -> None:
    brief = queries.household(secretary.demand("people.view"), households[VILLAGE])
    assert (brief.head_name, brief.person_count, brief.area_name, brief.has_address) == (
        "张一村",
        1,
        "一村",
        True,
    )
    (head,) = queries.persons_of(brief.id)
    assert head.citizen_id_masked == "342***********" + number_of(1)[-4:]
    assert head.phone_masked == "138****0001"
    assert head.tags == ("empty_nest",)
    for hidden in (number_of(1), "13800000001", "前街"):
        assert hidden not in repr(brief) + repr(head)


def stored_bytes(county: County) -> bytes:
    """All that the database has written: its files with its log, or what PostgreSQL gives away."""
    if engine() == "sqlite":
        database.execute_sql("PRAGMA wal_checkpoint(FULL)")
        return b"".join(file.read_bytes() for file in county.data.glob("gridgov.db*"))
    rows = [
        row for table in database.get_tables() for row in database.execute_sql(f'SELECT * FROM "{table}"')
    ]
    return b"".join(bytes(v) if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)


def test_no_clear_text_lies_in_the_database_or_its_log(
    households: Houses, county: County, number_of: Numbers
) -> None:
    stored = stored_bytes(county)
    assert "张一村".encode() in stored
    for secret in (number_of(1), "13800000001", "张一村前街1号"):
        assert secret.encode() not in stored


def test_sealing_the_same_number_twice_gives_different_bytes(households: Houses, secretary: Any) -> None:
    person_id = queries.persons_of(households[VILLAGE])[0].id
    before = bytes(Person.unscoped("a test looks").where(Person.id == person_id).get().phone_sealed)
    services.update_person(secretary, person_id, PersonChanges(phone=""))
    services.update_person(secretary, person_id, PersonChanges(phone="13800000001"))
    after = bytes(Person.unscoped("a test looks").where(Person.id == person_id).get().phone_sealed)
    assert before != after


def test_a_household_number_is_unique_in_its_area_only(households: Houses, actor: Actors) -> None:
    with pytest.raises(NumberTaken):
        services.create_household(actor("secretary", VILLAGE), HouseholdRow(VILLAGE, " 001 "))
    assert services.create_household(actor("secretary", VILLAGE), HouseholdRow(GRID, "001"))


def test_what_is_wrong_in_a_person_is_said_by_field_and_nothing_is_written(
    households: Houses, secretary: Any
) -> None:
    before = audit.head()
    wrong = PersonRow(" ", "342422194003120011", "12345", risk_level="huge", tags=("rich",))
    with pytest.raises(Invalid) as caught:
        services.add_person(secretary, households[VILLAGE], wrong)
    assert set(caught.value.fields) == {"name", "citizen_id", "phone", "risk_level", "tags"}
    assert audit.head() == before
    assert len(queries.persons_of(households[VILLAGE])) == 1


def test_two_members_with_one_number_or_two_heads_are_refused(secretary: Any, number_of: Numbers) -> None:
    same = [PersonRow("甲", number_of(7)), PersonRow("乙", number_of(7))]
    with pytest.raises(Invalid):
        services.create_household(secretary, HouseholdRow(VILLAGE, "7", persons=same))
    heads = [PersonRow("甲", is_head=True), PersonRow("乙", is_head=True)]
    with pytest.raises(Invalid):
        services.create_household(secretary, HouseholdRow(VILLAGE, "7", persons=heads))
    assert queries.list_households(COUNTY) == ([], 0)


def test_the_first_member_is_the_head_until_another_takes_over(households: Houses, secretary: Any) -> None:
    house = services.create_household(
        secretary, HouseholdRow(VILLAGE, "8", persons=[PersonRow("父"), PersonRow("母")])
    )
    assert queries.household_head_name([house, 999]) == {house: "父"}
    child = services.add_person(secretary, house, PersonRow("子", is_head=True))
    assert queries.household_head_name([house]) == {house: "子"}
    assert [person.is_head for person in queries.persons_of(house)] == [True, False, False]
    assert homes.household_of_person(child) == house


def test_changing_a_person_keeps_what_is_not_named_and_records_field_names_only(
    households: Houses, secretary: Any, number_of: Numbers
) -> None:
    person_id = queries.persons_of(households[VILLAGE])[0].id
    services.update_person(
        secretary, person_id, PersonChanges(phone="13911112222", risk_level="high", tags=("disabled",))
    )
    after = queries.persons_of(households[VILLAGE])[0]
    assert (after.name, after.phone_masked, after.risk_level, after.tags) == (
        "张一村",
        "139****2222",
        "high",
        ("disabled",),
    )
    line = newest_line()
    assert json.loads(line.detail) == {"fields": ["phone", "risk_level", "tags"]}
    ended = PersonTag.unscoped("test").where(PersonTag.until.is_null(False))
    assert [tag.tag for tag in ended] == ["empty_nest"]
    scope = secretary.demand("people.view")
    assert queries.find_households(scope, "13800000001") == []
    assert len(queries.find_households(scope, "13911112222")) == 1


def test_a_person_keeps_the_own_number_but_cannot_take_anothers(
    households: Houses, secretary: Any, number_of: Numbers
) -> None:
    person_id = queries.persons_of(households[VILLAGE])[0].id
    services.update_person(secretary, person_id, PersonChanges(citizen_id=number_of(1)))
    with pytest.raises(CitizenIdTaken):
        services.update_person(secretary, person_id, PersonChanges(citizen_id=number_of(2)))


def test_moving_a_household_takes_its_members_along(households: Houses, actor: Actors) -> None:
    both = actor("county_admin", COUNTY_CODE)
    services.update_household(both, households[VILLAGE], area_code=GRID, number="77")
    assert homes.household_area(households[VILLAGE]) == GRID
    assert homes.area_of_person(queries.persons_of(households[VILLAGE])[0].id) == GRID
    with pytest.raises(NumberTaken):
        services.update_household(both, households[SISTER_VILLAGE], area_code=GRID, number="77")


def test_an_ended_household_leaves_the_lists_stays_readable_and_is_not_changed(
    households: Houses, secretary: Any
) -> None:
    services.end_household(secretary, households[VILLAGE])
    scope = secretary.demand("people.view")
    assert queries.list_households(scope) == ([], 0)
    assert queries.household(scope, households[VILLAGE]).ended_at is not None
    person_id = queries.persons_of(households[VILLAGE])[0].id
    for deed in (
        lambda: services.end_household(secretary, households[VILLAGE]),
        lambda: services.update_household(secretary, households[VILLAGE], number="2"),
        lambda: services.add_person(secretary, households[VILLAGE], PersonRow("甲")),
        lambda: services.update_person(secretary, person_id, PersonChanges(name="乙")),
    ):
        with pytest.raises(HouseholdEnded):
            deed()


VETO = """
from core.hookspecs import hookimpl

@hookimpl
def veto_household_end(household_id):
    return "积分账户还有余额" if household_id else None
"""


def test_a_plugin_with_a_reason_keeps_a_household(
    households: Houses,
    secretary: Any,
    plugin_folder: Callable[..., Path],
    failing_neighbour: str,
    build_app: Callable[[], Any],
) -> None:
    plugin_folder("keeper", {"plugin.py": VETO})
    build_app()
    with pytest.raises(HouseholdKept) as caught:
        services.end_household(secretary, households[VILLAGE])
    assert caught.value.sentence() == "现在不能销户：积分账户还有余额"
    assert queries.household(COUNTY, households[VILLAGE]).ended_at is None


FOLLOWS = """
from core.hookspecs import hookimpl
from core.people.models import Person

@hookimpl
def household_moved(household_id, area_code):
    Person.update(name=f"{household_id} {area_code}").where(Person.household_id == household_id).execute()
"""
STAYS = """
from core.hookspecs import hookimpl

@hookimpl
def household_moved(household_id, area_code):
    raise RuntimeError("books closed")
"""


def test_a_plugin_is_told_in_the_same_unit_of_work_that_a_household_moves_and_only_then(
    households: Houses, secretary: Any, plugin_folder: Callable[..., Path], build_app: Callable[[], Any]
) -> None:
    plugin_folder("follower", {"plugin.py": FOLLOWS})
    build_app()
    key = households[VILLAGE]
    services.update_household(secretary, key, number="009", area_code=VILLAGE)
    assert queries.persons_of(key)[0].name == "张一村"
    services.update_household(secretary, key, area_code=GRID)
    assert queries.persons_of(key)[0].name == f"{key} {GRID}"


def test_a_plugin_that_fails_refuses_the_whole_move(
    households: Houses, secretary: Any, plugin_folder: Callable[..., Path], build_app: Callable[[], Any]
) -> None:
    plugin_folder("aa_follower", {"plugin.py": FOLLOWS})
    plugin_folder("zz_stayer", {"plugin.py": STAYS})
    build_app()
    key = households[VILLAGE]
    before = (queries.household(COUNTY, key), queries.persons_of(key))
    lines = audit.lines(COUNTY, action="people.update_household")
    with pytest.raises(PluginRefused) as caught:
        services.update_household(secretary, key, area_code=GRID, number="009", address="后街")
    assert (caught.value.code, caught.value.status) == ("plugin_failed", 503)
    assert (queries.household(COUNTY, key), queries.persons_of(key)) == before
    assert audit.lines(COUNTY, action="people.update_household") == lines
    services.update_household(secretary, key, number="009")  # staying where it is asks nobody
    # The note outlives the unit that was rolled back; whoever closes the county waits for it.
    finish_notes()
    causes = {row.name: row.cause for row in PluginState.select() if row.cause}
    assert causes == {"zz_stayer": "household_moved：RuntimeError: books closed"}


def test_showing_a_field_needs_the_right_and_a_purpose_and_leaves_a_line_without_the_value(
    households: Houses, secretary: Any, actor: Actors, number_of: Numbers
) -> None:
    person_id = queries.persons_of(households[VILLAGE])[0].id
    shown = {
        field: services.reveal_field(secretary, person_id, field=field, purpose="visit")
        for field in ("citizen_id", "phone", "address")
    }
    assert shown == {"citizen_id": number_of(1), "phone": "13800000001", "address": "张一村前街1号"}
    lines, total = audit.lines(COUNTY, action="people.reveal_field")
    assert total == 3
    assert json.loads(lines[0].detail) == {"field": "address", "purpose": "visit"}
    assert lines[0].subject == f"person:{person_id}"
    assert not any(value in repr([vars(line) for line in lines]) for value in shown.values())
    for field, purpose in (("phone", "curiosity"), ("name", "visit"), ("phone", "")):
        with pytest.raises(Invalid):
            services.reveal_field(secretary, person_id, field=field, purpose=purpose)
    with pytest.raises(Forbidden):
        services.reveal_field(actor("grid_member", VILLAGE), person_id, field="phone", purpose="visit")
    services.update_person(secretary, person_id, PersonChanges(phone=""))
    with pytest.raises(NothingStored):
        services.reveal_field(secretary, person_id, field="phone", purpose="visit")


def test_no_audit_line_of_this_module_holds_personal_data(
    households: Houses, secretary: Any, number_of: Numbers
) -> None:
    services.update_household(secretary, households[VILLAGE], address="新住址9号")
    services.export_households(secretary, kind="csv")
    services.end_household(secretary, households[VILLAGE])
    lines, _ = audit.lines(COUNTY, page_size=1000)
    # Not the hashes: four digits stand in one of them sooner or later.
    text = repr([(line.action, line.subject, line.detail) for line in lines])
    for secret in ("张一村", "新住址", number_of(1), number_of(1)[-4:], "13800000001"):
        assert secret not in text


def test_an_export_is_masked_and_harmless_and_recorded(secretary: Any, number_of: Numbers) -> None:
    head = PersonRow('=HYPERLINK("http://x")', number_of(1), "13800000001", tags=("disabled", "low_income"))
    services.create_household(secretary, HouseholdRow(VILLAGE, "@1", persons=[head]))
    name, mimetype, body = services.export_households(secretary, kind="csv")
    assert (name, mimetype) == ("households.csv", "text/csv; charset=utf-8")
    text = body.decode("utf-8-sig")
    assert body.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK" in text
    assert "'@1" in text
    assert "残疾人、低边" in text
    assert number_of(1) not in text
    assert "138****0001" in text
    assert json.loads(newest_line().detail) == {"persons": 1}


def test_people_are_found_by_phone_for_logging_in(households: Houses) -> None:
    assert [person.name for person in queries.persons_by_phone("138 0000 0002")] == ["张二村"]
    assert queries.persons_by_phone("nonsense") == []
