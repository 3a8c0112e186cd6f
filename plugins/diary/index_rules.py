"""The index of good cadres (民情好干部指数): four terms, each a fraction, and their weighted mean.

Document 000: reckoned from the difficulty of problems, the frequency and number of visits, satisfaction with
the outcome; the person concerned can look every term up. Exact fractions, so that everybody who adds them up
by hand gets the same.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from core.value_classes import value_class

TERMS = ("visits", "frequency", "difficulty", "satisfaction")
DIFFICULTY_POINTS = {"small": 1, "medium": 2, "large": 3}


@value_class
class Term:
    """One term: `part` of `whole`, never more than all of it."""

    name: str
    part: int
    whole: int
    weight: int

    @property
    def counts(self) -> bool:
        """Whether it has a whole (something was rated, say); one without is left out, with its weight."""
        return self.whole > 0 and self.weight > 0

    @property
    def share(self) -> Fraction:
        """From nothing to one."""
        return Fraction(min(self.part, self.whole), self.whole) if self.whole else Fraction(0)

    @property
    def percent(self) -> float:
        """The share in per cent with one decimal, rounded half up."""
        return half_up(self.share * 1000) / 10


@value_class
class Index:
    """The terms, and the score: their weighted mean."""

    terms: tuple[Term, ...]

    @property
    def tenths(self) -> int | None:
        """The score in tenths, 0 to 1000; None where no term counts."""
        counted = [term for term in self.terms if term.counts]
        if not counted:
            return None
        total = sum(term.weight for term in counted)
        return half_up(sum((term.share * term.weight for term in counted), Fraction(0)) / total * 1000)


def half_up(value: Fraction) -> int:
    """Rounded to a whole number; a half goes up."""
    return int((value * 2 + 1) // 2)


def reckon(
    *,
    visits: int,
    weeks_with: int,
    weeks: int,
    difficulty: int,
    up: int,
    rated: int,
    settings: Mapping[str, Any],
) -> Index:
    """The index of a period from its counts and the county's settings."""
    parts = {
        "visits": (visits, int(settings["index_visits"])),
        "frequency": (weeks_with, weeks),
        "difficulty": (difficulty, int(settings["index_difficulty"])),
        "satisfaction": (up, rated),
    }
    return Index(tuple(Term(name, *parts[name], int(settings[f"weight_{name}"])) for name in TERMS))
