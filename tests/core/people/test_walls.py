"""Areas are walls: who has a post in one village sees nothing of another, by any way in."""

from collections.abc import Callable
from typing import Any

import pytest

from core import audit
from core.errors import NotFound
from core.people import queries, services
from core.people.errors import CitizenIdTaken, NoSuchArea
from core.people.rows import HouseholdRow, PersonChanges, PersonRow
from core.scope import AreaScope
from core.sheets import Upload
from core.testing import FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE

Actors = Callable[..., Any]
Houses = dict[str, int]
OTHERS = [SISTER_VILLAGE, FAR_VILLAGE]


@pytest.fixture
def secretary(actor: Actors) -> Any:
    return actor("secretary", VILLAGE)


def test_lists_searches_and_counts_stop_at_the_village(
    households: Houses, secretary: Any, number_of: Callable[..., str]
) -> None:
    scope = secretary.demand("people.view")
    assert [row.id for row in queries.list_households(scope)[0]] == [households[VILLAGE]]
    assert queries.list_households(scope)[1] == 1
    for search in ("张", "张二村", "001", number_of(2), "13800000002", "%", "_"):
        found, total = queries.list_households(scope, search=search)
        assert {row.area_code for row in found} <= {VILLAGE}
        assert total == len(found)
    assert queries.list_households(scope, area_code=TOWN)[1] == 1
    assert queries.list_households(scope, area_code=SISTER_VILLAGE) == ([], 0)
    assert queries.find_households(scope, "张二村", 10) == []


@pytest.mark.parametrize("other", OTHERS)
def test_nothing_can_be_fetched_or_changed_next_door(households: Houses, secretary: Any, other: str) -> None:
    scope = secretary.demand("people.view")
    household_id = households[other]
    person_id = queries.persons_of(household_id)[0].id
    deeds: list[Callable[[], Any]] = [
        lambda: queries.household(scope, household_id),
        lambda: queries.person(scope, person_id),
        lambda: services.update_household(secretary, household_id, number="9"),
        lambda: services.end_household(secretary, household_id),
        lambda: services.add_person(secretary, household_id, PersonRow("新人")),
        lambda: services.update_person(secretary, person_id, PersonChanges(name="改名")),
        lambda: services.reveal_field(secretary, person_id, field="phone", purpose="contact"),
    ]
    before = audit.head()
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    assert audit.head() == before
    assert queries.household_brief(scope, household_id) is None
    assert queries.person_brief(scope, person_id) is None


@pytest.mark.parametrize("other", OTHERS)
def test_nobody_registers_or_moves_a_household_into_another_village(
    households: Houses, secretary: Any, other: str
) -> None:
    with pytest.raises(NoSuchArea):
        services.create_household(secretary, HouseholdRow(other, "900"))
    with pytest.raises(NoSuchArea):
        services.update_household(secretary, households[VILLAGE], area_code=other)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_the_own_village_only(households: Houses, secretary: Any, kind: Any) -> None:
    import io

    import openpyxl

    _, _, body = services.export_households(secretary, kind=kind)
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(body)).active
        text = "\n".join(",".join(str(v) for v in row) for row in sheet.iter_rows(values_only=True))
    else:
        text = body.decode("utf-8-sig")
    assert "张一村" in text
    assert "张二村" not in text
    assert "张三村" not in text
    assert services.export_households(secretary, kind="csv", area_code=SISTER_VILLAGE)[2].count(b"\n") == 1


def test_an_export_asked_for_another_village_is_recorded_in_the_own(
    households: Houses, secretary: Any
) -> None:
    services.export_households(secretary, kind="csv", area_code=SISTER_VILLAGE)
    line = audit.lines(AreaScope(("341504",)), action="people.export_households")[0][0]
    assert line.area_code == VILLAGE


def test_a_table_with_rows_of_another_village_says_no_more_than_of_one_that_is_not_there(
    households: Houses, secretary: Any
) -> None:
    rows = f"area_code,household_number,name\n{SISTER_VILLAGE},001,甲\n341504001077,001,乙\n"
    outcome = services.import_households(secretary, Upload("t.csv", rows.encode()), dry_run=True)
    assert {mistake.sentence() for mistake in outcome.mistakes} == {
        "没有这个村社或网格，或不在您负责的区域内。"
    }
    assert outcome.mistake_count == 2


def test_a_number_registered_next_door_is_refused_without_saying_where(
    households: Houses, secretary: Any, number_of: Callable[..., str]
) -> None:
    with pytest.raises(CitizenIdTaken) as caught:
        services.add_person(secretary, households[VILLAGE], PersonRow("冒名", number_of(2)))
    assert caught.value.params == {}
    assert "张" not in caught.value.sentence()


def test_a_grid_member_sees_the_grid_only(households: Houses, actor: Actors) -> None:
    grid = VILLAGE + "001"
    in_grid = services.create_household(actor("secretary", VILLAGE), HouseholdRow(grid, "101"))
    member = actor("grid_member", grid)
    assert [row.id for row in queries.list_households(member.demand("people.view"))[0]] == [in_grid]
    with pytest.raises(NotFound):
        queries.household(member.demand("people.view"), households[VILLAGE])


def test_a_town_sees_its_villages_and_not_the_other_towns(households: Houses, actor: Actors) -> None:
    official = actor("town_official", TOWN)
    codes = {row.area_code for row in queries.list_households(official.demand("people.view"))[0]}
    assert codes == {VILLAGE, SISTER_VILLAGE}
