"""The file that a backup is: a zip with a manifest that names every part, its size and its SHA-256.

A zip, since its manifest is read and each part is checked without unpacking the rest, and since
any machine opens it. Nothing in it is readable without the county's keys but what is readable in
the database itself; so it is written for its owner's eyes only.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import IO, Any

from core.backups.errors import BackupTooNew, NotABackup
from core.value_classes import value_class

FORMAT = 1
MANIFEST, CONFIG, KEYS = "manifest.json", "config.toml", "keys.json"
FILES = "files"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
_CHUNK = 1024 * 1024
# Sealed fields do not shrink at all, so trying hard costs time and gains little.
_LEVEL = 3
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError, TypeError)
Advance = Callable[[int], None]


@value_class
class Manifest:
    """What is in a backup. `keys`: their mark. `audit`: number and hash of the newest line of the record."""

    gridgov: str
    made_at: str
    county: str
    engine: str
    keys: str
    tables: Mapping[str, int]
    audit: tuple[int, str]
    members: Mapping[str, tuple[str, int]]
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(self.tables.values())


class Writer:
    """Writes an archive part by part, and the manifest last."""

    def __init__(self, file: Path) -> None:
        self._raw = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._zip = zipfile.ZipFile(self._raw, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.members: dict[str, tuple[str, int]] = {}

    def add(self, name: str, source: Path, advance: Advance = lambda _size: None) -> None:
        """Add a file as `name`; `advance` is told the bytes of each piece."""
        # Photos and documents are packed already.
        self._zip.compression = zipfile.ZIP_STORED if name.startswith(f"{FILES}/") else zipfile.ZIP_DEFLATED
        with source.open("rb") as file, self._zip.open(name, "w", force_zip64=True) as part:
            self.members[name] = copy(file, part, advance)

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, and come back when all lies on the disk."""
        self._zip.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        self._zip.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()

    def abandon(self) -> None:
        """Let go of the file, whatever state it is in."""
        self._raw.close()
        self._zip.fp = None  # closing it would write its list of parts after the fact


def copy(source: IO[bytes], target: IO[bytes], advance: Advance) -> tuple[str, int]:
    """Copy to the end; returns SHA-256 and size."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(_CHUNK):
        digest.update(piece)
        target.write(piece)
        size += len(piece)
        advance(len(piece))
    return digest.hexdigest(), size


class Reader:
    """An archive that is all there: opening it reads and checks every part against the manifest.

    Raises NotABackup, and BackupTooNew for one of a later format.
    """

    def __init__(self, file: Path, advance: Callable[[int, int], None]) -> None:
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
            self.manifest = _manifest(json.loads(self._zip.read(MANIFEST)))
            self._check(advance)
        except _BROKEN as error:
            raise NotABackup(file=file, reason=str(error) or type(error).__name__) from None

    def _check(self, advance: Callable[[int, int], None]) -> None:
        members = self.manifest.members
        if set(self._zip.namelist()) != {MANIFEST, *members}:
            raise ValueError("里面的文件与清单不一致")
        done, total = 0, sum(size for _, size in members.values())

        def note(size: int) -> None:
            nonlocal done
            done += size
            advance(done, total)

        for name, (digest, size) in members.items():
            if _strays(name):
                raise ValueError(f"{name} 指向文件夹之外")
            with self._zip.open(name) as part, Path(os.devnull).open("wb") as nowhere:
                if copy(part, nowhere, note) != (digest, size):
                    raise ValueError(f"{name} 的内容与清单不符")

    def unpack(self, name: str, target: Path) -> None:
        """Write one part to `target`, which must not exist, for its owner only."""
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, self._zip.open(name) as part:
            copy(part, file, lambda _size: None)
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()


def _strays(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name


def _manifest(told: dict[str, Any]) -> Manifest:
    if told["format"] > FORMAT:
        raise BackupTooNew(version=told["gridgov"])
    members = {name: (str(digest), int(size)) for name, (digest, size) in told["members"].items()}
    number, head = told["audit"]
    manifest = Manifest(**{**told, "members": members, "audit": (int(number), str(head))})
    if DATABASES[manifest.engine] not in members or CONFIG not in members:
        raise ValueError("清单里没有数据库或配置")
    return manifest
