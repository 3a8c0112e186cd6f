"""Small works at the desk: the list with its sums, one work from proposal to check, the table to take out."""

import re
from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Id, Text
from core.files.forms import kept_photos, with_photos
from core.forms import Form, form_page
from core.scope import AreaScope
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, page_number, read_form, save_as, say
from plugins.diary.meeting_words import AFTER, BEFORE, WORK_STATES
from plugins.diary.queries import works as queries
from plugins.diary.queries.former import widened
from plugins.diary.services import works as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import place_of, villages

VIEW, WORKS, APPROVE = "diary.meetings", "diary.works", "diary.works_approve"
PAGE_SIZE = 20
# A table of a county's works of many years, as rows of a file.
_MOST_EXPORTED = 100_000
_BELOW = {4: 6, 6: 9, 9: 12}


class Yuan(fields.Field[int]):
    """Yuan from a form, with two decimals at most, as fen."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        found = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?", str(value).strip().replace(",", ""))
        if found is None:
            raise ValidationError(N_("请写金额（元），最多两位小数。"))
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


class WorkForm(Form):
    """A small work to be put forward."""

    area_code = AreaCode(required=True)
    title = Text(1000, load_default="")
    place = Text(1000, load_default="")
    budget = Yuan(required=True)
    contractor = Text(1000, load_default="")
    note = Text(20_000, load_default="")
    meeting_id = Id(load_default=None, allow_none=True)
    case_id = Id(load_default=None, allow_none=True)


class StepForm(Form):
    """Where it goes."""

    state = fields.String(required=True)
    note = Text(2_000, load_default="")
    contractor = Text(1000, load_default="")
    cost = Yuan(load_default=None, allow_none=True)
    cost_reason = Text(2_000, load_default="")


def _wanted(scope: AreaScope) -> queries.WantedWorks:
    state = request.values.get("state", "")
    return queries.WantedWorks(
        area_code=chosen_area(scope),
        state=state if state in WORK_STATES else "",
        since=_day("since"),
        until=_day("until"),
        search=request.values.get("q", ""),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None


@pages.get("/works")
@demands(VIEW)
def works() -> str:
    """The works of an area and a period, with their sums by town or village."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    wanted = _wanted(scope)
    area_code = wanted.area_code
    found, total = queries.list_works(scope, wanted, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/works.html",
        works=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        sums=queries.sums(scope, wanted, digits=_BELOW.get(len(area_code), 12)),
        wanted=wanted,
        states=WORK_STATES,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_propose=actor.may(WORKS),
    )


@pages.post("/works/export")
@demands(VIEW)
def export_works() -> Response:
    """The same list as a table. A POST, since it leaves a line in the record."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    wanted = _wanted(scope)
    found, _ = queries.list_works(scope, wanted, page_size=_MOST_EXPORTED)
    headings = (
        *(N_("编号"), N_("名称"), N_("村社"), N_("地点"), N_("状态"), N_("预算（元）"), N_("实际花费（元）")),
        *(N_("超预算原因"), N_("实施单位"), N_("申报日期"), N_("完工日期")),
    )
    table: list[tuple[Any, ...]] = [tuple(say(heading) for heading in headings)]
    table += [
        (
            str(row.id),
            row.title,
            row.area_name,
            row.place,
            say(WORK_STATES[row.state]),
            _yuan(row.budget_fen),
            _yuan(row.cost_fen) if row.cost_fen is not None else "",
            row.cost_reason,
            row.contractor,
            row.proposed_on.isoformat(),
            row.done_on.isoformat() if row.done_on else "",
        )
        for row in found
    ]
    name, mimetype, body = services.export_works(actor, wanted.area_code, table)
    return save_as(name, mimetype, body)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


@pages.get("/works/new")
@demands(WORKS)
def new_work() -> Any:
    """A form for a small work; from a meeting or a case it knows where it comes from."""
    return _new_page(None)


def _new_page(refusal: DomainError | None) -> Any:
    scope = current_actor().demand(WORKS)
    places = villages(scope)
    return form_page(
        "diary/work_form.html",
        refusal,
        places=places,
        place=place_of(places, scope, request.values.get("area_code", "")),
        meeting_id=request.values.get("meeting_id", ""),
        case_id=request.values.get("case_id", ""),
        title=request.args.get("title", "")[:100],
    )


@pages.post("/works/new")
@demands(WORKS)
@with_photos
@once_per_form
def propose_work() -> Any:
    """Put it forward."""
    try:
        form = read_form(WorkForm())
        photos = kept_photos(form["area_code"])
        new = services.NewWork(budget_fen=form.pop("budget"), photos=photos, **form)
        work_id = services.propose_work(current_actor(), new)
    except NotFound:
        raise
    except DomainError as refusal:
        return _new_page(refusal)
    flash(say("已申报。"), "success")
    return redirect(url_for("diary.work", work_id=work_id), 303)


@pages.get("/works/<int:work_id>")
@demands(VIEW)
def work(work_id: int) -> Any:
    """One work: before and after, money, what became of it."""
    return _work_page(work_id, None)


def _work_page(work_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    view = queries.work(actor.demand(VIEW), work_id)
    return form_page(
        "diary/work.html",
        refusal,
        work=view,
        steps=queries.steps_of(work_id),
        photos=queries.shown_photos(work_id),
        states=WORK_STATES,
        may_do=widened(actor.scope(WORKS)).covers(view.area_code),
        may_approve=widened(actor.scope(APPROVE)).covers(view.area_code),
        is_own_done=view.done_by is not None and view.done_by == actor.account_id,
    )


@pages.post("/works/<int:work_id>/step")
@demands(VIEW)
@with_photos
@once_per_form
def step_work(work_id: int) -> Any:
    """Take it on to another state."""
    actor = current_actor()
    view = queries.work(actor.demand(VIEW), work_id)
    try:
        form = read_form(StepForm())
        cost = form.pop("cost")
        photos = kept_photos(view.area_code)
        services.step_work(actor, work_id, services.Step(cost_fen=cost, photos=photos, **form))
    except NotFound:
        raise
    except DomainError as refusal:
        return _work_page(work_id, refusal)
    return redirect(url_for("diary.work", work_id=work_id), 303)


@pages.post("/works/<int:work_id>/photos")
@demands(WORKS)
@with_photos
@once_per_form
def add_work_photos(work_id: int) -> Any:
    """More photos of before or after."""
    actor = current_actor()
    view = queries.work(actor.demand(VIEW), work_id)
    try:
        when = AFTER if request.form.get("when") == AFTER else BEFORE
        services.add_photos(actor, work_id, when, kept_photos(view.area_code))
    except NotFound:
        raise
    except DomainError as refusal:
        return _work_page(work_id, refusal)
    return redirect(url_for("diary.work", work_id=work_id), 303)
