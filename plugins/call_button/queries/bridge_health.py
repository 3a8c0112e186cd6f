"""Whether presses get through: what the bridge says of itself, the broker and what arrives."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.clock import CHINA, now
from core.county import device_drivers, plugin_settings
from core.heartbeat import CompanionSign, companion_sign, is_silent
from core.hookspecs import Finding
from plugins.call_button import bridge_figures as figures
from plugins.call_button.models.devices import ACTIVE, Device, RefusedMessage
from plugins.call_button.refusal_words import RETAINED

_WHY = "whether anything hangs anywhere, for those who look after the machines"
# What has not happened for so long is over.
RECENT = timedelta(days=7)
# Every model says something once in a day; among several devices somebody does within an hour.
QUIET = timedelta(hours=6)
_QOS = {
    "call_button.zigbee2mqtt": "Zigbee2MQTT 的 configuration.yaml 里写 device_options: {qos: 1}",
    "call_button.chirpstack": "ChirpStack 的 chirpstack.toml 里 [integration.mqtt] 写 qos=1",
}
_ANY_QOS = "请在设备或网关的设置里改为 QoS 1"


def findings() -> Iterator[Finding]:
    """What keeps presses from being heard (grave: somebody may be lying there), or would let one get lost.

    Nothing where no device hangs. Pages work without the bridge, so none of it makes a process unready.
    """
    drivers = _drivers_of_devices()
    if not drivers:
        return
    sign = companion_sign(figures.NAME)
    if sign is None or sign.is_silent:
        text = (
            "一键呼叫的监听进程没有运行，按键不会响铃；请启动 gridgov bridge（gridgov serve 自带；"
            "分开运行时用 deploy/gridgov-bridge.service）"
        )
        # Without a worker, too, and never heard of: the county has not been started yet.
        is_at_rest = sign is None and is_silent()
        yield Finding("call_button_bridge_silent", text, grave=not is_at_rest, beside=True)
        return
    if sign.figures.get(figures.CONFIGURED):
        yield from _broker(sign, drivers)
    if sign.figures.get(figures.HELD_UP):
        text = (
            "一键呼叫收到的消息现在存不进数据库（磁盘已满或数据库被占用）；消息留在 MQTT 服务器里，请尽快处理"
        )
        yield Finding("call_button_bridge_held_up", text, grave=True, beside=True)


def _broker(sign: CompanionSign, drivers: set[str]) -> Iterator[Finding]:
    said = sign.figures
    if not said.get(figures.CONNECTED):
        since = _moment(sign, figures.CONNECTED_AT)
        known = f"，最近一次连上是 {since:%m-%d %H:%M}" if since else ""
        text = (
            f"连不上 MQTT 服务器{known}；请检查 [plugin.call_button.broker] 的地址、密码和证书，"
            "以及 Mosquitto 是否在运行"
        )
        yield Finding("call_button_broker_gone", text, grave=True, beside=True)
    elif drivers & _listening() and _is_quiet(heard := _moment(sign, figures.LAST_AT)):
        known = f"{heard:%m-%d %H:%M} 以来" if heard else "启动以来"
        text = f"{known}没有收到任何呼叫器的消息；请检查网关（Zigbee2MQTT、ChirpStack）是否在线、主题是否写对"
        yield Finding("call_button_nothing_heard", text, grave=False)
    if _is_recent(sign, figures.REFUSED_AT) and _is_after(sign, figures.REFUSED_AT, figures.CONNECTED_AT):
        text = (
            "MQTT 服务器拒绝了监听进程的登录或订阅；请重新运行 gridgov button broker-config 并核对用户和密码"
        )
        yield Finding("call_button_broker_refuses", text, grave=True, beside=True)
    if _is_recent(sign, figures.SESSION_LOST_AT):
        text = (
            "MQTT 服务器忘记了监听进程的会话，断线期间的按键可能已丢失；"
            "请在 mosquitto.conf 里设 persistence true，不要设 persistent_client_expiration"
        )
        yield Finding("call_button_no_persistence", text, grave=False)
    for name in sorted(drivers):
        if _is_recent(sign, figures.QOS0_AT + name):
            how = _QOS.get(name, _ANY_QOS)
            text = f"{_title(name)} 以 QoS 0 发送消息，断线时按键会丢；{how}"
            yield Finding("call_button_qos", text, grave=False)
    if _is_recent(sign, figures.RETAINED_AT) and _has_retained_press():
        text = (
            "收到过 MQTT 服务器留存（retain）的按键；它们不响铃，列在被拒消息里。"
            "请在网关里关闭 retain（Zigbee2MQTT：device_options: {retain: false}）"
        )
        yield Finding("call_button_retained", text, grave=False)


def _drivers_of_devices() -> set[str]:
    rows = Device.unscoped(_WHY, Device.driver).where(Device.state == ACTIVE).distinct()
    return {row.driver for row in rows}


def _listening() -> set[str]:
    """Drivers that are fed by the broker."""
    settings = plugin_settings("call_button")
    return {name for name, driver in device_drivers().items() if driver.topics(settings)}


def _has_retained_press() -> bool:
    recent = (RefusedMessage.why == RETAINED) & (RefusedMessage.at > now() - RECENT)
    return bool(RefusedMessage.select().where(recent).exists())


def _title(name: str) -> str:
    driver = device_drivers().get(name)
    return driver.title if driver is not None else name


def _moment(sign: CompanionSign, figure: str) -> datetime | None:
    seconds = sign.figures.get(figure)
    return datetime.fromtimestamp(seconds, CHINA) if seconds else None


def _is_recent(sign: CompanionSign, figure: str) -> bool:
    at = _moment(sign, figure)
    return at is not None and now() - at < RECENT


def _is_quiet(heard: datetime | None) -> bool:
    return heard is None or now() - heard > QUIET


def _is_after(sign: CompanionSign, figure: str, other: str) -> bool:
    return sign.figures.get(figure, 0.0) > sign.figures.get(other, 0.0)
