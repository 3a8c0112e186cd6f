"""What the diary does by itself."""

from core.clock import today
from plugins.diary.services.care import refresh_all
from plugins.diary.services.reports import ask_monthly, write_reports
from plugins.diary.services.words import cut_entries


def reckon_visits() -> None:
    """Who is due as of today: the register may have changed since the last visit."""
    refresh_all()


def cut_words() -> None:
    """What new and changed entries are about."""
    cut_entries()


def ask_reports() -> None:
    """Last month's reports of the county and its towns."""
    ask_monthly(today())


def write_asked_reports(seconds: float | None = None) -> None:
    """Whatever is asked for; after so many seconds the rest is left to the next time."""
    write_reports(seconds)
