"""Whether devices and what they send are as they should be."""

from collections.abc import Iterable
from datetime import timedelta

from peewee import fn

from core.clock import now
from core.db import rows
from core.hookspecs import Finding
from core.text import N_
from plugins.call_button.models.devices import ACTIVE, Device, RefusedMessage
from plugins.call_button.queries.device_keys import is_deaf
from plugins.call_button.refusal_words import FAILED, FORGED

_DAY = timedelta(days=1)
_MANY_FORGED = 100
_ALL = "how many devices of the whole county are silent"


def findings() -> Iterable[Finding]:
    """Messages that broke our own program, many forged ones, nothing heard at all, many silent devices."""
    lately = RefusedMessage.select(RefusedMessage.why, fn.SUM(RefusedMessage.times)).where(
        RefusedMessage.at > now() - _DAY
    )
    times = {str(why): int(count) for why, count in rows(lately.group_by(RefusedMessage.why))}
    if times.get(FAILED):
        text = N_("有设备消息没有存下，请运行 gridgov button unreadable 查看，并告知维护人员。")
        yield Finding("call_button_message_failed", text, grave=True, beside=True)
    if times.get(FORGED, 0) > _MANY_FORGED:
        text = N_("一天内有许多签名不符的设备消息，可能有人冒充呼叫器，请在“未采纳的消息”中查看。")
        yield Finding("call_button_many_forged", text, grave=False)
    if is_deaf():
        text = N_("六个小时没有收到任何呼叫器的消息，请检查消息服务器、网关和 gridgov bridge。")
        yield Finding("call_button_deaf", text, grave=True, beside=True)
    silent = Device.unscoped(_ALL, fn.COUNT(Device.id)).where(
        (Device.state == ACTIVE) & Device.silent_since.is_null(False)
    )
    if (count := silent.scalar()) > 0:
        text = N_("有呼叫器失联，请在“呼叫器”中查看。")
        yield Finding("call_button_silent", text, grave=bool(count > _MANY_FORGED), beside=True)
