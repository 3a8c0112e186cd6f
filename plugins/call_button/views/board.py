"""The duty screen of a village or town, and what it asks twice a second."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, current_app, jsonify, render_template, request, url_for

from core.access import demands
from core.areas.api import area_names, path_name
from core.areas.choices import is_area
from core.clock import CHINA
from core.county import county
from core.db import milliseconds
from core.errors import DomainError, NotFound
from core.problems import show
from core.scope import AreaScope
from core.security import current_actor
from core.text import N_
from core.web import moment, once_per_form, say
from plugins.call_button.call_words import HOWS, KINDS, RUNG_NAMES, STATES
from plugins.call_button.device_words import RELATIONS
from plugins.call_button.queries.board import Board, board, told_rung
from plugins.call_button.queries.call_reach import ANSWER, VIEW
from plugins.call_button.queries.call_sheet import call_sheet
from plugins.call_button.queries.calls import CallView
from plugins.call_button.queries.drills import silent_areas
from plugins.call_button.queries.figures import marks
from plugins.call_button.services.calls import answer_call
from plugins.call_button.services.contact_reveal import reveal_call_contacts
from plugins.call_button.views import pages

# Beyond it hours say it better.
_IN_MINUTES = 120


def asked_scope(permission: str) -> tuple[str, AreaScope]:
    """The area of the address (`?area=`; empty: all of one's own) and its scope.

    Raises Forbidden, NotFound for an area outside.
    """
    scope = current_actor().demand(permission)
    raw_code = request.values.get("area", "")
    if not raw_code:
        return "", scope
    if not is_area(raw_code) or not scope.covers(raw_code):
        raise NotFound
    return raw_code, AreaScope((raw_code,))


def places(area_code: str, scope: AreaScope) -> str:
    """What a page calls its areas."""
    codes = [area_code] if area_code else list(scope.prefixes)
    names = area_names(codes)
    return "、".join(names.get(code, county().settings.county_name) for code in codes[:3])


def nearby(path: str, scope: AreaScope) -> str:
    """A place without the one area that a page is about: empty where it is nothing but that."""
    return path.removeprefix(path_name(scope.prefixes[0])).strip() if len(scope.prefixes) == 1 else path


def handed_words(line: CallView) -> str:
    """Who has a call that somebody else answered first; empty where that is the same, or nobody."""
    if not line.taken_name or line.taken_name == line.first_taker:
        return ""
    return say(N_("%(name)s 接手"), name=line.taken_name)


def late_words(line: CallView) -> str:
    """When the key was pressed, of a call whose press came late; empty of all others."""
    if line.pressed_at is None:
        return ""
    is_same_day = line.pressed_at.astimezone(CHINA).date() == line.rung_at.astimezone(CHINA).date()
    time, minutes = moment(line.pressed_at, "HH:mm" if is_same_day else "M-d HH:mm"), line.late_minutes
    if minutes < _IN_MINUTES:
        return say(N_("按下于 %(time)s，%(minutes)s 分钟后才送到"), time=time, minutes=minutes)
    return say(N_("按下于 %(time)s，%(hours)s 小时后才送到"), time=time, hours=minutes // 60)


def silences(codes: Iterable[str]) -> list[str]:
    """Where a test day is under way, so that presses ring nowhere, in sentences."""
    words = N_("%(area)s 正在按键测试，%(until)s 前按键不响铃。有急事请打电话。")
    return [
        say(words, area=each.area_name, until=moment(each.until, "MM-dd HH:mm"))
        for each in silent_areas(codes)
    ]


def layer_address() -> str:
    """Where the borders of a village are, if the grid plugin is on and the actor may see them."""
    if "grid.layer" not in current_app.view_functions or not current_actor().may("grid.view"):
        return ""
    return url_for("grid.layer")


@pages.get("/board")
@demands(VIEW)
def duty_board() -> str:
    """The screen; without scripts a list that asks again by itself."""
    area_code, scope = asked_scope(VIEW)
    found = board(scope, 0)
    return render_template(
        "call_button/board.html",
        area_code=area_code,
        places=places(area_code, scope),
        calls=found.calls,
        silences=silences(scope.prefixes),
        late_words=late_words,
        may_answer=current_actor().may(ANSWER),
        marks=marks(),
        layer=layer_address(),
        states=STATES,
        kinds=KINDS,
        hows=HOWS,
    )


@pages.get("/board/changes")
@demands(VIEW)
def board_changes() -> Response:
    """What changed since a number; 204 where nothing did."""
    raw_number = request.args.get("since", "")
    since = int(raw_number) if raw_number.isascii() and raw_number.isdigit() and len(raw_number) < 19 else 0
    _, scope = asked_scope(VIEW)
    found = board(scope, since)
    if not found.is_whole and found.number == since:
        return Response(status=204)
    return Response(json.dumps(_plain(found, scope), ensure_ascii=False), mimetype="application/json")


def _plain(found: Board, scope: AreaScope) -> dict[str, Any]:
    return {
        "number": found.number,
        "at": milliseconds(found.at),
        "whole": found.is_whole,
        "more": found.has_more,
        "silent": silences(scope.prefixes) if found.is_whole else [],
        "calls": [_plain_call(line, scope) for line in found.calls],
    }


def _plain_call(line: CallView, scope: AreaScope) -> dict[str, Any]:
    words = say(STATES[line.state])
    if line.state == "answered" and line.taken_how in HOWS:
        words = say(HOWS[line.taken_how])
    return {
        "id": line.id,
        "version": line.version,
        "state": line.state,
        "stateWords": words,
        "kind": line.kind,
        "kindWords": say(KINDS.get(line.kind, line.kind)),
        "urgency": line.urgency,
        "household": line.household_number,
        "who": line.name or say("户主未登记"),
        "place": line.place,
        "area": line.area_code,
        "areaName": nearby(line.area_name, scope),
        "told": say(RUNG_NAMES[told]) if (told := told_rung(line)) else "",
        "againWords": say(N_("又按了 %(count)s 次"), count=line.urgency - 1) if line.urgency > 1 else "",
        "lateWords": late_words(line),
        "answeredBy": line.first_taker,
        "taken": line.taken_name,
        "handedWords": handed_words(line),
        "thumb": line.thumb,
        "rungAt": milliseconds(line.rung_at),
        "waitsSince": milliseconds(line.waits_since),
        "answeredAt": milliseconds(line.answered_at) if line.answered_at else None,
        "endedAt": milliseconds(line.ended_at) if line.ended_at else None,
        "href": url_for("call_button.my_call", call_id=line.id),
    }


@pages.get("/board/calls/<int:call_id>")
@demands(VIEW)
def board_facts(call_id: int) -> str:
    """A piece of the screen: contacts, who lives there, what there was before."""
    return facts_piece(call_id)


def facts_piece(call_id: int, **more: Any) -> str:
    """Contacts and history of one call as HTML without a page around it."""
    actor = current_actor()
    sheet = call_sheet(actor, call_id)
    return render_template(
        "call_button/_facts.html",
        sheet=sheet,
        states=STATES,
        relations=RELATIONS,
        may_answer=actor.may(ANSWER, sheet.call.area_code),
        may_reveal=actor.may("people.reveal", sheet.call.area_code),
        **more,
    )


@pages.post("/board/calls/<int:call_id>/answer")
@demands(ANSWER)
@once_per_form
def board_answer(call_id: int) -> Any:
    """Take a call from the screen; the answer is a sentence to show."""
    return said(
        lambda: answer_call(current_actor(), call_id, how=request.form.get("how", "")), N_("已由您接听。")
    )


def said(deed: Callable[[], object], done: str) -> Any:
    """Do it and say so as JSON; a refusal is said the same way, with its status."""
    try:
        deed()
    except DomainError as refusal:
        shown = show(refusal)
        return jsonify(said=shown.sentence), shown.status
    return jsonify(said=say(done))


@pages.post("/board/calls/<int:call_id>/contacts")
@demands(ANSWER)
def board_contacts(call_id: int) -> str:
    """The contacts of a call in clear, as a piece of the page that asked."""
    found = reveal_call_contacts(current_actor(), call_id)
    return render_template("call_button/_contacts.html", contacts=found, relations=RELATIONS, revealed=True)
