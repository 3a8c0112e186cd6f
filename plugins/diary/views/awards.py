"""Lists for awards: put forward by open rules, decided by people."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area
from core.burdens import ground_of
from core.errors import DomainError, NotFound
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, say
from plugins.diary.award_rules import AWARDS as TITLES
from plugins.diary.award_rules import STATES, SUBJECTS, TERMS
from plugins.diary.queries import awards as queries
from plugins.diary.services import awards as services
from plugins.diary.views import pages
from plugins.diary.views.index import asked_month
from plugins.diary.views.reports import months

AWARDS = "diary.awards"


@pages.get("/awards")
@demands(AWARDS)
def awards() -> str:
    """What was put forward for a month, and what was decided."""
    actor, month = current_actor(), asked_month()
    found, _ = queries.list_nominations(actor, month=month)
    area_code = chosen_area(actor.demand(AWARDS))
    groups = list(dict.fromkeys((view.award, view.subject_kind) for view in found))
    return render_template(
        "diary/awards.html",
        groups=[
            (award, kind, [view for view in found if (view.award, view.subject_kind) == (award, kind)])
            for award, kind in groups
        ],
        month=month,
        months=months() if month in months() else [month, *months()],
        titles=TITLES,
        subjects=SUBJECTS,
        states=STATES,
        terms=TERMS,
        grounds=(ground_of("personal_score"), ground_of("ranking")) if queries.may_name_people() else None,
        area_code=area_code,
        area_name=path_name(area_code),
        account_id=str(actor.account_id),
    )


@pages.post("/awards")
@demands(AWARDS)
@once_per_form
def nominate() -> Any:
    """Reckon the lists of a month. People: off (403 burden_off) unless the county grounds it."""
    actor, month = current_actor(), asked_month()
    area_code = request.form.get("area", "") or chosen_area(actor.demand(AWARDS))
    if not (area_code.isascii() and area_code.isdigit() and actor.may(AWARDS, area_code)):
        raise NotFound
    count = services.nominate(actor, area_code, month, people=request.form.get("people") == "1")
    flash(say("已按规则列出 %(count)d 项，由人逐项决定。", count=count), "success")
    return redirect(url_for("diary.awards", month=month), 303)


@pages.post("/awards/<int:nomination_id>/decide")
@demands(AWARDS)
@once_per_form
def decide_nomination(nomination_id: int) -> Any:
    """Yes or no, with a reason."""
    accepted = request.form.get("decision") == "accepted"
    try:
        services.decide_nomination(
            current_actor(), nomination_id, accepted=accepted, why=request.form.get("why", "")
        )
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已记录决定。"), "success")
    return redirect(url_for("diary.awards", month=asked_month()), 303)
