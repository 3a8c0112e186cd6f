"""gridgov user ...: accounts from the machine itself, when nobody can log in yet or any more."""

from pathlib import Path

import click

from core.accounts.api import (
    NewAccount,
    create_account,
    disable_account,
    enable_account,
    end_post,
    find_account,
    grant_post,
    operator,
    post_in_area,
    set_password,
)
from core.areas.api import is_current
from core.cli.context import data_option, json_option, opened_with_modules, opened_with_plugins
from core.cli.output import print_json
from core.county import plugins
from core.db import unit_of_work
from core.errors import DomainError
from core.people.api import area_of_person
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
@click.option("--area", "area_code", help="所属区域代码；默认为全县区，有 --person 时为其户籍所在区域。")
@click.option("--role", help="任职（如 county_admin、secretary、clerk）；任职区域即 --area。")
@click.option(
    "--person",
    "person_id",
    type=click.IntRange(min=1),
    help="这个账号属于哪位居民（编号见居民页面的网址）；居民的积分、兑换码都按它找。",
)
@data_option
@json_option
def add(
    username: str,
    name: str,
    area_code: str | None,
    role: str | None,
    person_id: int | None,
    data: Path,
    as_json: bool,
) -> None:
    """新建账号 USERNAME，显示初始密码（只显示这一次）。"""
    # Most roles are plugins' own, and only a loaded plugin tells them.
    opened = opened_with_plugins if role else opened_with_modules
    with opened(data) as county, unit_of_work():
        area_code = area_code or _home(person_id) or county.settings.county_code
        _demand_known(area_code, role)
        account = create_account(
            operator(), username=username, name=name, area_code=area_code, person_id=person_id
        )
        if role:
            grant_post(operator(), account.id, role=role, area_code=area_code)
    _say_password(account, as_json)


def _home(person_id: int | None) -> str | None:
    if person_id is None:
        return None
    home = area_of_person(person_id)
    if home is None:
        raise click.ClickException(f"没有编号为 {person_id} 的居民。")
    return home


def _demand_known(area_code: str, role: str | None) -> None:
    # Asked here, since services answer as they would to somebody whose areas end elsewhere.
    if not is_current(area_code):
        raise click.ClickException(f"没有代码为 {area_code} 的区域，或它已撤并。")
    roles = plugins().roles()
    if role and role not in roles:
        listed = "、".join(f"{name} {known.title}" for name, known in roles.items())
        raise click.ClickException(f"没有名为 {role} 的职务；可用的职务：{listed}。")


@user.command()
@click.argument("username")
@click.option("--role", required=True, help="职务（如 auditor、discipline_officer、secretary）。")
@click.option("--area", "area_code", help="任职区域代码；默认为全县区。")
@data_option
def appoint(username: str, role: str, area_code: str | None, data: Path) -> None:
    """任命账号 USERNAME；监督管理员的职务（审计员、纪检监察干部）只能这样任命。"""
    with opened_with_plugins(data) as county:
        area_code = area_code or county.settings.county_code
        _demand_known(area_code, role)
        grant_post(operator(), account_id(username), role=role, area_code=area_code)
    click.echo(f"账号 {username} 已任命为 {role}（{area_code}），下一次操作起生效")


@user.command()
@click.argument("username")
@click.option("--role", required=True, help="职务。")
@click.option("--area", "area_code", help="任职区域代码；默认为全县区。")
@data_option
def dismiss(username: str, role: str, area_code: str | None, data: Path) -> None:
    """立即结束账号 USERNAME 的一项任职，记录保留。"""
    with opened_with_plugins(data) as county:
        area_code = area_code or county.settings.county_code
        post = post_in_area(account_id(username), role, area_code)
        if post is None:
            raise click.ClickException(f"账号 {username} 现在没有在 {area_code} 担任 {role}。")
        end_post(operator(), post)
    click.echo(f"账号 {username} 在 {area_code} 的 {role} 任职已结束")


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
