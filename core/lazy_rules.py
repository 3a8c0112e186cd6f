"""Addresses whose builders are made when one of them is built for the first time.

werkzeug compiles two functions for each address when it is added. With some five hundred addresses
that is most of the time in which an app is built, and an app is built anew, in every process,
whenever a plugin is switched on or off; most of those functions are never called in between.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LazyRule(Rule):
    """An address like any other. Two threads that come first at once make the same function twice."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: Callable[..., tuple[str, str]] | None = None
        compiled = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            nonlocal made
            if made is None:
                made = compiled(append_unknown)
            return made(rule, **values)

        return build
