"""Plugins, the record and the burdens, for those who answer for them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from core.access import demands, signed_in
from core.audit import head
from core.burdens import BURDEN_TITLES
from core.county import county, plugins
from core.errors import Invalid
from core.security import current_actor
from core.system import queries, schemas, services
from core.system.views.blueprint import pages
from core.text import N_
from core.web import say


@pages.get("/system/plugins")
@demands("system.plugins")
def plugin_list() -> ResponseReturnValue:
    """Every plugin with its state and cause."""
    return render_template(
        "system/plugins.html",
        plugins=queries.list_plugins(current_actor()),
        burden_titles=BURDEN_TITLES,
    )


@pages.post("/system/plugins/<name>/on")
@demands("system.plugins")
def switch_on(name: str) -> ResponseReturnValue:
    """Switch a plugin on."""
    services.switch_plugin(current_actor(), name, enabled=True)
    return _switched(N_("已启用，一秒内在全系统生效。"))


@pages.post("/system/plugins/<name>/off")
@demands("system.plugins")
def switch_off(name: str) -> ResponseReturnValue:
    """Switch a plugin off."""
    services.switch_plugin(current_actor(), name, enabled=False)
    return _switched(N_("已停用，数据保留。"))


@pages.post("/system/plugins/<name>/retry")
@demands("system.plugins")
def retry(name: str) -> ResponseReturnValue:
    """Load a plugin again after trouble."""
    services.retry_plugin(current_actor(), name)
    return _switched(N_("正在重新加载，请稍后刷新本页看结果。"))


def _switched(sentence: str) -> ResponseReturnValue:
    flash(say(sentence), "success")
    return redirect(url_for("system.plugin_list"), 303)


@pages.get("/system/audit")
@demands("system.audit")
def audit_record() -> ResponseReturnValue:
    """The record of who did what."""
    try:
        query: dict[str, Any] = schemas.AuditSearch().load(request.args.to_dict())
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    lines, total = queries.list_lines(current_actor(), **query)
    titles = sorted(
        ((action, say(title)) for action, title in plugins().audit_titles().items()), key=lambda pair: pair[1]
    )
    return render_template(
        "system/audit.html",
        lines=lines,
        total=total,
        query=query,
        titles=titles,
        may_verify=current_actor().may("system.audit", county().settings.county_code),
    )


@pages.get("/system/audit/verdict")
@demands("system.audit")
def audit_verdict() -> ResponseReturnValue:
    """Whether the record is unaltered; with a head printed earlier, also whether it is still complete."""
    expected = "".join(request.args.get("head", "").split()).lower()
    verdict = queries.chain_verdict(current_actor(), expected or None)
    return render_template("system/verdict.html", verdict=verdict, expected=expected, newest=head())


@pages.get("/system/legal")
@signed_in
def legal() -> ResponseReturnValue:
    """Which burdens are on, and on what legal ground: whoever bears them may see it."""
    return render_template("system/legal.html", burdens=queries.list_burdens())
