"""Texts for other eyes: names, ID numbers and phones of those concerned are taken out."""

import re
from collections.abc import Iterable

from core.logs import blotted

# Shorter ones stand in too many other words.
_SHORTEST = 2
# The texts are Chinese whoever reads them, and so are these.
CITIZEN_ID, PHONE = "［证件号］", "［电话］"
# 电话：138… says what it is before the number; the mark says it too.
_NAMED_TWICE = re.compile(
    f"(?:身份证|证件)号?码?[：: ]*(?={CITIZEN_ID})|(?:电话|手机)号?码?[：: ]*(?={PHONE})"
)


def without_names(text: str, names: Iterable[str]) -> str:
    """`text` with each name as its first sign and 某, and without ID numbers and phones."""
    for name in sorted(set(names), key=len, reverse=True):
        if len(name) >= _SHORTEST:
            text = text.replace(name, f"{name[0]}某")
    return without_numbers(text)


def without_numbers(text: str) -> str:
    """`text` without ID numbers and phones: for lists, which more people see than work on the case."""
    return _NAMED_TWICE.sub("", blotted(text, CITIZEN_ID, PHONE))
