"""`gridgov ledger ...` and `gridgov export ledger`: the proof of the book, and the book itself, as files."""

import json
import sys
from pathlib import Path

import click

from core.accounts.api import operator
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services.export import export_lines


@click.group(help="积分账 / the points ledger")
def ledger() -> None:
    """The points ledger."""


@ledger.command(help="重新加总每个余额；有不符则退出码为 1 / re-add every balance")
@click.option("--json", "as_json", is_flag=True, help="机器可读 / machine-readable")
def verify(as_json: bool) -> None:
    """Re-add every balance; exit 1 names what differs."""

    proof = verify_ledger()
    if as_json:
        click.echo(
            json.dumps(
                {"accounts": proof.accounts, "entries": proof.entries, "mistakes": proof.mistakes},
                ensure_ascii=False,
            )
        )
    else:
        for mistake in proof.mistakes:
            click.echo(mistake, err=True)
        word = "不符" if proof.mistakes else "账平"
        click.echo(f"{word}：{proof.accounts} 个账户，{proof.entries} 条分录，{len(proof.mistakes)} 处不符")
    sys.exit(1 if proof.mistakes else 0)


@click.command(help="把积分账写到 FILE（每行一个 JSON），供 tools/ledger_check.py 独立核对")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_ledger(file: Path) -> None:
    """Write the whole ledger, one JSON a line; no names in it."""
    count = 0
    with file.open("w", encoding="utf-8") as out:
        for line in export_lines(operator()):
            out.write(line + "\n")
            count += 1
    click.echo(f"已导出 {count} 行到 {file}")
