"""`gridgov button simulate`: simulated devices press their keys, so many a second."""

import random
import time
from collections import Counter
from collections.abc import Iterator

import click

from core.clock import now
from core.db import is_outage
from core.devices import DeviceInput
from plugins.call_button.drivers.simulator import NAME, message_of
from plugins.call_button.services.readings import HEARD, PRESSED, REFUSED, REPEATED, UNKNOWN, take_all
from plugins.call_button.services.simulator import KEYS, hang_simulated, simulated_sources

_WORDS = {PRESSED: "已按下", REPEATED: "重复", HEARD: "心跳", UNKNOWN: "未登记", REFUSED: "被拒绝"}
_MOST_AT_ONCE, _PAUSE = 200, 0.5
# Most presses call; some hang up, some rate.
_WEIGHTS = (6, 1, 2, 1)


@click.command(help="让模拟呼叫器按键，只用于演示和压力测试 / simulated devices press their keys")
@click.option("--devices", default=10, show_default=True, type=click.IntRange(1, 20_000), help="几个呼叫器。")
@click.option(
    "--rate", default=1.0, show_default=True, type=click.FloatRange(0.01, 1000), help="每秒一共按几次。"
)
@click.option("--seconds", default=60, show_default=True, type=click.IntRange(1, 86_400), help="按多少秒。")
@click.option(
    "--register", is_flag=True, help="不够数时先登记（配置中须有 simulator = true）/ register what is missing"
)
@click.option("--seed", default=1, show_default=True, help="同一个数按同样的键。")
def simulate(devices: int, rate: float, seconds: int, register: bool, seed: int) -> None:
    """Press, keep to the rate, and say what became of the presses; exit 1 if any was refused or unknown."""
    if register:
        click.echo(f"新登记 {hang_simulated(devices)} 个模拟呼叫器", err=True)
    sources = simulated_sources(devices)
    if len(sources) < devices:
        raise click.ClickException(
            f"只登记了 {len(sources)} 个模拟呼叫器；请减少 --devices，或加 --register 自动登记"
        )
    counts: Counter[str] = Counter()
    latest = 0.0
    for batch, due in _batches(sources, rate, seconds, random.Random(seed)):  # noqa: S311 - the same again
        counts.update(_press(batch))
        latest = max(latest, time.monotonic() - due)
    total = sum(counts.values())
    shown = "、".join(f"{_WORDS[kind]} {count}" for kind, count in sorted(counts.items()))
    click.echo(f"共按 {total} 次：{shown}；最晚一次迟 {latest:.2f} 秒存好")
    if counts[REFUSED] or counts[UNKNOWN]:
        raise SystemExit(1)


def _batches(
    sources: list[str], rate: float, seconds: int, chance: random.Random
) -> Iterator[tuple[list[tuple[str, DeviceInput]], float]]:
    """What is due, and when the first of it was; as much at once as has come due meanwhile."""
    begun, pressed, total = time.monotonic(), 0, round(rate * seconds)
    run = f"{now():%Y%m%d%H%M%S}"
    while pressed < total:
        due = begun + pressed / rate
        if (left := due - time.monotonic()) > 0:
            time.sleep(left)
        ripe = min(total, int((time.monotonic() - begun) * rate) + 1)
        batch: list[tuple[str, DeviceInput]] = []
        while pressed < ripe and len(batch) < _MOST_AT_ONCE:
            source, (key,) = chance.choice(sources), chance.choices(KEYS, _WEIGHTS)
            batch.append((NAME, message_of(source, key, f"{run}-{pressed}", now())))
            pressed += 1
        yield batch, due


def _press(batch: list[tuple[str, DeviceInput]]) -> list[str]:
    """What became of each; the same batch again until the database takes it."""
    while True:
        try:
            return [outcome.kind for outcome in take_all(batch)]
        except Exception as error:
            if not is_outage(error):
                raise
            click.echo("数据库暂时写不进，稍后再按", err=True)
            time.sleep(_PAUSE)
