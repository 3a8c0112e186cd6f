"""The record and the burdens, for those who answer for them."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from core.access import demands, signed_in
from core.audit import head
from core.county import county, plugins
from core.errors import Invalid
from core.security import current_actor
from core.system import queries, schemas
from core.system.views.blueprint import pages
from core.web import say


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
