"""Where a message reaches a person: read when it is sent, kept nowhere, shown to nobody."""

from collections.abc import Iterable

from core.people.models import MEMBER, Person
from core.people.sealing import open_phone

_BATCH = 500


def phones_for_messages(person_ids: Iterable[int]) -> dict[int, str]:
    """Person id -> phone number, for members who have one; only for sending them something."""
    phones: dict[int, str] = {}
    wanted = sorted(set(person_ids))
    for start in range(0, len(wanted), _BATCH):
        rows = Person.unscoped("a message finds its reader wherever he lives", Person.id, Person.phone_sealed)
        for row in rows.where(Person.id.in_(wanted[start : start + _BATCH]) & MEMBER):
            if row.phone_sealed is not None:
                phones[row.id] = open_phone(row.phone_sealed)
    return phones
