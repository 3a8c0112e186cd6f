"""How secret choices are kept: sealed by the county's keys, bound to voter and number, all of one length.

What a seal keeps off, and what it does not. Nobody is shown a single choice of a secret version: not the
voter (who could be made to show it), not staff, not an export; counts are given after the close, none
before (queries.tally). Whoever holds the database alone learns nothing. But an operator who holds the
database and the key file can unseal everything: this is secrecy of office and not of mathematics. Without
the keys an operator still sees who has voted, when, how often and through whom; that a unanimous result, or
a group of one, shows everybody's choice; and, from two copies of the counts made around one ballot, that
ballot (which is why there are no counts before the close, and receipts are listed without order or time).
A helper knows the choice of whom they help, and those who enter and check a paper have read it; its photo
is shown to nobody after the check. Opinions are shown without names, in an order of their own; a voter
may still be known by their words.
"""

import base64

from core.county import county

_PURPOSE = "supervision_ballot"
_WIDTH = 8  # longer than any choice: the length of what is sealed says nothing


def seal_choice(choice: str, roll_entry_id: int, number: int) -> str:
    """A choice as it is stored in a secret version, the same length for each."""
    return _seal(choice.ljust(_WIDTH), f"choice:{roll_entry_id}:{number}")


def open_choice(sealed: str, roll_entry_id: int, number: int) -> str:
    """What was chosen. Raises ValueError where it was altered or moved to another voter's line."""
    return _open(sealed, f"choice:{roll_entry_id}:{number}").rstrip()


def seal_opinion(opinion: str, roll_entry_id: int, number: int) -> str:
    """An opinion of a secret version; an empty one stays empty."""
    return _seal(opinion, f"opinion:{roll_entry_id}:{number}") if opinion else ""


def open_opinion(sealed: str, roll_entry_id: int, number: int) -> str:
    """What was said. Raises ValueError."""
    return _open(sealed, f"opinion:{roll_entry_id}:{number}") if sealed else ""


def _seal(text: str, purpose: str) -> str:
    return base64.b64encode(county().keys.seal(text, f"{_PURPOSE}.{purpose}")).decode()


def _open(sealed: str, purpose: str) -> str:
    return county().keys.unseal(base64.b64decode(sealed), f"{_PURPOSE}.{purpose}")
