"""How much of the machine the load generator takes: its own ceiling against a server that does nothing."""

from bench.bare_pages import serving_bare
from bench.figures import Rounds, Row, Run
from bench.load import drive, request


def measure(run: Run) -> list[Row]:
    """The generator's ceiling at 8 and 64 clients, and what of a core it took."""
    found = Rounds()
    message = request("GET", "/", {"Accept": "*/*"})
    for _ in range(run.rounds):
        with serving_bare("hello") as url:
            for clients in (8, 64):
                answered = drive(url, [message], clients=clients, seconds=run.seconds, again=True).demand(200)
                found.add(f"{clients} clients", answered.rate)
                found.add(f"core, {clients} clients", answered.core)
                found.add(f"cost, {clients} clients", 1e6 * answered.core / answered.rate)
    run.say("generator")
    rows = []
    for clients in (8, 64):
        rows += [
            found.row(f"{clients} clients", "/s", baseline="a greeting by granian, one worker of 8 threads"),
            found.row(f"core, {clients} clients", "of a core"),
            found.row(f"cost, {clients} clients", "us a request"),
        ]
    return rows
