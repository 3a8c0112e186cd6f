"""A meeting's deeds at the desk: who is called, the notice, who came, what was decided and answered."""

from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import fields

from core.access import demands
from core.errors import DomainError, NotFound
from core.fields import Id, Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.diary.meeting_words import ONSITE
from plugins.diary.queries import meetings as queries
from plugins.diary.services import meetings as services
from plugins.diary.services import participants as lists
from plugins.diary.services import resolutions as decisions
from plugins.diary.views import pages
from plugins.diary.views.meetings import PlanForm, meeting_page, plan_of
from plugins.diary.views.postings import is_sent

HOLD = "diary.hold_meeting"


class ParticipantForm(Form):
    """Who is called. `who`: `person:12` or `account:7`; else a name."""

    who = fields.String(load_default="")
    role = fields.String(load_default="resident")
    name = Text(200, load_default="")
    title = Text(200, load_default="")
    mode = fields.String(load_default=ONSITE)


class ResolutionForm(Form):
    """What was decided."""

    text = Text(20_000, load_default="")
    unit = Text(200, load_default="")
    person_name = Text(200, load_default="")
    account_id = Id(load_default=None, allow_none=True)
    due = fields.Date(load_default=None, allow_none=True)
    agree = fields.Integer(load_default=None, allow_none=True)
    against = fields.Integer(load_default=None, allow_none=True)
    abstain = fields.Integer(load_default=None, allow_none=True)


def _back(meeting_id: int) -> Any:
    return redirect(url_for("diary.meeting", meeting_id=meeting_id), 303)


@pages.post("/meetings/<int:meeting_id>/participants")
@demands(HOLD)
@once_per_form
def invite(meeting_id: int) -> Any:
    """Somebody is called; or only look for whom."""
    if not is_sent():
        return meeting_page(meeting_id, None)
    try:
        form = read_form(ParticipantForm())
        kind, _, key = form.pop("who").partition(":")
        number = int(key) if key.isascii() and key.isdigit() and len(key) <= 15 else None
        new = lists.NewParticipant(
            **form,
            person_id=number if kind == "person" else None,
            account_id=number if kind == "account" else None,
        )
        lists.invite(current_actor(), meeting_id, new)
    except NotFound:
        raise
    except DomainError as refusal:
        return meeting_page(meeting_id, refusal)
    return _back(meeting_id)


@pages.post("/meetings/<int:meeting_id>/participants/<int:participant_id>/leave")
@demands(HOLD)
@once_per_form
def leave_meeting(meeting_id: int, participant_id: int) -> Any:
    """Somebody takes no part any more."""
    return _deed(meeting_id, lambda: lists.leave(current_actor(), meeting_id, participant_id))


@pages.post("/meetings/<int:meeting_id>/announce")
@demands(HOLD)
@once_per_form
def announce_meeting(meeting_id: int) -> Any:
    """Tell everybody who is called."""

    def announce() -> None:
        told = services.announce_meeting(current_actor(), meeting_id)
        flash(say("通知已发给 %(count)d 人；没有账号的请打印通知或电话告知。", count=told), "success")

    return _deed(meeting_id, announce)


@pages.post("/meetings/<int:meeting_id>/attendance")
@demands(HOLD)
@once_per_form
def mark_attendance(meeting_id: int) -> Any:
    """Who came, on site or from afar."""
    marks = {}
    for raw in request.form.getlist("listed")[:400]:
        if raw.isascii() and raw.isdigit() and len(raw) <= 15:
            came = request.form.get(f"came.{raw}", "")
            marks[int(raw)] = lists.Mark(
                present={"onsite": True, "remote": True, "absent": False}.get(came),
                mode=came if came == "remote" else ONSITE,
                told=request.form.get(f"told.{raw}", ""),
            )
    return _deed(meeting_id, lambda: lists.mark_attendance(current_actor(), meeting_id, marks))


@pages.post("/meetings/<int:meeting_id>/open")
@demands(HOLD)
@once_per_form
def open_meeting(meeting_id: int) -> Any:
    """The meeting begins."""
    return _deed(meeting_id, lambda: services.open_meeting(current_actor(), meeting_id))


@pages.post("/meetings/<int:meeting_id>/cancel")
@demands(HOLD)
@once_per_form
def cancel_meeting(meeting_id: int) -> Any:
    """It is called off."""
    why = request.form.get("why", "")
    return _deed(meeting_id, lambda: services.cancel_meeting(current_actor(), meeting_id, why))


@pages.route("/meetings/<int:meeting_id>/change", methods=["GET", "POST"])
@demands(HOLD)
def change_meeting(meeting_id: int) -> Any:
    """Another topic, time or place."""
    actor, refusal = current_actor(), None
    view = queries.meeting(actor.demand(HOLD), meeting_id)
    if request.method == "POST":
        try:
            services.change_meeting(actor, meeting_id, plan_of(read_form(PlanForm())))
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(say("已保存。"), "success")
            return _back(meeting_id)
    return form_page("diary/meeting_form.html", refusal, meeting=view, about=None)


@pages.post("/meetings/<int:meeting_id>/resolutions")
@demands(HOLD)
@once_per_form
def add_resolution(meeting_id: int) -> Any:
    """Write a decision down."""
    return _deed(
        meeting_id,
        lambda: decisions.add_resolution(
            current_actor(), meeting_id, decisions.NewResolution(**read_form(ResolutionForm()))
        ),
    )


@pages.post("/meetings/<int:meeting_id>/resolutions/<int:resolution_id>/remove")
@demands(HOLD)
@once_per_form
def remove_resolution(meeting_id: int, resolution_id: int) -> Any:
    """Strike it."""
    return _deed(meeting_id, lambda: decisions.remove_resolution(current_actor(), meeting_id, resolution_id))


@pages.post("/meetings/<int:meeting_id>/resolutions/<int:resolution_id>/case")
@demands(HOLD)
@once_per_form
def raise_resolution(meeting_id: int, resolution_id: int) -> Any:
    """It becomes a case."""

    def raise_it() -> None:
        decisions.raise_resolution(current_actor(), meeting_id, resolution_id)
        flash(say("已转为事项，办到哪一步都会写在这里。"), "success")

    return _deed(meeting_id, raise_it)


@pages.post("/meetings/<int:meeting_id>/matters")
@demands(HOLD)
@once_per_form
def answer_matters(meeting_id: int) -> Any:
    """What is answered to each matter."""
    outcomes = {
        int(raw): decisions.Outcome(
            text=request.form.get(f"outcome.{raw}", ""), settled=request.form.get(f"settled.{raw}") == "1"
        )
        for raw in request.form.getlist("matter")[:100]
        if raw.isascii() and raw.isdigit() and len(raw) <= 15
    }
    return _deed(meeting_id, lambda: decisions.answer_matters(current_actor(), meeting_id, outcomes))


def _deed(meeting_id: int, deed: Any) -> Any:
    """Do it and go back to the meeting; what is refused is said there."""
    try:
        deed()
    except NotFound:
        raise
    except DomainError as refusal:
        return meeting_page(meeting_id, refusal)
    return _back(meeting_id)
