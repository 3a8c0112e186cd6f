"""Minutes at the desk: written, made final, corrected, made public."""

from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import fields

from core.access import demands
from core.errors import DomainError, NotFound
from core.fields import Text
from core.forms import Form, answer_form, form_page
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.diary.errors.meetings import DraftChanged
from plugins.diary.queries import meetings as queries
from plugins.diary.queries.meeting_rules import rules_now
from plugins.diary.queries.minutes import draft_of, latest_minutes
from plugins.diary.services import minutes as services
from plugins.diary.views import pages
from plugins.diary.views.meetings import meeting_page

HOLD = "diary.hold_meeting"


class DraftForm(Form):
    """The minutes so far; `version` is the draft that was read."""

    text = Text(1_000_000, load_default="")
    version = fields.Integer(required=True)


class FinishForm(Form):
    """Which draft is to be final."""

    version = fields.Integer(required=True)


class CorrectForm(Form):
    """Another version; `number` is the one that was read."""

    text = Text(1_000_000, load_default="")
    reason = Text(2_000, load_default="")
    number = fields.Integer(required=True)


def _back(meeting_id: int) -> Any:
    return redirect(url_for("diary.meeting", meeting_id=meeting_id), 303)


@pages.get("/meetings/<int:meeting_id>/minutes")
@demands(HOLD)
def write_minutes(meeting_id: int) -> Any:
    """Write them; what somebody saved meanwhile is shown beside one's own, nothing is lost."""
    return _draft_page(meeting_id, None)


@pages.post("/meetings/<int:meeting_id>/minutes")
@demands(HOLD)
@once_per_form
def save_minutes(meeting_id: int) -> Any:
    """Save a draft; where the line was cut it comes twice, and is one."""
    actor = current_actor()
    return answer_form(
        lambda: services.save_draft(actor, meeting_id, **read_form(DraftForm())),
        said=say("草稿已保存。"),
        then=lambda _: url_for("diary.meeting", meeting_id=meeting_id),
        again=lambda refusal: _draft_page(meeting_id, refusal),
    )


def _draft_page(meeting_id: int, refusal: DomainError | None) -> Any:
    view = queries.meeting(current_actor().demand(HOLD), meeting_id)
    draft = draft_of(meeting_id)
    return form_page(
        "diary/minutes_form.html",
        refusal,
        meeting=view,
        draft=draft,
        newer=draft.text if draft and isinstance(refusal, DraftChanged) else "",
        rules=rules_now(),
    )


@pages.post("/meetings/<int:meeting_id>/finish")
@demands(HOLD)
@once_per_form
def finish_minutes(meeting_id: int) -> Any:
    """Make them final."""
    try:
        services.finish_minutes(current_actor(), meeting_id, **read_form(FinishForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return meeting_page(meeting_id, refusal)
    flash(say("会议纪要已定稿。"), "success")
    return _back(meeting_id)


@pages.route("/meetings/<int:meeting_id>/correct", methods=["GET", "POST"])
@demands(HOLD)
def correct_minutes(meeting_id: int) -> Any:
    """A new version of final minutes that names the one before."""
    actor, refusal = current_actor(), None
    view = queries.meeting(actor.demand(HOLD), meeting_id)
    if request.method == "POST":
        try:
            services.correct_minutes(actor, meeting_id, **read_form(CorrectForm()))
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(say("更正已另存一版。"), "success")
            return _back(meeting_id)
    last = latest_minutes(meeting_id)
    if last is None:
        raise NotFound
    newer = last.text if isinstance(refusal, DraftChanged) else ""
    return form_page("diary/minutes_correct.html", refusal, meeting=view, last=last, newer=newer)


@pages.post("/meetings/<int:meeting_id>/publish")
@demands(HOLD)
@once_per_form
def publish_minutes(meeting_id: int) -> Any:
    """The residents of the village may read them."""
    try:
        services.publish_minutes(current_actor(), meeting_id)
    except NotFound:
        raise
    except DomainError as refusal:
        return meeting_page(meeting_id, refusal)
    flash(say("本村居民登录后可以看到这份纪要。"), "success")
    return _back(meeting_id)
