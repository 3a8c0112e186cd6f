"""How alike two texts are: the share of pairs of neighbouring signs that they have in common (Dice)."""

import unicodedata
from collections import Counter
from itertools import pairwise

_LONGEST = 400


def likeness(one: str, other: str) -> float:
    """0.0 (nothing in common) to 1.0 (the same), whatever the width of signs, spaces and punctuation."""
    first, second = _pairs(one), _pairs(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).lower()
    signs = [sign for sign in plain if unicodedata.category(sign)[0] in "LN"]
    return Counter(one + other for one, other in pairwise(signs))
