"""When Python looks for garbage: not during a start, not in what it made, always in commands."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from core.cli.program import run
from core.memory import keeping_all, renewing, starting


class Held:
    """Something that stands in a circle with what holds it."""

    held: list["Held"]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_a_start_is_not_held_up_and_what_it_made_is_not_looked_through() -> None:
    with starting():
        assert not gc.isenabled()
        made = [Held()]
        made[0].held = made
    assert gc.isenabled()
    assert not any(each is made for each in gc.get_objects())
    with renewing():
        assert not gc.isenabled()
        lost = weakref.ref(made[0])
        made = [Held()]
        made[0].held = made
    assert gc.isenabled()
    assert lost() is None, "what the start made and nobody needs any more is gone"
    assert not any(each is made for each in gc.get_objects())


def test_a_start_that_fails_leaves_the_look_on() -> None:
    with pytest.raises(ZeroDivisionError), starting():
        _ = 1 / 0
    assert gc.isenabled()


def test_a_large_piece_of_work_leaves_the_look_as_it_was() -> None:
    with keeping_all():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    with keeping_all():
        pass
    assert not gc.isenabled()


def test_a_command_runs_with_the_look_on(capsys: pytest.CaptureFixture[str]) -> None:
    gc.disable()
    assert run(["config", "--help"]) == 0
    assert gc.isenabled()
