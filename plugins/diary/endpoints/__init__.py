"""The JSON interface of the diary plugin: one blueprint, one file for each subject."""

import re

from core.api import Blueprint
from core.errors import NotFound
from core.text import N_

api = Blueprint("diary", __name__, description=N_("民情日记：派驻、走访、日记"))


def key(text: str) -> int:
    """A key of an address as a number. Raises NotFound for what no row can have."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise NotFound
    return int(text)
