"""Tasks: given to a grid or a person, done with evidence, checked by somebody else, sent back, recurring."""

import re
from datetime import timedelta
from io import BytesIO
from threading import Barrier, Thread

import pytest
from peewee import DatabaseError
from PIL import Image

from core.burdens import BurdenOff
from core.clock import now, today
from core.county import county
from core.db import database
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, VILLAGE
from plugins.grid import jobs
from plugins.grid.errors.tasks import EvidenceMissing, NotYourTask, OwnWork, TakerUnknown, TaskMovedOn
from plugins.grid.models.tasks import Task
from plugins.grid.queries.open_work import open_work_of, owned_work
from plugins.grid.queries.tasks import list_tasks, my_tasks, steps_of, task, task_counts
from plugins.grid.services.open_work import carry_all, hand_over_all
from plugins.grid.services.task_rules import create_rule, stop_rule
from plugins.grid.services.tasks import NewTask, cancel_task, check_task, create_task, finish_task

HERE = AreaScope((COUNTY_CODE,))


def give(life, actor=None, **changes):
    wish = {"area_code": GRID, "title": "防火宣传", "due": today() + timedelta(days=7)}
    return create_task(actor or life.secretary, NewTask(**wish | changes))


def test_a_task_goes_from_given_to_done_to_checked(life):
    number = give(life, text="逐户发放明白纸")
    assert [row.title for row in my_tasks(life.member)] == ["防火宣传"]
    finish_task(life.member, number, note="发了 40 户")
    assert my_tasks(life.member) == []
    check_task(life.secretary, number, passed=True)
    view = task(life.secretary, number)
    assert (view.state, view.note, view.doer_name) == ("checked", "发了 40 户", life.member.name)
    assert [step.title for step in steps_of(number)] == ["下达", "完成", "核对通过"]


def test_what_was_not_good_is_sent_back_with_a_word_why(life):
    number = give(life)
    finish_task(life.member, number)
    with pytest.raises(Invalid):
        check_task(life.secretary, number, passed=False)
    check_task(life.secretary, number, passed=False, note="还差三户")
    view = task(life.member, number)
    assert (view.state, view.returns) == ("open", 1)
    assert steps_of(number)[-1].note == "还差三户"
    finish_task(life.assistant, number)
    assert task(life.member, number).doer_name == life.assistant.name


def test_a_task_for_one_person_is_nobody_elses(life):
    number = give(life, account_id=life.member.account_id)
    assert my_tasks(life.assistant) == []
    with pytest.raises(NotYourTask):
        finish_task(life.assistant, number)
    with pytest.raises(TakerUnknown):
        give(life, account_id=life.stranger.account_id)


def test_a_villages_task_is_seen_and_done_by_its_grids(life):
    number = give(life, area_code=VILLAGE)
    assert [row.id for row in my_tasks(life.member)] == [number]
    assert task(life.member, number).area_code == VILLAGE
    finish_task(life.member, number)
    assert Task.unscoped("a test").get().done_by == life.member.account_id


def test_nobody_checks_what_they_did_themselves(life, actor):
    leader = actor("grid_leader", GRID)
    number = give(life)
    finish_task(leader, number)
    with pytest.raises(OwnWork):
        check_task(leader, number, passed=True)
    check_task(life.secretary, number, passed=True)


def test_tasks_are_behind_the_walls_of_areas(life):
    number = give(life)
    with pytest.raises(NotFound):
        give(life, area_code=SISTER_VILLAGE)
    for deed in (
        lambda: task(life.stranger, number),
        lambda: finish_task(life.stranger, number),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(Forbidden):
        give(life, actor=life.member)
    assert list_tasks(AreaScope((SISTER_VILLAGE,))) == ([], 0)


def test_evidence_that_was_wanted_must_come(life):
    number = give(life, evidence="words")
    with pytest.raises(EvidenceMissing):
        finish_task(life.member, number)
    finish_task(life.member, number, note="已办")


def test_a_photo_is_wanted_only_where_a_law_grounds_it(life, ground):
    with pytest.raises(BurdenOff):
        give(life, evidence="photo")
    ground("photo_duty")
    number = give(life, evidence="photo")
    with pytest.raises(Invalid) as refusal:
        finish_task(life.member, number, note="好")
    assert refusal.value.code == "photo_missing"


@pytest.mark.parametrize(
    "changes",
    [{"title": " "}, {"title": "长" * 61}, {"evidence": "dance"}, {"due": None}, {"text": "长" * 2001}],
)
def test_a_task_that_makes_no_sense_is_refused(life, changes):
    changes = {"due": today() - timedelta(days=1)} if changes == {"due": None} else changes
    with pytest.raises(Invalid):
        give(life, **changes)


def test_lights_say_what_is_late_and_what_is_near(life):
    number = give(life, due=today() + timedelta(days=3))
    lights = []
    for _ in range(5):
        lights.append(task(life.member, number).light)
        life.move_clock(now() + timedelta(days=1))
    assert lights == ["green", "green", "yellow", "yellow", "red"]
    assert task_counts(HERE, COUNTY_CODE) == {"open": 1, "late": 1}
    assert list_tasks(HERE, state="late")[1] == 1


def test_of_those_who_act_at_once_one_wins_and_the_others_are_told(life):
    number = give(life)
    assert county().plugins is not None
    barrier, said = Barrier(8), []

    def act(person):
        with database.connection_context():
            barrier.wait()
            try:
                finish_task(person, number)
            except DomainError as error:
                said.append(error.code)
            else:
                said.append("done")

    threads = [Thread(target=act, args=(person,)) for person in [life.member, life.assistant] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", *["task_moved_on"] * 7]
    assert len(steps_of(number)) == 2


def test_a_cancelled_task_is_done_no_more_and_says_why(life):
    number = give(life)
    with pytest.raises(Invalid):
        cancel_task(life.secretary, number, note="")
    cancel_task(life.secretary, number, note="任务合并")
    with pytest.raises(TaskMovedOn) as refusal:
        finish_task(life.member, number)
    assert "已取消" in refusal.value.sentence()


def test_the_steps_refuse_to_be_changed(life):
    give(life)
    with pytest.raises(DatabaseError, match="stays"), database.atomic():
        database.execute_sql("UPDATE grid_task_step SET note = 'x'")


def test_a_monthly_task_comes_once_a_month_and_grid(life):
    rule = create_rule(life.secretary, area_code=VILLAGE, title="月度排查", day_of_month=5, days=10)
    jobs.give_monthly_tasks()
    assert Task.unscoped("a test").count() == 0, "it is the second of the month"
    life.move_clock(now() + timedelta(days=3))
    jobs.give_monthly_tasks()
    jobs.give_monthly_tasks()
    (row,) = Task.unscoped("a test")
    assert (row.area_code, row.period, row.due) == (GRID, "2026-03", today().replace(day=15))
    life.move_clock(now() + timedelta(days=31))
    jobs.give_monthly_tasks()
    assert Task.unscoped("a test").count() == 2
    stop_rule(life.secretary, rule)
    life.move_clock(now() + timedelta(days=31))
    jobs.give_monthly_tasks()
    assert Task.unscoped("a test").count() == 2


def test_a_monthly_photo_is_words_where_its_ground_was_taken_away(life, ground):
    ground("photo_duty")
    create_rule(life.secretary, area_code=GRID, title="拍照排查", evidence="photo")
    county().settings.burdens.clear()  # the config was changed since
    jobs.give_monthly_tasks()
    assert Task.unscoped("a test").get().evidence == "words"


def test_open_tasks_are_handed_over_and_carried_with_their_grid(life):
    mine = give(life, account_id=life.member.account_id)
    give(life)
    assert [(kind.name, count) for kind, count in open_work_of(GRID) if kind.name == "tasks"] == [
        ("tasks", 2)
    ]
    assert [count for kind, count in owned_work(GRID, life.member.account_id) if kind.name == "tasks"] == [1]
    hand_over_all(life.admin, GRID, life.member.account_id, life.assistant.account_id)
    assert task(life.assistant, mine).account_id == life.assistant.account_id
    carry_all(life.admin, GRID, SISTER_VILLAGE)
    assert open_work_of(GRID) == []
    assert {row.area_code for row in Task.unscoped("a test")} == {SISTER_VILLAGE}


def test_the_interface_gives_finishes_and_checks(life, api_as):
    desk, worker = api_as("secretary", VILLAGE), api_as("grid_member", GRID)
    wish = {"area_code": GRID, "title": "入户核对", "due": str(today() + timedelta(days=3))}
    given = desk.post("/tasks", wish, key="give-0001")
    assert (given.status_code, given.json["state"], given.json["light"]) == (201, "open", "green")
    assert desk.post("/tasks", wish, key="give-0001").text == given.text
    assert desk.post("/tasks", {**wish, "evidence": "photo"}).json["code"] == "burden_off"
    path = f"/tasks/{given.json['id']}"
    done = worker.post(f"{path}/finish", {"note": "完成"}, key="done-0001")
    assert done.json["state"] == "done"
    assert worker.post(f"{path}/finish", {"note": "又完成"}).json["code"] == "task_moved_on"
    assert desk.post(f"{path}/check", {"passed": True}).json["state"] == "checked"
    assert desk.get("/tasks?state=checked").headers["X-Total-Count"] == "1"
    assert api_as("grid_member", SISTER_VILLAGE).post(f"{path}/finish").status_code == 404


def test_the_pages_give_do_and_check(life, as_role, submit):
    desk, phone = as_role("secretary", VILLAGE), as_role("grid_member", GRID)
    form = desk.get(f"/grid/tasks/new?area={VILLAGE}").text
    assert life.member.name in form
    assert "附照片" not in form
    wish = {"area_code": GRID, "title": "送政策上门", "due": str(today() + timedelta(days=2))}
    assert submit(desk, "/grid/tasks/new", "/grid/tasks/new", **wish | {"due": "x"}).status_code == 422
    assert submit(desk, "/grid/tasks/new", "/grid/tasks/new", **wish).status_code == 303
    number = Task.unscoped("a test").get().id
    assert "送政策上门" in phone.get("/grid/my-day").text
    address = f"/grid/tasks/{number}"
    assert submit(phone, address, f"{address}/finish", note="好").status_code == 303
    assert "送政策上门" not in phone.get("/grid/my-day").text
    assert submit(desk, address, f"{address}/check", passed="0", note="重来").status_code == 303
    assert "退回过 1 次" in phone.get("/grid/my-tasks").text
    assert as_role("grid_member", SISTER_VILLAGE).get(address).status_code == 404
    rule = {"area_code": VILLAGE, "title": "每月排查", "day_of_month": "1", "days": "9"}
    assert submit(desk, "/grid/tasks/new", "/grid/tasks/rules", **rule).status_code == 303
    assert "每月排查" in desk.get("/grid/tasks").text
    assert submit(desk, "/grid/tasks", "/grid/tasks/rules/1/stop").status_code == 303


def photo():
    """A small picture as a phone sends it."""
    out = BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG")
    return out.getvalue()


def test_a_photo_comes_with_the_task_and_is_seen_by_whoever_sees_the_task(life, as_role, submit, ground):
    ground("photo_duty")
    number = give(life, evidence="photo")
    phone, address = as_role("grid_member", GRID), f"/grid/tasks/{number}"
    assert submit(phone, address, f"{address}/finish", note="好").status_code == 422
    wrong = {"note": "好", "photos": (BytesIO(b"no picture"), "a.jpg")}
    assert submit(phone, address, f"{address}/finish", **wrong).status_code == 422
    sent = {"note": "好", "photos": (BytesIO(photo()), "a.jpg")}
    assert submit(phone, address, f"{address}/finish", **sent).status_code == 303
    found = re.search(r'href="(/files/[^"]+)"', as_role("secretary", VILLAGE).get(address).text)
    assert phone.get(found[1]).status_code == 200
    assert as_role("grid_member", SISTER_VILLAGE).get(found[1]).status_code == 404
