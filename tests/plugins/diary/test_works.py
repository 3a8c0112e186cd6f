"""Small works and duties: refusals, sums, walls, and tens of thousands of them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image

from core.clock import now, today
from core.db import database, insert_rows, milliseconds
from core.errors import Forbidden, Invalid, NotFound
from core.files.api import store_photo
from core.testing import COUNTY_CODE, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.meetings import ParticipantUnknown
from plugins.diary.errors.works import AfterPhotoMissing, CostUnexplained, DutyDone, OwnWork, WorkMovedOn
from plugins.diary.models.duties import Duty
from plugins.diary.models.meetings import Meeting
from plugins.diary.models.works import Work
from plugins.diary.queries.duties import WantedDuties, list_duties
from plugins.diary.queries.works import WantedWorks, list_works, shown_photos, sums, work
from plugins.diary.services.duties import NewDuty, add_duty, finish_duty
from plugins.diary.services.works import NewWork, Step, propose_work, step_work

VIEW = "diary.meetings"


def photo(actor):
    out = BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    return store_photo(actor, "after.jpg", out.getvalue(), area_code=VILLAGE).id


def proposed(village, budget=100_000):
    return propose_work(village.secretary, NewWork(VILLAGE, "装路灯", "村东头", budget))


def under_way(village, budget=100_000):
    work_id = proposed(village, budget)
    step_work(village.town, work_id, Step("approved"))
    step_work(village.secretary, work_id, Step("under_way", contractor="便民施工队"))
    return work_id


def test_done_needs_a_photo_a_cost_and_above_the_budget_a_reason(village):
    work_id = under_way(village)
    with pytest.raises(AfterPhotoMissing):
        step_work(village.secretary, work_id, Step("done", cost_fen=90_000))
    with pytest.raises(Invalid):
        step_work(village.secretary, work_id, Step("done", photos=[photo(village.secretary)]))
    with pytest.raises(CostUnexplained):
        step_work(
            village.secretary, work_id, Step("done", cost_fen=100_001, photos=[photo(village.secretary)])
        )
    done = Step("done", cost_fen=100_001, cost_reason="多装一盏", photos=[photo(village.secretary)])
    step_work(village.secretary, work_id, done)
    view = work(village.secretary.scope(VIEW), work_id)
    assert (view.state, view.over_fen, len(shown_photos(work_id)["after"])) == ("done", 1, 1)
    with pytest.raises(Forbidden):
        step_work(village.secretary, work_id, Step("checked"))
    with pytest.raises(Invalid):
        step_work(village.secretary, work_id, Step("under_way"))
    step_work(village.town, work_id, Step("checked"))
    with pytest.raises(WorkMovedOn):
        step_work(village.town, work_id, Step("dropped", note="不要了"))


def test_nobody_checks_what_they_reported_as_done(village):
    work_id = under_way(village)
    step_work(village.town, work_id, Step("done", cost_fen=1, photos=[photo(village.town)]))
    with pytest.raises(OwnWork):
        step_work(village.town, work_id, Step("checked"))
    step_work(village.chief, work_id, Step("checked"))


def test_sums_count_what_is_not_dropped_and_walls_hold(village):
    first, second = proposed(village, 5_000), proposed(village, 7_000)
    propose_work(village.town, NewWork(SISTER_VILLAGE, "修渠", "河边", 11_000))
    step_work(village.town, second, Step("dropped", note="重复"))
    found = sums(village.town.scope(VIEW), WantedWorks(), digits=12)
    assert [(row.area_code, row.works, row.budget_fen) for row in found] == [
        (VILLAGE, 1, 5_000),
        (SISTER_VILLAGE, 1, 11_000),
    ]
    assert [row.budget_fen for row in sums(village.chief.scope(VIEW), WantedWorks(), digits=9)] == [16_000]
    assert list_works(village.secretary.scope(VIEW), WantedWorks(until=date(2020, 1, 1)))[1] == 0
    with pytest.raises(NotFound):
        work(village.stranger.scope(VIEW), first)
    with pytest.raises(NotFound):
        propose_work(village.stranger, NewWork(VILLAGE, "装路灯", "村东头", 1))


def test_a_duty_is_finished_once_by_who_answers_for_it(village):
    new = NewDuty(VILLAGE, "修路", today() - timedelta(days=1), "村委会", village.colleague.account_id)
    with pytest.raises(ParticipantUnknown):
        add_duty(village.secretary, new)
    duty_id = add_duty(
        village.secretary, NewDuty(VILLAGE, "修路", today(), "村委会", village.cadre.account_id)
    )
    with pytest.raises(NotFound):
        finish_duty(village.stranger, duty_id, note="好了")
    finish_duty(village.cadre, duty_id, note="好了")
    with pytest.raises(DutyDone):
        finish_duty(village.cadre, duty_id, note="好了")
    with pytest.raises(Invalid):
        add_duty(village.secretary, NewDuty(VILLAGE, "没人管", today()))


def test_lists_of_thirty_thousand_stay_below_twenty_statements_and_use_an_index(village, as_role):
    at, day = milliseconds(now()), today().isoformat()
    many = range(1, 30_001)
    areas = (VILLAGE, SISTER_VILLAGE)
    insert_rows(
        Work,
        ("id", "area_code", "title", "place", "budget_fen", "state", "account_id", "proposed_on"),
        ((n, areas[n % 2], f"微实事{n}", "村里", 100, "proposed", 1, day) for n in many),
    )
    insert_rows(
        Duty,
        ("id", "area_code", "matter", "due", "state", "set_by", "set_at"),
        ((n, areas[n % 2], f"事{n}", day, "open", 1, at) for n in many),
    )
    insert_rows(
        Meeting,
        (
            *("id", "area_code", "kind", "code", "topic", "starts_at"),
            *("place", "state", "account_id", "called_at"),
        ),
        (
            (n, areas[n % 2], "deliberation", f"A{n:07d}", f"议题{n}", at, "村里", "called", 1, at)
            for n in many
        ),
    )
    assert list_duties(village.secretary.scope(VIEW), WantedDuties(late=True))[1] == 0
    asked: list[object] = []
    database.obj.query_hooks.append(asked.append)
    try:
        for role, area in (("secretary", VILLAGE), ("town_official", TOWN), ("county_admin", COUNTY_CODE)):
            browser = as_role(role, area)
            for path in ("/diary/meetings", "/diary/works", "/diary/duties", "/diary/duties/sheet"):
                asked.clear()
                assert browser.get(path).status_code == 200
                assert 0 < len(asked) < 20, (role, path, len(asked))
    finally:
        database.obj.query_hooks.remove(asked.append)
