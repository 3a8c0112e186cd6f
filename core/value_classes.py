"""Values that never change: `@value_class` is `@dataclass(frozen=True)`, made when it is first used.

A server has some five hundred such classes and uses few of them before its first answer; `dataclass`
compiles six methods for each, which made a third of a second of its start. Here the methods that only look at
the fields are shared, and the one that is compiled, `__init__`, is made by `dataclass` itself at the first
call; so `replace`, `astuple` and `fields` work as ever.
"""

from collections.abc import Hashable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache
from threading import RLock
from typing import Any, TypeVar, cast, dataclass_transform

Class = TypeVar("Class", bound=type[Any])
_making = RLock()


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


def _keep(_self: Any, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _hold(_self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_SHARED = {
    "__eq__": _equal,
    "__hash__": _hashed,
    "__repr__": _told,
    "__setattr__": _keep,
    "__delattr__": _hold,
}


class _Fields:
    """Stands where `dataclass` keeps a class's fields, until somebody asks for them."""

    def __get__(self, _value: object, owner: type[Any]) -> dict[str, Field[Any]]:
        # A subclass that is not made yet finds its parent's.
        waiting = next(each for each in owner.__mro__ if each.__dict__.get("__dataclass_fields__") is self)
        _make(waiting)
        return cast("dict[str, Field[Any]]", waiting.__dict__["__dataclass_fields__"])


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_class(made: Class) -> Class:
    """Make a class of values: equal where all fields are, never changed, hashable where its values are."""
    assert "__init__" not in made.__dict__, "what a class of values begins with are its fields"
    for name, shared in _SHARED.items():
        if name not in made.__dict__ or (name == "__hash__" and made.__dict__[name] is None):
            setattr(made, name, shared)

    def first(self: Any, *args: Any, **named: Any) -> None:
        _make(made)
        made.__init__(self, *args, **named)

    first.waits = True  # type: ignore[attr-defined]
    made.__init__ = first
    made.__dataclass_fields__ = _Fields()
    return made


def _make(made: type[Any]) -> None:
    """Let `dataclass` do its work on a twin, so that the class is whole at every moment for every thread."""
    with _making:
        if not hasattr(made.__dict__["__init__"], "waits"):
            return
        left_out = {"__init__", "__dataclass_fields__", "__dict__", "__weakref__", *_SHARED}
        body = {name: value for name, value in made.__dict__.items() if name not in left_out}
        twin: Any = type(made.__name__, made.__bases__, body)
        twin = dataclass(frozen=True, eq=False, repr=False)(twin)
        for name, each in twin.__dataclass_fields__.items():
            if each.default is not MISSING:
                setattr(made, name, each.default)
            elif isinstance(made.__dict__.get(name), Field):
                delattr(made, name)
        for name in ("__dataclass_params__", "__match_args__", "__dataclass_fields__"):
            setattr(made, name, getattr(twin, name))
        twin.__init__.__qualname__ = f"{made.__qualname__}.__init__"
        made.__init__ = twin.__init__  # last: from here on it is whole
