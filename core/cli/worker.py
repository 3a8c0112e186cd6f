"""gridgov worker: hands out events and runs periodic jobs, in a process of its own."""

from pathlib import Path

import click

from core.cli.context import data_option
from core.delivery import HANDLER_SECONDS
from core.logs import configure_logs
from core.memory import share_pools
from core.worker import run_worker


@click.command()
@data_option
@click.option(
    "--handler-seconds",
    envvar="GRIDGOV_HANDLER_SECONDS",
    default=HANDLER_SECONDS,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    help="插件处理一个事件最多用几秒；超过即隔离这个插件。",
)
@click.option("--parent", type=int, hidden=True, help="随这个进程一起结束。")
def worker(data: Path, handler_seconds: float, parent: int | None) -> int:
    """投递事件、执行定时任务；按 Ctrl-C 或发送 SIGTERM 停止（正在处理的事件会先做完）。

    退出码 75：插件的代码不肯结束，已隔离它；请让服务管理程序重新启动本命令。
    """
    share_pools()
    configure_logs()
    return run_worker(data, limit=handler_seconds, parent=parent)
