"""Answering on the page: the photos of the form are kept along with the answer, or neither is."""

from collections.abc import Sequence

from core.cases.queries.cases import case
from core.cases.services.resolving import resolve_case
from core.db import unit_of_work
from core.files.api import Prepared, keep_prepared
from core.security import Actor


def answer_case(
    actor: Actor,
    case_id: int,
    photos: Sequence[Prepared],
    *,
    outcome: str,
    answer: str,
    reason: str = "",
    seen: int | None = None,
) -> None:
    """Resolve a case with photos that came with the form. Raises what `resolve_case` does."""
    with unit_of_work():
        area_code = case(actor, case_id).area_code
        kept = [keep_prepared(actor, photo, area_code=area_code).id for photo in photos]
        resolve_case(actor, case_id, outcome=outcome, answer=answer, reason=reason, photos=kept, seen=seen)
