"""One plugin at a time: whoever hands a plugin its events holds the plugin's lane for that time.

A lane is a row that names its worker until a moment that the worker keeps moving on. A worker
that is killed moves it no longer, and another one takes the lane over. Whoever loses a lane while
still at work does no harm: `handled_once` commits once only.
"""

from datetime import timedelta

from peewee import CharField, IntegerField, IntegrityError

from core.clock import now
from core.db import BaseModel, MomentField, unit_of_work

HELD = timedelta(seconds=10)
RENEW_SECONDS = 3.0
# So many times in a row a worker process died while it handed this plugin its events.
CUTS_UNTIL_QUARANTINE = 3


class Lane(BaseModel):
    """Who is handing a plugin its events, until when. `cuts`: takings that nobody gave back."""

    plugin = CharField(max_length=40, primary_key=True)
    worker = CharField(max_length=80)
    until = MomentField()
    cuts = IntegerField()

    class Meta:
        table_name = "core_lane"


def take_lane(plugin: str, worker: str) -> int | None:
    """Take the lane for `worker`; None when another one holds it.

    Returns how many takings in a row were cut off by the end of their process.
    """
    try:
        return _take(plugin, worker)
    except IntegrityError:
        return None  # two workers made the row at once, and the other one has it


def _take(plugin: str, worker: str) -> int | None:
    with unit_of_work(housekeeping="whose turn it is to hand out events"):
        row, at = Lane.get_or_none(Lane.plugin == plugin), now()
        if row is None:
            Lane.insert(plugin=plugin, worker=worker, until=at + HELD, cuts=0).execute()
            return 0
        # What this very process could not give back (a full disk, say) is nobody's end.
        cuts = _cuts_after(row, worker) if row.worker not in {"", worker} else 0
        taken = (
            Lane.update(worker=worker, until=at + HELD, cuts=cuts)
            .where((Lane.plugin == plugin) & (Lane.worker == row.worker) & (Lane.until == row.until))
            .where((Lane.worker == "") | (Lane.until <= at))
            .execute()
        )
        return cuts if taken else None


def _cuts_after(row: Lane, worker: str) -> int:
    # Where the house fell with the worker (the power fails, an operator kills the service), again and again
    # maybe, that was no plugin's doing; only a worker that dies while its house stands counts.
    return int(row.cuts) + (house_of(row.worker) == house_of(worker))


def house_of(worker: str) -> str:
    """The part of a worker's name that says whose child it is: `house/name`; empty without one."""
    house, stroke, _ = worker.partition("/")
    return house if stroke else ""


def keep_lane(plugin: str, worker: str, *, got_on: bool) -> bool:
    """Hold the lane a while longer; False when it was lost. `got_on`: some event was dealt with."""
    changes: dict[str, object] = {"until": now() + HELD}
    if got_on:
        changes["cuts"] = 0
    with unit_of_work(housekeeping="whose turn it is to hand out events"):
        return bool(Lane.update(changes).where(_held(plugin, worker)).execute())


def leave_lane(plugin: str, worker: str) -> None:
    """Give the lane back."""
    with unit_of_work(housekeeping="whose turn it is to hand out events"):
        Lane.update(worker="", cuts=0).where(_held(plugin, worker)).execute()


def _held(plugin: str, worker: str) -> object:
    return (Lane.plugin == plugin) & (Lane.worker == worker)
