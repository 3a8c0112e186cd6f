"""What is counted in a database, so that a copy can be held against it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from core.value_classes import value_class

Ask = Callable[[str], Sequence[tuple[Any, ...]]]


@value_class
class Facts:
    """Rows by table, and number and hash of the newest line of the record."""

    tables: Mapping[str, int]
    audit: tuple[int, str]


def read_facts(ask: Ask, tables: Iterable[str]) -> Facts:
    """Count every table. `ask` runs one statement; the names come from the database itself."""
    counts = {name: int(ask(f'SELECT COUNT(*) FROM "{name}"')[0][0]) for name in sorted(tables)}  # noqa: S608
    newest = ask("SELECT seq, hash FROM core_audit_line ORDER BY seq DESC LIMIT 1")
    return Facts(counts, (int(newest[0][0]), str(newest[0][1])) if newest else (0, ""))
