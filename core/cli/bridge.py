"""gridgov bridge: the companions of plugins in the foreground, for a service manager."""

import signal
import threading
from pathlib import Path

import click

from core.cli.context import data_option
from core.cli.keeper import Keeper, companion_words
from core.companions import run_companion
from core.county import close_county, open_county
from core.errors import ConfigError
from core.logs import configure_logs


@click.command()
@data_option
@click.option("--only", metavar="插件.名字", help="只运行这一个，不在它结束后重新启动。")
@click.option("--standby", is_flag=True, help="每个多备一个：一个意外结束，另一个立即接上；多占一份内存。")
@click.option("--parent", type=int, hidden=True, help="随这个进程一起结束。")
def bridge(data: Path, only: str | None, standby: bool, parent: int | None) -> int:
    """启动插件的常驻进程（如一键呼叫的设备监听）；按 Ctrl-C 或发送 SIGTERM 停止（收到的消息会先存好）。

    插件停用时它的进程结束，启用时重新开始。gridgov serve 自带这些进程，不必另外运行本命令。
    """
    configure_logs()
    if only is not None:
        return run_companion(data, only, parent=parent)
    county = open_county(data)
    commands = companion_words(county)
    close_county()
    if not commands:
        raise ConfigError([f"{data} 允许的插件都没有常驻进程，不需要运行 gridgov bridge"])
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    keeper = Keeper(commands * 2 if standby else commands)
    keeper.start()
    keeper.begin()
    stopping.wait()
    keeper.stop()
    return 0
