"""Registering who is kin to whom, and taking it back."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.errors import KinKnown
from core.people.models import Kinship, Person
from core.people.words import RELATIONS
from core.scope import AreaScope
from core.security import Actor
from core.text import N_


def add_kinship(actor: Actor, *, person_id: int, kin_id: int, relation: str) -> int:
    """Register that `kin_id` is `relation` (a code of RELATIONS) of `person_id`; returns its id.

    The kin may live anywhere in the actor's areas. Raises NotFound, Invalid, KinKnown.
    """
    scope = actor.demand("people.edit")
    with unit_of_work():
        person = _person(scope, person_id)
        kin = _person(actor.demand("people.view"), kin_id)
        if relation not in RELATIONS:
            raise Invalid(fields={"relation": [N_("请选择关系。")]})
        if person.household_id == kin.household_id:
            raise Invalid(fields={"kin_id": [N_("同一户的成员本来就算亲属，不用登记。")]})
        there = (Kinship.person_id == person_id) & (Kinship.kin_id == kin_id)
        back = (Kinship.person_id == kin_id) & (Kinship.kin_id == person_id)
        if Kinship.select().where(there | back).exists():
            raise KinKnown
        row = Kinship.create(
            person_id=person_id,
            kin_id=kin_id,
            relation=relation,
            recorded_at=now(),
            recorded_by=actor.account_id,
        )
        audit.record(
            actor,
            "people.add_kinship",
            area_code=person.area_code,
            subject=f"person:{person_id}",
            kin=kin_id,
            relation=relation,
        )
    return int(row.id)


def remove_kinship(actor: Actor, kinship_id: int) -> None:
    """Take a kinship that was registered by mistake out again. Raises NotFound."""
    scope = actor.demand("people.edit")
    with unit_of_work():
        row: Kinship | None = Kinship.get_or_none(Kinship.id == kinship_id)
        if row is None:
            raise NotFound
        persons = list(Person.within(scope).where(Person.id.in_([row.person_id, row.kin_id])))
        if not persons:
            raise NotFound
        Kinship.delete().where(Kinship.id == kinship_id).execute()
        audit.record(
            actor,
            "people.remove_kinship",
            area_code=persons[0].area_code,
            subject=f"person:{row.person_id}",
            kin=row.kin_id,
            relation=row.relation,
        )


def _person(scope: AreaScope, person_id: int) -> Person:
    row: Person | None = Person.within(scope).where(Person.id == person_id).get_or_none()
    if row is None:
        raise NotFound
    return row
