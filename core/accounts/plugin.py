"""Wiring of accounts."""

from collections.abc import Iterable

from flask import Blueprint
from peewee import Model

from core.accounts.endpoints import api
from core.accounts.models import Account, Post, Session, Token
from core.accounts.queries import count_of_persons
from core.accounts.roles import roles
from core.accounts.services import close_accounts_of, forget_sessions
from core.accounts.views import pages
from core.hookspecs import Job, MenuItem, hookimpl
from core.security import Actor, Role, current_actor
from core.text import N_
from core.web import say


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    """Logging in and administering."""
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    """The same as JSON."""
    return [api]


@hookimpl
def register_models() -> Iterable[type[Model]]:
    """Its tables."""
    return [Account, Post, Session, Token]


@hookimpl
def register_roles() -> Iterable[Role]:
    """The roles of the county's common ground."""
    return roles()


@hookimpl
def register_audit_titles() -> dict[str, str]:
    """Its lines in the record."""
    return {
        "accounts.log_in": N_("登录"),
        "accounts.log_out": N_("退出登录"),
        "accounts.refuse_log_in": N_("登录失败"),
        "accounts.open_session": N_("开启会话"),
        "accounts.create_account": N_("开通账号"),
        "accounts.import_accounts": N_("批量开通账号"),
        "accounts.disable_account": N_("停用账号"),
        "accounts.enable_account": N_("启用账号"),
        "accounts.reset_password": N_("重置密码"),
        "accounts.change_password": N_("修改密码"),
        "accounts.grant_post": N_("任命"),
        "accounts.end_post": N_("免职"),
        "accounts.create_token": N_("签发接口令牌"),
        "accounts.issue_tokens": N_("批量签发接口令牌"),
        "accounts.revoke_token": N_("吊销接口令牌"),
    }


@hookimpl
def register_jobs() -> Iterable[Job]:
    """Forgetting sessions that are over."""
    return [Job("accounts.forget_sessions", N_("清理已结束的会话"), _forget_sessions, daily="03:00")]


def _forget_sessions() -> None:
    forget_sessions()


@hookimpl
def veto_import_undo(households: range, persons: range) -> str | None:
    """Who has an account is no mistake of a file any more."""
    count = count_of_persons(persons)
    return say("其中 %(count)d 人已开通账号", count=count) if count else None


@hookimpl
def person_left(person_id: int) -> None:
    """The dead, and who moved away, log in no more."""
    close_accounts_of(current_actor(), person_id)


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Ways in for those who administer."""
    group = N_("系统管理")
    if actor.may("accounts.view"):
        yield MenuItem(N_("账号与任职"), "accounts.accounts", "office", "key", 830, group)
    if actor.may("accounts.tokens"):
        yield MenuItem(N_("接口令牌"), "accounts.tokens", "office", "key", 840, group)
