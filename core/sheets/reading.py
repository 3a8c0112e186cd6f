"""One table at a time: readers hold the interpreter for long stretches and need much memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from core.sheets.errors import SheetBusy
from core.sheets.tables import Column, Table, Upload

_turn = Lock()


@contextmanager
def reading(upload: Upload, columns: Sequence[Column]) -> Iterator[Table]:
    """The upload as a table, for the length of the block the only one in this process.

    Raises SheetBusy at once while another is read, and what `Table` raises.
    """
    if not _turn.acquire(blocking=False):
        raise SheetBusy
    try:
        yield Table(upload, columns)
    finally:
        _turn.release()
