"""A patrol on the phone: start, find, check in where that is allowed, finish."""

import json
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, validate

from core.access import demands
from core.areas.choices import grids
from core.burdens import ground_of
from core.cases.api import case
from core.clock import today
from core.db import from_milliseconds
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Id, Strict, Text
from core.files.forms import kept_photos, with_photos
from core.problems import show, translated
from core.security import current_actor
from core.web import may_ask_where, once_per_form, read_form, say
from plugins.grid.queries import patrols as queries
from plugins.grid.schemas.patrols import TrackPart
from plugins.grid.services import check_ins, patrols
from plugins.grid.views import pages
from plugins.grid.whereabouts import DOUBTS, Position

P = "grid.patrol"
LONGEST_TRACK = 200_000


class StartForm(Strict):
    """Where."""

    area_code = AreaCode(required=True)
    happened_at = fields.String(load_default="")


class FindingForm(Strict):
    """What was found."""

    text = Text(5000, shortest=1, required=True)
    place = Text(200, load_default="")
    urgent = fields.Boolean(load_default=False)
    solved_on_spot = fields.Boolean(load_default=False)
    answer = Text(2000, load_default="")
    happened_at = fields.String(load_default="")


class FinishForm(Strict):
    """How it went."""

    note = Text(1000, load_default="")
    happened_at = fields.String(load_default="")


class CheckForm(Strict):
    """At which point: its code, or its number with the phone's position."""

    code = Text(300, load_default="")
    point_id = Id(load_default=None, allow_none=True)
    latitude = fields.Float(validate=validate.Range(-90, 90))
    longitude = fields.Float(validate=validate.Range(-180, 180))
    accuracy = fields.Float(validate=validate.Range(0, 100_000))
    mocked = fields.Boolean(load_default=False)
    happened_at = fields.String(load_default="")


@pages.get("/patrol")
@demands(P)
@may_ask_where
def patrol() -> str:
    """The round under way, or the way to begin one."""
    return _patrol_page(None)


def _patrol_page(refusal: DomainError | None) -> str:
    actor = current_actor()
    walking = queries.patrol_under_way(actor)
    checking = ground_of("check_in")
    found = queries.case_ids(walking.id) if walking else []
    return render_template(
        "grid/patrol.html",
        walking=walking,
        grids=[] if walking else grids(actor.scope(P)),
        target=queries.target_minutes(),
        today_minutes=queries.minutes_today(actor),
        recent=queries.own_patrols(actor, 7),
        points=queries.points_for(walking.area_code, since=today()) if walking and checking else [],
        checks=queries.checks_of(walking.id) if walking and checking else [],
        checking=checking,
        tracking=ground_of("track_upload"),
        found=[_case_line(case_id) for case_id in found[-5:]],
        doubts=DOUBTS,
        typed=request.form if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )


def _case_line(case_id: int) -> Any:
    try:
        return case(current_actor(), case_id)
    except NotFound:
        return None


@pages.post("/patrol/start")
@demands(P)
@once_per_form
def start_patrol() -> Any:
    """Begin."""
    try:
        form = read_form(StartForm())
        patrols.start_patrol(
            current_actor(), area_code=form["area_code"], happened_at=moment_told(form["happened_at"])
        )
    except DomainError as refusal:
        return _patrol_page(refusal), refusal.status
    flash(say("巡查已开始。"), "success")
    return redirect(url_for("grid.patrol"), 303)


@pages.get("/patrol/<int:patrol_id>/finding")
@demands(P)
@may_ask_where
def finding_form(patrol_id: int) -> str:
    """Say what was found."""
    patrols.own_patrol(current_actor(), patrol_id)
    return _finding_page(patrol_id, None)


def _finding_page(patrol_id: int, refusal: DomainError | None) -> str:
    return render_template(
        "grid/patrol_finding.html",
        patrol_id=patrol_id,
        typed=request.form if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )


@pages.post("/patrol/<int:patrol_id>/finding")
@demands(P)
@with_photos
@once_per_form
def add_finding(patrol_id: int) -> Any:
    """It becomes a case."""
    try:
        form = read_form(FindingForm())
        happened_at = moment_told(form.pop("happened_at"))
        walking = patrols.own_patrol(current_actor(), patrol_id)
        photos = kept_photos(walking.area_code)
        patrols.add_finding(current_actor(), patrol_id, **form, photos=photos, happened_at=happened_at)
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _finding_page(patrol_id, refusal), refusal.status
    done = say("已记为当场解决的事项。") if form["solved_on_spot"] else say("已记为事项，会按规则交办。")
    flash(done, "success")
    return redirect(url_for("grid.patrol"), 303)


@pages.post("/patrol/<int:patrol_id>/finish")
@demands(P)
@once_per_form
def finish_patrol(patrol_id: int) -> Any:
    """End."""
    try:
        form = read_form(FinishForm())
        row = patrols.finish_patrol(
            current_actor(), patrol_id, note=form["note"], happened_at=moment_told(form["happened_at"])
        )
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _patrol_page(refusal), refusal.status
    flash(say("巡查已结束，这次 %(minutes)d 分钟。", minutes=row.minutes), "success")
    return redirect(url_for("grid.patrol"), 303)


@pages.post("/patrol/<int:patrol_id>/check")
@demands(P)
@once_per_form
def check_in(patrol_id: int) -> Any:
    """At a point."""
    try:
        form = read_form(CheckForm())
        row = check_ins.check_in(
            current_actor(),
            patrol_id,
            raw_token=form["code"],
            point_id=form["point_id"],
            position=_position(form),
            happened_at=moment_told(form["happened_at"]),
        )
    except DomainError as refusal:
        return _patrol_page(refusal), refusal.status
    words = say("已打卡。")
    flash(words if not row.doubt else words + say(DOUBTS[row.doubt]), "success")
    return redirect(url_for("grid.patrol"), 303)


@pages.post("/patrol/<int:patrol_id>/places")
@demands(P)
def add_places(patrol_id: int) -> Any:
    """The way walked, as the page gathered it; refused unless the config names the legal ground."""
    try:
        raw_places = json.loads(request.form.get("places", "")[:LONGEST_TRACK])
        places = [_place(each) for each in TrackPart().load({"places": raw_places})["places"]]
        kept = check_ins.add_places(current_actor(), patrol_id, places)
    except (ValidationError, ValueError, RecursionError):
        return {"code": "invalid"}, 422
    except DomainError as refusal:
        return {"code": refusal.code}, refusal.status
    return {"places": kept}


@pages.get("/p/<string:token>")
@demands(P)
@may_ask_where
def point_landing(token: str) -> str:
    """What the code at a point opens: one tap checks in, where that is allowed."""
    return render_template(
        "grid/point_landing.html",
        token=token,
        walking=queries.patrol_under_way(current_actor()),
        checking=ground_of("check_in"),
    )


def _place(told: dict[str, Any]) -> tuple[datetime, Position]:
    where = Position(told["latitude"], told["longitude"], told["accuracy"], told["mocked"])
    return told["at"], where


def _position(form: dict[str, Any]) -> Position | None:
    if "latitude" not in form or "longitude" not in form:
        return None
    accuracy = form.get("accuracy")
    return Position(
        form["latitude"], form["longitude"], None if accuracy is None else round(accuracy), form["mocked"]
    )


def moment_told(raw_moment: str) -> datetime | None:
    """The phone's own moment in milliseconds; None for anything else."""
    if not (raw_moment.isascii() and raw_moment.isdigit() and len(raw_moment) <= 14):
        return None
    return from_milliseconds(int(raw_moment))
