"""gridgov event list | retry: what was not delivered; no plugin is imported, whatever it does."""

from pathlib import Path

import click

from core.cli.context import data_option, json_option, opened
from core.cli.output import print_json, print_table
from core.cli.plugin import OPERATOR
from core.errors import DomainError
from core.events import DEAD, WAITING
from core.heartbeat import last_beat
from core.outbox import Backlog, OpenDelivery, backlogs, event_titles, failed_deliveries, retry_dead
from core.plugin_host.state import survey
from core.text import N_

_MOST = 1000


class NothingChosen(DomainError):
    """Neither numbers nor a plugin were given."""

    code = "nothing_chosen"
    text = N_("请写出编号（gridgov event list 的第一列），或 --plugin 插件名")


@click.group()
def event() -> None:
    """事件：查看等待和未送达的、重新投递；这些命令不会运行插件的代码。"""


@event.command("list")
@data_option
@json_option
@click.option("--plugin", default="", help="只看这个插件。")
@click.option("--waiting", is_flag=True, help="列出失败过、还会再试的，而不是不再试的。")
def list_(data: Path, as_json: bool, plugin: str, waiting: bool) -> None:
    """每个插件有多少事件在等、多少没有送达，并列出没有送达的。"""
    state = WAITING if waiting else DEAD
    with opened(data) as county:
        titles = event_titles(survey(county.settings, county.plugins_folder))
        waiting_by_plugin = [line for line in backlogs() if plugin in {"", line.plugin}]
        found, total = failed_deliveries(plugin=plugin, state=state, page_size=_MOST)
        seen = last_beat()
    if as_json:
        print_json(
            {
                "worker_seen_at": seen.isoformat() if seen else None,
                "plugins": [_backlog_json(line) for line in waiting_by_plugin],
                "deliveries": [_delivery_json(row, titles) for row in found],
                "total": total,
            }
        )
        return
    print_table(
        ("插件", "等待", "未送达"),
        [(line.plugin, str(line.waiting), str(line.dead)) for line in waiting_by_plugin],
    )
    click.echo()
    headings = ("编号", "插件", "事件", "对象", "发生时间", "次数", "下次", "原因")
    print_table(headings, [_delivery_row(row, titles) for row in found])
    if total > len(found):
        click.echo(f"共 {total} 条，只列出前 {len(found)} 条")


@event.command()
@data_option
@click.argument("numbers", nargs=-1, type=int)
@click.option("--plugin", default="", help="这个插件的全部。")
def retry(data: Path, numbers: tuple[int, ...], plugin: str) -> None:
    """把没有送达的事件 NUMBERS（或一个插件的全部）重新投递。"""
    if not numbers and not plugin:
        raise NothingChosen
    with opened(data) as county:
        count = retry_dead(OPERATOR, county.settings, delivery_ids=numbers, plugin=plugin)
    click.echo(f"{count} 个事件将重新投递")


def _backlog_json(line: Backlog) -> dict[str, object]:
    return {
        "plugin": line.plugin,
        "waiting": line.waiting,
        "dead": line.dead,
        "oldest_due_at": line.oldest_due.isoformat() if line.oldest_due else None,
    }


def _delivery_json(row: OpenDelivery, titles: dict[str, str]) -> dict[str, object]:
    return {
        "id": str(row.id),
        "plugin": row.plugin,
        "kind": row.kind,
        "title": titles.get(row.kind, row.kind),
        "event_id": str(row.event_id),
        "area_code": row.area_code,
        "subject": row.subject,
        "announced_at": row.announced_at.isoformat(),
        "state": row.state,
        "attempts": row.attempts,
        "next_at": row.next_at.isoformat() if row.state == WAITING else None,
        "error": row.error,
    }


def _delivery_row(row: OpenDelivery, titles: dict[str, str]) -> tuple[str, ...]:
    return (
        str(row.id),
        row.plugin,
        titles.get(row.kind, row.kind),
        row.subject,
        f"{row.announced_at:%Y-%m-%d %H:%M:%S}",
        str(row.attempts),
        f"{row.next_at:%H:%M:%S}" if row.state == WAITING else "",
        row.error,
    )
