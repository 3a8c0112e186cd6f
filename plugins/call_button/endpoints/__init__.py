"""The JSON interface of the call button plugin: one blueprint, one file for each subject."""

import re

from core.api import Blueprint
from core.errors import NotFound
from core.text import N_

api = Blueprint("call_button", __name__, description=N_("一键呼叫：设备、呼叫、值班"))


def key(text: str) -> int:
    """A key of an address as a number. Raises NotFound for what no row can have."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise NotFound
    return int(text)
