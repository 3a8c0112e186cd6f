"""The county's power list at the desk: the list, an item with its versions and flow chart, changes, ends."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.clock import today
from core.county import county
from core.errors import DomainError, Invalid, NotFound
from core.fields import FormPoints, Text
from core.forms import Form, form_page
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, page_number, read_form, say
from plugins.supervision.flow_chart import flow_chart
from plugins.supervision.power_words import CLASSES
from plugins.supervision.queries import powers as queries
from plugins.supervision.queries.powers import PowerView, Step
from plugins.supervision.services import powers as services
from plugins.supervision.services.powers import PowerText
from plugins.supervision.views import pages

VIEW, KEEP = "supervision.view", "supervision.powers"
PAGE_SIZE = 20
SPARE_STEPS = 3
STEP_FIELDS = ("step", "who", "documents", "days", "back_to", "back_when")


class PowerForm(Form):
    """What an item says, its steps column by column."""

    title = Text(100, load_default="")
    post = Text(100, load_default="")
    ground = Text(400, load_default="")
    step = fields.List(Text(60), load_default=list)
    who = fields.List(Text(60), load_default=list)
    documents = fields.List(Text(200), load_default=list)
    days = fields.List(Text(5), load_default=list)
    back_to = fields.List(Text(5), load_default=list)
    back_when = fields.List(Text(60), load_default=list)
    valid_from = fields.Date(required=True)


class NewPowerForm(PowerForm):
    """A new item."""

    code = Text(20, load_default="")
    power_class = fields.String(load_default="", validate=validate.OneOf(["", *CLASSES]))


class ChangeForm(PowerForm):
    """The next version."""

    version = FormPoints(required=True)
    note = Text(300, load_default="")


class EndForm(Form):
    """To which day an item holds, and why."""

    until = fields.Date(required=True)
    why = Text(300, load_default="")


def asked_day() -> date:
    """The day of the address (`?day=`), today for anything that is none."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()


def asked_class() -> str:
    """The class of the address (`?class=`), empty for none."""
    name = request.args.get("class", "")
    return name if name in CLASSES else ""


@pages.get("/powers")
@demands(VIEW)
def powers() -> str:
    """The county's list as of a day, by class."""
    actor, day, power_class = current_actor(), asked_day(), asked_class()
    text = request.args.get("q", "").strip()[:60]
    found, total = queries.list_powers(
        power_class=power_class, on=day, search=text, page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "supervision/powers.html",
        powers=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        q=text,
        day=day,
        today=today(),
        classes=CLASSES,
        power_class=power_class,
        counts=queries.counts_by_class(on=day),
        may_keep=_keeps(),
        may_publish=actor.may("supervision.assets"),
    )


@pages.get("/powers/<string:code>")
@demands(VIEW)
def power(code: str) -> Any:
    """One item: what holds today (or a chosen version), its flow chart, all versions."""
    return _power_page(code, None)


@pages.route("/powers/new", methods=["GET", "POST"])
@demands(KEEP)
def new_power() -> Any:
    """One more item."""
    refusal = None
    if request.method == "POST":
        try:
            form = read_form(NewPowerForm())
            code = form["code"].upper()
            services.add_power(
                current_actor(), code, form["power_class"], _text(form), valid_from=form["valid_from"]
            )
        except DomainError as error:
            refusal = error
        else:
            flash(say("已加入清单。"), "success")
            return redirect(url_for("supervision.power", code=code), 303)
    return _form_page(None, refusal)


@pages.route("/powers/<string:code>/change", methods=["GET", "POST"])
@demands(KEEP)
def change_power(code: str) -> Any:
    """The item's next version."""
    view, refusal = queries.last_version(code), None
    if request.method == "POST":
        try:
            form = read_form(ChangeForm())
            services.change_power(
                current_actor(),
                code,
                _text(form),
                valid_from=form["valid_from"],
                version=form["version"],
                note=form["note"],
            )
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(say("已另存新版本，原来的版本保留。"), "success")
            return redirect(url_for("supervision.power", code=code), 303)
    return _form_page(view, refusal)


@pages.post("/powers/<string:code>/end")
@demands(KEEP)
@once_per_form
def end_power(code: str) -> Any:
    """It holds no longer after a day."""
    try:
        services.end_power(current_actor(), code, **read_form(EndForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _power_page(code, refusal)
    flash(say("已写明停用日期，历史版本保留。"), "success")
    return redirect(url_for("supervision.power", code=code), 303)


def _power_page(code: str, refusal: DomainError | None) -> Any:
    last, asked = queries.last_version(code), request.args.get("version", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 5:
        view = queries.power_version(code, int(asked))
    else:
        view = queries.power(code, asked_day()) or last
    return form_page(
        "supervision/power.html",
        refusal,
        power=view,
        newest=last.version,
        chart=flow_chart(view.steps),
        versions=queries.versions(code),
        today=today(),
        may_keep=_keeps() and last.until is None,
    )


def _form_page(view: PowerView | None, refusal: DomainError | None) -> Any:
    if refusal is not None:
        lists = {name: request.form.getlist(name) for name in STEP_FIELDS}
        rows = [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=False)]
    else:
        rows = [_typed(step) for step in view.steps] if view else []
    spare = [dict.fromkeys(STEP_FIELDS, "")] * SPARE_STEPS
    return form_page(
        "supervision/power_form.html",
        refusal,
        power=view,
        rows=[row for row in rows if any(row.values())] + spare,
        classes=[(name, say(title)) for name, title in CLASSES.items()],
        today=today(),
    )


def _typed(step: Step) -> dict[str, Any]:
    return {
        "step": step.title,
        "who": step.who,
        "documents": step.documents,
        "days": step.days or "",
        "back_to": step.back_to or "",
        "back_when": step.back_when,
    }


def _text(form: dict[str, Any]) -> PowerText:
    lists = [form[name] for name in STEP_FIELDS]
    if len({len(cells) for cells in lists}) != 1:
        raise Invalid(fields={"steps": [N_("请写 1 到 12 个步骤。")]})
    steps = tuple(
        Step(title, who, documents, _number(days), _number(back_to), back_when)
        for title, who, documents, days, back_to, back_when in zip(*lists, strict=True)
        if any((title, who, documents, days, back_to, back_when))
    )
    return PowerText(form["title"], form["post"], steps, form["ground"])


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise Invalid(fields={"steps": [N_("时限和退回的步骤应为整数。")]})
    return int(text)


def _keeps() -> bool:
    return current_actor().may(KEEP, county().settings.county_code)
