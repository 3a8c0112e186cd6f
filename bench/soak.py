"""`make soak`: the proofs (tests/proofs) at their large size, a line each. It takes hours.

`python -m bench.soak -k kill` runs some of them, `--small` at the size of `make test`;
`-n 4 -k many_deeds tests/plugins/points_store/books` tries the million deeds, twenty books of 50,000, in
four processes.
"""

import argparse
import os
import time

import pytest


class Lines:
    """Prints what each proof has measured, or that it failed."""

    def __init__(self) -> None:
        self.held = self.failed = 0

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One line when a proof has ended."""
        if report.when != "call" and not report.failed:
            return
        self.held += report.passed
        self.failed += report.failed
        measured = dict(report.user_properties).get("figures", "")
        name = report.nodeid.rpartition("::")[2].removeprefix("test_").replace("_", " ")
        word = "FAILED" if report.failed else "holds "
        print(f"{time.strftime('%H:%M:%S')} {word} {name} ({report.duration:.0f} s) {measured}", flush=True)
        if report.failed:
            print(report.longreprtext, flush=True)


def main() -> int:
    """Run the proofs; the exit status says whether all hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("paths", nargs="*", default=["tests"], help="where to look for proofs")
    parser.add_argument("-k", default="", metavar="WORDS", help="only proofs whose names match")
    parser.add_argument("--small", action="store_true", help="at the size of make test")
    parser.add_argument("-n", default="0", metavar="N", help="so many at once, where none loads a server")
    arguments = parser.parse_args()
    if not arguments.small:
        # Before pytest imports tests.proofs.sizes.
        os.environ["GRIDGOV_PROOFS"] = "soak"
    lines = Lines()
    print(f"{time.strftime('%H:%M:%S')} begins: {arguments}", flush=True)
    # Without the terminal's own report; "hypothesis" and fixtures come as in `make test`.
    status = pytest.main(
        ["-p", "no:terminal", "-n", arguments.n, "-m", "proof or grows", "-k", arguments.k, *arguments.paths],
        plugins=[lines],
    )
    print(f"{time.strftime('%H:%M:%S')} ends: {lines.held} hold, {lines.failed} failed", flush=True)
    return int(status)


if __name__ == "__main__":
    raise SystemExit(main())
