"""Values that never change: `@value_class` is `@dataclass(frozen=True)`, made in half of the time.

A server makes some four hundred such classes at each start, and `dataclass` compiles six methods for each.
Here the three that only look at the fields are shared; the rest is what `dataclass` makes, so `replace`,
`astuple` and `fields` work as ever.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, TypeVar, cast, dataclass_transform

Class = TypeVar("Class", bound=type[Any])


@cache
def _names(made: Hashable) -> tuple[str, ...]:
    return tuple(each.name for each in fields(cast(Any, made)) if each.compare)


def _values(value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, name) for name in _names(cast(Hashable, type(value))))


def _equal(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hashed(self: Any) -> int:
    return hash(_values(self))


def _told(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({shown})"


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_class(made: Class) -> Class:
    """Make a class of values: equal where all fields are, never changed, hashable where its values are."""
    for name, shared in (("__eq__", _equal), ("__hash__", _hashed), ("__repr__", _told)):
        if name not in made.__dict__ or (name == "__hash__" and made.__dict__[name] is None):
            setattr(made, name, shared)
    return cast(Class, dataclass(frozen=True, eq=False, repr=False)(made))
