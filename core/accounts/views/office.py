"""Administering accounts and posts at the desk."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from core.access import demands
from core.accounts import queries, schemas, services
from core.accounts.endpoints import read_id
from core.accounts.views.blueprint import pages
from core.county import plugins
from core.errors import DomainError, Invalid
from core.problems import show
from core.security import current_actor
from core.text import N_
from core.web import read_form, say


@pages.get("")
@demands("accounts.view")
def accounts() -> ResponseReturnValue:
    """Accounts in the reader's areas."""
    try:
        query: dict[str, Any] = schemas.AccountSearch().load(request.args.to_dict())
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    rows, total = queries.list_accounts(current_actor(), **query)
    return render_template(
        "accounts/list.html", accounts=rows, total=total, query=query, roles=_role_choices()
    )


def _role_choices(*, may_be_given: bool = False) -> list[tuple[str, str]]:
    roles = [role for role in plugins().roles().values() if not (may_be_given and role.watches)]
    return sorted(((role.name, say(role.title)) for role in roles), key=lambda pair: pair[1])


@pages.get("/new")
@demands("accounts.manage")
def new_account() -> ResponseReturnValue:
    """The form for a new account; a resident's page names the person in the address."""
    return _new_page(None)


def _new_page(error: DomainError | None) -> ResponseReturnValue:
    areas = queries.area_choices(current_actor().scope("accounts.manage"))
    page = render_template(
        "accounts/new.html",
        error=show(error) if error else None,
        form=request.form or request.args,
        areas=areas,
    )
    return page, error.status if error else 200


@pages.post("/new")
@demands("accounts.manage")
def create_account() -> ResponseReturnValue:
    """Make an account and show its initial password, once."""
    try:
        form = read_form(schemas.AccountBody())
        made = services.create_account(current_actor(), **form)
    except DomainError as error:
        return _new_page(error)
    # No redirect: the password must not travel in an address or a cookie.
    return render_template("accounts/initial_password.html", made=made, is_new=True)


@pages.get("/<int:account_id>")
@demands("accounts.view")
def account(account_id: int) -> ResponseReturnValue:
    """One account with its posts."""
    return _account_page(read_id(account_id), None)


def _account_page(account_id: int, error: DomainError | None) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_account(actor, account_id)
    may_manage = actor.may("accounts.manage", shown.area_code)
    page = render_template(
        "accounts/account.html",
        account=shown,
        error=show(error) if error else None,
        form=request.form,
        roles=_role_choices(may_be_given=True),
        may_manage=may_manage,
        areas=queries.area_choices(actor.scope("accounts.manage")) if may_manage else [],
    )
    return page, error.status if error else 200


@pages.post("/<int:account_id>/posts")
@demands("accounts.manage")
def grant_post(account_id: int) -> ResponseReturnValue:
    """Grant a post."""
    key = read_id(account_id)
    try:
        services.grant_post(current_actor(), key, **read_form(schemas.PostBody()))
    except DomainError as error:
        return _account_page(key, error)
    return _done(key, N_("已任命，下一次操作起生效。"))


@pages.post("/posts/<int:post_id>/end")
@demands("accounts.manage")
def end_post(post_id: int) -> ResponseReturnValue:
    """End a post."""
    actor, key = current_actor(), read_id(post_id)
    account_id = queries.get_post(actor, key).account_id
    try:
        services.end_post(actor, key, **read_form(schemas.EndBody()))
    except DomainError as error:
        return _account_page(account_id, error)
    return _done(account_id, N_("任职已结束。"))


@pages.post("/<int:account_id>/disable")
@demands("accounts.manage")
def disable_account(account_id: int) -> ResponseReturnValue:
    """Disable an account."""
    key = read_id(account_id)
    try:
        services.disable_account(current_actor(), key)
    except DomainError as error:
        return _account_page(key, error)
    return _done(key, N_("账号已停用，已登录的设备全部退出。"))


@pages.post("/<int:account_id>/enable")
@demands("accounts.manage")
def enable_account(account_id: int) -> ResponseReturnValue:
    """Enable an account again."""
    key = read_id(account_id)
    try:
        services.enable_account(current_actor(), key)
    except DomainError as error:
        return _account_page(key, error)
    return _done(key, N_("账号已启用。"))


@pages.post("/<int:account_id>/password")
@demands("accounts.manage")
def reset_password(account_id: int) -> ResponseReturnValue:
    """Give an account a new initial password and show it, once."""
    key = read_id(account_id)
    try:
        made = services.set_password(current_actor(), key)
    except DomainError as error:
        return _account_page(key, error)
    return render_template("accounts/initial_password.html", made=made, is_new=False)


def _done(account_id: int, sentence: str) -> ResponseReturnValue:
    flash(say(sentence), "success")
    return redirect(url_for("accounts.account", account_id=account_id), 303)
