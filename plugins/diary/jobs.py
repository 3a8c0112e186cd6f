"""What the diary does by itself."""

from plugins.diary.services.care import refresh_all


def reckon_visits() -> None:
    """Who is due as of today: the register may have changed since the last visit."""
    refresh_all()
