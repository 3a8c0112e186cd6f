"""A demo county at county scale: how long until it can be opened, and the memory it takes to make."""

from bench.figures import Rounds, Row, Run
from bench.imports import waited
from tools.running import GRIDGOV


def measure(run: Run) -> list[Row]:
    """Making 216,229 residents with accounts, wallets, stores and a history; one round, it is long."""
    found = Rounds()
    data = run.place("demo") / "county"
    command = [GRIDGOV, "seed", "--profile", run.profile, "--data", str(data)]
    ended = waited(command)
    found.add("seconds", ended.seconds)
    found.add("memory", ended.memory)
    found.add("database", (data / "gridgov.db").stat().st_size / 1024 / 1024)
    run.adopt(data)
    run.say(f"made the {run.profile} county")
    return [
        found.row("seconds", "s", baseline="gridgov seed, as gridgov demo --scale county does it"),
        found.row("memory", "MiB"),
        found.row("database", "MiB"),
    ]
