"""Test days: arranged, under way, and who has not pressed."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import fields

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area
from core.clock import CHINA, now
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.fields import AreaCode
from core.forms import Form, form_page
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, read_form, say
from plugins.call_button.device_words import DEVICES
from plugins.call_button.queries import drills as queries
from plugins.call_button.services import drill_days as services
from plugins.call_button.views import pages
from plugins.call_button.views.devices import WORDS, on_phone


class DayForm(Form):
    """Where and when; times of China, as the browser gives them."""

    area_code = AreaCode(required=True)
    begins = fields.String(load_default="")
    ends = fields.String(load_default="")


@pages.get("/test-days")
@demands(DEVICES)
def test_days() -> Any:
    """Those arranged, and the form for a new one."""
    return _page(None)


def _page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(DEVICES)
    area_code = request.form.get("area_code", "") or chosen_area(scope)
    if not scope.covers(area_code):
        raise NotFound
    return form_page(
        "call_button/test_days.html",
        refusal,
        days=queries.arranged_days(scope),
        area_code=area_code,
        area_name=path_name(area_code),
        now=now(),
        on_phone=on_phone(actor),
    )


@pages.post("/test-days")
@demands(DEVICES)
@once_per_form
def arrange_test_day() -> Any:
    """Arrange one."""
    actor = current_actor()
    try:
        form = read_form(DayForm())
        day_id = services.arrange_test_day(
            actor, form["area_code"], _moment(form["begins"], "begins_at"), _moment(form["ends"], "ends_at")
        )
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return _page(refusal)
    flash(say(N_("测试已安排。期间该区域的按键不会响铃。")), "success")
    return redirect(url_for("call_button.test_day", day_id=day_id), 303)


def _moment(text: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA)
    except ValueError:
        raise Invalid(fields={field: [N_("请选择日期和时间。")]}) from None


@pages.get("/test-days/<int:day_id>")
@demands(DEVICES)
def test_day(day_id: int) -> Any:
    """How it went: who has not pressed."""
    actor = current_actor()
    day, missing = queries.not_pressed(actor.demand(DEVICES), day_id)
    return form_page(
        "call_button/test_day.html",
        None,
        day=day,
        missing=missing,
        now=now(),
        on_phone=on_phone(actor),
        **WORDS,
    )


@pages.post("/test-days/<int:day_id>/end")
@demands(DEVICES)
@once_per_form
def end_test_day(day_id: int) -> Any:
    """Presses ring again."""
    services.end_test_day(current_actor(), day_id)
    flash(say(N_("测试已结束，按键恢复响铃。")), "success")
    return redirect(url_for("call_button.test_day", day_id=day_id), 303)
