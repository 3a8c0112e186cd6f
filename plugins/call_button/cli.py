"""gridgov button ...: what people at the county's machines do with callers and their broker."""

import click

from plugins.call_button.cli_broker import broker_config


@click.group()
def button() -> None:
    """一键呼叫：消息服务器的配置等。"""


button.add_command(broker_config)
