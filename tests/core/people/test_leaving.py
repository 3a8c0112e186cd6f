"""Somebody dies or moves away alone: a member no more, in history still; taken back when it was a mistake."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core import audit
from core.accounts import services as accounts
from core.accounts.errors import HolderLeft
from core.clock import today
from core.errors import Invalid, NotFound
from core.people import api as people
from core.people import queries, services
from core.people.errors import (
    CitizenIdOfLeft,
    CitizenIdTaken,
    HeadNeeded,
    ImportChanged,
    NotLeft,
    PersonLeft,
)
from core.people.leavings import left_of
from core.people.rows import PersonChanges, PersonRow
from core.people.services.imports import COLUMNS
from core.scope import AreaScope
from core.sheets import Upload
from core.testing import COUNTY_CODE, SISTER_VILLAGE, VILLAGE

Actors = Callable[..., Any]
Houses = dict[str, int]
Numbers = Callable[..., str]
COUNTY = AreaScope((COUNTY_CODE,))


@pytest.fixture
def secretary(actor: Actors) -> Any:
    return actor("secretary", VILLAGE)


@pytest.fixture
def couple(households: Houses, secretary: Any, number_of: Numbers) -> tuple[int, int, int]:
    """The household, its head and a spouse in a special group."""
    spouse = PersonRow("李四娘", number_of(50), "13900000050", tags=("disabled",))
    spouse_id = services.add_person(secretary, households[VILLAGE], spouse)
    head = people.persons_of(households[VILLAGE])[0].id
    return households[VILLAGE], head, spouse_id


def die(actor: Any, person_id: int, **more: Any) -> None:
    services.leave_register(actor, person_id, left_for="died", left_on=today(), **more)


def figures() -> tuple[int, int]:
    counted = people.headcounts(COUNTY)[VILLAGE]
    return counted.persons, counted.special


def test_whoever_died_is_a_member_nowhere_and_comes_back_as_they_were(
    couple: tuple[int, int, int], secretary: Any, number_of: Numbers
) -> None:
    home, head, spouse = couple
    before = figures()
    die(secretary, spouse, note="病逝")
    assert figures() == (before[0] - 1, before[1] - 1)
    scope = secretary.demand("people.view")
    assert [one.id for one in people.persons_of(home)] == [head]
    assert people.members_of([home]) == {home: [head]}
    assert queries.household(scope, home).person_count == 1
    assert [row[2] for row in people.roll(scope, VILLAGE)] == [head]
    assert people.special_persons(scope, tags=("disabled",)) == ([], 0)
    for search in ("李四娘", number_of(50), "13900000050"):
        assert people.find_persons(scope, search) == [], search
        assert people.find_households(scope, search) == [], search
    assert people.persons_by_phone("13900000050") == []
    assert people.phones_for_messages([spouse]) == {}
    assert people.household_of_person(spouse) is None
    assert people.area_of_person(spouse) is None
    # The past still names them, and nothing that is published may.
    assert people.person_names([spouse]) == {spouse: "李四娘"}
    assert people.known_names(scope, ["李四娘"]) == {"李四娘"}
    assert people.last_household_of(spouse) == home
    assert [(gone.name, gone.left_for, gone.note) for gone in left_of(scope, home)] == [
        ("李四娘", "died", "病逝")
    ]
    assert left_of(AreaScope((SISTER_VILLAGE,)), home) == []
    with pytest.raises(PersonLeft):
        die(secretary, spouse)
    with pytest.raises(PersonLeft):
        services.update_person(secretary, spouse, PersonChanges(name="李五娘"))
    services.take_leaving_back(secretary, spouse, reason="登记错了人")
    assert figures() == before
    back = people.person(scope, spouse)
    assert (back.is_head, back.tags) == (False, ("disabled",))
    assert left_of(scope, home) == []
    with pytest.raises(NotLeft):
        services.take_leaving_back(secretary, spouse, reason="登记错了人")
    lines = [line.action for line in audit.lines(COUNTY)[0][:2]]
    assert lines == ["people.take_leaving_back", "people.leave_register"]
    assert "病逝" not in str(audit.lines(COUNTY)[0])


def test_a_head_who_leaves_hands_the_household_on_and_the_last_one_leaves_it_open(
    couple: tuple[int, int, int], secretary: Any, number_of: Numbers
) -> None:
    home, head, spouse = couple
    with pytest.raises(HeadNeeded):
        die(secretary, head)
    with pytest.raises(Invalid):
        die(secretary, head, new_head_id=head)
    die(secretary, head, new_head_id=spouse)
    assert people.household_head_name([home]) == {home: "李四娘"}
    die(secretary, spouse)
    row = queries.household(secretary.demand("people.view"), home)
    assert (row.ended_at, row.person_count, row.head_name) == (None, 0, "李四娘")
    assert people.is_deserted(home)
    services.take_leaving_back(secretary, head, reason="本人回来了")
    assert people.household_head_name([home]) == {home: "张一村"}
    assert not people.is_deserted(home)


def test_walls_days_and_words_are_checked(
    couple: tuple[int, int, int], secretary: Any, actor: Actors
) -> None:
    _, _, spouse = couple
    neighbour = actor("secretary", SISTER_VILLAGE)
    with pytest.raises(NotFound):
        die(neighbour, spouse)
    for wrong in ({"left_on": today() + timedelta(days=1)}, {"left_for": "gone"}, {"note": "长" * 201}):
        with pytest.raises(Invalid):
            services.leave_register(secretary, spouse, **{"left_for": "moved", "left_on": today(), **wrong})
    die(secretary, spouse)
    with pytest.raises(NotFound):
        services.take_leaving_back(neighbour, spouse, reason="x")
    with pytest.raises(Invalid):
        services.take_leaving_back(secretary, spouse, reason=" ")


def test_their_account_closes_in_the_same_unit_and_stays_closed(
    couple: tuple[int, int, int], secretary: Any, actor: Actors
) -> None:
    _, _, spouse = couple
    admin = actor("county_admin", COUNTY_CODE)
    made = accounts.create_account(
        admin, username="lisiniang", name="李四娘", area_code=VILLAGE, person_id=spouse
    )
    accounts.grant_post(admin, made.id, role="grid_member", area_code=VILLAGE)
    from core.accounts.api import actor_for

    assert actor_for(made.id).may("people.edit", VILLAGE)
    die(secretary, spouse)
    with pytest.raises(NotFound):
        actor_for(made.id)
    with pytest.raises(HolderLeft):
        accounts.enable_account(admin, made.id)
    with pytest.raises(NotFound):
        accounts.create_account(admin, username="lisi2", name="李", area_code=VILLAGE, person_id=spouse)
    services.take_leaving_back(secretary, spouse, reason="登记错了人")
    with pytest.raises(NotFound):
        actor_for(made.id)
    accounts.enable_account(admin, made.id)
    assert actor_for(made.id).posts == ()


def test_the_same_number_again_is_told_whose_it_is_inside_the_wall_alone(
    couple: tuple[int, int, int], secretary: Any, actor: Actors, number_of: Numbers, households: Houses
) -> None:
    home, _, spouse = couple
    die(secretary, spouse)
    again = PersonRow("李四娘", number_of(50))
    with pytest.raises(CitizenIdOfLeft):
        services.add_person(secretary, home, again)
    with pytest.raises(CitizenIdTaken):
        services.add_person(actor("secretary", SISTER_VILLAGE), households[SISTER_VILLAGE], again)
    cells = [VILLAGE, "909", "李四娘", "是", number_of(50), "", "", "", ""]
    table = ",".join(column.title for column in COLUMNS) + "\n" + ",".join(cells) + "\n"
    outcome = services.import_households(secretary, Upload("表.csv", table.encode()), dry_run=True)
    assert any("已登记去世" in mistake.sentence() for mistake in outcome.mistakes)
    cells[4] = number_of(51)
    table = ",".join(column.title for column in COLUMNS) + "\n" + ",".join(cells) + "\n"
    done = services.import_households(secretary, Upload("表.csv", table.encode()), dry_run=False)
    (newcomer,) = people.find_persons(secretary.demand("people.view"), number_of(51))
    die(secretary, newcomer.id)
    with pytest.raises(ImportChanged):
        services.undo_import(secretary, int(done.batch or 0))


def test_who_moved_away_is_registered_where_they_live_now_and_only_once(
    couple: tuple[int, int, int], secretary: Any, actor: Actors, number_of: Numbers, households: Houses
) -> None:
    _, _, spouse = couple
    sister = actor("secretary", SISTER_VILLAGE)
    services.leave_register(secretary, spouse, left_for="moved", left_on=today())
    there = services.add_person(sister, households[SISTER_VILLAGE], PersonRow("李四娘", number_of(50)))
    (found,) = people.find_persons(sister.demand("people.view"), number_of(50))
    assert found.id == there
    with pytest.raises(CitizenIdTaken):
        services.take_leaving_back(secretary, spouse, reason="回来了")
    services.leave_register(sister, there, left_for="moved", left_on=today(), new_head_id=None)
    services.take_leaving_back(secretary, spouse, reason="回来了")
    (found,) = people.find_persons(secretary.demand("people.view"), number_of(50))
    assert found.id == spouse


def test_the_page_folds_who_left_and_the_interface_says_the_same(
    couple: tuple[int, int, int], as_role: Callable[..., Any], api_as: Callable[..., Any]
) -> None:
    home, head, spouse = couple
    browser, path = as_role("secretary", VILLAGE), f"/people/households/{couple[0]}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert token
    form = {"csrf_token": token[1], "left_for": "died", "left_on": today().isoformat(), "note": ""}
    refused = browser.post(f"/people/persons/{head}/leave", data=form)
    assert refused.status_code == 409
    assert "请同时选定新户主" in refused.text
    assert browser.post(f"/people/persons/{spouse}/leave", data=form).status_code == 303
    page = browser.get(path).text
    assert "已离开（1 人）" in page
    program = api_as("secretary", VILLAGE)
    assert program.get(f"/persons/{spouse}").status_code == 404
    body = {"left_for": "moved", "left_on": today().isoformat()}
    answer = program.post(f"/persons/{head}/leaving", body)
    assert (answer.status_code, answer.json["person_count"], len(answer.json["left"])) == (200, 0, 2)
    assert "户里已没有成员，可以销户" in browser.get(path).text
    assert program.post(f"/persons/{head}/leaving", body).json["code"] == "person_left"
    back = {"csrf_token": token[1], "reason": "登记错了"}
    assert browser.post(f"/people/persons/{spouse}/take-back", data=back).status_code == 303
    other = api_as("secretary", SISTER_VILLAGE)
    assert other.post(f"/persons/{spouse}/leaving", body).status_code == 404
    taken = program.post(f"/persons/{head}/leaving/take-back", {"reason": "回来了"})
    assert [one["name"] for one in taken.json["persons"]] == ["李四娘", "张一村"]
    assert home == int(taken.json["id"])
