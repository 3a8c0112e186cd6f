"""A county's residents from a table: checked, sealed, on record; against reading and inserting alone."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Rounds, Row, Run
from core.areas.api import list_areas
from core.cli.context import opened_with_modules
from core.clock import today
from core.county import county
from core.demo.people import Crowd
from core.demo.plan import plan_county
from core.demo.village import REFERENCE_DAY, make_households
from core.people.services.imports import COLUMNS
from core.scope import AreaScope
from core.sheets import csv_bytes, xlsx_bytes
from tools.running import GRIDGOV


@dataclass(frozen=True)
class Ended:
    """A process that was waited for: wall seconds, and the most memory it held, in MiB."""

    seconds: float
    memory: float


def measure(run: Run) -> list[Row]:
    """P9."""
    place = run.place("imports")
    tables, count = _tables(run, place)
    found = Rounds()
    for number in range(run.rounds):
        for kind in ("csv", "xlsx"):
            ended = _import(place / f"{kind}-{number}", tables[kind])
            found.add(kind, count / ended.seconds)
            found.add(f"{kind} memory", ended.memory)
            for reader in ("csv",) if kind == "csv" else ("calamine", "openpyxl"):
                module = [sys.executable, "-m", "bench.bare_import"]
                bare = waited([*module, reader, str(tables[kind]), str(place / f"{reader}-{number}.db")])
                found.add(f"bare {reader}", count / bare.seconds)
        run.say(f"import of {count} residents, round {number + 1} of {run.rounds}")
    alone = "read and insert alone: process start, two indexes, one transaction"
    return [
        found.row("csv", "rows/s", baseline=f"{count} residents, the whole command"),
        found.row("csv memory", "MiB", "<= 300"),
        found.row("bare csv", "rows/s", baseline=alone),
        found.row("xlsx", "rows/s"),
        found.row("xlsx memory", "MiB", "<= 300"),
        found.row("bare calamine", "rows/s", baseline=alone),
        found.row("bare openpyxl", "rows/s", baseline=alone),
        found.ratio("P9 CSV / csv + executemany", "csv", "bare csv"),
        found.ratio("P9 XLSX / calamine + executemany", "xlsx", "bare calamine", ">= 0.4, then >= 0.75"),
        found.ratio("P9 XLSX / openpyxl + executemany", "xlsx", "bare openpyxl", ">= 5"),
    ]


def waited(command: list[str]) -> Ended:
    """Run a command to its end. Raises RuntimeError unless it succeeds."""
    measured = [sys.executable, "-m", "bench.peak", *command]
    ended = subprocess.run(measured, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{command[:3]} ended with {ended.returncode}: {ended.stderr[-2000:]}")
    return Ended(**json.loads(ended.stdout))


def _new_county(data: Path) -> None:
    command = [GRIDGOV, "init", "--data", str(data)]
    subprocess.run(command, capture_output=True, text=True, check=True)


def _import(data: Path, table: Path) -> Ended:
    _new_county(data)
    return waited([GRIDGOV, "import", "households", str(table), "--data", str(data)])


def _tables(run: Run, place: Path) -> tuple[dict[str, Path], int]:
    _new_county(place / "empty")
    with opened_with_modules(place / "empty"):
        rows = list(_rows(run))
    tables = {"csv": place / "residents.csv", "xlsx": place / "residents.xlsx"}
    tables["csv"].write_bytes(csv_bytes(rows))
    tables["xlsx"].write_bytes(xlsx_bytes("户籍", rows))
    return tables, len(rows) - 1


def _rows(run: Run) -> Iterator[list[str]]:
    code = county().settings.county_code
    villages, _ = list_areas(AreaScope((code,)), level="village", on_date=today(), page_size=10_000)
    chance = random.Random(1)
    plans = plan_county("county", code, [area.code for area in villages], chance)
    crowd = Crowd(chance, code, REFERENCE_DAY)
    yield [column.title for column in COLUMNS]
    for plan in plans[: run.few(len(plans), 1)]:
        # A county that begins has villages and no grids yet.
        for number, household in enumerate(make_households(plan, "村", crowd, chance), 1):
            for person in household.persons:
                yield [
                    plan.code,
                    str(number),
                    person.name,
                    "是" if person.is_head else "否",
                    person.citizen_id,
                    person.phone,
                    household.address,
                    person.risk_level,
                    "、".join(person.tags),
                ]
