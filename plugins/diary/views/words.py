"""Hot words at the desk, and the county's dictionary."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.clock import today
from core.county import county
from core.errors import DomainError
from core.fields import Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.diary.queries import words as queries
from plugins.diary.queries.former import widened
from plugins.diary.services import words as services
from plugins.diary.views import pages
from plugins.diary.words import KINDS, TERMS

VIEW, DICTIONARY = "diary.view", "diary.dictionary"
# What can be chosen with one tap; any other period by its days.
PERIODS = (7, 30, 90, 365)


class TermForm(Form):
    """A word of the dictionary or of the stop list."""

    word = Text(20, load_default="")
    kind = fields.String(required=True, validate=validate.OneOf(list(TERMS)))


def period(*, days: int = 30) -> tuple[date, date]:
    """The days of the address (`?since=&until=`), else the last `days`; never more than two years."""
    until = _day("until") or today()
    since = _day("since") or until - timedelta(days=days - 1)
    if not since <= until or until - since > timedelta(days=730):
        since = until - timedelta(days=days - 1)
    return since, until


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


@pages.get("/words")
@demands(VIEW)
def words() -> str:
    """What an area's entries of a period are about, what rises; each word leads to its entries."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code, kind = chosen_area(widened(scope)), request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    order = queries.RISING if request.args.get("order") == queries.RISING else queries.OFTEN
    since, until = period()
    found = queries.hot_words(scope, area_code, since, until, kind=kind, order=order)
    return render_template(
        "diary/hot_words.html",
        found=found,
        top=max((each.entries for each in found.words), default=1),
        since=since,
        until=until,
        periods=[(days, today() - timedelta(days=days - 1)) for days in PERIODS],
        today=today(),
        kind=kind,
        kinds=KINDS,
        order=order,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_define=actor.may(DICTIONARY, county().settings.county_code),
        sees_topics=actor.may("diary.topics"),
    )


@pages.get("/dictionary")
@demands(DICTIONARY)
def dictionary() -> Any:
    """The county's own words and its stop list."""
    return _dictionary_page(None)


def _dictionary_page(refusal: DomainError | None) -> Any:
    return form_page(
        "diary/dictionary.html",
        refusal,
        lists=[(kind, title, queries.terms(kind)) for kind, title in TERMS.items()],
    )


@pages.post("/dictionary")
@demands(DICTIONARY)
@once_per_form
def add_term() -> Any:
    """One more word."""
    try:
        services.add_term(current_actor(), **read_form(TermForm()))
    except DomainError as refusal:
        return _dictionary_page(refusal)
    flash(say("已保存，几分钟内按新词库重新统计。"), "success")
    return redirect(url_for("diary.dictionary"), 303)


@pages.post("/dictionary/<int:term_id>/end")
@demands(DICTIONARY)
@once_per_form
def end_term(term_id: int) -> Any:
    """Take a word back."""
    services.end_term(current_actor(), term_id)
    return redirect(url_for("diary.dictionary"), 303)
