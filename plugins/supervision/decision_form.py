"""The form in which a published text is hashed: one text for one content, whoever writes it down."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FORM = "gridgov.decision/1"


def canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted keys and without spaces, as UTF-8 text; lists keep their order."""
    return json.dumps(
        {"form": FORM, **content}, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def digest_of(text: str) -> str:
    """SHA-256 of the canonical text, as 64 hex signs."""
    return hashlib.sha256(text.encode()).hexdigest()


def text_digest(title: str, text: str, budget_fen: int | None) -> str:
    """The mark of a draft: what lay on the table of a meeting."""
    return digest_of(canonical({"title": title, "text": text, "budget_fen": budget_fen}))
