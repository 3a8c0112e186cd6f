"""How commands speak: tables, JSON."""

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

import click


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns that line up, Chinese characters counted as two."""
    lines = [list(headings), *[list(row) for row in rows]]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(headings))]
    for line in lines:
        cells = [text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
