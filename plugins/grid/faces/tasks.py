"""Tasks on other people's pages: menus, and what waits today."""

from collections.abc import Iterable

from flask import url_for

from core.clock import today
from core.hookspecs import LATE, SOME_DAY, SOON, TODAY, DayItem, MenuItem
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.grid.queries.tasks import my_tasks, waiting_for_check

P = "grid."
_URGENCY = {"red": LATE, "yellow": SOON, "green": SOME_DAY}


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """At the desk; on the phone tasks stand among what waits today."""
    if actor.may(P + "task_view"):
        yield MenuItem(N_("任务"), P + "tasks", "office", "check", 237)


def day_items(actor: Actor) -> Iterable[DayItem]:
    """Open tasks, and done ones that the actor is to look at."""
    for task in my_tasks(actor):
        yield DayItem(
            N_("任务"),
            task.title,
            url_for("grid.task", task_id=task.id),
            task.area_name,
            N_("办理"),
            urgency=TODAY if task.due == today() else _URGENCY[task.light],
            due=task.due,
            icon="check",
        )
    if actor.may(P + "task_give") and (count := waiting_for_check(actor)):
        yield DayItem(
            N_("核对"),
            say("%(count)d 项任务等您核对", count=count),
            url_for("grid.tasks", state="done"),
            action=N_("去核对"),
            urgency=SOON,
            icon="list",
        )
