"""What happens to open work when people or grids change: one line a kind, as in queries.open_work."""

from collections.abc import Callable

from core.security import Actor
from core.value_classes import value_class
from plugins.grid.services import case_work, task_work


@value_class
class WorkDeeds:
    """`hand_over(actor, area_code, from_account, to_account)` and `carry(actor, old_area, new_area)`.

    Both write inside the caller's unit of work.
    """

    name: str
    hand_over: Callable[[Actor, str, int, int], int]
    carry: Callable[[Actor, str, str], None]


DEEDS: tuple[WorkDeeds, ...] = (
    WorkDeeds("cases", case_work.hand_over_cases, case_work.carry_cases),
    WorkDeeds("tasks", task_work.hand_over_tasks, task_work.carry_tasks),
)


def hand_over_all(actor: Actor, area_code: str, from_account: int, to_account: int) -> int:
    """Everything that is one account's in a grid becomes another's; returns how much it was."""
    return sum(kind.hand_over(actor, area_code, from_account, to_account) for kind in DEEDS)


def carry_all(actor: Actor, old_area: str, new_area: str) -> None:
    """Everything that lies open in one grid lies in another one from now on."""
    for kind in DEEDS:
        kind.carry(actor, old_area, new_area)
