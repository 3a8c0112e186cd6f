"""Areas are walls on every page of staff: outside them a case does not exist and never counts."""

import re
from typing import Any

import pytest
from flask import Flask

from core.cases.api import accept_case, dispatch_case, escalate_case, resolve_case
from core.testing import FAR_VILLAGE, SISTER_VILLAGE, VILLAGE
from tests.core.cases.staff.conftest import Seat, Sit, World

PAGES = (
    "/cases/desk",
    "/cases/board",
    "/cases",
    "/cases?q=路灯",
    "/cases/watch",
    "/cases/watch?part=urged",
    "/",
)
ABOUT = ("/cases/board", "/cases", "/cases/watch", "/cases/figures")
DEEDS = {
    "dispatch": {"target": f"area:{VILLAGE}"},
    "accept": {},
    "start": {},
    "resolve": {"outcome": "solved", "answer": "x"},
    "transfer": {"target": f"area:{VILLAGE}", "reason": "x"},
    "return": {"reason": "x"},
    "escalate": {"reason": "x"},
    "pause": {"reason": "x"},
    "resume": {},
    "comment": {"note": "x"},
    "help-done": {},
    "urge": {"note": "x"},
    "rate-for": {"thumb": "up", "solved": "true", "note": "x"},
    "reopen": {"reason": "x"},
    "close": {},
    "cancel": {"reason": "x"},
}


@pytest.fixture(params=[SISTER_VILLAGE, FAR_VILLAGE])
def stranger(request: Any, sit: Sit, world: World) -> Seat:
    """A secretary next door, and one of another town."""
    return sit(world.make("secretary", request.param))


def test_every_form_of_a_case_is_tried_here(app: Flask) -> None:
    forms = {
        rule.rule.rpartition("/")[2]
        for rule in app.url_map.iter_rules()
        if re.fullmatch(r"/cases/<int:case_id>/[a-z-]+", rule.rule) and "POST" in (rule.methods or ())
    }
    assert forms - {"check"} == set(DEEDS)


def test_a_case_elsewhere_stands_on_no_page_and_counts_nowhere(stranger: Seat, world: World) -> None:
    before = {page: stranger.text(page) for page in PAGES}
    case_id = world.file()
    for page in PAGES:
        after = stranger.text(page)
        assert "村口路灯不亮" not in after, page
        assert counts(after) == counts(before[page]), page
    for tail in ("", "/sheet", "/slip", f"/merge/{case_id}"):
        assert stranger.get(f"/cases/{case_id}{tail}").status_code == 404, tail
    for page in ABOUT:
        assert stranger.get(f"{page}?area={VILLAGE}").status_code == 404, page


def counts(page: str) -> list[str]:
    """Every number that the page says of its cases."""
    return re.findall(r'class="(?:number|soft)[^"]*">([0-9]+)<', page)


def test_a_case_elsewhere_is_touched_by_no_form(stranger: Seat, world: World) -> None:
    case_id = world.file()
    for deed, fields in DEEDS.items():
        answer = stranger.post(f"/cases/{case_id}/{deed}", "/cases/desk", version="1", **fields)
        assert answer.status_code == 404, deed
    assert world.row(case_id).version == 1


def test_the_same_forms_work_for_whoever_has_it(sit: Sit, world: World) -> None:
    # The control: what is refused next door is done here.
    case_id = world.file()
    assert (
        sit(world.secretary).post(f"/cases/{case_id}/accept", "/cases/desk", version="1").status_code == 303
    )


def test_no_case_is_compared_with_one_that_is_out_of_sight(sit: Sit, stranger: Seat, world: World) -> None:
    elsewhere = world.file()
    own = world.file(world.make("secretary", SISTER_VILLAGE), area_code=SISTER_VILLAGE)
    seat = sit(world.make("secretary", SISTER_VILLAGE))
    assert seat.get(f"/cases/{own}/merge/{elsewhere}").status_code == 404
    path = f"/cases/{own}/merge/{elsewhere}"
    assert seat.post(path, "/cases/desk", version="1", into=elsewhere, reason="x").status_code == 404
    assert world.row(own).state == "reported"
    assert stranger.get(path).status_code == 404


def test_a_department_sees_its_own_cases_and_no_area(sit: Sit, world: World) -> None:
    escalated, other = world.file(text="交给司法所的事"), world.file(text="村里自己的事")
    escalate_case(world.secretary, escalated, "办不了")
    dispatch_case(world.town, escalated, level="town", area_code=VILLAGE[:9], unit_id=world.unit)
    clerk = sit(world.clerk)
    desk = clerk.text("/cases/desk")
    assert "交给司法所的事" in desk
    assert "村里自己的事" not in desk
    assert clerk.text(f"/cases/{escalated}")
    assert clerk.get(f"/cases/{other}").status_code == 404
    for page in ("/cases", "/cases/board", "/cases/figures", "/cases/watch", "/cases/rules", "/cases/units"):
        assert clerk.get(page).status_code == 403, page
    assert sit(world.other_clerk).get(f"/cases/{escalated}").status_code == 404


def test_residents_find_no_page_of_staff(sit: Sit, world: World) -> None:
    case_id = world.file()
    accept_case(world.secretary, case_id)
    resolve_case(world.secretary, case_id, outcome="solved", answer="好了")
    resident = sit(world.resident)
    for page in (*PAGES[:-1], "/cases/new", "/cases/figures", "/cases/rules", "/cases/units"):
        assert resident.get(page).status_code == 403, page
    assert resident.get("/").status_code == 200


HOSTILE = ("%00", "%F0%9F%92%A9", "'%20OR%201=1--", "9" * 400, "-1", "%ED%A0%80", "../../etc", "%25s%25(x)s")


@pytest.mark.parametrize("raw", HOSTILE)
def test_no_address_breaks_a_page(sit: Sit, world: World, raw: str) -> None:
    world.file()
    admin = sit(world.admin)
    for page, names in (
        ("/cases", ("q", "state", "light", "kind", "area", "page")),
        ("/cases/board", ("area",)),
        ("/cases/watch", ("area", "part", "page")),
        ("/cases/figures", ("area", "since", "until")),
        ("/cases/rules", ("kind", "difficulty", "area")),
        ("/cases/new", ("q", "household", "person", "nobody")),
    ):
        for name in names:
            answer = admin.get(f"{page}?{name}={raw}")
            assert answer.status_code in (200, 404, 422), (page, name, answer.status_code)
