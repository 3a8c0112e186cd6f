"""gridgov user ...: accounts from the machine itself, when nobody can log in yet or any more."""

from pathlib import Path

import click

from core.accounts.api import (
    NewAccount,
    create_account,
    disable_account,
    enable_account,
    find_account,
    grant_post,
    operator,
    set_password,
)
from core.cli.context import data_option, json_option, opened_with_modules
from core.cli.output import print_json
from core.db import unit_of_work
from core.errors import DomainError
from core.text import N_


class NoSuchAccount(DomainError):
    """Nobody has this user name."""

    code, status, text = "account_unknown", 404, N_("没有用户名为 %(username)s 的账号。")


@click.group()
def user() -> None:
    """账号：新建、重设密码、停用、恢复。"""


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="姓名。")
@click.option("--area", "area_code", help="所属区域代码；默认为全县区。")
@click.option("--role", help="任职（如 county_admin、secretary、clerk）；任职区域即 --area。")
@data_option
@json_option
def add(username: str, name: str, area_code: str | None, role: str | None, data: Path, as_json: bool) -> None:
    """新建账号 USERNAME，显示初始密码（只显示这一次）。"""
    with opened_with_modules(data) as county, unit_of_work():
        area_code = area_code or county.settings.county_code
        account = create_account(operator(), username=username, name=name, area_code=area_code)
        if role:
            grant_post(operator(), account.id, role=role, area_code=area_code)
    _say_password(account, as_json)


@user.command()
@click.argument("username")
@data_option
@json_option
def passwd(username: str, data: Path, as_json: bool) -> None:
    """为账号 USERNAME 换一个新的初始密码，解除锁定，并结束它的全部登录。"""
    with opened_with_modules(data):
        account = set_password(operator(), account_id(username))
    _say_password(account, as_json)


@user.command()
@click.argument("username")
@data_option
def disable(username: str, data: Path) -> None:
    """停用账号 USERNAME：立即退出登录，令牌失效，记录保留。"""
    with opened_with_modules(data):
        disable_account(operator(), account_id(username))
    click.echo(f"账号 {username} 已停用")


@user.command()
@click.argument("username")
@data_option
def enable(username: str, data: Path) -> None:
    """恢复已停用的账号 USERNAME。"""
    with opened_with_modules(data):
        enable_account(operator(), account_id(username))
    click.echo(f"账号 {username} 已恢复")


def account_id(username: str) -> int:
    """The id behind a user name. Raises NoSuchAccount."""
    account = find_account(username)
    if account is None:
        raise NoSuchAccount(username=username)
    return int(account.id)


def _say_password(account: NewAccount, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "id": str(account.id),
                "username": account.username,
                "initial_password": account.initial_password,
            }
        )
    else:
        click.echo(
            f"账号 {account.username}，初始密码 {account.initial_password}（只显示这一次，首次登录须修改）"
        )
