"""Memory of a process that serves: the C library's pools, and when Python looks for garbage."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_ARENA_MAX = -8  # the number of M_ARENA_MAX in malloc.h
_ARENAS = 2


def share_pools() -> None:
    """Let all threads of this process share two pools, as MALLOC_ARENA_MAX=2 does; call it at the start.

    glibc makes up to eight a core otherwise, and one thread after another fills its own. Python's own small
    objects do not come from them, so nobody waits there. Nothing happens where the C library is another one.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "gnu_get_libc_version"):
        libc.mallopt(_ARENA_MAX, _ARENAS)


@contextmanager
def starting() -> Iterator[None]:
    """What is made within is there to stay: nobody looks for garbage among it, now or later.

    A start makes some 240,000 objects and drops none; looking through them again and again took a fifth
    of its time, and each full look later held up whatever request it fell into.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def keeping_all() -> Iterator[None]:
    """For one large piece of work whose objects live until it ends: nobody looks for garbage among them.

    In the import of a county's residents it took a twelfth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def renewing() -> Iterator[None]:
    """As `starting`, where what is made within takes the place of what a start made.

    That is thrown away in one look at the end (0.2 s in which nothing else runs). Left to Python, the garbage
    of ten switches was looked through at once: everybody waited for 1.4 s, and the looks within the work came
    on top.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        gc.enable()
