"""Periodic jobs: each runs once for each due time, however many workers there are.

The run is a row whose name and due time are unique: whoever writes it runs the job. The row is
kept alive while the job runs; a run that was cut off by a kill is seen by that and made up for once.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from peewee import AutoField, CharField, FloatField, IntegerField, IntegrityError, TextField

from core.clock import now
from core.db import BaseModel, MomentField, Statement, is_outage, milliseconds, unit_of_work
from core.hookspecs import Job
from core.value_classes import value_class

log = logging.getLogger(__name__)

ALIVE = timedelta(seconds=30)
MOST_TRIES = 2
JOB_SECONDS = 3600.0
# Each try waits for its turn to write by itself (core.db.unit.WRITE_WAIT_SECONDS).
FINISH_TRIES, FINISH_PAUSE = 20, 0.5
_CUT_OFF = "中途被打断"


class JobRun(BaseModel):
    """One run of a periodic job for one due time."""

    id = AutoField()
    name = CharField(max_length=80)
    due_at = MomentField()
    tries = IntegerField()
    worker = CharField(max_length=80)
    alive_until = MomentField()
    started_at = MomentField()
    finished_at = MomentField(null=True)
    seconds = FloatField(null=True)
    error = TextField()

    class Meta:
        table_name = "core_job_run"
        indexes = ((("name", "due_at"), True),)


_RUN = Statement(lambda p: JobRun.select().where((JobRun.name == p("name")) & (JobRun.due_at == p("due_at"))))


def due_moment(job: Job, at: datetime) -> datetime:
    """The newest moment, not after `at`, at which `job` is due."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if job.daily:
        hour, minute = map(int, job.daily.split(":"))
        due = midnight.replace(hour=hour, minute=minute)
        return due if due <= at else due - timedelta(days=1)
    return midnight + (at - midnight) // timedelta(minutes=job.every) * timedelta(minutes=job.every)


def is_due(job: Job) -> bool:
    """Whether the newest due time of `job` has no run yet, or one that was cut off; a look without a lock."""
    row = _run_of(job)
    return row is None or (row.finished_at is None and row.alive_until <= now())


def _run_of(job: Job) -> JobRun | None:
    # Asked for every job each second: a statement that is built once costs a tenth.
    found: JobRun | None = _RUN.get(name=job.name, due_at=milliseconds(due_moment(job, now())))
    return found


def claim(job: Job, worker: str) -> int | None:
    """Take the run that is due now for `worker`; its id, or None when there is nothing to do."""
    row = _run_of(job)
    if row is None:
        return _begin(job.name, due_moment(job, now()), worker)
    if row.finished_at is not None or row.alive_until > now():
        return None
    return _begin_again(row, worker)


def _begin(name: str, due_at: datetime, worker: str) -> int | None:
    at = now()
    try:
        with unit_of_work(housekeeping="a periodic job begins"):
            return int(
                JobRun.insert(
                    name=name,
                    due_at=due_at,
                    tries=1,
                    worker=worker,
                    alive_until=at + ALIVE,
                    started_at=at,
                    error="",
                ).execute()
            )
    except IntegrityError:
        return None  # another worker was quicker


def _begin_again(row: JobRun, worker: str) -> int | None:
    at = now()
    changes: dict[str, object] = {"tries": row.tries + 1, "worker": worker, "alive_until": at + ALIVE}
    if row.tries >= MOST_TRIES:
        changes = {"finished_at": at, "error": _CUT_OFF}
    with unit_of_work(housekeeping="a periodic job that was cut off"):
        taken = (
            JobRun.update(changes)
            .where((JobRun.id == row.id) & JobRun.finished_at.is_null() & (JobRun.tries == row.tries))
            .execute()
        )
    return row.id if taken and row.tries < MOST_TRIES else None


def keep_alive(worker: str) -> None:
    """Say that this worker's runs go on."""
    running = (JobRun.worker == worker) & JobRun.finished_at.is_null()
    if JobRun.select().where(running).exists():
        with unit_of_work(housekeeping="a periodic job goes on"):
            JobRun.update(alive_until=now() + ALIVE).where(running).execute()


def run(run_id: int, job: Job, describe: Callable[[BaseException], str]) -> BaseException | None:
    """Run a job that was claimed and note how it went; returns what it raised."""
    began, failure = time.monotonic(), None
    try:
        job.run()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        log.error("job %s failed", job.name, exc_info=error)
        failure = error
    finish(run_id, time.monotonic() - began, describe(failure) if failure else "")
    return failure


def finish(run_id: int, seconds: float, error: str) -> None:
    """Note that a run is over.

    While the database is busy it waits and tries again: a run that is not noted would be taken for one that
    was cut off, and repeated. Raises what it met (Busy, OperationalError) after `FINISH_TRIES`.
    """
    for left in reversed(range(FINISH_TRIES)):
        try:
            with unit_of_work(housekeeping="a periodic job is over"):
                JobRun.update(finished_at=now(), seconds=round(seconds, 3), error=error).where(
                    (JobRun.id == run_id) & JobRun.finished_at.is_null()
                ).execute()
        except Exception as refusal:
            if not left or not is_outage(refusal):
                raise
            time.sleep(FINISH_PAUSE)
        else:
            return


@value_class
class RunView:
    """How a run of a job went. `finished_at` and `seconds` are None while it runs; `error` empty: well."""

    started_at: datetime
    finished_at: datetime | None
    seconds: float | None
    error: str


def newest_run(name: str) -> RunView | None:
    """The newest run of a job, one that has not ended too."""
    row = JobRun.select().where(JobRun.name == name).order_by(JobRun.due_at.desc()).first()
    return None if row is None else RunView(row.started_at, row.finished_at, row.seconds, row.error)


def last_run(name: str) -> JobRun | None:
    """The newest run of a job that is over."""
    done = JobRun.select().where((JobRun.name == name) & JobRun.finished_at.is_null(False))
    newest: JobRun | None = done.order_by(JobRun.due_at.desc()).first()
    return newest
