"""An entry as a device signed it: read strictly, never put right."""

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from core.db import from_milliseconds
from core.value_classes import value_class

GENESIS = "0" * 64
LONGEST_TEXT, ITEMS_AT_MOST, QUANTITY_AT_MOST = 6_000, 50, 999
_POINTS_AT_MOST = 10_000_000
_KEYS = {"device", "seq", "quota", "card", "items", "points", "at", "previous"}
_TIMES = (946_684_800_000, 7_258_118_400_000)  # the years 2000 to 2200


class BadEntry(ValueError):
    """Signed perhaps, but no entry."""


@value_class
class Item:
    """A product, how many of it, and the points for all pieces."""

    product_id: int
    quantity: int
    points: int


@value_class
class SignedEntry:
    """The words of a device and its signature under them, as they came."""

    text: str
    signature: bytes


@value_class
class Claim:
    """What an entry says. `card`: the code that was scanned; `quota`: out of what it was paid."""

    device: str
    seq: int
    quota: str
    card: str
    items: tuple[Item, ...]
    points: int
    at: datetime
    previous: str


def hash_of(text: str) -> str:
    """What the next entry names as the one before it."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_entry(raw_text: str) -> Claim:
    """What an entry says. Raises BadEntry for anything that our own page would not have written."""
    if len(raw_text) > LONGEST_TEXT:
        raise BadEntry("too long")
    try:
        raw: Any = json.loads(raw_text)
    except (ValueError, RecursionError):
        raise BadEntry("no JSON") from None
    if not isinstance(raw, dict) or set(raw) != _KEYS:
        raise BadEntry("other fields")
    items = raw["items"]
    if not isinstance(items, list) or not 1 <= len(items) <= ITEMS_AT_MOST:
        raise BadEntry("items")
    low, high = _TIMES
    return Claim(
        device=_matching(raw["device"], r"[0-9a-f]{16}"),
        seq=_whole(raw["seq"], 1, 2**31 - 1),
        quota=_matching(raw["quota"], r"[0-9A-Z]{12}"),
        card=_matching(raw["card"], r"[\x21-\x7e]{1,400}"),
        items=tuple(_item(item) for item in items),
        points=_whole(raw["points"], 1, _POINTS_AT_MOST),
        at=from_milliseconds(_whole(raw["at"], low, high)),
        previous=_matching(raw["previous"], r"[0-9a-f]{64}"),
    )


def _item(raw: Any) -> Item:
    if not isinstance(raw, list) or len(raw) != 3:
        raise BadEntry("item")
    return Item(
        _whole(raw[0], 1, 2**53), _whole(raw[1], 1, QUANTITY_AT_MOST), _whole(raw[2], 1, _POINTS_AT_MOST)
    )


def _whole(raw: Any, least: int, most: int) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
        raise BadEntry("number")
    return raw


def _matching(raw: Any, pattern: str) -> str:
    if not isinstance(raw, str) or not re.fullmatch(pattern, raw):
        raise BadEntry("text")
    return raw
