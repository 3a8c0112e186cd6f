"""gridgov migrate-database: a stopped county from SQLite to PostgreSQL."""

from pathlib import Path

import click

from core.cli.context import data_option, json_option
from core.cli.output import print_json
from core.county import close_county, open_county
from core.moving.move import move_county
from core.progress import progress


@click.command("migrate-database")
@click.option(
    "--to",
    "url",
    metavar="URL",
    envvar="GRIDGOV_MIGRATE_TO",
    required=True,
    help="空的数据库 postgresql://用户:密码@主机:端口/名称；也可写在环境变量 GRIDGOV_MIGRATE_TO 里。",
)
@data_option
@json_option
def migrate_database(url: str, data: Path, as_json: bool) -> None:
    """把停止服务的县区从 SQLite 迁到 PostgreSQL；逐表核对行数和内容，再核对审计链和账，相符才改用。"""
    try:
        moved = move_county(open_county(data), url, progress)
    finally:
        close_county()
    if as_json:
        facts = {"tables": moved.tables, "rows": moved.rows, "audit_lines": moved.audit_lines}
        print_json({**facts, "old": str(moved.old)})
        return
    click.echo(
        f"已迁移 {moved.tables} 张表 {moved.rows} 行，逐表核对相符；审计记录 {moved.audit_lines} 条完整"
    )
    click.echo(f"{data} 从现在起使用 PostgreSQL（地址在 database.url，只有本用户能读）")
    click.echo(f"原来的数据库没有改动，在 {moved.old}；确认无误并做过备份后可以删除")
