"""Files that hang on a decision: everybody's to see once it is published, before that for who governs there."""

from core.files.api import FileBrief, files_of
from core.security import Actor
from plugins.supervision.queries.decisions import area_of, is_public

VIEW = "supervision.view"


def attachments_of(decision_id: int) -> list[FileBrief]:
    """The files of a decision that was reached."""
    return files_of(f"supervision_decision:{decision_id}")


def sees_files(actor: Actor, subject: str) -> bool:
    """Whether an actor may see the attachments of a decision."""
    decision_id = int(subject.partition(":")[2])
    if is_public(decision_id):
        return True
    area_code = area_of(decision_id)
    return area_code is not None and actor.may(VIEW, area_code)
