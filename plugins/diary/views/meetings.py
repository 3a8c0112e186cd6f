"""Meetings at the desk: the list, calling one, one meeting, the rules."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands
from core.accounts.api import find_accounts
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.cases.api import list_cases
from core.clock import CHINA, now
from core.county import plugin_settings
from core.errors import DomainError, Invalid, NotFound
from core.fields import AreaCode, Id, Text
from core.forms import Form, form_page
from core.people.api import find_persons
from core.scope import AreaScope
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.errors.meetings import RulesChanged
from plugins.diary.meeting_words import (
    ATTENDING,
    MATTERS,
    MEETING_STATES,
    MEETINGS,
    REPLY,
    TAKES_PART_AS,
    WITH_RESIDENTS,
)
from plugins.diary.queries import entries as entry_queries
from plugins.diary.queries import meetings as queries
from plugins.diary.queries import minutes as minute_queries
from plugins.diary.queries.former import widened
from plugins.diary.queries.meeting_rules import rule_versions, rules_now
from plugins.diary.services import meeting_rules as rule_services
from plugins.diary.services import meetings as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import in_words, place_of, villages

VIEW, HOLD, RULES = "diary.meetings", "diary.hold_meeting", "diary.meeting_rules"
PAGE_SIZE = 20
_OFFERED = 20


class PlanForm(Form):
    """What, when (China's time), where."""

    topic = Text(1000, load_default="")
    starts_at = fields.NaiveDateTime(required=True, error_messages={"invalid": N_("请选择日期和时间。")})
    place = Text(1000, load_default="")
    link = Text(1000, load_default="")
    agenda = Text(20_000, load_default="")


class CallForm(PlanForm):
    """A meeting to be called. `matters`: `case:12`, `entry:7`."""

    area_code = AreaCode(required=True)
    kind = fields.String(required=True)
    about_id = Id(load_default=None, allow_none=True)
    matters = fields.List(fields.String(), load_default=list)


class RulesForm(Form):
    """Another version of the rules."""

    text = Text(100_000, load_default="")
    version = fields.Integer(required=True)


def plan_of(form: dict[str, Any]) -> services.MeetingPlan:
    """What a form says of when and where."""
    at = form.pop("starts_at").replace(tzinfo=CHINA)
    names = ("topic", "place", "link", "agenda")
    return services.MeetingPlan(starts_at=at, **{name: form.pop(name) for name in names})


@pages.get("/meetings")
@demands(VIEW)
def meetings() -> str:
    """The meetings of an area, the newest first."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code = chosen_area(scope)
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    wanted = queries.WantedMeetings(
        area_code=area_code,
        kind=kind if kind in MEETINGS else "",
        state=state if state in MEETING_STATES else "",
        search=request.args.get("q", ""),
        outstanding=request.args.get("outstanding") == "1",
    )
    found, total = queries.list_meetings(scope, wanted, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/meetings.html",
        meetings=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        wanted=wanted,
        kinds=MEETINGS,
        states=MEETING_STATES,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_hold=actor.may(HOLD),
        may_set_rules=actor.may(RULES),
    )


def meeting_places(scope: AreaScope) -> list[tuple[str, str]]:
    """Where one may call a meeting: towns that one holds whole, then villages."""
    towns = [(code, path_name(code)) for code in scope.prefixes if len(code) == 9]
    return [*towns, *villages(scope)]


@pages.get("/meetings/call")
@demands(HOLD)
def new_meeting() -> Any:
    """A form: about what, when, where; open cases and fresh entries of the place are offered."""
    return _call_page(None)


def _call_page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(HOLD)
    places = meeting_places(scope)
    raw_about = request.values.get("about_id", "") or request.args.get("about", "")
    about = None
    if raw_about.isascii() and raw_about.isdigit() and len(raw_about) <= 15:
        about = queries.meeting(scope, int(raw_about))
    area = place_of(places, scope, request.values.get("area_code", "") or (about.area_code if about else ""))
    cases, entries = _offered(area) if area and about is None else ([], [])
    return form_page(
        "diary/meeting_form.html",
        refusal,
        meeting=None,
        about=about,
        left=queries.left_to_answer(about.id) if about else [],
        places=places,
        area=area,
        kinds_in_words=in_words(MEETINGS),
        kind=REPLY if about else request.values.get("kind", ""),
        cases=cases,
        entries=entries,
        chosen=request.form.getlist("matters"),
        matters=MATTERS,
        usual=now().strftime("%Y-%m-%dT19:00"),
    )


def _offered(area: str) -> tuple[list[Any], list[Any]]:
    """Open cases of a place, and what was written there last."""
    actor = current_actor()
    cases = list_cases(actor, state="open", area_code=area, page_size=_OFFERED)[0]
    entries: list[Any] = []
    if actor.may("diary.view", area):
        entries = entry_queries.list_entries(actor, entry_queries.Wanted(area_code=area), page_size=_OFFERED)[
            0
        ]
    return cases, [each for each in entries if not each.is_private]


@pages.post("/meetings/call")
@demands(HOLD)
@once_per_form
def call_meeting() -> Any:
    """Call it."""
    try:
        form = read_form(CallForm())
        matters = [_matter(each) for each in form.pop("matters")]
        new = services.NewMeeting(plan=plan_of(form), matters=matters, **form)
        meeting_id = services.call_meeting(current_actor(), new)
    except NotFound:
        raise
    except DomainError as refusal:
        return _call_page(refusal)
    flash(say("会议已建好，请添加参会人员，再发通知。"), "success")
    return redirect(url_for("diary.meeting", meeting_id=meeting_id), 303)


def _matter(raw: str) -> tuple[str, int]:
    kind, _, target = raw.partition(":")
    if kind not in ("case", "entry") or not (target.isascii() and target.isdigit() and len(target) <= 15):
        raise Invalid(fields={"matters": [N_("没有找到要上会的事项或日记，或不在您的管辖范围内。")]})
    return kind, int(target)


@pages.get("/meetings/<int:meeting_id>")
@demands(VIEW)
def meeting(meeting_id: int) -> Any:
    """One meeting from the notice to what became of its decisions."""
    return meeting_page(meeting_id, None)


def meeting_page(meeting_id: int, refusal: DomainError | None) -> Any:
    """The meeting's page, with what was refused and typed."""
    actor = current_actor()
    view = queries.meeting(actor.demand(VIEW), meeting_id)
    may_hold = actor.may(HOLD) and holds_there(view.area_code)
    text = request.values.get("q", "") if may_hold and view.changes else ""
    percent = view.residents_percent
    if percent is None and view.kind in WITH_RESIDENTS:
        percent = int(plugin_settings("diary")["meeting_residents_percent"])
    participants = queries.participants_of(meeting_id)
    return form_page(
        "diary/meeting.html",
        refusal,
        meeting=view,
        percent=percent,
        missing=view.missing(percent) if percent is not None else 0,
        participants=participants,
        accounts=[
            (each.account_id, each.name) for each in participants if each.account_id and not each.left_at
        ],
        matters=queries.matters_of(meeting_id),
        resolutions=minute_queries.resolution_views(minute_queries.resolutions_of(meeting_id)),
        draft=minute_queries.draft_of(meeting_id) if view.changes else None,
        versions=minute_queries.minutes_of(meeting_id) if view.minutes else [],
        replies=queries.replies_to(meeting_id),
        kinds=MEETINGS,
        states=MEETING_STATES,
        roles=TAKES_PART_AS,
        roles_in_words=in_words(TAKES_PART_AS),
        modes=ATTENDING,
        matter_kinds=MATTERS,
        q=text,
        persons=find_persons(actor.scope("people.view"), text) if text else [],
        found_accounts=find_accounts(actor.scope(HOLD), text) if text else [],
        may_hold=may_hold,
    )


def holds_there(area_code: str) -> bool:
    """Whether the actor holds meetings there, a village that merged into theirs included."""
    return widened(current_actor().scope(HOLD)).covers(area_code)


@pages.route("/meeting-rules", methods=["GET", "POST"])
@demands(VIEW)
def meeting_rules() -> Any:
    """The county's rules, each version as it stood; who may, writes another one."""
    actor, refusal = current_actor(), None
    if request.method == "POST":
        try:
            rule_services.set_rules(actor, **read_form(RulesForm()))
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(say("已保存。"), "success")
            return redirect(url_for("diary.meeting_rules"), 303)
    rules = rules_now()
    return form_page(
        "diary/meeting_rules.html",
        refusal,
        rules=rules,
        version=rules.version if rules else 0,
        is_stale=isinstance(refusal, RulesChanged),
        versions=rule_versions(),
        may_set=actor.may(RULES),
    )
