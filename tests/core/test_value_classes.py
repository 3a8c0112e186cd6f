"""Values: what `@dataclass(frozen=True)` promises holds for `@value_class` too."""

from dataclasses import FrozenInstanceError, astuple, field, fields, replace
from threading import Barrier, Thread
from typing import Any

import pytest

from core.value_classes import value_class


@value_class
class Point:
    """Two numbers and a note that does not count."""

    x: int
    y: int = 0
    note: str = field(default="", compare=False)


@value_class
class Other:
    """The same fields, another class."""

    x: int
    y: int = 0


@value_class
class Own:
    """A class with a word of its own in the matter."""

    x: int

    def __repr__(self) -> str:
        return "own"


def test_it_is_made_shown_and_replaced_like_a_dataclass() -> None:
    point = Point(1, note="n")
    assert repr(point) == "Point(x=1, y=0, note='n')"
    assert astuple(replace(point, y=2)) == (1, 2, "n")
    assert [each.name for each in fields(Point)] == ["x", "y", "note"]


def test_it_equals_what_has_the_same_values_and_class() -> None:
    assert Point(1, note="a") == Point(1, note="b")
    assert hash(Point(1, note="a")) == hash(Point(1, note="b"))
    assert Point(1) != Point(2)
    assert Point(1) != Other(1)
    assert len({Point(1), Point(1), Point(2)}) == 2


def test_it_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del Point(1).x


def test_what_a_class_says_itself_stays() -> None:
    assert Own(1) != Own(2)
    assert repr(Own(1)) == "own"


def test_its_fields_are_known_before_the_first_value() -> None:
    @value_class
    class Waiting:
        """Nobody has made one."""

        x: int
        y: tuple[int, ...] = field(default_factory=tuple)

    @value_class
    class Child(Waiting):
        """Nor one of these."""

        z: int = 3

    assert [each.name for each in fields(Child)] == ["x", "y", "z"]
    assert [each.name for each in fields(Waiting)] == ["x", "y"]
    assert Child(1) == Child(1, (), 3)
    assert not hasattr(Waiting, "y")
    with pytest.raises(TypeError):
        Waiting()  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        Waiting(1).x = 2  # type: ignore[misc]


def test_many_threads_may_make_the_first_value_at_once() -> None:
    for _ in range(50):

        @value_class
        class Contested:
            """Made anew each time."""

            x: int
            note: str = "n"

        gate, found = Barrier(8), []

        def make(kind: Any = Contested, gate: Barrier = gate, found: list[Any] = found) -> None:
            gate.wait()
            found.append(kind(x=1))

        threads = [Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [Contested(1)] * 8
