"""The routing table: every line says in words what it does; a box tries it out; the county edits it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access import demands
from core.cases.forms import RuleForm
from core.cases.kinds import kinds
from core.cases.queries.reach import MANAGE, VIEW
from core.cases.queries.rules import ANY, RuleView, list_rules
from core.cases.queries.units import list_units
from core.cases.services.rules import RuleRow, create_rule, replace_rule, stop_rule
from core.cases.services.trial import Trial, try_route
from core.cases.views.desk import pages
from core.cases.views.desk.places import area_options
from core.cases.words import DIFFICULTIES, DIFFICULTY_NAMES, LEVEL_NAMES
from core.errors import DomainError, NotFound
from core.problems import show
from core.security import current_actor
from core.web import bracketed, read_form, say


@pages.get("/rules")
@demands(VIEW)
def rule_table() -> ResponseReturnValue:
    """The table from the top, and what would happen with a case that nobody files."""
    actor, error, tried = current_actor(), None, None
    scope = actor.demand(VIEW)
    if request.args.get("area"):
        try:
            tried = _tried()
        except DomainError as refusal:
            error = refusal
    page = render_template(
        "cases/desk/rules.html",
        rules=list_rules(),
        tried=tried,
        asked=request.args,
        may_edit=actor.may(MANAGE),
        error=show(error) if error else None,
        areas=area_options(scope),
        **_choices(),
    )
    return page, error.status if error else 200


def _tried() -> Trial:
    area_code = request.args["area"]
    if not (area_code.isascii() and area_code.isdigit()) or not current_actor().may(VIEW, area_code):
        raise NotFound
    difficulty = request.args.get("difficulty", "")
    return try_route(
        request.args.get("kind", ""), difficulty if difficulty in DIFFICULTIES else "", area_code
    )


@pages.get("/rules/old")
@demands(VIEW)
def old_rules() -> str:
    """Every line that ever was in the table."""
    return render_template("cases/desk/rules_old.html", rules=list_rules(old=True))


@pages.get("/rules/new")
@demands(MANAGE)
def new_rule() -> ResponseReturnValue:
    """An empty line."""
    return _form(None, {"accept_hours": 4, "resolve_days": 5, "position": 100, "kind": "*"}, None)


@pages.post("/rules/new")
@demands(MANAGE)
def add_rule() -> ResponseReturnValue:
    """Add a line."""
    try:
        create_rule(current_actor(), RuleRow(**read_form(RuleForm())))
    except NotFound:
        raise
    except DomainError as error:
        return _form(None, request.form, error)
    flash(say("已加入分派规则，从现在起的新事项按它分派。"), "success")
    return redirect(url_for("cases.rule_table"), 303)


@pages.get("/rules/<int:rule_id>/edit")
@demands(MANAGE)
def edit_rule(rule_id: int) -> ResponseReturnValue:
    """A line as it is now."""
    rule = _rule(rule_id)
    return _form(rule, vars(rule), None)


@pages.post("/rules/<int:rule_id>/edit")
@demands(MANAGE)
def change_rule(rule_id: int) -> ResponseReturnValue:
    """Put a new line in its place; the old one stays readable."""
    rule = _rule(rule_id)
    try:
        replace_rule(current_actor(), rule_id, RuleRow(**read_form(RuleForm())))
    except NotFound:
        raise
    except DomainError as error:
        return _form(rule, request.form, error)
    flash(say("已修改，旧的一条保留备查。"), "success")
    return redirect(url_for("cases.rule_table"), 303)


@pages.post("/rules/<int:rule_id>/stop")
@demands(MANAGE)
def end_rule(rule_id: int) -> ResponseReturnValue:
    """Take a line out."""
    stop_rule(current_actor(), rule_id)
    flash(say("已停用，旧的一条保留备查。"), "success")
    return redirect(url_for("cases.rule_table"), 303)


def _rule(rule_id: int) -> RuleView:
    """A line that is in the table now and that the actor may change."""
    found = next((rule for rule in list_rules() if rule.id == rule_id), None)
    if found is None:
        raise NotFound
    current_actor().demand(MANAGE, found.area_code)
    return found


def _form(rule: RuleView | None, values: Any, error: DomainError | None) -> ResponseReturnValue:
    scope = current_actor().demand(MANAGE)
    page = render_template(
        "cases/desk/rule_form.html",
        rule=rule,
        values=values,
        error=show(error) if error else None,
        areas=area_options(scope),
        units=[(unit.id, unit.name + bracketed(unit.area_name)) for unit in list_units(scope)],
        **_choices(),
    )
    return page, error.status if error else 200


def _choices() -> dict[str, Any]:
    return {
        "kinds": [(each.name, say(each.title)) for each in kinds().values()],
        "difficulties": [(code, say(title)) for code, title in DIFFICULTY_NAMES.items()],
        "levels": [(code, say(title)) for code, title in LEVEL_NAMES.items()],
        "any": say(ANY),
    }
