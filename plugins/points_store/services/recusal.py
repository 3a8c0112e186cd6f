"""Recusal (回避): nobody awards, checks or reviews for themselves, their household or their kin."""

from core.people.api import kin_households
from core.security import Actor
from plugins.points_store.errors import KinAffair, OwnAffair


def refuse_kin(actor: Actor, household_id: int | None) -> None:
    """Raises OwnAffair for the actor's own household, KinAffair for one in which their kin live."""
    if household_id is None:
        return
    if household_id == actor.household_id:
        raise OwnAffair
    if household_id in kept_out(actor):
        raise KinAffair


def kept_out(actor: Actor) -> frozenset[int]:
    """The households whose points the actor keeps out of: the own one and those of kin."""
    kin = kin_households(actor.person_id) if actor.person_id is not None else frozenset()
    return kin | ({actor.household_id} if actor.household_id is not None else frozenset())


def same_person(actor: Actor, account_id: int | None, person_id: int | None) -> bool:
    """Whether the actor is who did an earlier step. Two accounts of one person are one pair of eyes."""
    return (actor.account_id is not None and account_id == actor.account_id) or (
        actor.person_id is not None and person_id == actor.person_id
    )
