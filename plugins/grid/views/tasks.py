"""Tasks: on the phone of who does them, at the desk of who gives and checks them."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands, signed_in
from core.accounts.api import list_accounts
from core.areas.api import path_name
from core.areas.choices import chosen_area, grids, grids_in
from core.burdens import ground_of
from core.clock import today
from core.errors import DomainError, Forbidden, NotFound
from core.fields import AreaCode, Strict, Text
from core.files.api import files_of
from core.files.forms import kept_photos, with_photos
from core.problems import show, translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.grid.queries import tasks as queries
from plugins.grid.services import task_rules
from plugins.grid.services import tasks as services
from plugins.grid.task_words import EVIDENCE, STATES
from plugins.grid.views import pages

DO, GIVE, VIEW = "grid.task_do", "grid.task_give", "grid.task_view"
PAGE_SIZE = 20
STAFF = ("grid_leader", "grid_member", "assistant")


class TaskForm(Strict):
    """A task that is given."""

    area_code = AreaCode(required=True)
    title = Text(60, shortest=1, required=True)
    text = Text(2000, load_default="")
    due = fields.Date(required=True)
    account_id = fields.String(load_default="", validate=validate.Regexp(r"^[0-9]{0,15}\Z"))
    evidence = fields.String(load_default="none", validate=validate.OneOf(list(EVIDENCE)))


class RuleForm(Strict):
    """A task that comes again every month."""

    area_code = AreaCode(required=True)
    title = Text(60, shortest=1, required=True)
    text = Text(2000, load_default="")
    evidence = fields.String(load_default="none", validate=validate.OneOf(list(EVIDENCE)))
    day_of_month = fields.Integer(load_default=1, validate=validate.Range(1, 28))
    days = fields.Integer(load_default=20, validate=validate.Range(1, 60))


class NoteForm(Strict):
    """What is said of it."""

    note = Text(2000, load_default="")


@pages.get("/my-tasks")
@demands(DO)
def my_tasks() -> str:
    """What is open for me, the first due first."""
    return render_template("grid/my_tasks.html", tasks=queries.my_tasks(current_actor()))


@pages.get("/tasks/<int:task_id>")
@signed_in
def task(task_id: int) -> str:
    """One task with its steps; whoever may do or check it finds the button there."""
    return _task_page(task_id, None)


def _task_page(task_id: int, refusal: DomainError | None) -> str:
    actor = current_actor()
    row = queries.task(actor, task_id)
    gives = actor.may(GIVE, row.area_code)
    is_desk = gives or not actor.may(DO)
    return render_template(
        "grid/task.html",
        task=row,
        path=path_name(row.area_code),
        steps=queries.steps_of(task_id),
        photos=files_of(f"grid_task:{task_id}"),
        states=STATES,
        evidence=EVIDENCE,
        may_do=row.state == "open" and actor.may(DO) and row.account_id in (None, actor.account_id),
        may_check=row.state == "done" and gives and row.done_by != actor.account_id,
        may_cancel=row.state == "open" and gives,
        back=url_for("grid.tasks", area=row.area_code) if is_desk else url_for("grid.my_tasks"),
        typed=request.form if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )


@pages.post("/tasks/<int:task_id>/finish")
@demands(DO)
@with_photos
@once_per_form
def finish_task(task_id: int) -> Any:
    """Done."""
    try:
        note = read_form(NoteForm())["note"]
        photos = kept_photos(queries.task(current_actor(), task_id).area_code)
        services.finish_task(current_actor(), task_id, note=note, photos=photos)
    except DomainError as refusal:
        return _refused(task_id, refusal)
    flash(say("已完成，等下达的人核对。"), "success")
    return redirect(url_for("grid.my_day"), 303)


@pages.post("/tasks/<int:task_id>/check")
@demands(GIVE)
@once_per_form
def check_task(task_id: int) -> Any:
    """Good, or back."""
    passed = request.form.get("passed") == "1"
    try:
        services.check_task(current_actor(), task_id, passed=passed, note=request.form.get("note", ""))
    except DomainError as refusal:
        return _refused(task_id, refusal)
    flash(say("已核对通过。") if passed else say("已退回重办。"), "success")
    return redirect(url_for("grid.task", task_id=task_id), 303)


@pages.post("/tasks/<int:task_id>/cancel")
@demands(GIVE)
@once_per_form
def cancel_task(task_id: int) -> Any:
    """Need not be done any more."""
    try:
        services.cancel_task(current_actor(), task_id, note=request.form.get("note", ""))
    except DomainError as refusal:
        return _refused(task_id, refusal)
    flash(say("已取消。"), "success")
    return redirect(url_for("grid.task", task_id=task_id), 303)


def _refused(task_id: int, refusal: DomainError) -> Any:
    if isinstance(refusal, NotFound | Forbidden):
        raise refusal
    return _task_page(task_id, refusal), refusal.status


@pages.get("/tasks")
@demands(VIEW)
def tasks() -> str:
    """Tasks of an area by state, the late ones at a glance."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code, state = chosen_area(scope), request.args.get("state", "open")
    state = state if state in (*STATES, "late") else ""
    rows, total = queries.list_tasks(
        scope, area_code=area_code, state=state, page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "grid/tasks.html",
        rows=rows,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        counts=queries.task_counts(scope, area_code),
        state=state,
        states=STATES,
        area_code=area_code,
        area_name=path_name(area_code),
        may_give=actor.may(GIVE),
        rules=queries.task_rules(actor.scope(GIVE)),
    )


@pages.get("/tasks/new")
@demands(GIVE)
def new_task() -> str:
    """Give one."""
    return _new_page(None)


def _new_page(refusal: DomainError | None) -> str:
    actor = current_actor()
    scope = actor.demand(GIVE)
    area_code = chosen_area(scope)
    return render_template(
        "grid/task_form.html",
        grids=grids_in(scope, area_code) or grids(scope),
        area_code=area_code,
        people=_people(area_code),
        evidence=[
            (code, say(title))
            for code, title in EVIDENCE.items()
            if code != "photo" or ground_of("photo_duty")
        ],
        photo_ground=ground_of("photo_duty"),
        due=today() + timedelta(days=7),
        typed=request.form if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )


def _people(area_code: str) -> list[tuple[str, str]]:
    """Grid staff whose accounts the actor may see, where the area is no larger than a village."""
    actor = current_actor()
    if len(area_code) < 12 or not actor.may("accounts.view", area_code):
        return []
    found = [
        (str(row.id), row.name)
        for role in STAFF
        for row in list_accounts(actor, role=role, area_code=area_code, state="enabled", page_size=100)[0]
    ]
    return list(dict(found).items())


@pages.post("/tasks/new")
@demands(GIVE)
@once_per_form
def create_task() -> Any:
    """Given."""
    try:
        form = read_form(TaskForm())
        account_id = int(form["account_id"]) if form["account_id"] else None
        new = services.NewTask(**{**form, "account_id": account_id})
        services.create_task(current_actor(), new)
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _new_page(refusal), refusal.status
    flash(say("任务“%(title)s”已下达。", title=form["title"]), "success")
    return redirect(url_for("grid.tasks", area=form["area_code"]), 303)


@pages.post("/tasks/rules")
@demands(GIVE)
@once_per_form
def create_rule() -> Any:
    """A task every month."""
    try:
        form = read_form(RuleForm())
        task_rules.create_rule(current_actor(), **form)
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _new_page(refusal), refusal.status
    flash(say("已设为每月任务，夜间自动下达。"), "success")
    return redirect(url_for("grid.tasks"), 303)


@pages.post("/tasks/rules/<int:rule_id>/stop")
@demands(GIVE)
def stop_rule(rule_id: int) -> Any:
    """No more of it."""
    task_rules.stop_rule(current_actor(), rule_id)
    flash(say("已停止，下达过的保留。"), "success")
    return redirect(url_for("grid.tasks"), 303)
