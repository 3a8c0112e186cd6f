"""On a case's page: the entry and the visit that it came from, its topic, who and what helped."""

from collections.abc import Iterable

from core.hookspecs import Panel
from core.security import Actor
from plugins.diary.library_words import FIELDS
from plugins.diary.queries.case_side import case_side

VIEW = "diary.view"


def case_panels(actor: Actor, case_id: int) -> Iterable[Panel]:
    """Nothing for whoever reads no diaries, and nothing of areas that are not theirs."""
    if not actor.may(VIEW):
        return
    side = case_side(actor, case_id)
    if not side.is_empty:
        yield Panel("diary/_case_panel.html", {"side": side, "fields": FIELDS})
