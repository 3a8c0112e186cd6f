"""Citizen ID numbers, phones and names: is it right, and how it looks when not shown.

The check follows GB 11643-1999: 17 digits and an ISO 7064 MOD 11-2 check digit. The region
code is never checked: counties are renamed and renumbered, and people keep the number they
were given (a resident of Shengzhou may carry 330623, 330683 or a code that no list knows).
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import repeat
from operator import mul

from core.clock import today
from core.people.errors import BadPhone, CitizenIdDate, CitizenIdDigit, CitizenIdShape

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
_SHAPES = re.compile(rf"(?:{_SHAPE.pattern})*")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
# Full-width digits and letters as Chinese keyboards type them, and the signs people put between groups.
_NARROW = str.maketrans(
    {
        **{chr(0xFF10 + n): str(n) for n in range(10)},
        **dict.fromkeys("xＸｘ×Χχ", "X"),
        **dict.fromkeys(" \u3000\u00a0\t-－—–‐", None),
    }
)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{9,11}")
_PHONES = re.compile(rf"(?:(?:{_MOBILE.pattern}|{_LANDLINE.pattern})\n)*")


def check_citizen_id(text: str, *, on: date | None = None) -> str:
    """The number in its normal form (18 signs, ASCII, capital X). `on`: the day of checking (today).

    Raises CitizenIdShape, CitizenIdDate (no real date of birth, or a future one) or CitizenIdDigit.
    """
    number = text if _SHAPE.fullmatch(text) else text.translate(_NARROW)
    if _SHAPE.fullmatch(number) is None:
        raise CitizenIdShape
    if not _is_birthday(number[6:14], on or today()):
        raise CitizenIdDate
    if check_digit(number[:17]) != number[17]:
        raise CitizenIdDigit
    return number


def are_right(numbers: Sequence[str], *, on: date) -> bool:
    """Whether `check_citizen_id` would give all of `numbers` back as they are: a table's column at once."""
    text = "".join(numbers)
    return (
        set(map(len, numbers)) <= {18}
        and _SHAPES.fullmatch(text) is not None
        and all(map(_is_birthday, {number[6:14] for number in numbers}, repeat(on)))
        and _check_digits_are_right(text)
    )


def _check_digits_are_right(text: str) -> bool:
    """Of all numbers in `text`, 18 signs each: 17 digits by their weights and the check digit are 1 of 11."""
    signs = text.replace("X", ":").encode()  # the sign after 9 stands for ten
    count = len(signs) // 18
    # Sums of all numbers are made together, in one long number with two bytes for each: none exceeds 5,858.
    # The signs' own codes are their digits plus 48, and 48 times the weights' sum and 1 (101) leaves 8 of 11.
    total = 0
    for place, weight in enumerate((*_WEIGHTS, 1)):
        spread = bytearray(2 * count)
        spread[::2] = signs[place::18]
        total += weight * int.from_bytes(spread, "little")
    sums = total.to_bytes(2 * count, "little")
    return all((low + 256 * high) % 11 == 9 for low, high in set(zip(sums[::2], sums[1::2], strict=True)))


@lru_cache(maxsize=50_000)
def _is_birthday(digits: str, on: date) -> bool:
    """Whether YYYYMMDD is a day from 1800 to `on`."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born <= on and born.year >= 1800


def check_digit(first17: str) -> str:
    """The 18th sign that belongs to 17 digits (GB 11643, MOD 11-2)."""
    # The signs' own codes are their digits plus 48, and 48 times the weights' sum (100) leaves 4 of 11.
    return _CHECK_DIGITS[(sum(map(mul, first17.encode(), _WEIGHTS)) - 4) % 11]


def check_phone(text: str) -> str:
    """The number as digits only: a mobile one, or a landline with its area code. Raises BadPhone."""
    if _MOBILE.fullmatch(text):
        return text
    number = text.translate(_NARROW).removeprefix("+86")
    if number.startswith("86") and len(number) == 13:
        number = number[2:]
    number = number.replace("(", "").replace(")", "").replace("（", "").replace("）", "")
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return number
    raise BadPhone


def are_phones(numbers: Sequence[str]) -> bool:
    """Whether `check_phone` would give all of `numbers` back as they are: a table's column at once."""
    return _PHONES.fullmatch("\n".join((*numbers, ""))) is not None


def mask_citizen_id(number: str) -> str:
    """330***********0002."""
    return f"{number[:3]}***********{number[-4:]}"


def mask_phone(number: str) -> str:
    """138****0000; of a landline the last two digits."""
    return f"{number[:3]}****{number[-4:] if len(number) == 11 and number[0] == '1' else number[-2:]}"


def mask_name(name: str) -> str:
    """The surname's first sign: 张**."""
    return name[:1] + "*" * max(1, len(name) - 1)
