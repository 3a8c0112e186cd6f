"""Activities: announced at a desk, their code printed, scanned and confirmed on the phone."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from marshmallow import fields

from core import qr
from core.access import demands, signed_in
from core.areas.api import area_names, list_areas
from core.clock import today
from core.errors import DomainError
from core.fields import AreaCode, FormPoints, Id, Strict, Text
from core.forms import form_page
from core.people.api import person_brief
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.links import activity_url
from plugins.points_store.queries import activities as queries
from plugins.points_store.services import activities as services
from plugins.points_store.views import pages
from plugins.points_store.views.forms import LIST_SIZE, P, is_id


class ActivityForm(Strict):
    """A new activity."""

    area_code = AreaCode(required=True)
    title = Text(60, shortest=1, required=True)
    place = Text(60, shortest=1, required=True)
    day = fields.Date(required=True)
    rule_id = Id(required=True)
    points = FormPoints(required=True)


@pages.route("/office/activities", methods=["GET", "POST"])
@demands(P + "activities")
def activities() -> Any:
    """Activities with how many came, and a form for a new one."""
    actor, refusal = current_actor(), None
    scope = actor.demand(P + "activities")
    if request.method == "POST":
        try:
            row = services.create_activity(actor, **read_form(ActivityForm()))
        except DomainError as error:
            refusal = error
        else:
            flash(say("活动已发布，请打印签到码。"), "success")
            return redirect(url_for("points_store.activity_sheet", activity_id=row.id), 303)
    page = page_number()
    rows, total = queries.list_activities(scope, page, LIST_SIZE)
    places = [
        (row.code, row.name)
        for level in ("village", "grid")
        for row in list_areas(scope, level=level, on_date=today(), page_size=500)[0]
    ]
    return form_page(
        "points_store/activities.html",
        refusal,
        activities=rows,
        areas=places,
        rules=queries.rules_in(scope),
        today=today(),
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.get("/office/activities/<int:activity_id>/sheet")
@demands(P + "activities")
def activity_sheet(activity_id: int) -> str:
    """The code on a sheet, to be put up at the place."""
    row = queries.activity(current_actor().demand(P + "activities"), activity_id)
    return render_template(
        "points_store/activity_sheet.html",
        activity=row,
        area_name=area_names([row.area_code]).get(row.area_code, row.area_code),
        svg=Markup(qr.draw_svg(activity_url(row.code))),  # noqa: S704 - drawn here, from our own address
    )


@pages.post("/office/activities/<int:activity_id>/cancel")
@demands(P + "activities")
def cancel_activity(activity_id: int) -> Any:
    """Call it off."""
    services.cancel_activity(current_actor(), activity_id=activity_id)
    flash(say("活动已取消。"), "success")
    return redirect(url_for("points_store.activities"), 303)


@pages.get("/activities/<string:code>")
@signed_in
def activity(code: str) -> str:
    """What a scanned code leads to: confirm that one is here."""
    actor, row = current_actor(), services.activity_of(code)
    return render_template(
        "points_store/activity.html",
        activity=row,
        area_name=area_names([row.area_code]).get(row.area_code, row.area_code),
        is_today=row.day == today() and row.cancelled_at is None,
        has_person=actor.person_id is not None,
        is_host=actor.may(P + "activities", row.area_code),
        error=None,
    )


@pages.post("/activities/<string:code>")
@signed_in
@once_per_form
def check_in(code: str) -> Any:
    """I am here; or somebody without a phone is."""
    actor, row = current_actor(), services.activity_of(code)
    raw_id = request.form.get("person_id", "").strip()
    try:
        claim = services.check_in(actor, code, person_id=int(raw_id) if is_id(raw_id) else None)
    except DomainError as refusal:
        page = render_template(
            "points_store/activity.html",
            activity=row,
            area_name=area_names([row.area_code]).get(row.area_code, row.area_code),
            is_today=row.day == today() and row.cancelled_at is None,
            has_person=actor.person_id is not None,
            is_host=actor.may(P + "activities", row.area_code),
            error=translated(refusal),
        )
        return page, refusal.status
    person = person_brief(actor.scope(P + "activities"), claim.person_id or 0) if raw_id else None
    flash(say("%(name)s 已签到，公示后记分。", name=person.name if person else actor.name), "success")
    return redirect(url_for("points_store.activity", code=code), 303)
