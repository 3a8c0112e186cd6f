"""Two foreign plugins: `bell` announces, `ear` listens and does what its file `behaviour` says."""

import time
from collections.abc import Callable
from pathlib import Path

from core.audit import record
from core.db import unit_of_work
from core.events import Delivery, announce
from core.plugin_manager import SYSTEM
from core.testing import COUNTY_CODE, VILLAGE

BELL = """
name = "bell"
title = "铃"
title_en = "Bell"
version = "1.0"
api = ">=1.0,<2"
[announces]
Rung = "敲了铃"
"""
EAR = """
name = "ear"
title = "耳朵"
title_en = "Ear"
version = "1.0"
api = ">=1.0,<2"
listens = ["bell.Rung"]
"""
MIGRATION = """
from peewee import AutoField, BigIntegerField, Model

def tables(db):
    class Note(Model):
        id = AutoField()
        event_id = BigIntegerField()

        class Meta:
            database = db
            table_name = "ear_note"

    return [Note]

def up(migrator, db):
    db.create_tables(tables(db))

def down(migrator, db):
    db.drop_tables(tables(db))
"""
CODE = """
import os, time
from pathlib import Path
from peewee import AutoField, BigIntegerField
from core.db import BaseModel, unit_of_work
from core.events import handled_once
from core.hookspecs import Job, hookimpl

HERE = Path(__file__).parent

class Note(BaseModel):
    id = AutoField()
    event_id = BigIntegerField()

    class Meta:
        table_name = "ear_note"

@hookimpl
def register_models():
    return [Note]

def tell(word):
    with (HERE / "log").open("a") as file:
        file.write(f"{word} {os.getpid()} {time.monotonic()}\\n")

def tick():
    tell("tick")
    time.sleep(0.5)

@hookimpl
def register_jobs():
    return [Job("ear.tick", "走一下", tick, daily="00:00")]

@hookimpl
def on_event(event):
    word = (HERE / "behaviour").read_text()
    if word == "fail" or word == f"fail {event.id}":
        raise RuntimeError("the ear is deaf to 13800001111")
    if word == "leave":
        raise SystemExit(3)
    if word == "hang":
        while True:
            pass
    if word == "count cuts":
        tell(Note._meta.database.execute_sql("SELECT cuts FROM core_lane").fetchone()[0])
    tell("begin")
    if word == "slow":
        time.sleep(0.4)
    if word == "plain":
        with unit_of_work(housekeeping="a test"):
            Note.create(event_id=event.id)
    else:
        with handled_once(event):
            Note.create(event_id=event.id)
            if word == "sleep inside":
                tell("inside")
                time.sleep(3)
            if word == "hang inside":
                while True:
                    pass
    if word in ("plain", "sleep after"):
        tell("after")
        time.sleep(3)
    tell("end")
"""


def install(plugin_folder: Callable[..., Path], *, on: bool = True) -> "Ear":
    """Both plugins, the ear as `on` says, well-behaved."""
    plugin_folder("bell", {"plugin.toml": BELL, "plugin.py": ""})
    files = {"plugin.toml": EAR, "plugin.py": CODE, "migrations/0001_initial.py": MIGRATION, "log": ""}
    return Ear(plugin_folder("ear", {**files, "behaviour": "once"}, on=on))


class Ear:
    """What the ear does and has heard."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def behave(self, word: str) -> None:
        """See CODE."""
        (self.place / "behaviour").write_text(word)

    def log(self) -> list[tuple[str, int, float]]:
        """Word, process and moment of what it did."""
        lines = [line.split() for line in (self.place / "log").read_text().splitlines()]
        return [(word, int(pid), float(at)) for word, pid, at in lines]

    def heard(self) -> list[int]:
        """Ids of the events whose effect is in the database."""
        from core.db import database

        return [row[0] for row in database.execute_sql("SELECT event_id FROM ear_note ORDER BY id")]


def ring(times: int = 1, **payload: int) -> None:
    """The bell rings: one unit of work."""
    with unit_of_work():
        for number in range(times):
            announce(SYSTEM, "bell.Rung", area_code=VILLAGE, subject=f"bell:{number}", **payload)
        record(SYSTEM, "bell.ring", area_code=COUNTY_CODE, subject="bell:1")


def states() -> list[tuple[str, int]]:
    """State and attempts of every delivery."""
    return [(row.state, row.attempts) for row in Delivery.select().order_by(Delivery.id)]


def wait_until(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    """Look again and again; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)
