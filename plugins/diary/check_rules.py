"""How a spot check is drawn: by rules that anybody can follow with the list and `sha256sum`.

The list is the ids of everything that can be drawn, in the order of their numbers, one a line; its
fingerprint is the SHA-256 of that text. Each id's lot is the SHA-256 of seed, public number, fingerprint and
id, one a line (no line end behind the id). The smallest lots are drawn.
"""

import hashlib
from collections.abc import Iterable, Sequence


def list_text(ids: Iterable[int]) -> str:
    """The list as it is published: one id a line, in their order."""
    return "".join(f"{number}\n" for number in sorted(set(ids)))


def fingerprint(text: str) -> str:
    """The SHA-256 of a list."""
    return hashlib.sha256(text.encode()).hexdigest()


def lot(seed: str, beacon: str, mark: str, number: int) -> str:
    """What decides about one id. `beacon`: the public number, or empty; `mark`: the list's fingerprint."""
    return hashlib.sha256(f"{seed}\n{beacon}\n{mark}\n{number}".encode()).hexdigest()


def draw(text: str, wanted: int, *, seed: str, beacon: str) -> list[tuple[str, int]]:
    """The `wanted` smallest lots of a list with their ids, the smallest first."""
    mark = fingerprint(text)
    return sorted((lot(seed, beacon, mark, number), number) for number in ids_of(text))[:wanted]


def ids_of(text: str) -> Sequence[int]:
    """The ids of a list."""
    return [int(line) for line in text.splitlines()]
