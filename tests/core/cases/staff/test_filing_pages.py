"""Filing for somebody: the register says who it is, both names stay, the slip is for the reporter."""

from typing import Any

import pytest

from core.cases.models import Case
from core.testing import GRID, SISTER_VILLAGE, VILLAGE
from tests.core.cases.staff.conftest import Seat, Sit, World


@pytest.fixture
def secretary(sit: Sit, world: World) -> Seat:
    return sit(world.secretary)


def last() -> Case:
    row: Case = Case.unscoped("a test looks at the row").order_by(Case.id.desc()).get()
    return row


def file(seat: Seat, page: str, **fields: Any) -> Any:
    values = {"kind": "cases.report", "text": "家里断水", **fields}
    return seat.post("/cases/new", page, **values)


def test_the_person_is_found_in_the_register_and_nothing_is_typed_twice(
    secretary: Seat, world: World
) -> None:
    person_id = world.resident.person_id
    found = secretary.text("/cases/new?q=张三")
    household = found.split("/cases/new?household=")[1].split('"')[0]
    assert f"/cases/new?person={person_id}" in secretary.text(f"/cases/new?household={household}")
    page = f"/cases/new?person={person_id}"
    shown = secretary.text(page)
    assert "替 张三 反馈" in shown
    assert 'name="area_code"' not in shown
    sent = file(secretary, page, person_id=person_id)
    row = last()
    assert sent.location == f"/cases/{row.id}/slip"
    assert (row.person_id, row.filed_by, row.on_behalf) == (person_id, world.secretary.account_id, True)
    assert (row.area_code, str(row.household_id)) == (VILLAGE, household)
    case = secretary.text(f"/cases/{row.id}")
    assert "张三（测试secretary 代报）" in case
    assert "张三" in secretary.text(f"/cases/{row.id}/sheet")


def test_the_slip_with_number_and_key_is_printed_by_the_filer_only(
    secretary: Seat, sit: Sit, world: World
) -> None:
    file(secretary, f"/cases/new?person={world.resident.person_id}", person_id=world.resident.person_id)
    row = last()
    slip = secretary.text(f"/cases/{row.id}/slip")
    assert row.number in slip
    assert f"{row.key[:4]} {row.key[4:]}" in slip
    assert "<svg" in slip
    # Whoever works on it must not be able to rate it with the reporter's key.
    assert sit(world.town).get(f"/cases/{row.id}/slip").status_code == 404
    assert row.key not in sit(world.town).text(f"/cases/{row.id}")


def test_a_form_sent_twice_is_one_case(secretary: Seat) -> None:
    fields = {"area_code": VILLAGE, "form_key": "the-same-number"}
    first, second = (file(secretary, "/cases/new?nobody=1", **fields) for _ in range(2))
    assert first.location == second.location


def test_what_was_solved_on_the_spot_is_resolved_at_once_and_needs_to_say_how(secretary: Seat) -> None:
    page = "/cases/new?nobody=1"
    refused = file(secretary, page, area_code=VILLAGE, solved_on_spot="true", nobody="1")
    assert refused.status_code == 422
    assert "请写明怎样解决的" in refused.get_data(as_text=True)
    file(secretary, page, area_code=VILLAGE, solved_on_spot="true", answer="换了水阀")
    row = last()
    assert (row.state, row.on_the_spot, row.answer) == ("resolved", True, "换了水阀")


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"kind": "no.such"}, {"difficulty": "huge"}, {"person_id": "x"}]
)
def test_what_cannot_be_is_refused_with_what_was_typed(secretary: Seat, fields: dict[str, str]) -> None:
    answer = file(
        secretary,
        "/cases/new?nobody=1",
        **{"area_code": VILLAGE, "place": "老槐树下", "nobody": "1"} | fields,
    )
    assert answer.status_code == 422
    assert "老槐树下" in answer.get_data(as_text=True)
    assert Case.unscoped("a test counts").count() == 0


def test_a_grid_member_files_in_their_grid(sit: Sit, world: World) -> None:
    member = sit(world.member)
    assert f'value="{GRID}" selected' in member.text("/cases/new?nobody=1")
    assert file(member, "/cases/new?nobody=1", area_code=GRID).status_code == 303
    assert last().area_code == GRID
    assert file(member, "/cases/new?nobody=1", area_code=VILLAGE).status_code == 404


def test_nobody_files_for_people_or_areas_that_are_not_theirs(sit: Sit, world: World) -> None:
    stranger = sit(world.make("secretary", SISTER_VILLAGE))
    assert "张三" not in stranger.text("/cases/new?q=张三").split("没有找到这个人")[0].split("</form>")[-1]
    assert stranger.get(f"/cases/new?person={world.resident.person_id}").status_code == 404
    page = "/cases/new?nobody=1"
    assert file(stranger, page, person_id=world.resident.person_id).status_code == 404
    assert file(stranger, page, area_code=VILLAGE).status_code == 404
    assert Case.unscoped("a test counts").count() == 0
    assert sit(world.resident).get("/cases/new").status_code == 403
