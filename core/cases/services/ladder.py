"""What happens by time alone: reminders, the ladder of a late case, pauses that end, ratings that never came.

Each case says in `wake_at` when somebody has to look next, so a round costs what is due and nothing else.
"""

from datetime import datetime

from core.cases.clocks import calendar
from core.cases.desks import Desk, desk_above
from core.cases.models import Case
from core.cases.services.dispatching import escalate
from core.cases.services.rating import close
from core.cases.services.steps import advance
from core.cases.services.telling import tell_above, tell_desk
from core.cases.services.working import resume
from core.cases.words import INFORM, OPEN, RATED, REMIND, RESOLVED, URGE
from core.clock import now
from core.county import county
from core.db import milliseconds, rows, unit_of_work
from core.plugin_manager import SYSTEM
from core.text import N_

_AT_ONCE = 200
# A round that never ends would hold up the other jobs; what is left comes ten minutes later.
_MOST_ROUNDS = 50
# Steps of the ladder: what has happened so far.
FRESH, REMINDED, URGED, INFORMED, TOP = range(5)


def watch_clocks() -> int:
    """Do what is due on all cases, each in a unit of work of its own; returns how many steps that were."""
    done = 0
    for _ in range(_MOST_ROUNDS):
        due = Case.unscoped("time passes for every case", Case.id).where(Case.wake_at <= milliseconds(now()))
        waiting = [case_id for (case_id,) in rows(due.order_by(Case.wake_at).limit(_AT_ONCE))]
        if not waiting:
            break
        for case_id in waiting:
            done += _look_at(case_id)
    return done


def _look_at(case_id: int) -> int:
    with unit_of_work(housekeeping="somebody may have been quicker than the clock"):
        row: Case = Case.unscoped("time passes for every case").where(Case.id == case_id).get()
        if row.wake_at is None or row.wake_at > now():
            return 0
        if row.state in (RESOLVED, RATED):
            close(SYSTEM, row)
        elif row.state not in OPEN:
            Case.update(wake_at=None).where(Case.id == case_id).execute()
            return 0
        elif row.paused_at is not None:
            resume(SYSTEM, row)
        else:
            _climb(row)
    return 1


def _climb(row: Case) -> None:
    assert row.due_at is not None, "a case that wakes has a deadline"
    settings = county().settings.cases
    if row.rung == FRESH:
        advance(SYSTEM, row, REMIND, row.state, rung=REMINDED, wake_at=row.due_at)
        tell_desk(row, REMIND)
    elif row.rung == REMINDED:
        changes = {"rung": URGED, "wake_at": _after(row.due_at, settings.inform_hours), "late": True}
        advance(SYSTEM, row, URGE, row.state, note=N_("已超过期限"), urges=row.urges + 1, **changes)
        tell_desk(row, URGE)
    elif row.rung == URGED:
        changes = {"rung": INFORMED, "wake_at": _after(row.due_at, settings.escalate_hours)}
        advance(SYSTEM, row, INFORM, row.state, note=N_("超期仍未办理，告知上一级"), **changes)
        tell_above(row)
    elif desk_above(Desk(row.level, row.desk_area)) is not None:
        escalate(SYSTEM, row, N_("超期未办，自动上报"))
    else:
        # Above the county there is nobody: it stays red on everybody's board.
        advance(SYSTEM, row, INFORM, row.state, note=N_("县区一级超期"), rung=TOP, wake_at=None)
        tell_above(row)


def _after(due_at: datetime, hours: int) -> datetime:
    return calendar().add_working_hours(due_at, hours)
