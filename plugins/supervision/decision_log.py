"""The decision log as a chain: each line's hash covers the hash before it and all of the line. No database.

A genuine body is JSON on one line and an area code has digits only, so no two lines have the same text.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def body_of(facts: Mapping[str, Any]) -> str:
    """What happened, as canonical JSON."""
    return _encode(facts)


def link(previous: str, number: int, at: int, decision_id: int, area_code: str, body: str) -> str:
    """The hash of a line. `at` in milliseconds. Raises ValueError, TypeError for what no line of ours holds."""
    if not area_code.isdecimal():
        raise ValueError(area_code)
    line = f"{previous}\n{number:d}\n{at:d}\n{decision_id:d}\n{area_code}\n{body}"
    return hashlib.sha256(line.encode()).hexdigest()
