"""Topics at the desk: look for them, decide on them, see what became of them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError, NotFound
from core.fields import Text
from core.forms import Form, form_page
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.queries import topics as queries
from plugins.diary.services import topic_outcomes, topic_search
from plugins.diary.services import topics as services
from plugins.diary.views import pages
from plugins.diary.words import CONFIRMED, ENDED, OFFERED, PROPOSED, TOPIC_STATES

RIGHT = queries.TOPICS_RIGHT
PAGE_SIZE = 20


class ConfirmForm(Form):
    """What it is called, and what is to be done."""

    title = Text(60, load_default="")
    text = Text(2_000, load_default="")


class ReasonForm(Form):
    """Why it is no one need."""

    reason = Text(300, load_default="")


@pages.get("/topics")
@demands(RIGHT)
def topics() -> str:
    """Topics of one's areas by state, and how far the search is."""
    scope = current_actor().demand(RIGHT)
    state = request.args.get("state", PROPOSED)
    state = state if state in TOPIC_STATES else PROPOSED
    found, total = queries.list_topics(scope, state=state, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/topics.html",
        topics=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        state=state,
        states=TOPIC_STATES,
        counts=queries.counts_by_state(scope),
        run=queries.last_run(scope),
        steps=topic_search.STEPS,
    )


@pages.get("/topics/run")
@demands(RIGHT)
def topic_run() -> str:
    """How far the search is, as a part of the list's page."""
    run = queries.last_run(current_actor().demand(RIGHT))
    return render_template("diary/_topic_run.html", run=run, steps=topic_search.STEPS, live=True)


@pages.post("/topics/find")
@demands(RIGHT)
@once_per_form
def find_topics() -> Any:
    """Look now."""
    topic_search.ask_search(current_actor())
    flash(say("已开始查找，完成后会显示在这里。"), "success")
    return redirect(url_for("diary.topics"), 303)


@pages.get("/topics/<int:topic_id>")
@demands(RIGHT)
def topic(topic_id: int) -> Any:
    """One topic: its entries with the words that matched, its villages, its case, who was told."""
    return _topic_page(topic_id, None)


def _topic_page(topic_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(RIGHT)
    view = queries.topic(scope, topic_id)
    found, total = queries.topic_entries(scope, topic_id, page=page_number(), page_size=PAGE_SIZE)
    offered, _ = queries.topic_entries(scope, topic_id, state=OFFERED) if view.offered else ([], 0)
    families, family_count = queries.told(scope, view, page_size=50) if view.state == ENDED else ([], 0)
    return form_page(
        "diary/topic.html",
        refusal,
        topic=view,
        entries=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        offered=offered,
        villages=queries.topic_villages(scope, topic_id),
        parent=queries.parent_case(actor, view),
        families=families,
        family_count=family_count,
        told=queries.told_counts(scope, view) if view.state == ENDED else {},
        may_split=view.state in (PROPOSED, CONFIRMED) and view.entries > 1,
        proposed=view.state == PROPOSED,
        confirmed=view.state == CONFIRMED,
        suggestion=say(
            "%(villages)s 个村的 %(entries)s 篇日记都说到：%(words)s。请一并研究办理。",
            villages=view.villages,
            entries=view.entries,
            words="、".join(view.words),
        ),
    )


@pages.post("/topics/<int:topic_id>/confirm")
@demands(RIGHT)
@once_per_form
def confirm_topic(topic_id: int) -> Any:
    """It is one need."""
    try:
        services.confirm_topic(current_actor(), topic_id, **read_form(ConfirmForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _topic_page(topic_id, refusal)
    flash(say("已确认，立了一件总事项，各篇日记未办结的事项已并入。"), "success")
    return _back(topic_id)


@pages.post("/topics/<int:topic_id>/decline")
@demands(RIGHT)
@once_per_form
def decline_topic(topic_id: int) -> Any:
    """It is none."""
    try:
        services.decline_topic(current_actor(), topic_id, **read_form(ReasonForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _topic_page(topic_id, refusal)
    flash(say("已记下，这些日记不会再被提到一起。"), "success")
    return redirect(url_for("diary.topics"), 303)


@pages.post("/topics/<int:topic_id>/entries")
@demands(RIGHT)
@once_per_form
def sort_entries(topic_id: int) -> Any:
    """Split the chosen ones off; take the offered ones, or leave them out."""
    actor, what, chosen = current_actor(), request.form.get("what", "split"), _chosen()
    try:
        if what == "take":
            services.take_offered(actor, topic_id, chosen)
        elif what == "leave":
            services.leave_offered(actor, topic_id, chosen)
        else:
            new = services.split_topic(actor, topic_id, chosen)
            flash(say("已拆分。") if new else say("已移出，不会再被提到一起。"), "success")
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    return _back(topic_id)


def _chosen() -> list[int]:
    raw = request.form.getlist("entry")
    return [int(each) for each in raw if each.isascii() and each.isdigit() and len(each) <= 15]


@pages.post("/topics/<int:topic_id>/gather")
@demands(RIGHT)
@once_per_form
def gather_cases(topic_id: int) -> Any:
    """Merge what was not merged yet."""
    left = services.gather_cases(current_actor(), topic_id)
    flash(say("还有 %(count)s 件不能并入，请联系承办单位。", count=left) if left else say("已全部并入。"))
    return _back(topic_id)


@pages.post("/topics/<int:topic_id>/told/<int:household_id>")
@demands(RIGHT)
@once_per_form
def tell_in_person(topic_id: int, household_id: int) -> Any:
    """A family was told at its door."""
    topic_outcomes.tell_in_person(current_actor(), topic_id, household_id)
    return _back(topic_id)


def _back(topic_id: int) -> Any:
    return redirect(url_for("diary.topic", topic_id=topic_id), 303)
