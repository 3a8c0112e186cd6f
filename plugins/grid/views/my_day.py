"""The grid member's day: visits, tasks, cases and whatever other plugins add, the most urgent on top."""

from flask import render_template

from core.access import demands
from core.clock import now
from core.day import day_items
from core.hookspecs import LATE
from core.security import current_actor
from plugins.grid.views import pages


@pages.get("/my-day")
@demands("grid.my_day")
def my_day() -> str:
    """One list, one tap each."""
    items = day_items(current_actor())
    return render_template(
        "grid/my_day.html", items=items, late=sum(item.urgency == LATE for item in items), day=now()
    )
