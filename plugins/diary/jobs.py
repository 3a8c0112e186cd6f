"""What the diary does by itself."""

from core.clock import today
from plugins.diary.services.care import refresh_all
from plugins.diary.services.reports import ask_monthly, write_reports
from plugins.diary.services.topic_search import search_asked, search_nightly
from plugins.diary.services.words import cut_entries


def reckon_visits() -> None:
    """Who is due as of today: the register may have changed since the last visit."""
    refresh_all()


def cut_words() -> None:
    """What new and changed entries are about."""
    cut_entries()


def find_topics() -> None:
    """Which entries of different villages tell of one need."""
    search_nightly()


def find_topics_now() -> None:
    """The same because somebody asked for it, where it takes longer than an event's handler may."""
    search_asked()


def ask_reports() -> None:
    """Last month's reports of the county and its towns."""
    ask_monthly(today())


def write_asked_reports(seconds: float | None = None) -> None:
    """Whatever is asked for; after so many seconds the rest is left to the next time."""
    write_reports(seconds)
