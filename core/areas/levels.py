"""The five levels of the division tree: their digits, their words, the way up."""

from core.text import N_

DIGITS = {"city": 4, "county": 6, "town": 9, "village": 12, "grid": 15}
LEVEL_OF = {digits: level for level, digits in DIGITS.items()}
TITLES = {
    "city": N_("市"),
    "county": N_("县区"),
    "town": N_("镇街"),
    "village": N_("村社"),
    "grid": N_("网格"),
}
_LENGTHS = sorted(LEVEL_OF)


def parent_code(code: str) -> str | None:
    """The code one level up; None for a city."""
    shorter = [length for length in _LENGTHS if length < len(code)]
    return code[: shorter[-1]] if shorter else None


def codes_above(code: str) -> list[str]:
    """The codes from the city down to `code` itself."""
    return [code[:length] for length in _LENGTHS if length <= len(code)]
