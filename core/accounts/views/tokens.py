"""One's own API tokens."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access import demands
from core.accounts import queries, schemas, services
from core.accounts.endpoints import read_id
from core.accounts.views.blueprint import pages
from core.county import plugins
from core.errors import DomainError
from core.problems import show
from core.security import current_actor
from core.text import N_
from core.web import read_form, say


@pages.get("/tokens")
@demands("accounts.tokens")
def tokens() -> ResponseReturnValue:
    """One's own tokens, and a form for a new one."""
    return _tokens_page(None, None)


def _tokens_page(error: DomainError | None, made: services.NewToken | None) -> ResponseReturnValue:
    actor = current_actor()
    rows, total = queries.list_tokens(actor, page_size=100)
    titles = plugins().permissions()
    page = render_template(
        "accounts/tokens.html",
        tokens=rows,
        total=total,
        made=made,
        error=show(error) if error else None,
        form=request.form if made is None else {},
        chosen=request.form.getlist("permissions") if made is None else [],
        permissions=[(name, titles.get(name, name)) for name in queries.own_permissions(actor)],
        titles=titles,
    )
    return page, error.status if error else 200


@pages.post("/tokens")
@demands("accounts.tokens")
def create_token() -> ResponseReturnValue:
    """Make a token and show it, once."""
    actor = current_actor()
    assert actor.account_id is not None
    try:
        made = services.create_token(actor, actor.account_id, **read_form(schemas.TokenForm()))
    except DomainError as error:
        return _tokens_page(error, None)
    return _tokens_page(None, made)


@pages.post("/tokens/<int:token_id>/revoke")
@demands("accounts.tokens")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Close a token."""
    services.revoke_token(current_actor(), read_id(token_id))
    flash(say(N_("令牌已吊销。")), "success")
    return redirect(url_for("accounts.tokens"), 303)
