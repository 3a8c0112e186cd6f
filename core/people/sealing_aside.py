"""Sealing column by column in a second process that works ahead of the one that writes.

Sealing two fields of each resident of a county takes as long as writing them, and a process of Python does
one thing at a time. The second one gets its keys and columns over a pipe and gives sealed columns back; it
opens no file and no database. Where it does not start, or ends before its time, the rest is sealed here: the
same rows, only later.
"""

import logging
import marshal
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread
from typing import IO, Any

from core.keys import Keys

log = logging.getLogger(__name__)

# Texts, and the purpose that they are sealed for.
Column = tuple[Sequence[str], str]
# Sealed values and look-ups; None for empty texts.
Sealed = tuple[list[bytes | None], list[bytes | None]]
# What may lie in a pipe, so that neither process waits for the other at each column. Linux allows this much.
_PIPE_BYTES = 1024 * 1024
_LENGTH_BYTES = 4


def seal_column(keys: Keys, texts: Sequence[str], purpose: str) -> Sealed:
    """Sealed values and look-ups of `texts`."""
    sealed: list[bytes | None] = [*keys.seal_all(texts, purpose)]
    looked_up: list[bytes | None] = [*keys.blind_index_all(texts, purpose)]
    for place, text in enumerate(texts):
        if not text:
            sealed[place] = looked_up[place] = None
    return sealed, looked_up


@contextmanager
def sealing_aside(keys: Keys, columns: Callable[[], Iterable[Column]]) -> Iterator[Iterator[Sealed]]:
    """Within it, each of `columns` sealed, in their order. They are asked for twice: to be sent, and here."""
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pipesize=_PIPE_BYTES,
        )
    except OSError:
        log.warning("no second process to seal in", exc_info=True)
        yield (seal_column(keys, *column) for column in columns())
        return
    assert process.stdin is not None
    assert process.stdout is not None
    sending = Thread(target=_send_all, args=(process.stdin, keys, columns()), name="sealing", daemon=True)
    sending.start()
    try:
        yield _received(process.stdout, keys, columns())
    finally:
        process.kill()  # it has ended, unless nobody wants its columns any more
        sending.join()
        process.stdout.close()
        process.wait()


def _send_all(pipe: IO[bytes], keys: Keys, columns: Iterable[Column]) -> None:
    with suppress(OSError), pipe:  # whoever receives sees that it has ended
        _send(pipe, (keys.field, keys.index))
        for texts, purpose in columns:
            _send(pipe, ([*texts], purpose))


def _received(pipe: IO[bytes], keys: Keys, columns: Iterable[Column]) -> Iterator[Sealed]:
    is_there = True
    for texts, purpose in columns:
        sealed = _receive(pipe) if is_there else None
        if sealed is None and is_there:
            is_there = False
            log.warning("the process that seals has ended before its time: the rest is sealed here")
        yield sealed or seal_column(keys, texts, purpose)


def _send(pipe: IO[bytes], value: Any) -> None:
    data = marshal.dumps(value)
    pipe.write(len(data).to_bytes(_LENGTH_BYTES, "little") + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    """What `_send` has sent, None at the end or when that comes in the middle."""
    head = pipe.read(_LENGTH_BYTES)
    size = int.from_bytes(head, "little")
    data = pipe.read(size)
    return marshal.loads(data) if head and len(data) == size else None  # noqa: S302 - of our own process


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal asks both; the other one ends this one
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    field, index = _receive(asked) or (b"", b"")
    keys = Keys(session=b"", signature=b"", field=field, index=index)
    with suppress(BrokenPipeError):
        while column := _receive(asked):
            _send(answers, seal_column(keys, *column))


if __name__ == "__main__":
    _main()
