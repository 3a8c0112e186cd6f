"""Who may have a vote in a village: one list from every plugin that keeps a register of such people."""

from core.county import plugins
from core.hookspecs import RollCandidate


def roll_candidates(area_code: str) -> list[RollCandidate]:
    """Everybody whom a plugin names for the village, each seat of a person once, in the order of persons."""
    named: list[RollCandidate] = plugins().gather("roll_candidates", at=area_code, area_code=area_code)
    once = {(candidate.person_id, candidate.seat): candidate for candidate in reversed(named)}
    return [once[key] for key in sorted(once)]
