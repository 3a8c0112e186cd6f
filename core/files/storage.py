"""Where the bytes lie: DATA/files/ab/<id>, a thumbnail beside it. On the disk before their row commits.

Bytes without a row (a kill between the two) are swept at night; a row without bytes cannot come about.
"""

import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from core.county import county
from core.files.errors import StorageFailed

FOLDER = "files"
ID_PATTERN = r"[a-z2-7]{20}"
_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
_THUMB = ".thumb"
# A unit of work ends long before: whatever is older and has no row was left behind.
ABANDONED_SECONDS = 3600.0


def new_id() -> str:
    """An id of 100 random bits."""
    return "".join(secrets.choice(_SIGNS) for _ in range(20))


def is_id(raw_id: str) -> bool:
    """Whether it could be the id of a file."""
    return re.fullmatch(ID_PATTERN, raw_id) is not None


def path_of(file_id: str, *, thumb: bool = False) -> Path:
    """Where the bytes of a file lie, or its thumbnail."""
    assert is_id(file_id)
    return folder() / file_id[:2] / (file_id + _THUMB if thumb else file_id)


def folder() -> Path:
    """The county's folder of files."""
    return county().data / FOLDER


def write(file_id: str, data: bytes, thumb: bytes) -> None:
    """Put the bytes on the disk, for the service's eyes only. Raises StorageFailed, with nothing left."""
    try:
        place = path_of(file_id)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(place, data)
        if thumb:
            _write(path_of(file_id, thumb=True), thumb)
        _sync_folder(place.parent)
    except OSError as error:
        forget(file_id)
        raise StorageFailed from error


def forget(file_id: str) -> None:
    """Delete the bytes of a file; one that cannot be deleted now is swept later."""
    for place in (path_of(file_id), path_of(file_id, thumb=True)):
        try:
            place.unlink(missing_ok=True)
        except OSError:
            continue


def kept_files(place: Path) -> Iterator[Path]:
    """Every file of bytes below the folder `place`, in order."""
    for drawer in sorted(place.glob("[a-z2-7][a-z2-7]")):
        yield from sorted(file for file in drawer.iterdir() if is_id(file.name.removesuffix(_THUMB)))


def abandoned_ids(known: set[str]) -> Iterator[str]:
    """Ids of bytes that are older than ABANDONED_SECONDS and not among `known`."""
    for file in kept_files(folder()):
        file_id = file.name.removesuffix(_THUMB)
        if file_id not in known and file.stat().st_mtime < time.time() - ABANDONED_SECONDS:
            yield file_id


def _write(place: Path, data: bytes) -> None:
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(place: Path) -> None:
    for each in (place, place.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
