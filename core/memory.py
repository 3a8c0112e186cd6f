"""The C library's pools of memory: glibc makes up to eight a core, one thread after another fills its own."""

import ctypes

_ARENA_MAX = -8  # the number of M_ARENA_MAX in malloc.h
_ARENAS = 2


def share_pools() -> None:
    """Let all threads of this process share two pools, as MALLOC_ARENA_MAX=2 does; call it at the start.

    Python's own small objects do not come from them, so nobody waits there. Nothing happens where the C
    library is another one.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "gnu_get_libc_version"):
        libc.mallopt(_ARENA_MAX, _ARENAS)
