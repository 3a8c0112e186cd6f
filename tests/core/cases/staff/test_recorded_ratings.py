"""Rating what staff filed for somebody: never by those who did the work, always by a way without a phone."""

from html import unescape
from typing import Any

import pytest
from flask import Flask

from core.cases.api import accept_case, create_case, rate_case, record_rating, resolve_case, timeline
from core.cases.models import Case, Step
from core.cases.rows import NewCase
from core.errors import DomainError
from core.security import Actor
from core.testing import SISTER_VILLAGE, VILLAGE
from tests.core.cases.staff.conftest import Seat, Sit, World

VERDICT = {"thumb": "up", "solved": "true"}
ASKED: dict[str, Any] = {"thumb": "up", "solved": True, "note": "电话回访，说修好了"}


@pytest.fixture
def nobody(app: Flask) -> Seat:
    """A browser in which nobody is logged in."""
    return Seat(app.test_client())


def last() -> Case:
    row: Case = Case.unscoped("a test looks at the row").order_by(Case.id.desc()).get()
    return row


def file_and_solve(world: World, filer: Actor | None = None, worker: Actor | None = None) -> Case:
    """A case that `filer` files for the resident and `worker` solves; the secretary is both."""
    new = NewCase("cases.report", "家里断水", VILLAGE, on_behalf_of=world.resident.person_id)
    case_id = create_case(filer or world.secretary, new)
    accept_case(worker or world.secretary, case_id)
    resolve_case(worker or world.secretary, case_id, outcome="solved", answer="已修好")
    return last()


def code_of(deed: Any) -> str:
    with pytest.raises(DomainError) as caught:
        deed()
    return caught.value.code


@pytest.mark.parametrize("for_somebody", [True, False], ids=["of the register", "passing by"])
def test_with_the_slip_nobody_rates_what_staff_filed(
    sit: Sit, nobody: Seat, world: World, for_somebody: bool
) -> None:
    secretary = sit(world.secretary)
    person_id = world.resident.person_id
    page = f"/cases/new?person={person_id}" if for_somebody else "/cases/new?nobody=1"
    whose = {"person_id": person_id} if for_somebody else {"area_code": VILLAGE}
    slip_at = secretary.post("/cases/new", page, kind="cases.report", text="家里断水", **whose).location
    row = last()
    accept_case(world.secretary, row.id)
    resolve_case(world.secretary, row.id, outcome="solved", answer="已修好")
    # The attack: read number and key off the slip, log out, open the public page, praise oneself.
    slip = secretary.text(slip_at)
    assert row.key[:4] in slip
    assert "□ 满意" in slip
    followed = nobody.post("/cases/open/track", "/cases/open/track", number=row.number, key=row.key).location
    assert "提交评价" not in nobody.text(followed)
    assert "要反馈人自己说办得好不好" in nobody.text(followed)
    for browser in (nobody, secretary):
        refused = browser.post(f"{followed}/rating", followed, **VERDICT)
        assert refused.status_code == 403
    assert code_of(lambda: rate_case(None, row.id, thumb="up", solved=True, token=row.key)) == (
        "key_follows_only"
    )
    assert (last().state, last().thumb) == ("resolved", "")


def test_the_key_of_what_nobody_else_filed_rates(nobody: Seat, world: World) -> None:
    """The control: of a report without an account only its reporter has read the key."""
    filed = nobody.post(f"/r/{VILLAGE}", f"/r/{VILLAGE}", kind="cases.report", text="路灯不亮").location
    where = filed.partition("?")[0]
    accept_case(world.secretary, last().id)
    resolve_case(world.secretary, last().id, outcome="solved", answer="已修好")
    assert nobody.post(f"{where}/rating", where, **VERDICT).status_code == 303
    assert last().state == "rated"


def test_the_resident_rates_with_their_account_and_with_the_slip_in_it(sit: Sit, world: World) -> None:
    row = file_and_solve(world)
    resident, where = sit(world.resident), f"/cases/open/{row.id}"
    assert "提交评价" in resident.text(where)
    assert code_of(lambda: rate_case(world.secretary, row.id, thumb="up", solved=True)) == "not_your_case"
    rate_case(world.resident, row.id, thumb="up", solved=True, token=row.key)
    assert last().state == "rated"


def test_who_did_not_work_on_it_puts_down_what_an_old_person_says(sit: Sit, world: World) -> None:
    row = file_and_solve(world)
    assistant = sit(world.make("assistant", VILLAGE))
    assert "代录评价" in assistant.text(f"/cases/{row.id}")
    said_nothing = assistant.do(row.id, "rate-for", **VERDICT, note=" ")
    assert (said_nothing.status_code, last().state) == (422, "resolved")
    assert "请写明理由" in unescape(said_nothing.get_data(as_text=True))
    assert assistant.do(row.id, "rate-for", **VERDICT, note="收回填好的回执").status_code == 303
    step = timeline(row.id)[-1]
    assert (step.deed, step.actor_name, step.note) == ("rate_for", "测试assistant", "收回填好的回执")
    public = timeline(row.id, public=True)[-1]
    assert (public.actor_name, public.note) == ("", "收回填好的回执")
    assert (last().state, last().thumb) == ("rated", "up")
    assert code_of(lambda: record_rating(world.town, row.id, **ASKED)) == "already_rated"


def test_a_recorded_thumb_down_goes_one_level_up(world: World) -> None:
    row = file_and_solve(world)
    record_rating(world.town, row.id, **{**ASKED, "solved": False})
    assert (last().state, last().level, last().thumb) == ("reopened", "town", "down")


def test_who_filed_but_did_not_answer_may_ask(world: World) -> None:
    helper = world.make("grid_member", VILLAGE)
    row = file_and_solve(world, helper)
    assert code_of(lambda: record_rating(world.secretary, row.id, **ASKED)) == "own_work"
    record_rating(world.town, row.id, **ASKED)
    assert last().state == "rated"


def test_neither_worker_nor_their_desk_nor_strangers_put_it_down(sit: Sit, world: World) -> None:
    row = file_and_solve(world)
    beside = world.make("secretary", VILLAGE)
    for colleague in (world.secretary, beside):
        assert code_of(lambda who=colleague: record_rating(who, row.id, **ASKED)) == "own_work"
        assert sit(colleague).do(row.id, "rate-for", **VERDICT, note="都说好").status_code == 403
    # Under another account the same person is the same person.
    person_id = world.neighbour.person_id
    worker = world.make("secretary", VILLAGE, person_id=person_id)
    other_self = world.make("assistant", VILLAGE, person_id=person_id)
    second = file_and_solve(world, worker, worker)
    assert code_of(lambda: record_rating(other_self, second.id, **ASKED)) == "own_work"
    for stranger in (world.make("secretary", SISTER_VILLAGE), world.neighbour):
        assert code_of(lambda who=stranger: record_rating(who, row.id, **ASKED)) == "not_found"
    assert code_of(lambda: record_rating(world.resident, row.id, **ASKED)) == "not_your_case"
    assert Step.select().where(Step.deed == "rate_for").count() == 0


def test_nobody_speaks_for_whoever_filed_it_themselves(world: World) -> None:
    case_id = world.file()
    accept_case(world.secretary, case_id)
    resolve_case(world.secretary, case_id, outcome="solved", answer="好了")
    assert code_of(lambda: record_rating(world.town, case_id, **ASKED)) == "not_your_case"
