"""The ways out that come with gridgov: an SMS gateway, and robots of DingTalk and WeCom groups."""

from core.hookspecs import Channel
from core.notices.channels.dingtalk import send_dingtalk
from core.notices.channels.sms import send_sms
from core.notices.channels.wecom import send_wecom
from core.notices.settings import robots, sms_address
from core.text import N_


def shipped() -> list[Channel]:
    """The channels; a robot takes 20 messages a minute and then closes for ten."""
    return [
        Channel("sms", N_("短信"), send_sms, "phone", 60, 420, lambda: bool(sms_address()[0])),
        Channel("dingtalk", N_("钉钉群机器人"), send_dingtalk, "group", 18, 2000, lambda: _has("dingtalk")),
        Channel("wecom", N_("企业微信群机器人"), send_wecom, "group", 18, 2048, lambda: _has("wecom")),
    ]


def _has(channel: str) -> bool:
    return any(robot.channel == channel for robot in robots())
