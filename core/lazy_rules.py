"""Addresses that cost little to add: an app is built anew, in every process, at each switch of a plugin.

werkzeug compiles two functions for each address when it is added, and takes its text apart. With some
thousand addresses that is most of the time in which an app is built. Most of those functions are never
called before the next app: they are made when one of them is. What a text is made of is the same in each app.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

# A variable, the name of its converter, and what that is made with.
Asked = tuple[str, str, tuple[Any, ...], Mapping[str, Any]]
# Of an address: its parts, what it is built from, and the converters that it asks for.
Taken = tuple[list[RulePart], list[tuple[bool, str]], list[Asked]]
# By its text and the converters that there are: their patterns stand in the parts.
_taken_apart: dict[tuple[Any, ...], Taken] = {}


class LazyRule(Rule):
    """An address like any other. Two threads that come first at once make the same thing twice."""

    def get_converter(
        self, variable_name: str, converter_name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> BaseConverter:
        """The converter of a variable, remembered as asked for."""
        self._asked.append((variable_name, converter_name, args, kwargs))
        return super().get_converter(variable_name, converter_name, args, kwargs)

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        assert self.map is not None
        key = (rule, *self.map.converters.items())
        known = _taken_apart.get(key)
        if known is None:
            before, self._asked = len(self._trace), list[Asked]()
            parts = list(super()._parse_rule(rule))
            _taken_apart[key] = (parts, self._trace[before:], self._asked)
            return parts
        parts, trace, asked = known
        self._trace += trace
        for wanted in asked:
            # Each app has its own: a converter knows the map that it belongs to.
            self._converters[wanted[0]] = super().get_converter(*wanted)
            self.arguments.add(wanted[0])
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: Callable[..., tuple[str, str]] | None = None
        compiled = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            nonlocal made
            if made is None:
                made = compiled(append_unknown)
            return made(rule, **values)

        return build
