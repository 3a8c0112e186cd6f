"""What ties a step of a timeline to the one before it and to the record."""

import hashlib
import json
from datetime import datetime
from typing import Any

from core.db import milliseconds

# Digests are added up, so that half a million of them are compared without being kept.
WHOLE = 1 << 256


def step_digest(previous: str, *parts: Any) -> str:
    """What ties a step to the one before it: any change of either is seen."""
    plain = [milliseconds(part) if isinstance(part, datetime) else part for part in (previous, *parts)]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def added(total: int, digest: str) -> int:
    """A sum of digests with one more; a digest that is none counts as 0."""
    try:
        return (total + int(digest, 16)) % WHOLE
    except ValueError:
        return total
