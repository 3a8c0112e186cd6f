"""The form in which final minutes are hashed: one text for one content, whoever writes it down."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FORM = "gridgov.minutes/1"


def canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted keys and without spaces, as UTF-8 text; lists keep their order."""
    return json.dumps(
        {"form": FORM, **content}, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def digest_of(text: str) -> str:
    """SHA-256 of the canonical text, as 64 hex signs."""
    return hashlib.sha256(text.encode()).hexdigest()


def missing_residents(residents: int, present: int, percent: int) -> int:
    """How many more ordinary residents must come until they are `percent` of all; 0 when they are.

    Whole numbers only: residents x 100 >= percent x present. `percent` is below 100.
    """
    lacking = percent * present - 100 * residents
    return max(0, -(-lacking // (100 - percent)))
