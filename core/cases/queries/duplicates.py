"""Cases that may tell of the same thing. Only people merge them."""

from datetime import timedelta

from core.cases.likeness import likeness
from core.cases.models import Case
from core.cases.namelessness import without_numbers
from core.cases.queries.cases import row_of
from core.cases.queries.reach import Reader, demand_visible, listed
from core.cases.words import CANCELLED, MERGED
from core.county import county
from core.scope import AreaScope
from core.value_classes import value_class

# Two reports of one lamp share a quarter of their pairs; of unrelated ones hardly any are the same.
MOST_CANDIDATES, MOST_SHOWN, ALIKE = 200, 5, 0.25


@value_class
class Suggestion:
    """A case that may tell of the same: `likeness` in per cent."""

    case_id: int
    number: str
    text: str
    state: str
    likeness: int


def suggest_duplicates(reader: Reader, case_id: int) -> list[Suggestion]:
    """Cases of the same village, `duplicate_days` before or after, whose text is alike; most alike first.

    Only what the reader may see, out of the 200 newest. Raises NotFound.
    """
    row = row_of(case_id)
    demand_visible(reader, row)
    days = timedelta(days=county().settings.cases.duplicate_days)
    near = AreaScope((row.area_code[:12],)).where(Case.area_code)
    candidates = (
        Case.unscoped("the reader's right is a condition")
        .where(
            near
            & listed(reader)
            & (Case.id != row.id)
            & (Case.reported_at >= row.reported_at - days)
            & (Case.reported_at <= row.reported_at + days)
            & (Case.state != CANCELLED)
            & (Case.outcome != MERGED)
        )
        .order_by(Case.reported_at.desc())
        .limit(MOST_CANDIDATES)
    )
    found = [
        Suggestion(each.id, each.number, without_numbers(each.text), each.state, round(100 * alike))
        for each in candidates
        if (alike := likeness(row.text, each.text)) >= ALIKE
    ]
    return sorted(found, key=lambda each: (-each.likeness, -each.case_id))[:MOST_SHOWN]
