"""Who is kin to whom: nobody decides about their own (回避). Whoever lives in one household is kin.

Leaving the register ends no kinship: nobody decides about the estate of their own dead either.
"""

from collections.abc import Iterable
from typing import Any

from core.people.models import Kinship, Person
from core.scope import AreaScope
from core.value_classes import value_class

_IDS = "ids only, for the recusal of somebody who acts"


@value_class
class KinView:
    """A kinship as the household's page shows it: `kin_name` is `relation` of `person_name`."""

    id: int
    person_name: str
    kin_id: int
    kin_name: str
    relation: str


def kin_of(person_id: int) -> frozenset[int]:
    """Everybody who is kin to a person: the registered ones, both ways, and who lives in one household."""
    return _registered_kin(person_id) | _members([person_id]) - {person_id}


def are_kin(one: int, other: int) -> bool:
    """Whether two persons are kin, or one and the same."""
    return one == other or other in kin_of(one)


def kin_households(person_id: int) -> frozenset[int]:
    """The households in which a person or somebody registered as kin lives: what they keep out of."""
    return kin_households_of([person_id])[person_id]


def kin_households_of(person_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """The same for many persons at once (some hundred): person -> households, in two statements."""
    kin = {person_id: {person_id} for person_id in person_ids}
    rows: Any = Kinship.select(Kinship.person_id, Kinship.kin_id).where(
        Kinship.person_id.in_(sorted(kin)) | Kinship.kin_id.in_(sorted(kin))
    )
    for one, other in rows.tuples():
        for person_id, relative in ((one, other), (other, one)):
            if person_id in kin:
                kin[person_id].add(relative)
    wanted = sorted({one for relatives in kin.values() for one in relatives})
    lives: Any = Person.unscoped(_IDS, Person.id, Person.household_id).where(Person.id.in_(wanted))
    homes = dict(lives.tuples())
    return {
        person_id: frozenset(homes[one] for one in relatives if one in homes)
        for person_id, relatives in kin.items()
    }


def kinships_of(scope: AreaScope, household_id: int) -> list[KinView]:
    """The kinships that are registered for members of a household, which the caller may see.

    Whoever lives outside of `scope` keeps an empty name: areas are walls.
    """
    members: Any = Person.unscoped(_IDS, Person.id).where(Person.household_id == household_id)
    rows = list(
        Kinship.select()
        .where(Kinship.person_id.in_(members) | Kinship.kin_id.in_(members))
        .order_by(Kinship.id)
    )
    wanted = {row.person_id for row in rows} | {row.kin_id for row in rows}
    found: Any = Person.within(scope, Person.id, Person.name).where(Person.id.in_(sorted(wanted)))
    names: dict[int, str] = dict(found.tuples())
    return [
        KinView(row.id, names.get(row.person_id, ""), row.kin_id, names.get(row.kin_id, ""), row.relation)
        for row in rows
    ]


def _registered_kin(person_id: int) -> frozenset[int]:
    rows = Kinship.select(Kinship.person_id, Kinship.kin_id).where(
        (Kinship.person_id == person_id) | (Kinship.kin_id == person_id)
    )
    return frozenset(row.kin_id if row.person_id == person_id else row.person_id for row in rows)


def _members(person_ids: Iterable[int]) -> frozenset[int]:
    homes: Any = Person.unscoped(_IDS, Person.household_id).where(Person.id.in_(list(person_ids)))
    rows: Any = Person.unscoped(_IDS, Person.id).where(Person.household_id.in_(homes))
    return frozenset(person_id for (person_id,) in rows.tuples())
