"""That a worker process is alive: a row that it renews, for probes and the page of events."""

from datetime import datetime, timedelta

from peewee import CharField, fn

from core.clock import now
from core.db import BaseModel, MomentField, unit_of_work

BEAT_SECONDS = 10.0
SILENT = timedelta(minutes=1)
_FORGOTTEN = timedelta(days=1)


class WorkerBeat(BaseModel):
    """A worker process and when it last said that it lives."""

    name = CharField(max_length=80, primary_key=True)
    started_at = MomentField()
    seen_at = MomentField()

    class Meta:
        table_name = "core_worker"


def beat(name: str) -> None:
    """Say that worker `name` lives; those that fell silent long ago are forgotten on the way."""
    at = now()
    with unit_of_work(housekeeping="a worker lives"):
        if not WorkerBeat.update(seen_at=at).where(WorkerBeat.name == name).execute():
            WorkerBeat.insert(name=name, started_at=at, seen_at=at).execute()
            WorkerBeat.delete().where(WorkerBeat.seen_at < at - _FORGOTTEN).execute()


def end_beat(name: str) -> None:
    """A worker has stopped as it was asked to."""
    with unit_of_work(housekeeping="a worker has stopped"):
        WorkerBeat.delete().where(WorkerBeat.name == name).execute()


def last_beat() -> datetime | None:
    """When any worker last said that it lives."""
    found: datetime | None = WorkerBeat.select(fn.MAX(WorkerBeat.seen_at)).scalar()
    return found


def is_silent() -> bool:
    """Whether no worker has said for a minute that it lives."""
    beat_at = last_beat()
    return beat_at is None or now() - beat_at > SILENT
