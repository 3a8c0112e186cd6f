"""The duty roster: the month at a desk, who has duty now, leave; on a phone one's own."""

import re
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import ValidationError, fields

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, is_area, way_up, ways_down
from core.clock import today
from core.errors import DomainError, NotFound
from core.fields import AreaCode, FormPoints, Id
from core.forms import Form, answer_form, form_page
from core.problems import translated
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, read_form, say
from core.web import translated as in_words
from plugins.call_button.duty_words import DUTY, LEAVE_REASONS, MINUTES_A_DAY, VIEW, WEEKDAYS, clock_time
from plugins.call_button.queries import duty as queries
from plugins.call_button.services import duty as services
from plugins.call_button.views import pages

PAGE, OWN = "call_button.duty", "call_button.my_duty"
_TOWN, _VILLAGE = 9, 12


class TimeOfDay(fields.Field[int]):
    """A time of day from a form, as minutes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])(:00)?", str(value).strip())
        if found is None:
            raise ValidationError(N_("请填写时间，如 08:30。"))
        return int(found[1]) * 60 + int(found[2])


class ShiftForm(Form):
    """A shift; one that ends no later than it begins ends on the next day."""

    area_code = AreaCode(required=True)
    day = fields.Date(required=True)
    since = TimeOfDay(required=True)
    until = TimeOfDay(required=True)
    account_id = Id(required=True)


class RepeatForm(Form):
    """Which week is repeated how often."""

    area_code = AreaCode(required=True)
    day = fields.Date(required=True)
    weeks = FormPoints(most=12, required=True)


class CopyForm(Form):
    """Which month is filled."""

    area_code = AreaCode(required=True)
    month = fields.Date(required=True)


class LeaveForm(Form):
    """Who is away; without an account it is oneself."""

    area_code = AreaCode(load_default="")
    account_id = Id(load_default=None)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = fields.String(load_default="")


def chosen_month() -> date:
    """The first day of the month of the address (`?month=2026-03`); this month for anything else."""
    try:
        return date.fromisoformat(f"{request.values.get('month', '')[:7]}-01")
    except ValueError:
        return today().replace(day=1)


@pages.get("/duty")
@demands(VIEW)
def duty() -> Any:
    """The month at a desk; above the towns and below the villages only the ways there."""
    return _page("call_button/duty.html", None)


@pages.get("/duty/sheet")
@demands(VIEW)
def duty_sheet() -> Any:
    """The month on paper."""
    return _page("call_button/duty_sheet.html", None)


def _page(template: str, refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.scope(VIEW)
    area_code = request.form.get("area_code", "") or chosen_area(scope)
    if not is_area(area_code) or not scope.covers(area_code):
        raise NotFound
    month, is_desk = chosen_month(), len(area_code) in (_TOWN, _VILLAGE)
    makes = is_desk and actor.may(DUTY, area_code)
    if template.endswith("sheet.html") and not is_desk:
        raise NotFound
    days = queries.month_roster(actor, area_code, month) if is_desk else []
    return form_page(
        template,
        refusal,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < _VILLAGE else [],
        is_desk=is_desk,
        makes=makes,
        month=month,
        before=(month - timedelta(days=1)).replace(day=1),
        after=(month + timedelta(days=32)).replace(day=1),
        days=days,
        is_kept=any(day.shifts for day in days),
        open_days=sum(1 for day in days if day.gaps and day.day >= today()),
        running=queries.duty_now(actor),
        people=queries.candidates(actor, area_code) if makes else [],
        colleagues=queries.colleagues(actor, area_code) if makes else [],
        leave=queries.list_leave(actor, area_code) if makes else [],
        **_words(),
    )


@pages.get("/duty/mine")
@demands(VIEW)
def my_duty() -> Any:
    """One's own shifts and leave, for the phone."""
    return _own_page(None)


def _own_page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    return form_page(
        "call_button/my_duty.html",
        refusal,
        shifts=queries.own_shifts(actor),
        leave=queries.own_leave(actor),
        running=queries.duty_now(actor),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "today": today(),
        "weekdays": WEEKDAYS,
        "reasons": LEAVE_REASONS,
        "reasons_in_words": [(code, in_words(title)) for code, title in LEAVE_REASONS.items()],
        "clock_time": clock_time,
        "over_midnight": MINUTES_A_DAY,
    }


@pages.post("/duty/add")
@demands(DUTY)
@once_per_form
def add_shift() -> Any:
    """Give somebody a shift."""

    def deed() -> dict[str, Any]:
        form = read_form(ShiftForm())
        if form["until"] <= form["since"]:
            form["until"] += MINUTES_A_DAY
        services.set_shift(current_actor(), form.pop("area_code"), **form)
        return form

    return answer_form(
        deed,
        said=say("已安排值班。"),
        then=lambda form: _here(form["day"]),
        again=_again("call_button/duty.html"),
    )


@pages.post("/duty/<int:shift_id>/remove")
@demands(DUTY)
@once_per_form
def remove_shift(shift_id: int) -> Any:
    """Take a shift off."""
    row = queries.shift(current_actor(), shift_id)
    try:
        services.remove_shift(current_actor(), shift_id)
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已取消值班。"), "success")
    return redirect(url_for(PAGE, area=row.area_code, month=f"{row.day:%Y-%m}"), 303)


@pages.post("/duty/repeat")
@demands(DUTY)
@once_per_form
def repeat_week() -> Any:
    """Write a week over the next ones."""

    def deed() -> date:
        form = read_form(RepeatForm())
        _say_copied(services.repeat_week(current_actor(), form["area_code"], form["day"], form["weeks"]))
        return _a_date(form["day"])

    return _copy(deed)


@pages.post("/duty/copy")
@demands(DUTY)
@once_per_form
def copy_month() -> Any:
    """Fill a month from the one before."""

    def deed() -> date:
        form = read_form(CopyForm())
        _say_copied(services.copy_month(current_actor(), form["area_code"], form["month"]))
        return _a_date(form["month"])

    return _copy(deed)


def _copy(deed: Any) -> Any:
    try:
        day = deed()
    except NotFound:
        raise
    except DomainError as refusal:
        return _page("call_button/duty.html", refusal)
    return redirect(_here(day), 303)


def _a_date(value: Any) -> date:
    assert isinstance(value, date)
    return value


def _say_copied(counts: tuple[int, int]) -> None:
    written, left_out = counts
    flash(say("已排 %(count)d 个班次。", count=written), "success")
    if left_out:
        flash(say("%(count)d 个班次因时间冲突或人员离岗没有排，请补上。", count=left_out), "warning")


@pages.post("/duty/leave")
@demands(VIEW)
@once_per_form
def add_leave() -> Any:
    """Say that somebody is away: oneself on the phone, others at the desk."""
    at_desk = bool(request.form.get("area_code"))

    def deed() -> None:
        form = read_form(LeaveForm())
        form.pop("area_code")
        account_id = form.pop("account_id") or current_actor().account_id or 0
        services.set_leave(current_actor(), account_id=account_id, **form)

    def again(refusal: DomainError) -> Any:
        return _page("call_button/duty.html", refusal) if at_desk else _own_page(refusal)

    return answer_form(deed, said=say("已登记请假。"), then=lambda _: _back(), again=again)


@pages.post("/duty/leave/<int:leave_id>/remove")
@demands(VIEW)
@once_per_form
def remove_leave(leave_id: int) -> Any:
    """Somebody is back, or stays after all."""
    try:
        services.remove_leave(current_actor(), leave_id)
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已销假。"), "success")
    return redirect(_back(), 303)


def _again(template: str) -> Any:
    return lambda refusal: _page(template, refusal)


def _here(day: date) -> str:
    return url_for(PAGE, area=request.form.get("area_code", ""), month=f"{day:%Y-%m}")


def _back() -> str:
    area_code = request.form.get("area_code", "")
    return url_for(PAGE, area=area_code) if is_area(area_code) else url_for(OWN)
