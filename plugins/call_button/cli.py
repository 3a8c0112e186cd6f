"""gridgov button ...: what people at the county's machines do with callers and their broker."""

import click

from plugins.call_button.cli_broker import broker_config
from plugins.call_button.cli_messages import replay, unreadable
from plugins.call_button.cli_simulate import simulate


@click.group()
def button() -> None:
    """一键呼叫：重放消息、查看无法识别的消息、消息服务器的配置等。"""


button.add_command(broker_config)
button.add_command(replay)
button.add_command(unreadable)
button.add_command(simulate)
