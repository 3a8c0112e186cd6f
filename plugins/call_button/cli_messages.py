"""gridgov button replay, unreadable: recorded messages once more, and those that were not understood."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from core.accounts.api import operator
from core.clock import now
from core.county import device_drivers
from core.devices import DeviceInput
from plugins.call_button.device_words import DEVICES
from plugins.call_button.queries.refused import list_refused
from plugins.call_button.refusal_words import UNREADABLE
from plugins.call_button.services.readings import take_all

_AT_ONCE = 200


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay(file: Path) -> None:
    """把录下的设备消息（每行一个 JSON：driver、topic、payload 或 payload_hex、retained）逐条重放。"""
    counts: Counter[str] = Counter()
    lines = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    wrong: list[int] = []
    strange: list[tuple[int, str]] = []
    known = device_drivers()
    batch: list[tuple[str, DeviceInput]] = []
    for number, line in enumerate(lines, 1):
        try:
            driver, message = _message(json.loads(line))
        except (ValueError, KeyError, TypeError):
            wrong.append(number)
        else:
            if driver in known:
                batch.append((driver, message))
            else:
                strange.append((number, driver))
        if len(batch) == _AT_ONCE or number == len(lines):
            counts.update(outcome.why or outcome.kind for outcome in take_all(batch))
            batch = []
    for number in wrong:
        click.echo(f"第 {number} 行不是录下的消息，没有重放", err=True)
    for number, driver in strange:
        click.echo(f"第 {number} 行的 driver 是 {driver}，没有这种设备，没有重放", err=True)
    if strange:
        click.echo(f"driver 可以是 {'、'.join(sorted(known))}", err=True)
    click.echo(f"重放 {len(lines) - len(wrong) - len(strange)} 条")
    for name, count in sorted(counts.items()):
        click.echo(f"  {name}: {count}")
    sys.exit(1 if wrong or strange else 0)


def _message(said: Any) -> tuple[str, DeviceInput]:
    raw = said.get("payload", "")
    payload = bytes.fromhex(said["payload_hex"]) if "payload_hex" in said else str(raw).encode()
    return str(said["driver"]), DeviceInput(
        str(said["topic"]), payload, now(), retained=bool(said.get("retained", False))
    )


@click.command()
@click.option("--all", "all_reasons", is_flag=True, help="其他原因没有采纳的也列出。")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 2_000), help="最多几条。")
def unreadable(*, all_reasons: bool, most: int) -> None:
    """列出无法识别的设备消息，每行一个 JSON，可以改好后用 replay 重放。"""
    scope = operator().scope(DEVICES)
    found, total = list_refused(scope, why="" if all_reasons else UNREADABLE, page_size=most)
    for row in found:
        said = {
            **{"at": row.at.isoformat(), "driver": row.driver, "topic": row.topic, "why": row.why},
            **{"detail": row.detail, "times": row.times, row.payload_name: row.payload},
        }
        click.echo(json.dumps(said, ensure_ascii=False))
    if total > len(found):
        click.echo(f"还有 {total - len(found)} 条更早的没有列出", err=True)
