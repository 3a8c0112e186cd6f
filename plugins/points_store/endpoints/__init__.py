"""The JSON interface of the points store, a file for each part of it."""

from core.api import Blueprint
from core.errors import NotFound
from core.text import N_

api = Blueprint("points_store", __name__, description=N_("新风超市：积分的发放与兑换"))
P = "points_store."
SIGNED_IN = "signed in"


def parse_id(raw_id: str) -> int:
    """An id out of an address. Raises NotFound when it is none."""
    if not raw_id.isascii() or not raw_id.isdigit() or len(raw_id) > 15:
        raise NotFound
    return int(raw_id)
