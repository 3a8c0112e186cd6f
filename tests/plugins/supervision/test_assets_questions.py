"""Residents ask about what their village published, in its walls; answers in time, names taken out."""

from datetime import date, timedelta

import pytest

from core.errors import Forbidden, Invalid, NotFound
from core.scope import AreaScope
from core.testing import COUNTY_CODE, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.supervision.errors.powers import NotOfVillage, QuestionAnswered, TooManyQuestions
from plugins.supervision.queries.questions import list_questions, my_questions, public_questions
from plugins.supervision.services.assets import publish_assets
from plugins.supervision.services.questions import MOST_WAITING, answer, ask
from tests.plugins.supervision.power_people import QUARTER, book, make_cast

EVERYWHERE = AreaScope((COUNTY_CODE,))


@pytest.fixture
def cast(frozen_clock, people, actor):
    """On a Monday morning in March 2026."""
    return make_cast(actor, people)


@pytest.fixture
def sheet_id(cast):
    """The last quarter of the year, published."""
    book_of_quarter = book(*QUARTER)
    return publish_assets(
        cast.secretary, book_of_quarter, area_code=VILLAGE, period="2025-Q4", dry_run=False
    ).batch


def test_a_resident_asks_the_village_answers_in_time_and_names_are_taken_out(cast, sheet_id, frozen_clock):
    number = ask(cast.resident, VILLAGE, sheet_id, text="路灯是谁修的？电话 13800138000")
    (waiting,), _ = list_questions(cast.secretary.scope("supervision.view"))
    assert (waiting.asker, waiting.due_on, waiting.is_late) == ("赵大山", date(2026, 3, 9), False)
    frozen_clock(MONDAY_MORNING + timedelta(days=8))
    assert list_questions(cast.secretary.scope("supervision.view"))[0][0].is_late
    assert public_questions(VILLAGE, sheet_id)[1] == 0
    answer(cast.secretary, number, text="是钱小梅家请人修的，发票可以看。", is_public=True)
    (shown,), _ = public_questions(VILLAGE, sheet_id)
    assert shown.answer == "是钱某家请人修的，发票可以看。"
    assert "13800138000" not in shown.text
    assert (shown.asker, shown.answered_by) == ("", "")
    (mine,), _ = my_questions(cast.resident)
    assert mine.answer.startswith("是钱小梅")
    with pytest.raises(QuestionAnswered):
        answer(cast.secretary, number, text="再答一次", is_public=True)


def test_only_residents_of_the_village_ask_and_only_its_village_answers(cast, sheet_id):
    for who, error in ((cast.far_resident, NotOfVillage), (cast.secretary, Forbidden)):
        with pytest.raises(error):
            ask(who, VILLAGE, sheet_id, text="为什么？")
    with pytest.raises(NotFound):
        ask(cast.resident, VILLAGE, sheet_id + 100, text="为什么？")
    with pytest.raises(Invalid):
        ask(cast.resident, VILLAGE, sheet_id, text=" ")
    number = ask(cast.resident, VILLAGE, sheet_id, text="为什么？")
    with pytest.raises(NotFound):
        answer(cast.neighbour, number, text="不知道", is_public=False)
    for _ in range(MOST_WAITING - 1):
        ask(cast.resident, VILLAGE, sheet_id, text="为什么？")
    with pytest.raises(TooManyQuestions):
        ask(cast.resident, VILLAGE, sheet_id, text="为什么？")
    answer(cast.secretary, number, text="因为要公开", is_public=False)
    assert public_questions(VILLAGE, sheet_id)[1] == 0


def test_questions_on_pages(cast, sheet_id, as_role, submit, people, client):
    resident = as_role("resident", VILLAGE, person_id=people[0].person_ids[1])
    place = f"/supervision/v/{VILLAGE}/assets"
    sent = submit(resident, place, f"{place}/{sheet_id}/questions", text="路灯花了多少？")
    assert sent.status_code == 303
    assert "路灯花了多少" in resident.get("/supervision/my-questions").text
    assert submit(resident, place, f"{place}/{sheet_id}/questions", text="").status_code == 422
    secretary = as_role("secretary", VILLAGE)
    desk = "/supervision/questions"
    number = list_questions(EVERYWHERE)[0][0].id
    assert "有 1 个提问等待答复" in secretary.get(f"/supervision/assets/{sheet_id}").text
    empty = submit(secretary, desk, f"{desk}/{number}/answer", answer="", is_public="true")
    assert empty.status_code == 422
    done = submit(secretary, desk, f"{desk}/{number}/answer", answer="二百元一角", is_public="true")
    assert done.status_code == 303
    assert "二百元一角" in client.get(place).text
    assert as_role("secretary", SISTER_VILLAGE).get(f"{desk}?area={VILLAGE}").status_code == 404
    for role, area in (("county_admin", COUNTY_CODE), ("town_official", TOWN), ("supervisor", TOWN)):
        assert as_role(role, area).get("/supervision/assets/overdue").status_code == 200
        assert as_role(role, area).get(desk).status_code == 200
