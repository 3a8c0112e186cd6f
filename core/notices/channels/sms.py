"""The county's SMS gateway: any address that takes a POST of JSON (docs/county-it.md has the shape)."""

from core.hookspecs import Message
from core.notices.channels.answers import post_json
from core.notices.errors import Undelivered
from core.notices.settings import sms_address
from core.text import N_


def send_sms(message: Message) -> None:
    """`{"id", "phone", "text"}`, the token as bearer; one id is one message. Raises Undelivered."""
    url, token = sms_address()
    if not url:
        raise Undelivered(N_("没有配置短信网关"), permanent=True)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    post_json(url, {"id": message.id, "phone": message.address, "text": message.text}, headers)
