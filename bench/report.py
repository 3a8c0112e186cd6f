"""docs/performance.md: its tables are written from the newest results, the words around them by hand."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by `python -m bench` -->", "<!-- end of figures -->"


_HEADING = ("| what | median | unit | target |", "| --- | ---: | --- | --- |")


def newest() -> Path | None:
    """The newest kept results; None before the first whole run."""
    return max(RESULTS.glob("*.json"), default=None)


def rewritten(text: str, kept: dict[str, Any]) -> str:
    """The page with the tables of these results."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables(kept)}\n\n{END}{after}"


def tables(kept: dict[str, Any]) -> str:
    """The machine, and one table a subject, in Markdown."""
    machine = ", ".join(f"{name} {value}" for name, value in kept["machine"].items())
    parts = [f"Measured at {kept['at']}: {machine}. {kept['rounds']} rounds of {kept['seconds']:g} s."]
    for name, rows in kept["subjects"].items():
        parts += [f"### {name}", "\n".join([*_HEADING, *map(_line, rows)])]
    return "\n\n".join(parts)


def _line(row: dict[str, Any]) -> str:
    what = f"{row['name']} ({row['baseline']})" if row["baseline"] and row["unit"] != "x" else row["name"]
    return f"| {what} | {number(row['median'])} | {row['unit']} | {row['target']} |"


def number(figure: float) -> str:
    """Three digits are enough."""
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"


def write() -> None:
    """Bring the page up to date."""
    found = newest()
    if found is not None:
        kept = json.loads(found.read_text("utf-8"))
        PAGE.write_text(rewritten(PAGE.read_text("utf-8"), kept), "utf-8")
