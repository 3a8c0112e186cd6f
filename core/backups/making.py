"""Makes a backup: the database at one moment, the config, the files that it names, photos and documents."""

import errno
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from core.backups.archive import CONFIG, DATABASES, FILES, KEYS, Manifest, Writer
from core.backups.errors import BackupExists, BackupUnwritable
from core.backups.facts import Facts
from core.backups.postgresql import dump_database
from core.backups.sqlite_copy import copy_database
from core.clock import now
from core.county import County, database_url, secret_file
from core.db import database, engine
from core.files.api import FOLDER, kept_files
from core.keys import fingerprint
from core.last_backup import note_backup
from core.value_classes import value_class
from core.version import VERSION

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
_WORKSHOP = ".gridgov-backup-"
_ABANDONED_SECONDS = 24 * 3600


@value_class
class Made:
    """A finished backup. `left_out`: files that the config names by their full path."""

    file: Path
    bytes: int
    manifest: Manifest
    left_out: tuple[Path, ...]

    @property
    def has_keys(self) -> bool:
        """Whether it can be read without anything else."""
        return KEYS in self.manifest.members


def make_backup(county: County, target: Path, *, with_keys: bool, progress: Progress) -> Made:
    """Back `county` up into the new file `target` while it goes on working.

    Only a whole, proven backup ever bears that name. Raises BackupExists, BackupUnwritable, CopyDamaged;
    for PostgreSQL also ToolMissing and ToolFailed.
    """
    if target.exists():
        raise BackupExists(file=target)
    try:
        with _workshop(target.parent) as workshop:
            archive = workshop / "archive"
            manifest, left_out = _write(county, workshop, archive, with_keys, progress)
            _put_in_place(archive, target)
        made = Made(target, target.stat().st_size, manifest, left_out)
        note_backup(county.data, now(), bytes=made.bytes, gridgov=VERSION)
    except sqlite3.OperationalError as error:
        raise BackupUnwritable(file=target, reason=str(error)) from None
    except OSError as error:
        if error.errno == errno.EEXIST:
            raise BackupExists(file=target) from None
        raise BackupUnwritable(file=target, reason=error.strerror or str(error)) from None
    return made


def _write(
    county: County, workshop: Path, archive: Path, with_keys: bool, progress: Progress
) -> tuple[Manifest, tuple[Path, ...]]:
    copy = workshop / "database"
    with progress("正在复制数据库") as say:
        facts = _copy(county, copy, say)
    files, left_out = _files(county)
    if with_keys:
        files[KEYS] = secret_file(county.data)
    files[DATABASES[engine()]] = copy
    # Listed after the database was copied: every row's bytes lay on the disk before the row did.
    files |= _stored(county.data)
    writer = Writer(archive)
    try:
        with progress("正在打包") as say:
            _pack(writer, files, say)
        manifest = _manifest(county, facts, writer)
        writer.finish(manifest)
    finally:
        writer.abandon()
    return manifest, left_out


def _copy(county: County, copy: Path, say: Callable[[int, int], None]) -> Facts:
    if engine() == "postgresql":
        facts = dump_database(database_url(county.data), copy)
        say(1, 1)
        return facts
    return copy_database(Path(database.obj.database), copy, say)


def _pack(writer: Writer, files: dict[str, Path], say: Callable[[int, int], None]) -> None:
    done, total = 0, sum(map(_size, files.values()))

    def advance(size: int) -> None:
        nonlocal done
        done += size
        say(done, total)

    for name, file in files.items():
        # A photo that is removed meanwhile is removed in the backup too.
        if not name.startswith(f"{FILES}/") or file.exists():
            writer.add(name, file, advance)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0  # removed meanwhile; what must be there fails when it is read


def _stored(data: Path) -> dict[str, Path]:
    return {file.relative_to(data).as_posix(): file for file in kept_files(data / FOLDER)}


def _files(county: County) -> tuple[dict[str, Path], tuple[Path, ...]]:
    settings = county.settings
    files, left_out = {CONFIG: settings.source}, []
    for file in [settings.areas_file, *settings.calendar_files]:
        if file is None:
            continue
        if file.is_relative_to(settings.source.parent):
            files[file.relative_to(settings.source.parent).as_posix()] = file
        else:
            left_out.append(file)
    return files, tuple(left_out)


def _manifest(county: County, facts: Facts, writer: Writer) -> Manifest:
    return Manifest(
        gridgov=VERSION,
        made_at=now().isoformat(timespec="seconds"),
        county=county.settings.county_name,
        engine=engine(),
        keys=fingerprint(county.keys),
        tables=facts.tables,
        audit=facts.audit,
        members=writer.members,
    )


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A folder beside the target (so that the last step is a rename), gone afterwards."""
    for old in folder.glob(f"{_WORKSHOP}*"):
        if old.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
            shutil.rmtree(old, ignore_errors=True)  # of a backup that was killed
    place = Path(tempfile.mkdtemp(prefix=_WORKSHOP, dir=folder))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _put_in_place(archive: Path, target: Path) -> None:
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    archive.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name too shall survive a power cut
    finally:
        os.close(folder)
