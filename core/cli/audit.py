"""gridgov audit head | verify | tables: proves that the record and the tables are what they were."""

import hashlib
from pathlib import Path
from typing import Any

import click

from core import audit as chain
from core.cli.context import data_option, json_option, opened
from core.cli.output import print_json, print_table
from core.db import database


@click.group()
def audit() -> None:
    """审计记录：链头、校验、各表摘要。"""


@audit.command()
@data_option
@json_option
def head(data: Path, as_json: bool) -> None:
    """显示最新一条记录的编号和摘要；抄下或打印它，日后可证明之前的记录没有被改动。"""
    with opened(data):
        number, mark = chain.head()
    if as_json:
        print_json({"seq": number, "head": mark})
    else:
        click.echo(f"{number} {mark}")


@audit.command()
@data_option
@json_option
@click.option("--head", "expected", metavar="HEX", help="以前抄下的链头；它必须仍在链上。")
def verify(data: Path, as_json: bool, expected: str | None) -> int:
    """重算整条链；发现改动时指出第一条不符的记录，退出码为 1。"""
    with opened(data):
        verdict = chain.verify(expected.strip().lower() if expected else None)
    intact = verdict.broken_at is None and verdict.head_found
    if as_json:
        print_json(
            {
                "intact": intact,
                "lines": verdict.lines,
                "head": verdict.head,
                "broken_at": verdict.broken_at,
                "head_found": verdict.head_found,
            }
        )
    elif verdict.broken_at is not None:
        click.echo(f"审计记录第 {verdict.broken_at} 条与前文不符：它或它之前的记录被改动过", err=True)
    elif not verdict.head_found:
        click.echo("给出的链头不在这条链上：最新的记录被截去过，或它来自另一个县区", err=True)
    else:
        click.echo(f"审计记录完整：{verdict.lines} 条，链头 {verdict.head}")
    return 0 if intact else 1


@audit.command()
@data_option
@json_option
def tables(data: Path, as_json: bool) -> None:
    """列出每张表的行数和内容摘要；两份数据的摘要相同，内容就逐字节相同。"""
    with opened(data), database.atomic():
        found = [_table(name) for name in sorted(database.get_tables())]
    if as_json:
        print_json(found)
    else:
        rows = [(table["name"], str(table["rows"]), table["sha256"]) for table in found]
        print_table(("表", "行数", "摘要（SHA-256）"), rows)


def _table(name: str) -> dict[str, Any]:
    columns = [column.name for column in database.get_columns(name)]
    keys = database.get_primary_keys(name) or columns
    listed, order = (", ".join(f'"{column}"' for column in names) for names in (columns, keys))
    # Names come from the database itself.
    rows = database.execute_sql(f'SELECT {listed} FROM "{name}" ORDER BY {order}')  # noqa: S608
    digest, count = hashlib.sha256(repr(columns).encode()), 0
    for row in rows:
        digest.update(repr(row).encode())
        count += 1
    return {"name": name, "rows": count, "sha256": digest.hexdigest()}
