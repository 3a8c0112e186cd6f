"""An imported table of voters is taken back whole, while no roll rests on it."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.security import Actor
from plugins.supervision.errors.decisions import VotersKept
from plugins.supervision.models.decisions import DecisionVersion, RollEntry, Voter
from plugins.supervision.models.voting import VoterBatch
from plugins.supervision.services.voter_notices import tell_town
from plugins.supervision.services.voters import VOTERS

_OWN = "rolls that rest on a table which the caller may take back"


def undo_import(actor: Actor, batch_id: int) -> int:
    """Take a table back as if it had never been; returns how many seats.

    Raises NotFound, VotersKept (taken back before, or one of its people stands on a roll since).
    """
    scope = actor.demand(VOTERS)
    with unit_of_work():
        batch: VoterBatch | None = VoterBatch.within(scope).where(VoterBatch.id == batch_id).get_or_none()
        if batch is None:
            raise NotFound
        found = list(Voter.within(scope).where(Voter.batch_id == batch.id))
        if batch.undone_at is not None or len(found) < batch.rows or _rests_on(batch, found):
            raise VotersKept
        Voter.delete().where(Voter.batch_id == batch.id).execute()
        VoterBatch.update(undone_at=now()).where(VoterBatch.id == batch.id).execute()
        audit.record(
            actor,
            "supervision.undo_voters",
            area_code=batch.area_code,
            subject=f"supervision_voter_batch:{batch.id}",
            rows=len(found),
        )
        for area_code in sorted({row.area_code for row in found}):
            tell_town(actor, area_code, ended=sum(row.area_code == area_code for row in found))
    return len(found)


def _rests_on(batch: VoterBatch, found: list[Voter]) -> bool:
    since: dict[str, set[int]] = {}
    for row in found:
        since.setdefault(row.area_code, set()).add(row.person_id)
    for area_code, persons in since.items():
        later = (
            RollEntry.unscoped(_OWN, RollEntry.person_id)
            .join(DecisionVersion, on=(DecisionVersion.id == RollEntry.version_id))
            .where((RollEntry.area_code == area_code) & (DecisionVersion.published_at >= batch.imported_at))
        )
        if persons & {row.person_id for row in later}:
            return True
    return False


def list_batches(actor: Actor, *, limit: int = 20) -> list[VoterBatch]:
    """The newest imported tables in the actor's areas."""
    scope = actor.demand(VOTERS)
    return list(VoterBatch.within(scope).order_by(VoterBatch.id.desc()).limit(limit))
