"""What the diary does by itself."""

from plugins.diary.services.care import refresh_all
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
