"""Robots of DingTalk groups (钉钉自定义机器人): signed, 20 messages a minute, errors in answers of 200."""

import base64
import hmac
import time
from urllib.parse import quote

from core.hookspecs import Message
from core.notices.channels.answers import demand_no_errcode, post_json
from core.notices.errors import Undelivered
from core.notices.settings import robot
from core.text import N_

# "Sent too fast": the robot is closed for ten minutes.
_THROTTLED, _CLOSED_SECONDS = (130101, 90018, 410100), 600.0


def send_dingtalk(message: Message) -> None:
    """Post to the robot named by the message's address. Raises Undelivered."""
    found = robot(message.address)
    if found is None:
        raise Undelivered(N_("配置里已没有这个机器人"), permanent=True)
    url = found.url + (signature(found.secret, int(time.time() * 1000)) if found.secret else "")
    answer = post_json(url, {"msgtype": "text", "text": {"content": message.text}})
    demand_no_errcode(answer, throttled=_THROTTLED, wait=_CLOSED_SECONDS)


def signature(secret: str, milliseconds: int) -> str:
    """What a robot with a secret wants in the address: time and HMAC-SHA256 of "time, line end, secret"."""
    digest = hmac.digest(secret.encode(), f"{milliseconds}\n{secret}".encode(), "sha256")
    return f"&timestamp={milliseconds}&sign={quote(base64.b64encode(digest), safe='')}"
