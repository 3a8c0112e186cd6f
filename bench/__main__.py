"""`make bench`: every figure that is promised, beside its baseline, in one run.

Figures move from machine to machine; the ratios are what counts. Each is the median of its rounds, in
which baseline and subject take turns. A whole run is kept in bench/results/; docs/performance.md reads it.
"""

import argparse
import importlib
import json
import os
import tempfile
import traceback
from dataclasses import asdict
from datetime import date
from pathlib import Path

from bench.figures import Row, Run
from bench.machine import describe
from bench.report import RESULTS, number, write
from core.clock import now
from tools.running import make_county

# Each is a module here with `measure(run) -> list[Row]`. The demo county comes before what needs it.
SUBJECTS = (
    "generator",
    "start",
    "redemption",
    "redemption_postgresql",
    "counter",
    "claims",
    "ballots",
    "decisions",
    "calls",
    "hooks",
    "switching",
    "observing",
    "demo",
    "lists",
    "cases",
    "pages",
    "grid_pages",
    "diary",
    "call_screen",
    "proof",
    "ledger",
    "statements",
    "months",
    "cards",
    "memory",
    "imports",
    "weight",
)
QUICK = {"seconds": 0.2, "rounds": 1}


def main() -> int:
    """Measure, print a table, keep the results of a whole run; the exit status says whether all were got.

    They are kept after each subject, and one that fails leaves the others theirs: a run takes an hour.
    """
    arguments = _arguments()
    chosen = arguments.names or list(SUBJECTS)
    with tempfile.TemporaryDirectory(prefix="gridgov-bench-") as folder:
        machine = describe(Path(folder))
        print("\n".join(f"{name:16} {value}" for name, value in machine.items()), flush=True)
        run = Run(Path(folder), arguments.seconds, arguments.rounds, arguments.quick, _make, arguments.large)
        whole = not arguments.names and not arguments.quick
        target = arguments.out or (RESULTS / f"{_today()}.json" if whole else None)
        found: dict[str, list[Row]] = {}
        failed = [name for name in chosen if not _measured(name, run, found, machine, target)]
    if whole:
        write()
    if target is not None:
        print(f"\nresults are in {target.name}")
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


def _measured(
    name: str, run: Run, found: dict[str, list[Row]], machine: dict[str, str], target: Path | None
) -> bool:
    try:
        found[name] = measure(name, run)
    except Exception:  # noqa: BLE001 - whatever it was, it is printed, and the others go on
        traceback.print_exc()
        return False
    if target is not None:
        _keep(target, machine, run, found)
    return True


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"subjects; all when none is named: {', '.join(SUBJECTS)}")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="only see that all of it runs")
    parser.add_argument("--large", action="store_true", help="with a ledger of five million entries")
    parser.add_argument("--out", type=Path, help="where to write the results as JSON")
    arguments = parser.parse_args()
    if strange := set(arguments.names) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(sorted(strange))}")
    if arguments.quick:
        arguments.seconds, arguments.rounds = QUICK["seconds"], QUICK["rounds"]
    return arguments


def measure(name: str, run: Run) -> list[Row]:
    """One subject's rows, printed too."""
    print(f"\n{name}", flush=True)
    rows: list[Row] = importlib.import_module(f"bench.{name}").measure(run)
    for row in rows:
        print(f"    {row.name:64} {number(row.median):>9} {row.unit:12} {row.target}", flush=True)
    return rows


def _make(data: Path, profile: str) -> None:
    make_county(data, profile=profile)


def _today() -> date:
    return now().date()


def _keep(target: Path, machine: dict[str, str], run: Run, found: dict[str, list[Row]]) -> None:
    shown = {
        "at": now().isoformat(timespec="minutes"),
        "machine": {**machine, "load at end": " ".join(f"{load:.2f}" for load in os.getloadavg())},
        "seconds": run.seconds,
        "rounds": run.rounds,
        "subjects": {
            name: [{**asdict(row), "median": row.median} for row in rows] for name, rows in found.items()
        },
    }
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
