"""A text message from a number that is known: a press. A digit in it is the key, else it is the first.

Which number belongs to which home is for whoever keeps the devices; here it is only an address.
"""

import re
from collections.abc import Iterable

from core.devices import DeviceDriver, DeviceInput, DeviceModel, Reading, Unreadable
from core.text import N_

NAME = "call_button.sms"
MODELS = (DeviceModel("sms_4", N_("短信呼叫器"), ("1", "2", "3", "4"), silent_after=None),)
_LONGEST = 2_000


def read(message: DeviceInput) -> Iterable[Reading]:
    """`topic` is the sender's number, `payload` the text (UTF-8). Raises Unreadable."""
    number = re.sub(r"[\s()-]", "", message.topic)
    if not re.fullmatch(r"\+?[0-9]{5,20}", number):
        raise Unreadable("不是电话号码")
    if len(message.payload) > _LONGEST:
        raise Unreadable("消息过长")
    try:
        text = message.payload.decode()
    except UnicodeDecodeError:
        raise Unreadable("短信内容无法识别") from None
    found = re.search(r"[1-4]", text)
    return (Reading(source=number.removeprefix("+86"), key=found.group() if found else "1"),)


DRIVER = DeviceDriver(NAME, N_("短信"), MODELS, read)
