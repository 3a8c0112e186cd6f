"""Sensitive fields in the row: sealed, and found again by a keyed hash. The only place that knows how."""

from collections.abc import Sequence

from core.county import county

_CITIZEN_ID, _PHONE, _ADDRESS = "people_person.citizen_id", "people_person.phone", "people_household.address"


def seal_citizen_id(number: str) -> tuple[bytes | None, bytes | None]:
    """Sealed value and look-up of a checked number; a pair of None for an empty one."""
    return _pair(number, _CITIZEN_ID)


def seal_phone(number: str) -> tuple[bytes | None, bytes | None]:
    """Sealed value and look-up of a checked phone; a pair of None for an empty one."""
    return _pair(number, _PHONE)


def seal_citizen_ids(numbers: Sequence[str]) -> tuple[list[bytes | None], list[bytes | None]]:
    """Sealed values and look-ups of many checked numbers; None for empty ones."""
    return _pairs(numbers, _CITIZEN_ID)


def seal_phones(numbers: Sequence[str]) -> tuple[list[bytes | None], list[bytes | None]]:
    """Sealed values and look-ups of many checked phones; None for empty ones."""
    return _pairs(numbers, _PHONE)


def seal_address(text: str) -> bytes | None:
    """A sealed address, which cannot be looked up."""
    return county().keys.seal(text, _ADDRESS) if text else None


def index_citizen_id(number: str) -> bytes:
    """What a checked number is looked up by."""
    return county().keys.blind_index(number, _CITIZEN_ID)


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


def _pairs(texts: Sequence[str], purpose: str) -> tuple[list[bytes | None], list[bytes | None]]:
    keys = county().keys
    sealed: list[bytes | None] = [*keys.seal_all(texts, purpose)]
    looked_up: list[bytes | None] = [*keys.blind_index_all(texts, purpose)]
    for place, text in enumerate(texts):
        if not text:
            sealed[place] = looked_up[place] = None
    return sealed, looked_up


def _open(sealed: bytes | None, purpose: str) -> str:
    return county().keys.unseal(bytes(sealed), purpose) if sealed else ""
