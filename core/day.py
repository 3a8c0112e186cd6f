"""What somebody has to do today: one list from every plugin, the most urgent on top."""

from datetime import date

from core.county import plugins
from core.hookspecs import DayItem
from core.security import Actor


def day_items(actor: Actor) -> list[DayItem]:
    """Everything that waits for `actor`, by urgency, then by the day it is due, then by title."""
    items: list[DayItem] = plugins().gather("day_items", actor=actor)
    return sorted(items, key=lambda item: (item.urgency, item.due or date.max, item.title))
