"""The JSON interface of the supervision plugin: one blueprint, one file for each subject."""

import re

from core.api import Blueprint
from core.errors import NotFound
from core.text import N_

api = Blueprint("supervision", __name__, description=N_("监督：权力清单、决策事项、一键监督"))


def key(text: str) -> int:
    """A key of an address as a number. Raises NotFound for what no row can have."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise NotFound
    return int(text)
