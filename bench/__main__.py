"""`make bench`: redemptions in process and over HTTP against a bare sqlite3 loop; the start of the program;
what the walls around plugins cost.

Figures move from machine to machine; the ratios are what counts. Each is the median of three rounds.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from bench.hooks import hook_rows
from bench.redemption import bare_loop, in_process, over_http
from bench.start import start_ratio


def main() -> None:
    """Measure, print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.rounds):
            place = Path(folder) / str(number)
            place.mkdir()
            bare = bare_loop(place, arguments.seconds)
            one = in_process(place / "one", arguments.seconds, callers=1)
            many = in_process(place / "many", arguments.seconds, callers=16)
            web = over_http(place / "web", arguments.seconds, clients=8)
            rounds.append((bare, one, many, web))
            print(f"round {number + 1}: bare {bare:.0f}/s", flush=True)
        hooks = hook_rows(Path(folder))
    starts = [start_ratio() for _ in range(arguments.rounds)]
    rows = {
        "`gridgov --version` / bare Python": starts,
        "redemption in process, 1 caller / bare loop": [one / bare for bare, one, _, _ in rounds],
        "redemption in process, 16 callers / bare loop": [many / bare for bare, _, many, _ in rounds],
        "redemption over HTTP, 8 clients / bare loop": [web.rate / bare for bare, _, _, web in rounds],
        "redemption over HTTP, rate /s": [web.rate for *_, web in rounds],
        "redemption over HTTP, p99 ms": [web.p99 for *_, web in rounds],
        "redemption over HTTP, worst ms": [web.worst for *_, web in rounds],
        **hooks,
    }
    for title, figures in rows.items():
        print(f"{title:48} median {statistics.median(figures):8.2f}   all {[round(f, 2) for f in figures]}")


if __name__ == "__main__":
    main()
