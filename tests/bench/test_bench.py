"""Every figure that is promised can be measured: each subject runs, on tiny counties, and says something."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import SUBJECTS
from bench.imports import waited
from bench.report import PAGE, newest, rewritten

ROOT = Path(__file__).parents[2]
# What looks at one county is measured in one run, which makes it once; others may run beside it.
SHARING = (
    ("start", "redemption", "counter"),
    ("switching", "memory", "weight"),
    ("demo", "lists", "pages", "grid_pages", "diary", "proof"),
    ("ledger", "statements", "months"),
)
ALONE = [(name,) for name in SUBJECTS if not any(name in together for together in SHARING)]


@pytest.mark.parametrize("subjects", [*SHARING, *ALONE], ids="-".join)
def test_every_subject_runs_and_yields_finite_figures(subjects: tuple[str, ...], tmp_path: Path) -> None:
    target = tmp_path / "results.json"
    command = [sys.executable, "-m", "bench", "--quick", "--out", str(target), *subjects]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    kept = json.loads(target.read_text("utf-8"))
    assert tuple(kept["subjects"]) == subjects
    for subject, rows in kept["subjects"].items():
        assert rows, subject
        for row in rows:
            assert row["figures"], (subject, row)
            assert all(math.isfinite(figure) for figure in row["figures"]), (subject, row)


def test_the_memory_of_a_command_is_its_own_and_not_the_benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    held = b"x" * (200 * 1024 * 1024)
    # The control: what this process starts and waits for itself is told to have held as much.
    _, _, usage = os.wait4(os.posix_spawn("/bin/true", ["true"], {}), 0)
    assert usage.ru_maxrss / 1024 > 200
    assert waited(["true"]).memory < 100
    del held


def test_a_command_that_fails_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(RuntimeError, match="no such thing"):
        waited([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_every_file_of_measurements_is_a_subject() -> None:
    with_measure = {
        file.stem for file in (ROOT / "bench").glob("*.py") if "\ndef measure(run: Run)" in file.read_text()
    }
    assert with_measure == set(SUBJECTS)


def test_results_name_no_machine_and_no_path() -> None:
    for file in (ROOT / "bench" / "results").glob("*.json"):
        kept = json.loads(file.read_text("utf-8"))
        assert set(kept["machine"]) >= {"cpu", "cores", "memory", "python", "sqlite", "load at start"}
        assert not any("/" in value for value in kept["machine"].values()), file.name


def test_the_page_of_performance_shows_the_newest_results() -> None:
    found = newest()
    text = PAGE.read_text("utf-8")
    if found is None:
        assert "no whole run is kept yet" in text
    else:
        assert rewritten(text, json.loads(found.read_text("utf-8"))) == text
    for subject in SUBJECTS:
        assert f"**{subject}**" in text, f"docs/performance.md does not say what limits {subject}"
