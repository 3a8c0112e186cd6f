"""`gridgov decision ...`: the proof of the decision log, and its head to be kept on paper."""

import json
import sys

import click

from core.memory import keeping_all
from plugins.supervision.queries.log import WHYS, log_head
from plugins.supervision.queries.log import verify as verify_log


@click.group(help="决策日志 / the decision log")
def decision() -> None:
    """The decision log."""


@decision.command(help="最新一条的编号和哈希，可抄录存档 / number and hash of the newest line")
def head() -> None:
    """Number and hash of the newest line."""
    number, mark = log_head()
    click.echo(f"{number} {mark}")


@decision.command(
    help="重算哈希链，核对表决票、正文和名册；有不符则退出码为 1 / prove log, ballots, texts and rolls"
)
@click.option("--head", "expected", default=None, help="以前抄录的哈希，应在链上 / a hash kept earlier")
@click.option("--json", "as_json", is_flag=True, help="机器可读 / machine-readable")
def verify(expected: str | None, as_json: bool) -> None:
    """Re-compute the chain; exit 1 says where it breaks and how."""
    with keeping_all():  # no line refers to itself
        verdict = verify_log(expected)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "lines": verdict.lines,
                    "head": verdict.head,
                    "broken_at": verdict.broken_at,
                    "why": verdict.why,
                    "head_found": verdict.head_found,
                    "ballots": verdict.ballots,
                    "fault": verdict.fault and {"why": verdict.fault.why, "row": verdict.fault.row},
                }
            )
        )
    else:
        if verdict.broken_at is not None:
            click.echo(f"第 {verdict.broken_at} 条{WHYS[verdict.why]}", err=True)
        if verdict.fault is not None:
            click.echo(verdict.fault.sentence, err=True)
        if not verdict.head_found:
            click.echo("给出的哈希不在链上", err=True)
        word = "完整" if verdict.is_whole else "不符"
        click.echo(f"{word}：核对 {verdict.lines} 条、表决票 {verdict.ballots} 张，链头 {verdict.head}")
    sys.exit(0 if verdict.is_whole else 1)
