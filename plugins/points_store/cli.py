"""`gridgov ledger ...`: the proof of the book on the command line."""

import json
import sys

import click

from plugins.points_store.queries.proof import verify_ledger


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
