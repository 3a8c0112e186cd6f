"""What may lie open in a grid (cases, tasks), counted: one line a kind.

Division and staffing ask here, so that neither a comparison nor a hand-over forgets a kind; what is done
with it stands in services.open_work under the same names.
"""

from collections.abc import Callable, Mapping

from core.scope import AreaScope
from core.text import N_
from core.value_classes import value_class
from plugins.grid.queries import case_work
from plugins.grid.queries.tasks import open_tasks_by_area, tasks_of


@value_class
class WorkKind:
    """One kind of open work.

    `by_area(scope)`: area code -> how many lie open. `owned(area_code, account_id)`: how many of them
    are one account's.
    """

    name: str
    title: str
    by_area: Callable[[AreaScope], Mapping[str, int]]
    owned: Callable[[str, int], int]


CASES = WorkKind("cases", N_("事项"), case_work.open_cases_by_area, case_work.cases_of)
TASKS = WorkKind("tasks", N_("任务"), open_tasks_by_area, tasks_of)
KINDS: tuple[WorkKind, ...] = (CASES, TASKS)


def open_work_by_area(scope: AreaScope) -> dict[str, Mapping[str, int]]:
    """Kind -> area code -> how many lie open."""
    return {kind.name: kind.by_area(scope) for kind in KINDS}


def open_work_of(area_code: str) -> list[tuple[WorkKind, int]]:
    """What lies open in exactly this area, kinds without anything left out."""
    scope = AreaScope((area_code,))
    counts = [(kind, kind.by_area(scope).get(area_code, 0)) for kind in KINDS]
    return [(kind, count) for kind, count in counts if count]


def owned_work(area_code: str, account_id: int | None) -> list[tuple[WorkKind, int]]:
    """What lies open in a grid with one account as its owner, kinds without anything left out."""
    if account_id is None:
        return []
    counts = [(kind, kind.owned(area_code, account_id)) for kind in KINDS]
    return [(kind, count) for kind, count in counts if count]
