"""Logging in and out, and one's own password."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from core.access import public, signed_in
from core.accounts import schemas, services
from core.accounts.gate import before_password_change
from core.accounts.identity import request_token
from core.accounts.paths import local_path
from core.accounts.views.blueprint import pages
from core.county import county
from core.errors import DomainError, Invalid
from core.problems import show
from core.security import current_actor
from core.text import N_
from core.web import read_form, say, start_session


@pages.get("/login")
@public("nobody is logged in yet")
@before_password_change
def login() -> ResponseReturnValue:
    """The page to log in."""
    if not current_actor().is_anonymous:
        return redirect(local_path(request.args.get("next", "")), 303)
    return render_template("accounts/login.html", username="", error=None)


@pages.post("/login")
@public("nobody is logged in yet")
@before_password_change
def open_session() -> ResponseReturnValue:
    """Log in; a session of this browser that is still open ends."""
    before = request_token(request)
    try:
        form = read_form(schemas.LoginBody())
        opened = services.log_in(form["username"], form["password"], address=request.remote_addr or "")
    except DomainError as error:
        page = render_template(
            "accounts/login.html", username=request.form.get("username", ""), error=show(error)
        )
        return page, error.status
    if before:
        services.log_out(current_actor(), before)
    start_session(opened.token)
    return redirect(local_path(request.args.get("next", "")), 303)


@pages.post("/logout")
@public("a session that has ended can still be left")
@before_password_change
def logout() -> ResponseReturnValue:
    """Log out."""
    token = request_token(request)
    if token:
        services.log_out(current_actor(), token)
    session.clear()
    flash(say(N_("您已退出登录。")), "success")
    return redirect(url_for("accounts.login"), 303)


@pages.get("/password")
@signed_in
@before_password_change
def password() -> ResponseReturnValue:
    """The page to change one's own password."""
    return _password_page(None)


def _password_page(error: DomainError | None) -> ResponseReturnValue:
    page = render_template(
        "accounts/password.html",
        error=show(error) if error else None,
        length=county().settings.security.password_length,
    )
    return page, error.status if error else 200


@pages.post("/password")
@signed_in
@before_password_change
def change_password() -> ResponseReturnValue:
    """Change one's own password: all sessions end, this browser gets a new one."""
    actor = current_actor()
    try:
        form = read_form(schemas.PasswordForm())
        if form["new_password"] != form["repeated"]:
            raise Invalid(fields={"repeated": [N_("两次填写的新密码不同。")]})
        services.change_password(actor, old_password=form["old_password"], new_password=form["new_password"])
    except DomainError as error:
        return _password_page(error)
    assert actor.account_id is not None
    start_session(services.open_session(actor, actor.account_id).token)
    flash(say(N_("密码已修改，其他设备上的登录已全部退出。")), "success")
    return redirect(url_for("system.home"), 303)
