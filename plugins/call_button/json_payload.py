"""Reading JSON that strangers send: everything that is not as expected is Unreadable, never a crash."""

import json
import math
from datetime import UTC, datetime
from typing import Any, Final

from core.devices import Unreadable

# A message of a device is some hundred bytes long; with all that gateways add, a few thousand.
LONGEST: Final = 65_536
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def object_of(payload: bytes) -> dict[str, Any]:
    """The JSON object that `payload` is. Raises Unreadable."""
    if len(payload) > LONGEST:
        raise Unreadable("消息过长")
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        raise Unreadable("不是 JSON") from None
    if not isinstance(found, dict):
        raise Unreadable("不是 JSON 对象")
    return found


def text_of(value: Any, longest: int = 120) -> str:
    """A text; empty for anything else, and for what no table can hold. Raises Unreadable if too long."""
    if not isinstance(value, str):
        return ""
    if len(value) > longest:
        raise Unreadable("内容过长")
    if not value.isprintable():
        raise Unreadable("含有无法识别的字符")
    return value


def number_of(value: Any, lowest: int, highest: int) -> int | None:
    """A number within bounds, rounded; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(value) if lowest <= value <= highest else None


def moment_of(value: Any) -> datetime | None:
    """A moment: RFC 3339 with an offset, or seconds or milliseconds since 1970; None for anything else."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo is not None and _EARLIEST < found < _LATEST else None
