"""Rules: laid down, changed by a new version, stopped."""

from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.areas.api import area_names
from core.errors import DomainError, NotFound
from core.fields import AreaCode, FormPoints, Strict, Text
from core.forms import form_page
from core.security import current_actor
from core.web import page_number, read_form, say
from plugins.points_store.queries import store as store_queries
from plugins.points_store.rule_words import EFFECTS, EVIDENCE, FILERS, REVIEWS
from plugins.points_store.services import rules as services
from plugins.points_store.services.rules import Terms
from plugins.points_store.views import pages
from plugins.points_store.views.forms import LIST_SIZE, OptionalPoints, P, villages

MOST = 100_000


class TermsForm(Strict):
    """What a rule says. An empty cap is none."""

    title = Text(60, shortest=1, required=True)
    points_min = FormPoints(required=True, most=MOST)
    points_max = FormPoints(required=True, most=MOST)
    category = Text(30, load_default="")
    effect = fields.String(load_default="award", validate=validate.OneOf(list(EFFECTS)))
    cap_day = OptionalPoints(load_default=None, allow_none=True, most=MOST)
    cap_month = OptionalPoints(load_default=None, allow_none=True, most=MOST)
    cap_year = OptionalPoints(load_default=None, allow_none=True, most=MOST)
    evidence = fields.String(load_default="none", validate=validate.OneOf(list(EVIDENCE)))
    filed_by = fields.List(
        fields.String(validate=validate.OneOf(list(FILERS))), load_default=lambda: list(FILERS)
    )
    review = fields.String(load_default="both", validate=validate.OneOf(list(REVIEWS)))
    publicity_days = FormPoints(load_default=7, most=services.LONGEST_PUBLICITY)


class RuleForm(TermsForm):
    """A new rule."""

    area_code = AreaCode(required=True)


def _terms(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "filed_by": tuple(form["filed_by"])}


@pages.route("/office/rules", methods=["GET", "POST"])
@demands(P + "manage")
def rules() -> Any:
    """The rules, and a form for a new one."""
    refusal = None
    if request.method == "POST":
        try:
            services.create_rule(current_actor(), **_terms(read_form(RuleForm())))
        except DomainError as error:
            refusal = error
        else:
            flash(say("规则已保存。"), "success")
            return redirect(url_for("points_store.rules"), 303)
    return _page(refusal, None)


@pages.route("/office/rules/<int:rule_id>", methods=["GET", "POST"])
@demands(P + "manage")
def change_rule(rule_id: int) -> Any:
    """A new version in a rule's place."""
    actor, refusal = current_actor(), None
    rule = services.rule_by_id(rule_id)
    if rule is None or not actor.demand(P + "manage").covers(rule.area_code):
        raise NotFound
    if request.method == "POST":
        try:
            services.change_rule(actor, rule_id=rule_id, terms=Terms(**_terms(read_form(TermsForm()))))
        except DomainError as error:
            refusal = error
        else:
            flash(say("已换成新的一版；已经申报的仍按原来的一版。"), "success")
            return redirect(url_for("points_store.rules"), 303)
    return _page(refusal, rule)


def _page(refusal: DomainError | None, changed: Any) -> Any:
    actor, page = current_actor(), page_number()
    rows, total = store_queries.list_rules(actor, page, LIST_SIZE)
    names = area_names([row.area_code for row in rows])
    return form_page(
        "points_store/rules.html",
        refusal,
        rules=[
            (row, names.get(row.area_code, row.area_code), actor.may(P + "manage", row.area_code))
            for row in rows
        ],
        areas=[*_own_areas(), *villages(P + "manage")],
        changed=changed,
        filed_by=request.form.getlist("filed_by") or (list(changed.filers) if changed else list(FILERS)),
        effects=EFFECTS,
        evidence=EVIDENCE,
        filers=FILERS,
        reviews=REVIEWS,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.post("/office/rules/<int:rule_id>/stop")
@demands(P + "manage")
def stop_rule(rule_id: int) -> Any:
    """Switch a rule off."""
    services.stop_rule(current_actor(), rule_id=rule_id)
    flash(say("规则已停用。"), "success")
    return redirect(url_for("points_store.rules"), 303)


def _own_areas() -> list[tuple[str, str]]:
    """The areas above the villages that the actor holds: a rule may hold in all of them at once."""
    held = [code for code in current_actor().scope(P + "manage").prefixes if len(code) < 12]
    names = area_names(held)
    return [(code, names.get(code, code)) for code in held]
