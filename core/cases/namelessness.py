"""Answers that everybody may read: names, numbers and phones of those concerned are taken out."""

from collections.abc import Iterable

from core.logs import scrub

# Shorter ones stand in too many other words.
_SHORTEST = 2


def without_names(text: str, names: Iterable[str]) -> str:
    """`text` with each name as its first sign and 某, and without ID numbers, phones and cards."""
    for name in sorted(set(names), key=len, reverse=True):
        if len(name) >= _SHORTEST:
            text = text.replace(name, f"{name[0]}某")
    return scrub(text)
