"""Honour: a household joins its village's list, or leaves it; nobody else puts it there."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.people.api import household_area
from core.security import Actor
from plugins.points_store.models import HonourConsent


def set_consent(actor: Actor, *, joins: bool) -> None:
    """The actor's own household joins or leaves. Raises NotFound without a household."""
    actor.demand("points_store.own")
    household_id = actor.household_id
    area_code = household_area(household_id) if household_id is not None else None
    if household_id is None or area_code is None:
        raise NotFound
    with unit_of_work():
        HonourConsent.delete().where(HonourConsent.household_id == household_id).execute()
        if joins:
            HonourConsent.insert(
                household_id=household_id, since=now(), account_id=actor.account_id
            ).execute()
        audit.record(
            actor,
            "points_store.join_honour" if joins else "points_store.leave_honour",
            area_code=area_code,
            subject=f"household:{household_id}",
        )


def note_export(actor: Actor, area_code: str, households: int) -> None:
    """Put on record that somebody took the table along."""
    with unit_of_work():
        audit.record(
            actor,
            "points_store.export_honour",
            area_code=area_code,
            subject=f"area:{area_code}",
            households=households,
        )
