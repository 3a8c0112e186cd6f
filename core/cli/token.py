"""gridgov token create | revoke: API tokens for programs."""

from pathlib import Path

import click

from core.accounts.api import create_token, operator, revoke_token
from core.cli.context import data_option, json_option, opened_with_modules
from core.cli.output import print_json
from core.cli.user import account_id


@click.group()
def token() -> None:
    """接口令牌：签发、吊销。"""


@token.command()
@click.argument("username")
@click.option("--title", required=True, help="用途，如“县大数据局数据交换”。")
@click.option(
    "--permission", "permissions", multiple=True, help="只给这些权限（可重复）；不写则与账号权限相同。"
)
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 1095), help="有效天数。")
@data_option
@json_option
def create(
    username: str, title: str, permissions: tuple[str, ...], days: int, data: Path, as_json: bool
) -> None:
    """为账号 USERNAME 签发令牌（只显示这一次）。"""
    with opened_with_modules(data):
        made = create_token(
            operator(), account_id(username), title=title, permissions=permissions or None, days=days
        )
    if as_json:
        print_json({"id": str(made.id), "token": made.token, "ends_at": made.ends_at.isoformat()})
    else:
        click.echo(f"令牌 {made.id}：{made.token}")
        click.echo(f"只显示这一次，{made.ends_at:%Y-%m-%d} 到期；吊销：gridgov token revoke {made.id}")


@token.command()
@click.argument("token_id", type=click.IntRange(min=1))
@data_option
def revoke(token_id: int, data: Path) -> None:
    """吊销编号为 TOKEN_ID 的令牌，立即失效。"""
    with opened_with_modules(data):
        revoke_token(operator(), token_id)
    click.echo(f"令牌 {token_id} 已吊销")
