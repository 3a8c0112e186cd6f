"""The log is moved into the database beside the writers, never inside a commit."""

import time
from pathlib import Path

import pytest
from peewee import AutoField, TextField

from core.county import County
from core.db import BaseModel, checkpoint_apart, checkpoints, database, unit_of_work

pytestmark = pytest.mark.sqlite
PAGE = 4096


class Weight(BaseModel):
    id = AutoField()
    text = TextField()

    class Meta:
        table_name = "trial_weight"


@pytest.fixture(autouse=True)
def table(kernel: County) -> None:
    database.create_tables([Weight])


def write(megabytes: int) -> None:
    for _ in range(megabytes):
        with unit_of_work(housekeeping="weight"):
            Weight.create(text="x" * 1024 * 1024)


def log_size(county: County) -> int:
    return Path(f"{county.data / 'gridgov.db'}-wal").stat().st_size


def file_size(county: County) -> int:
    return (county.data / "gridgov.db").stat().st_size


def wait_for(condition, seconds: float = 10.0) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_left_to_itself_a_commit_moves_the_log(kernel: County) -> None:
    # The control: what the thread is there to prevent does happen without it.
    write(6)
    assert file_size(kernel) > 2 * 1024 * 1024


def test_with_the_thread_no_commit_does_and_the_log_is_moved_all_the_same(
    kernel: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_SECONDS", 3600)
    thread = checkpoint_apart()
    assert thread is not None
    write(6)
    assert file_size(kernel) < 1024 * 1024, "a commit moved the log"
    thread._look()
    assert file_size(kernel) > 6 * 1024 * 1024


def test_the_thread_looks_by_itself_and_ends_with_the_database(
    kernel: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_SECONDS", 0.01)
    thread = checkpoint_apart()
    assert thread is not None
    write(6)
    wait_for(lambda: file_size(kernel) > 6 * 1024 * 1024)
    database.obj.close_all()
    assert not thread.is_alive()


def test_a_log_that_grew_very_long_begins_anew(kernel: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_SECONDS", 3600)
    monkeypatch.setattr(checkpoints, "LONG", 8 * 1024 * 1024)
    thread = checkpoint_apart()
    assert thread is not None
    write(9)
    thread._look()
    before = log_size(kernel)
    write(3)
    assert log_size(kernel) == before, "the log went on growing at its end"
