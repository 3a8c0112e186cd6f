"""What the diary does by itself."""

from plugins.diary.services.care import refresh_all
from plugins.diary.services.words import cut_entries


def reckon_visits() -> None:
    """Who is due as of today: the register may have changed since the last visit."""
    refresh_all()


def cut_words() -> None:
    """What new and changed entries are about."""
    cut_entries()
