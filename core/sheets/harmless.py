"""Texts that a spreadsheet might take for a formula get an apostrophe in front (CSV injection, OWASP).

The names in an export were typed by somebody else than who opens it.
"""

from typing import Any

_RISKY = tuple("=+-@\t\r\n＝＋－＠")


def harmless(value: Any) -> Any:
    """`value` as a spreadsheet will show it, never run it."""
    if isinstance(value, str) and value.startswith(_RISKY):
        return "'" + value
    return value
