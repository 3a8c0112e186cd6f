"""`make soak`: the proofs (tests/proofs) at their large size, a line each. It takes hours.

`python -m bench.soak -k kill` runs some of them, `--small` at the size of `make test`.
"""

import argparse
import os
import time

import pytest


class Lines:
    """Prints what each proof has measured, or that it failed."""

    def __init__(self) -> None:
        self.failed = 0

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One line when a proof has ended."""
        if report.when != "call" and not report.failed:
            return
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
    parser.add_argument("-k", default="", metavar="WORDS", help="only proofs whose names match")
    parser.add_argument("--small", action="store_true", help="at the size of make test")
    arguments = parser.parse_args()
    if not arguments.small:
        # Before pytest imports tests.proofs.sizes.
        os.environ["GRIDGOV_PROOFS"] = "soak"
    lines = Lines()
    # Without the terminal's own report; "hypothesis" and fixtures come as in `make test`.
    status = pytest.main(
        ["-p", "no:terminal", "-m", "proof or grows", "-k", arguments.k, "tests"], plugins=[lines]
    )
    return int(status)


if __name__ == "__main__":
    raise SystemExit(main())
