"""What division and staffing do to tasks: handed over to a successor, carried into another grid."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.security import Actor
from plugins.grid.models.tasks import OPEN, Task, TaskStep

_HERE = "the caller has checked the grid"


def hand_over_tasks(actor: Actor, area_code: str, from_account: int, to_account: int) -> int:
    """What was given to one in a grid is the other's; in the caller's unit of work."""
    mine = (Task.area_code == area_code) & (Task.account_id == from_account) & (Task.state == OPEN)
    return _change(actor, mine, "hand", area_code, {"account_id": to_account})


def carry_tasks(actor: Actor, old_area: str, new_area: str) -> None:
    """The open tasks of a grid stand in another one from now on; in the caller's unit of work."""
    # The other grid may have this month's task of the same rule already.
    there: dict[str, object] = {"area_code": new_area, "period": ""}
    _change(actor, (Task.area_code == old_area) & (Task.state == OPEN), "carry", new_area, there)


def _change(actor: Actor, which: object, step: str, area_code: str, values: dict[str, object]) -> int:
    keys = [row.id for row in Task.unscoped(_HERE).where(which)]
    if not keys:
        return 0
    with unit_of_work():
        Task.update(**values).where(Task.id.in_(keys)).execute()
        for key in keys:
            TaskStep.create(task_id=key, at=now(), account_id=actor.account_id, step=step, note="")
        audit.record(actor, f"grid.{step}_tasks", area_code=area_code, subject="tasks:open", tasks=len(keys))
    return len(keys)
