"""Which villages try a plugin first."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access import demands
from core.errors import DomainError, Invalid
from core.problems import show
from core.security import current_actor
from core.system import queries, schemas, services
from core.system.queries import PLUGINS
from core.system.views.blueprint import pages
from core.text import N_
from core.web import read_form, say

ALL, SOME = "all", "some"


@pages.get("/system/plugins/<name>/pilot")
@demands(PLUGINS)
def pilot(name: str) -> ResponseReturnValue:
    """The towns and villages to tick."""
    chosen = queries.get_pilot(current_actor(), name).area_codes
    return _page(name, chosen, SOME if chosen else ALL)


@pages.post("/system/plugins/<name>/pilot")
@demands(PLUGINS)
def save_pilot(name: str) -> ResponseReturnValue:
    """Let the ticked ones try it, or everybody."""
    try:
        form = read_form(schemas.PilotForm())
        chosen = form["area_codes"] if form["reach"] == SOME else []
        if form["reach"] == SOME and not chosen:
            raise Invalid(fields={"area_codes": [N_("请至少勾选一个镇街或村社，或选“全县”。")]})
        services.update_pilot(current_actor(), name, chosen)
    except DomainError as error:
        if error.status == 404:
            raise
        return _page(name, request.form.getlist("area_codes"), request.form.get("reach", ALL), error)
    flash(say(N_("试点范围已保存，一秒内在全系统生效。")), "success")
    return redirect(url_for("system.plugin_list"), 303)


def _page(name: str, chosen: list[str], reach: str, error: DomainError | None = None) -> tuple[str, int]:
    page = render_template(
        "system/pilot.html",
        pilot=queries.get_pilot(current_actor(), name),
        choices=queries.pilot_choices(current_actor(), name),
        chosen=chosen,
        reach=reach,
        error=show(error) if error else None,
    )
    return page, error.status if error else 200
