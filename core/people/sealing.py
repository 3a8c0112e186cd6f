"""Sensitive fields in the row: sealed, and found again by a keyed hash. The only place that knows how."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from core.county import county
from core.people.sealing_aside import Column, Sealed, seal_column, sealing_aside

# Checked ID numbers and phones of the same persons, empty for none.
Numbers = tuple[Sequence[str], Sequence[str]]
# From so many persons on a second process seals sooner than it starts.
_WORTH_A_PROCESS = 10_000
_CITIZEN_ID, _PHONE, _ADDRESS = "people_person.citizen_id", "people_person.phone", "people_household.address"


def seal_citizen_id(number: str) -> tuple[bytes | None, bytes | None]:
    """Sealed value and look-up of a checked number; a pair of None for an empty one."""
    return _pair(number, _CITIZEN_ID)


def seal_phone(number: str) -> tuple[bytes | None, bytes | None]:
    """Sealed value and look-up of a checked phone; a pair of None for an empty one."""
    return _pair(number, _PHONE)


@contextmanager
def sealing_numbers(numbers: Callable[[], Iterable[Numbers]], count: int) -> Iterator[Iterator[Sealed]]:
    """Within it, sealed values and look-ups: for each of `numbers` of the ID numbers, then of the phones.

    `count`: how many persons there are in all; for many a second process works ahead.
    """
    keys = county().keys

    def columns() -> Iterator[Column]:
        for citizen_ids, phones in numbers():
            yield citizen_ids, _CITIZEN_ID
            yield phones, _PHONE

    if count < _WORTH_A_PROCESS:
        yield (seal_column(keys, *column) for column in columns())
        return
    with sealing_aside(keys, columns) as sealed:
        yield sealed


def seal_addresses(texts: Sequence[str]) -> list[bytes | None]:
    """Sealed addresses; None for empty ones."""
    return [
        sealed if text else None
        for text, sealed in zip(texts, county().keys.seal_all(texts, _ADDRESS), strict=True)
    ]


def seal_address(text: str) -> bytes | None:
    """A sealed address, which cannot be looked up."""
    return county().keys.seal(text, _ADDRESS) if text else None


def index_citizen_id(number: str) -> bytes:
    """What a checked number is looked up by."""
    return county().keys.blind_index(number, _CITIZEN_ID)


def index_of_moved(number: str, person_id: int) -> bytes:
    """In place of the look-up of somebody who moved away: found by no number, which is free elsewhere."""
    return county().keys.blind_index(f"{number} {person_id}", _CITIZEN_ID)


def index_phone(number: str) -> bytes:
    """What a checked phone is looked up by."""
    return county().keys.blind_index(number, _PHONE)


def open_citizen_id(sealed: bytes | None) -> str:
    """The number in clear; empty for none."""
    return _open(sealed, _CITIZEN_ID)


def open_phone(sealed: bytes | None) -> str:
    """The phone in clear; empty for none."""
    return _open(sealed, _PHONE)


def open_address(sealed: bytes | None) -> str:
    """The address in clear; empty for none."""
    return _open(sealed, _ADDRESS)


def _pair(text: str, purpose: str) -> tuple[bytes | None, bytes | None]:
    if not text:
        return None, None
    keys = county().keys
    return keys.seal(text, purpose), keys.blind_index(text, purpose)


def _open(sealed: bytes | None, purpose: str) -> str:
    return county().keys.unseal(bytes(sealed), purpose) if sealed else ""
