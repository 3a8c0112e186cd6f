"""Robots of WeCom groups (企业微信群机器人): text of at most 2,048 bytes, 20 messages a minute."""

from core.hookspecs import Message
from core.notices.channels.answers import demand_no_errcode, post_json
from core.notices.errors import Undelivered
from core.notices.settings import robot
from core.text import N_

_THROTTLED, _CLOSED_SECONDS = (45009, 45033), 60.0


def send_wecom(message: Message) -> None:
    """Post to the robot named by the message's address. Raises Undelivered."""
    found = robot(message.address)
    if found is None:
        raise Undelivered(N_("配置里已没有这个机器人"), permanent=True)
    answer = post_json(found.url, {"msgtype": "text", "text": {"content": message.text}})
    demand_no_errcode(answer, throttled=_THROTTLED, wait=_CLOSED_SECONDS)
