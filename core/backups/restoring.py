"""Brings a county back from a backup, into an empty place only, and proves that it is what it was."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from packaging.version import Version

from core import audit
from core.backups.archive import CONFIG, DATABASES, KEYS, Manifest, Reader
from core.backups.errors import (
    BackupTooNew,
    CopyDamaged,
    DatabaseMisnamed,
    DatabaseUnnamed,
    FolderTaken,
    KeysMisfit,
    KeysMissing,
    RestoreCut,
    RestoreDiffers,
)
from core.backups.facts import Facts
from core.backups.postgresql import demand_empty, restore_database
from core.backups.sqlite_copy import examine
from core.county import (
    SQLITE_FILE,
    UNFINISHED,
    close_county,
    database_url,
    name_database,
    secret_file,
)
from core.db import database, open_database
from core.keys import fingerprint, load_keys
from core.value_classes import value_class
from core.version import VERSION

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
_NOTE = "恢复没有做完，不能使用；请整个删除，再恢复一次。\nThis restore was cut off: delete the folder.\n"


@value_class
class Restored:
    """What was brought back and proven. `audit_lines` were re-computed to the head in the manifest."""

    data: Path
    manifest: Manifest
    audit_lines: int


def restore_backup(
    file: Path, data: Path, *, keys: Path | None, url: str | None, progress: Progress
) -> Restored:
    """Bring the county in `file` back into `data`, which is empty or not there yet.

    `url`: the empty PostgreSQL database that takes the rows, where they come from one. Every part is
    checked before anything is written. Raises NotABackup, BackupTooNew, FolderTaken, KeysMissing,
    KeysMisfit, DatabaseUnnamed, DatabaseMisnamed, DatabaseTaken; and, with a folder that can be thrown
    away, RestoreCut, ToolFailed or RestoreDiffers.
    """
    with progress("正在核对备份") as say:
        archive = Reader(file, say)
    try:
        manifest = archive.manifest
        if Version(manifest.gridgov) > Version(VERSION):
            raise BackupTooNew(version=manifest.gridgov)
        if data.exists() and (not data.is_dir() or any(data.iterdir())):
            raise FolderTaken(folder=data)
        _demand_place(manifest, url)
        secret = _own_keys(manifest, data, keys)
        try:
            facts = _unpack(archive, data, secret, url)
            lines = _prove(manifest, data, facts)
        except OSError as error:
            raise RestoreCut(folder=data, reason=error.strerror or str(error)) from None
        (data / UNFINISHED).unlink()
        return Restored(data, manifest, lines)
    finally:
        archive.close()


def _demand_place(manifest: Manifest, url: str | None) -> None:
    if manifest.engine == "sqlite":
        if url is not None:
            raise DatabaseMisnamed
    elif url is None:
        raise DatabaseUnnamed
    else:
        demand_empty(url)


def _own_keys(manifest: Manifest, data: Path, keys: Path | None) -> Path | None:
    """The file with the keys, None when they are in the backup."""
    elsewhere = secret_file(data) if secret_file(data).exists() else None
    source = keys or elsewhere
    if source is None:
        if KEYS in manifest.members:
            return None
        raise KeysMissing
    given = fingerprint(load_keys(source))
    if given != manifest.keys:
        raise KeysMisfit(given=given, wanted=manifest.keys)
    return source


def _unpack(archive: Reader, data: Path, secret: Path | None, url: str | None) -> Facts:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / UNFINISHED).write_text(_NOTE, "utf-8")
    target = secret_file(data)
    if secret is None:
        archive.unpack(KEYS, target)
    elif secret != target:
        target.touch(mode=0o600, exist_ok=False)
        target.write_bytes(secret.read_bytes())
    for name in archive.manifest.members:
        if name not in (CONFIG, KEYS, *DATABASES.values()):
            archive.unpack(name, data / name)
    facts = _fill(archive, data, url)
    archive.unpack(CONFIG, data / CONFIG)  # last: this file says that a county is here
    return facts


def _fill(archive: Reader, data: Path, url: str | None) -> Facts:
    """Put the database in its place, and count it."""
    if url is None:
        archive.unpack(DATABASES["sqlite"], data / SQLITE_FILE)
        try:
            return examine(data / SQLITE_FILE)
        except CopyDamaged as error:
            raise RestoreDiffers(folder=data, reason=error.params["reason"]) from None
    dump = data / DATABASES["postgresql"]
    archive.unpack(DATABASES["postgresql"], dump)
    try:
        facts = restore_database(url, dump)
    finally:
        dump.unlink()
    name_database(data, url)
    return facts


def _prove(manifest: Manifest, data: Path, facts: Facts) -> int:
    """Hold the database against the manifest; returns how many lines of the record were re-computed."""
    if reason := _difference(manifest, facts):
        raise RestoreDiffers(folder=data, reason=reason)
    close_county()
    open_database(database_url(data))
    try:
        with database.connection_context():
            verdict = audit.verify(manifest.audit[1] or None)
    finally:
        close_county()
    if verdict.broken_at is not None or not verdict.head_found:
        raise RestoreDiffers(folder=data, reason=f"审计记录第 {verdict.broken_at or verdict.lines} 条不符")
    return verdict.lines


def _difference(manifest: Manifest, facts: Facts) -> str:
    for table in sorted({*manifest.tables, *facts.tables}):
        then, now = manifest.tables.get(table), facts.tables.get(table)
        if then != now:
            return f"表 {table} 当时 {then} 行，现在 {now} 行"
    return "" if manifest.audit == facts.audit else "审计记录的链头不同"
