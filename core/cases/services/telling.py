"""The single place where people are told of cases."""

from core.cases.models import Case
from core.cases.words import ACCEPT, RESOLVE

# Deeds of which whoever reported hears; of all others the desk does.
TO_REPORTER = (ACCEPT, RESOLVE)


def tell_desk(row: Case, deed: str) -> None:
    """Whoever has the case on their desk learns that something waits or went wrong."""


def tell_reporter(row: Case, deed: str) -> None:
    """Whoever reported learns what became of it."""


def tell_above(row: Case, deed: str) -> None:
    """One level above the desk learns that it is late."""
