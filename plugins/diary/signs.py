"""What a text is found by: each of its signs and each pair of signs that stand side by side, as numbers.

A sign is its Unicode number, a pair two of them in one. The letters A to Z count as a to z; nothing else is
folded, as in `core.db.contains`.
"""

import string
from itertools import pairwise

_PAIR_BITS = 21  # Unicode ends at 0x10FFFF
_TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def signs_of(text: str) -> set[int]:
    """Every sign and pair of a text. Nobody searches for blanks, so none is in it."""
    found: set[int] = set()
    for part in text.translate(_TO_LOWER).split():
        numbers = [ord(sign) for sign in part]
        found.update(numbers)
        found.update(_pair(*both) for both in pairwise(numbers))
    return found


def signs_wanted(word: str) -> list[int]:
    """What every text with the word has: its pairs; of a word of one sign, the sign."""
    numbers = [ord(sign) for sign in word.translate(_TO_LOWER)]
    if len(numbers) == 1:
        return numbers
    return sorted({_pair(*both) for both in pairwise(numbers)})


def _pair(first: int, second: int) -> int:
    return first << _PAIR_BITS | second
