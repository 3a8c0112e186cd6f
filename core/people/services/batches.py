"""Taking back what one import brought in, as long as nothing stands on it."""

from peewee import fn

from core import audit
from core.clock import now
from core.county import plugins
from core.db import rows, unit_of_work
from core.errors import NotFound
from core.people.errors import ImportChanged, ImportKept, ImportUndone
from core.people.models import MEMBER, Household, ImportBatch, Kinship, Leaving, Person, PersonTag, Residence
from core.scope import AreaScope
from core.security import Actor

_WHY = "the households of one import, which the caller may undo"


def record_batch(actor: Actor, area_code: str, digest: str, household_ids: list[int], persons: int) -> int:
    """Keep what an import wrote, inside its unit of work; returns the number of the batch.

    A unit that is alone writes ids without a gap, so first and last say which.
    """
    return int(
        ImportBatch.insert(
            area_code=area_code,
            digest=digest,
            households=len(household_ids),
            persons=persons,
            first_household=min(household_ids),
            last_household=max(household_ids),
            account_id=actor.account_id,
            imported_at=now(),
        ).execute()
    )


def undo_import(actor: Actor, batch_id: int) -> ImportBatch:
    """Take an import back as if it had never been, for the corrected table to come in.

    What it registered is deleted: a mistake of a file is no history of people. Refused once a
    household of it was ended, a person added or gone (ImportChanged), or a plugin keeps something for it
    (ImportKept, with reasons). Raises NotFound, ImportUndone, Forbidden without people.import.
    """
    return _undo(actor, batch_id, actor.demand("people.import"))


def uninstall_import(actor: Actor, batch_id: int, county_code: str) -> ImportBatch:
    """The same for whoever runs the command line: they own the county, so no permission is asked."""
    return _undo(actor, batch_id, AreaScope((county_code,)))


def _undo(actor: Actor, batch_id: int, scope: AreaScope) -> ImportBatch:
    with unit_of_work():
        batch: ImportBatch | None = ImportBatch.within(scope).where(ImportBatch.id == batch_id).get_or_none()
        if batch is None:
            raise NotFound
        if batch.undone_at is not None:
            raise ImportUndone
        households = range(batch.first_household, batch.last_household + 1)
        persons = _persons(households)
        if not _untouched(batch, scope, persons):
            raise ImportChanged
        if reasons := plugins().ask_vetoes("veto_import_undo", households=households, persons=persons):
            raise ImportKept(reasons="；".join(reasons))
        Kinship.delete().where(
            Kinship.person_id.between(persons[0], persons[-1])
            | Kinship.kin_id.between(persons[0], persons[-1])
        ).execute()
        PersonTag.delete().where(PersonTag.person_id.between(persons[0], persons[-1])).execute()
        Leaving.delete().where(Leaving.person_id.between(persons[0], persons[-1])).execute()
        Residence.delete().where(Residence.household_id.between(households[0], households[-1])).execute()
        Person.delete().where(Person.id.between(persons[0], persons[-1])).execute()
        Household.delete().where(Household.id.between(households[0], households[-1])).execute()
        ImportBatch.update(undone_at=now()).where(ImportBatch.id == batch_id).execute()
        audit.record(
            actor,
            "people.undo_import",
            area_code=batch.area_code,
            subject=f"import:{batch_id}",
            households=batch.households,
            persons=batch.persons,
        )
    return batch


def _persons(households: range) -> range:
    # An import writes persons without a gap too; one who came later would make the range too long.
    first, last = next(
        rows(
            Person.unscoped(_WHY, fn.MIN(Person.id), fn.MAX(Person.id)).where(
                Person.household_id.between(households[0], households[-1])
            )
        )
    )
    return range(first, last + 1)


def _untouched(batch: ImportBatch, scope: AreaScope, persons: range) -> bool:
    """Whether all that came in is still there, where it came in."""
    within = Household.id.between(batch.first_household, batch.last_household)
    left = Household.within(scope).where(within & Household.ended_at.is_null()).count()
    stays = Residence.household_id.between(batch.first_household, batch.last_household)
    stood = Residence.unscoped(_WHY).where(stays).count()
    members = Person.unscoped(_WHY).where(Person.id.between(persons[0], persons[-1]) & MEMBER).count()
    return (left, stood, len(persons), members) == (
        batch.households,
        batch.households,
        batch.persons,
        batch.persons,
    )
