"""What the grid plugin does by itself."""

from core.county import county
from core.db import unit_of_work
from core.people.api import household_counts, household_numbers
from core.scope import AreaScope
from plugins.grid.errors.party import LedgerDiffers
from plugins.grid.queries.deeds import deed_mistakes
from plugins.grid.queries.freshness import file_counts
from plugins.grid.services.check_ins import forget_places
from plugins.grid.services.files import open_files
from plugins.grid.services.patrols import close_forgotten
from plugins.grid.services.task_rules import give_monthly

_AREAS = "a household that was registered since the last night has an empty file"


def open_new_files() -> None:
    """A head for every household that has none, so that lists of old files name it as never filled in."""
    everywhere = AreaScope((county().settings.county_code,))
    heads = file_counts(everywhere)
    for area_code, households in household_counts(everywhere).items():
        if heads.get(area_code, 0) < households:
            found = household_numbers(everywhere, area_code)
            with unit_of_work(housekeeping=_AREAS):
                open_files([(household_id, area_code) for household_id, _, _ in found])


def close_patrols() -> None:
    """End what nobody finished, at its last sign of life."""
    close_forgotten()


def forget_tracks() -> None:
    """Tracks are kept no longer than the county says."""
    forget_places()


def give_monthly_tasks() -> None:
    """Give the month's recurring tasks, each once a grid."""
    give_monthly()


def prove_deeds() -> None:
    """Hold the ledger of deeds against the record; what does not fit fails the job, where people see it.

    Raises LedgerDiffers naming how many lines do not fit, and the first.
    """
    mistakes = deed_mistakes()
    if mistakes:
        raise LedgerDiffers(count=len(mistakes), first=mistakes[0])
