"""gridgov button broker-config: files with which Mosquitto takes in the county's devices and nobody else."""

from pathlib import Path

import click

from core.county import county, plugin_settings
from plugins.call_button.bridge.broker_files import CONF, PASSWORDS, Written, write_broker_files
from plugins.call_button.errors.bridge import BrokerFolderUnusable
from plugins.call_button.queries.broker_users import broker_users

FOLDER = "broker"
_NEXT = """\
下一步：
1. 让 Mosquitto 读得到 {folder}（归 mosquitto 组，store 归 mosquitto 用户，{passwords} 除外），把 {conf}
   链接到 /etc/mosquitto/conf.d/，再 systemctl restart mosquitto；逐条命令见 docs/devices.md。
   登记、停用设备后再运行一次本命令，然后 systemctl reload mosquitto。
2. 配置里写：
   [plugin.call_button.broker]
   host = "这台服务器的名字或地址"
   username = "{username}"
   password_file = "{password_file}"
   ca_file = "certificates/ca.crt"
3. Zigbee2MQTT 用户 zigbee2mqtt、ChirpStack 用户 chirpstack，密码在 {folder}/{passwords}/。
"""


@click.command("broker-config")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="写到哪里；默认为数据文件夹里的 broker/。",
)
@click.option("--port", default=8883, show_default=True, type=click.IntRange(1, 65535), help="监听的端口。")
def broker_config(folder: Path | None, port: int) -> None:
    """按登记的设备生成 Mosquitto 的配置：TLS、用户、每个设备只能写自己的主题。再次运行只更新，密码不变。"""
    data = county().data
    place = folder or data / FOLDER
    broker = plugin_settings("call_button")["broker"]
    try:
        written = write_broker_files(place, broker, broker_users(), data / "certificates", port=port)
    except OSError as error:
        raise BrokerFolderUnusable(
            file=error.filename or place, reason=error.strerror or str(error)
        ) from None
    click.echo(f"已写入 {place / CONF}，设备用户 {written.devices} 个")
    _warn(written)
    password = place / PASSWORDS / broker["username"]
    shown = password.relative_to(data) if password.is_relative_to(data) else password.resolve()
    words = {"folder": place, "conf": CONF, "passwords": PASSWORDS}
    click.echo(_NEXT.format(**words, username=broker["username"], password_file=shown))


def _warn(written: Written) -> None:
    if written.left_out:
        click.echo(
            f"· {len(written.left_out)} 个设备的名字不能用作 MQTT 用户名，没有写入："
            f"{'、'.join(written.left_out[:5])}"
        )
    if not written.has_certificate:
        click.echo(
            "· 还没有证书，Mosquitto 不能启动：请先运行 gridgov certificate --host 这台服务器的地址，"
            "再运行一次本命令"
        )
