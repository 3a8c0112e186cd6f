"""Pages of division and staffing, the operations, the walls, and where printed codes lead."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.accounts.api import operator
from core.areas.api import install_areas
from core.sheets import Upload
from plugins.grid.geometry.ground import Ring
from plugins.grid.queries.staffing import staff_of
from plugins.grid.services.division import Plan, change_division
from tests.plugins.grid.ground.village import (
    FAR,
    FIRST,
    SECOND,
    SISTER,
    SISTER_GRID,
    THIRD,
    VILLAGE,
    Village,
    geojson,
    strip,
)

AsRole = Callable[..., FlaskClient]
PAGES = (
    "/grid/",
    "/grid/layer.json",
    f"/grid/grids/{FIRST}",
    f"/grid/grids/{FIRST}/card",
    "/grid/staffing",
    "/grid/staffing?problem=any",
    "/grid/staffing/wall",
    "/grid/staffing/wall?paper=a3",
)
OFFICE = (
    "/grid/division",
    f"/grid/division?area={VILLAGE}",
    f"/grid/boundaries/{FIRST}",
    f"/grid/boundaries/{VILLAGE}",
    f"/grid/grids/{FIRST}/split",
    f"/grid/grids/{FIRST}/merge",
    f"/grid/households?area={VILLAGE}",
    f"/grid/households?area={VILLAGE}&grid=none&q=0",
    f"/grid/grids/{FIRST}/posts?role=member&q=户主",
    "/grid/staffing/import",
    "/grid/staffing/import/blank.xlsx",
)


@pytest.fixture
def secretary(village: Village, as_role: AsRole) -> FlaskClient:
    return as_role("secretary", VILLAGE)


def token(page: Any) -> str:
    text = page.get_data(as_text=True)
    return str(text.split('name="csrf_token" value="')[1].split('"')[0])


def send(browser: FlaskClient, page: str, to: str = "", **form: Any) -> Any:
    """Fill the form of `page` in and send it."""
    data = {"csrf_token": token(browser.get(page)), **form}
    return browser.post(to or page, data=data)


@pytest.mark.parametrize(
    ("role", "area"),
    [
        ("grid_member", FIRST),
        ("secretary", VILLAGE),
        ("town_official", VILLAGE[:9]),
        ("county_admin", "341504"),
        ("supervisor", "341504"),
    ],
)
def test_everybody_on_duty_sees_the_grids(staffed: Village, as_role: AsRole, role: str, area: str) -> None:
    browser = as_role(role, area)
    for page in PAGES:
        assert browser.get(page).status_code == 200, page
    (back,) = re.findall(r'class="back" href="([^"]+)"', browser.get(f"/grid/grids/{FIRST}").text)
    assert browser.get(back).status_code == 200, "the way back leads where one may go"


@pytest.mark.parametrize(("role", "area"), [("secretary", VILLAGE), ("county_admin", "341504")])
def test_who_divides_and_staffs_has_the_forms(
    staffed: Village, as_role: AsRole, role: str, area: str
) -> None:
    browser = as_role(role, area)
    post = staffed.posts[FIRST, "leader"]
    for page in (*OFFICE, f"/grid/posts/{post}/hand-over", f"/grid/posts/{post}/cover"):
        assert browser.get(page).status_code == 200, page


def test_who_only_looks_gets_no_form(staffed: Village, as_role: AsRole) -> None:
    browser = as_role("grid_member", FIRST)
    for page in OFFICE:
        assert browser.get(page).status_code == 403, page


@pytest.mark.parametrize("page", [*PAGES[2:4], *OFFICE[1:9]])
def test_behind_the_wall_there_is_nothing(village: Village, as_role: AsRole, page: str) -> None:
    browser = as_role("secretary", SISTER)
    assert browser.get(page).status_code == 404


def test_the_layer_of_a_village_holds_nothing_of_the_sister(village: Village, as_role: AsRole) -> None:
    village.draw()
    browser = as_role("secretary", SISTER)
    assert browser.get("/grid/layer.json").get_json()["features"] == []
    assert browser.get(f"/grid/layer.json?area={FIRST}").status_code == 404
    mine = as_role("grid_member", FIRST).get(f"/grid/layer.json?area={FIRST}").get_json()["features"]
    assert [feature["properties"]["code"] for feature in mine] == [FIRST]


def test_a_drawn_border_is_kept_and_a_wrong_one_comes_back_with_its_place(
    village: Village, secretary: FlaskClient
) -> None:
    page = f"/grid/boundaries/{FIRST}"
    assert send(secretary, page, geojson=geojson(strip(0)), datum="wgs84").status_code == 303
    crossed: Ring = [(115.93, 31.85), (115.94, 31.86), (115.94, 31.85), (115.93, 31.86)]
    answer = send(secretary, page, geojson=geojson(crossed), datum="wgs84")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'data-wrong="115.93500, 31.85500"' in text
    assert "边界线自己交叉了" in text


def test_borders_come_from_a_file(village: Village, secretary: FlaskClient) -> None:
    page = f"/grid/boundaries/{FIRST}"
    data = {"file": (io.BytesIO(geojson(strip(0)).encode()), "a.geojson"), "datum": "wgs84"}
    assert send(secretary, page, page + "/file", **data).status_code == 303
    bad = {"file": (io.BytesIO(b"\xff\xfe"), "a.geojson"), "datum": "wgs84"}
    assert send(secretary, page, page + "/file", **bad).status_code == 422
    assert send(secretary, page, page + "/clear").status_code == 303


def test_a_grid_is_opened_split_and_merged_on_the_pages(
    village: Village, secretary: FlaskClient, as_role: AsRole
) -> None:
    division = "/grid/division"
    assert send(secretary, division, "/grid/division/open", area_code=VILLAGE, name="河东").status_code == 303
    assert send(secretary, division, "/grid/division/open", area_code=VILLAGE, name="").status_code == 422
    chosen = [str(key) for key in village.households[FIRST][:2]]
    split = f"/grid/grids/{FIRST}/split"
    assert send(secretary, split, name="新网格", households=chosen).status_code == 303
    assert send(secretary, split, name="新网格", households=[]).status_code == 409
    broken = {"line": "[[1,2]", "inside": "x"}
    assert send(secretary, split, name="新", households=chosen[:1], **broken).status_code == 422
    village.tomorrow()
    secretary = as_role("secretary", VILLAGE)
    merge = f"/grid/grids/{THIRD}/merge"
    assert send(secretary, merge, into=FIRST, day="2000-01-01").status_code == 422
    assert send(secretary, merge, into=FIRST).status_code == 303
    text = secretary.get(division).get_data(as_text=True)
    assert "合并网格" in text
    assert "前后相符" in text


def test_a_planned_change_is_called_off_on_the_page(village: Village, secretary: FlaskClient) -> None:
    send(secretary, f"/grid/grids/{THIRD}/merge", into=FIRST, day="2026-03-09")
    text = secretary.get("/grid/division").get_data(as_text=True)
    assert "待生效" in text
    place = text.split("/grid/division/changes/")[1].split('"')[0]
    assert send(secretary, "/grid/division", f"/grid/division/changes/{place}").status_code == 303
    assert "已取消" in secretary.get("/grid/division").get_data(as_text=True)


def test_households_are_moved_in_bulk_on_the_page(village: Village, secretary: FlaskClient) -> None:
    page = f"/grid/households?area={VILLAGE}"
    chosen = [str(key) for key in village.households[SECOND]]
    assert send(secretary, page, households=chosen, target=FIRST).status_code == 303
    assert send(secretary, page, households=[], target=FIRST).status_code == 422
    assert send(secretary, page, households=chosen, target=SISTER_GRID).status_code == 409


def test_a_post_is_given_handed_over_and_covered_on_the_pages(
    village: Village, secretary: FlaskClient
) -> None:
    page = f"/grid/grids/{FIRST}/posts"
    one, two, three = (str(person) for person in village.persons[FIRST][:3])
    given = {"role": "leader", "person_id": one, "since": "2026-01-01", "capacity": "cadre", "until": ""}
    assert send(secretary, page, **given).status_code == 303
    refused = send(secretary, page, **{**given, "person_id": two})
    assert refused.status_code == 409
    assert "已有网格长" in refused.get_data(as_text=True)
    assert send(secretary, page, **{**given, "person_id": ""}).status_code == 422
    (post,) = staff_of(FIRST)
    cover = f"/grid/posts/{post.id}/cover"
    sent = {"person_id": two, "since": "2026-03-02", "until": "2026-03-05", "reason": "leave"}
    assert send(secretary, cover, **sent).status_code == 303
    assert "代岗到 2026-03-05" in secretary.get(f"/grid/grids/{FIRST}").get_data(as_text=True)
    over = f"/grid/posts/{post.id}/hand-over"
    # A form with nothing in it is a slip, not a vacancy.
    for slip in ({"why": ""}, {"why": "term"}):
        assert send(secretary, over, person_id="", to_staff_id="", **slip).status_code == 422
    assert [each.person_id for each in staff_of(FIRST)] == [int(one)]
    searched = send(secretary, over, find="1", why="left", q="户主")
    assert (searched.status_code, searched.location) == (200, None)
    assert 'value="left" selected' in searched.get_data(as_text=True)
    assert send(secretary, over, why="term", person_id=three, to_staff_id="").status_code == 303
    assert [each.person_id for each in staff_of(FIRST)] == [int(three)]
    (last,) = staff_of(FIRST)
    over = f"/grid/posts/{last.id}/hand-over"
    assert send(secretary, over, why="left", vacant="1", person_id="", to_staff_id="").status_code == 303
    assert staff_of(FIRST) == []


def test_the_home_page_says_what_is_missing(village: Village, as_role: AsRole) -> None:
    text = as_role("town_official", VILLAGE[:9]).get("/?face=office").get_data(as_text=True)
    assert "4 个网格没有网格长" in text
    assert "没有网格长" not in as_role("grid_member", FIRST).get("/?face=office").get_data(as_text=True)


def test_a_card_prints_a_code_that_is_an_address(staffed: Village, secretary: FlaskClient) -> None:
    text = secretary.get(f"/grid/grids/{FIRST}/card").get_data(as_text=True)
    assert f"http://localhost/grid/g/{FIRST}" in text
    assert "<svg" in text


def test_an_old_card_leads_to_the_grid_that_took_over(staffed: Village, client: FlaskClient) -> None:
    change_division(staffed.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND))
    text = client.get(f"/grid/g/{THIRD}").get_data(as_text=True)
    assert "现在由“第2网格”负责" in text
    assert "户主0021" in text


def test_the_card_of_a_merged_village_leads_to_the_village_it_went_into(
    village: Village, client: FlaskClient
) -> None:
    lines = ["code,name,level,valid_from,valid_to,successor_code"]
    lines.append(f"{SISTER_GRID},第1网格,grid,2020-01-01,2026-02-28,")
    lines.append(f"{SISTER},二村,village,2000-01-01,2026-02-28,{FAR}")
    assert install_areas(operator(), Upload("areas.csv", "\n".join(lines).encode())).clean
    text = client.get(f"/grid/g/{SISTER_GRID}").get_data(as_text=True)
    assert "三村" in text
    assert "旧码" in text


@pytest.mark.parametrize("code", ["341504", "341504001", "999", "x" * 15, VILLAGE + "077"])
def test_a_code_that_was_never_printed_leads_nowhere(
    village: Village, client: FlaskClient, code: str
) -> None:
    assert client.get(f"/grid/g/{code}").status_code == 404


def test_an_old_code_is_found_and_says_where_it_went(village: Village, secretary: FlaskClient) -> None:
    change_division(village.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND))
    found = secretary.get(f"/grid/find?q={THIRD}", follow_redirects=True).get_data(as_text=True)
    assert "现在属于：第2网格" in found


def test_the_list_operation_pages_and_counts_what_one_may_see(staffed: Village, api_as: Any) -> None:
    mine = api_as("secretary", VILLAGE).get("/grids?page_size=2")
    assert (mine.status_code, mine.headers["X-Total-Count"], len(mine.get_json())) == (200, "3", 2)
    first = mine.get_json()[0]
    assert (first["id"], first["households"], first["open_work"]["cases"]) == (FIRST, 6, 2)
    assert api_as("secretary", SISTER).get(f"/grids?area_code={VILLAGE}").headers["X-Total-Count"] == "0"
    assert (
        api_as("county_admin", "341504").get(f"/grids?area_code={VILLAGE[:9]}").headers["X-Total-Count"]
        == "4"
    )


def test_one_grid_comes_with_people_and_border_and_an_old_one_with_its_heir(
    staffed: Village, api_as: Any
) -> None:
    staffed.draw()
    program = api_as("secretary", VILLAGE)
    found = program.get(f"/grids/{FIRST}").get_json()
    assert [post["role"] for post in found["posts"]] == ["leader", "member"]
    assert found["boundary"]["type"] == "Polygon"
    assert found["datum"] == "wgs84"
    staffed.tomorrow()
    change_division(staffed.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND))
    old = program.get(f"/grids/{THIRD}").get_json()
    assert (old["current_code"], old["valid_to"], old["households"]) == (SECOND, "2026-03-02", 0)
    assert program.get(f"/grids/{SISTER_GRID}").status_code == 404
    assert program.get(f"/grids/{VILLAGE}").status_code == 404


def test_a_post_is_given_by_the_operation_once(village: Village, api_as: Any) -> None:
    program = api_as("secretary", VILLAGE)
    body = {"role": "leader", "person_id": str(village.persons[FIRST][0])}
    made = program.post(f"/grids/{FIRST}/posts", body, key="a")
    assert made.status_code == 201
    assert (made.get_json()["area_code"], made.get_json()["since"]) == (FIRST, "2026-03-02")
    assert program.post(f"/grids/{FIRST}/posts", body, key="a").get_json() == made.get_json()
    again = program.post(f"/grids/{FIRST}/posts", {**body, "person_id": str(village.persons[FIRST][1])})
    assert (again.status_code, again.get_json()["code"]) == (409, "leader_taken")
    for path in (SISTER_GRID, VILLAGE, "1"):
        assert program.post(f"/grids/{path}/posts", body).status_code == 404
    assert program.post(f"/grids/{FIRST}/posts", {"role": "boss", "person_id": "1"}).status_code == 422
    assert api_as("grid_member", FIRST).post(f"/grids/{FIRST}/posts", body).status_code == 403


def test_the_whole_import_runs_on_the_pages(village: Village, secretary: FlaskClient) -> None:
    page = "/grid/staffing/import"
    table = "网格代码,岗位,姓名,公民身份号码\n" + f"{FIRST},网格长,没有,341504198001010009\n"
    put = send(secretary, page, file=(io.BytesIO(table.encode()), "人员.csv"))
    assert put.status_code == 303
    text = secretary.get(put.location).get_data(as_text=True)
    assert "没有导入任何一行" in text
    assert secretary.get(put.location + "/marked.xlsx").status_code == 200
    assert send(secretary, page, file=(io.BytesIO(b""), "x.csv")).status_code == 422
