"""That a worker or a companion is alive: a row that it renews, for probes, figures and the page of events."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from peewee import CharField, TextField, fn

from core.clock import now
from core.db import BaseModel, MomentField, unit_of_work
from core.value_classes import value_class

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


class CompanionBeat(BaseModel):
    """A companion (`plugin.name`), when it last said that it lives, and its figures as JSON."""

    name = CharField(max_length=81, primary_key=True)
    started_at = MomentField()
    seen_at = MomentField()
    figures = TextField()

    class Meta:
        table_name = "core_companion"


@value_class
class CompanionSign:
    """What a companion last said of itself. `figures`: what it counts, name -> number."""

    name: str
    started_at: datetime
    seen_at: datetime
    figures: Mapping[str, float]

    @property
    def is_silent(self) -> bool:
        """Whether it has not said for a minute that it lives."""
        return now() - self.seen_at > SILENT


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


def beat_companion(name: str, figures: Mapping[str, float], *, started_at: datetime) -> None:
    """Say that companion `name` (`plugin.name`) lives, and what it has counted. Names nobody."""
    text = json.dumps(figures, separators=(",", ":"))
    with unit_of_work(housekeeping="a companion lives", shared=True):
        CompanionBeat.insert(name=name, started_at=started_at, seen_at=now(), figures=text).on_conflict(
            conflict_target=[CompanionBeat.name],
            preserve=[CompanionBeat.started_at, CompanionBeat.seen_at, CompanionBeat.figures],
        ).execute()


def companion_signs() -> list[CompanionSign]:
    """What every companion last said, by name; also those that have fallen silent."""
    return [
        CompanionSign(row.name, row.started_at, row.seen_at, json.loads(row.figures))
        for row in CompanionBeat.select().order_by(CompanionBeat.name)
    ]


def companion_sign(name: str) -> CompanionSign | None:
    """What companion `name` last said; None if it has never run here."""
    return next((sign for sign in companion_signs() if sign.name == name), None)
