"""Files are kept, attached to what they belong to, and removed."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from core import audit
from core.clock import now
from core.db import begins, current_unit, unit_of_work
from core.errors import NotFound
from core.files import storage
from core.files.documents import prepare_document
from core.files.errors import FileEmpty, NoPhoto, TooManyFiles
from core.files.models import File
from core.files.photos import looks_like_photo, prepare_photo
from core.files.prepared import Prepared
from core.files.queries import FileBrief, brief
from core.files.sounds import looks_like_sound, prepare_sound
from core.security import Actor

MOST_OF_SUBJECT = 100
_PORTION = 200
MOST_UNATTACHED = 100  # of one account, until the night's sweep


def prepare(filename: str, data: bytes) -> Prepared:
    """Look into an upload and make it fit to be kept; takes time (a photo some 0.3 s) and writes nothing.

    Do this before the unit of work: on SQLite everybody waits for whoever writes. Raises FileRefused's kind.
    """
    if not data:
        raise FileEmpty
    if looks_like_photo(data):
        return prepare_photo(filename, data)
    return prepare_sound(filename, data) if looks_like_sound(data) else prepare_document(filename, data)


def store_photo(actor: Actor, filename: str, data: bytes, *, subject: str = "", area_code: str) -> FileBrief:
    """Keep a photo for `subject` (empty: to be attached later).

    Raises NoPhoto, FileRefused's kind, StorageFailed.
    """
    if not data:
        raise FileEmpty
    if not looks_like_photo(data):
        raise NoPhoto
    return keep_prepared(actor, prepare_photo(filename, data), subject=subject, area_code=area_code)


def store_document(
    actor: Actor, filename: str, data: bytes, *, subject: str = "", area_code: str
) -> FileBrief:
    """Keep a PDF, DOCX or XLSX for `subject`. Raises FileRefused's kind, StorageFailed."""
    if not data:
        raise FileEmpty
    return keep_prepared(actor, prepare_document(filename, data), subject=subject, area_code=area_code)


def store_file(actor: Actor, filename: str, data: bytes, *, subject: str = "", area_code: str) -> FileBrief:
    """Keep a photo or a document, whichever it is. Raises FileRefused's kind, StorageFailed."""
    return keep_prepared(actor, prepare(filename, data), subject=subject, area_code=area_code)


def keep_prepared(actor: Actor, prepared: Prepared, *, subject: str = "", area_code: str) -> FileBrief:
    """Keep what `prepare` made, within the caller's unit of work or one of its own.

    The caller has checked that the actor may add to `subject`. Raises TooManyFiles, StorageFailed, and
    Unauthenticated for nobody's upload that belongs to nothing.
    """
    if not subject:
        actor.demand_signed_in()
    file_id = storage.new_id()
    storage.write(file_id, prepared.data, prepared.thumb)
    try:
        with unit_of_work():
            _demand_room(actor, subject)
            row = File.create(
                id=file_id,
                subject=subject,
                area_code=area_code,
                kind=prepared.kind,
                media_type=prepared.media_type,
                size=len(prepared.data),
                width=prepared.width,
                height=prepared.height,
                sha256=prepared.sha256,
                name=prepared.name,
                uploaded_by=actor.account_id,
                uploaded_at=now(),
            )
            audit.record(
                actor,
                "files.keep_file",
                area_code=area_code,
                subject=f"file:{file_id}",
                of=subject,
                kind=prepared.kind,
                sha256=prepared.sha256,
            )
    except BaseException:
        storage.forget(file_id)
        raise
    return brief(row)


def _demand_room(actor: Actor, subject: str) -> None:
    rows = File.unscoped("how many files there are already").where(File.removed_at.is_null())
    if subject:
        most, held = MOST_OF_SUBJECT, rows.where(File.subject == subject)
    else:
        most = MOST_UNATTACHED
        held = rows.where((File.uploaded_by == actor.account_id) & (File.subject == ""))
    if held.count() >= most:
        raise TooManyFiles(most=most)


def attach_files(actor: Actor, ids: Sequence[str], subject: str, area_code: str) -> None:
    """Let uploads of the actor's own that belong to nothing yet belong to `subject`.

    Raises NotFound for any other file (somebody else's, attached, removed), and then attaches none.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return
    actor.demand_signed_in()
    assert subject
    with unit_of_work():
        _demand_room(actor, subject)
        changed = (
            File.update(subject=subject, area_code=area_code)
            .where(
                File.id.in_(wanted)
                & (File.uploaded_by == actor.account_id)
                & (File.subject == "")
                & File.removed_at.is_null()
            )
            .execute()
        )
        if changed != len(wanted):
            raise NotFound
        audit.record(
            actor,
            "files.attach_files",
            area_code=area_code,
            subject=f"file:{wanted[0]}",
            of=subject,
            files=wanted,
        )


def remove_file(actor: Actor, file_id: str, *, subject: str = "") -> None:
    """Remove a file of `subject`, whose caller has checked that the actor may; without one, an own upload.

    The bytes are gone with the commit; the row stays without them. Raises NotFound.
    """
    if not subject:
        actor.demand_signed_in()
    with unit_of_work():
        mine = (File.id == file_id) & (File.subject == subject) & File.removed_at.is_null()
        if not subject:
            mine &= File.uploaded_by == actor.account_id
        row = File.unscoped("the caller has checked the subject").where(mine).get_or_none()
        if row is None:
            raise NotFound
        _remove(actor, row)


def remove_files_of(actor: Actor, subject: str) -> int:
    """Remove every file of a subject, for a caller who has checked that the actor may; returns how many."""
    assert subject
    with unit_of_work(housekeeping="each removal leaves its own line"):
        rows = list(
            File.unscoped("the caller has checked the subject").where(
                (File.subject == subject) & File.removed_at.is_null()
            )
        )
        for row in rows:
            _remove(actor, row)
    return len(rows)


def count_files_of_kinds(kinds: Collection[str]) -> int:
    """How many files belong to subjects of `kinds` (`case` of `case:12`)."""
    return sum(_of_kind(kind).count() for kind in kinds)


def remove_files_of_kinds(actor: Actor, kinds: Collection[str]) -> int:
    """Remove every file of every subject of `kinds`, for whoever takes a plugin's data away; how many."""
    removed = 0
    for kind in kinds:
        while rows := list(_of_kind(kind).limit(_PORTION)):
            with unit_of_work(housekeeping="each removal leaves its own line"):
                for row in rows:
                    _remove(actor, row)
            removed += len(rows)
    return removed


def _of_kind(kind: str) -> Any:
    mine = begins(File.subject, f"{kind}:") & File.removed_at.is_null()
    return File.unscoped("a plugin's data are counted or taken away as a whole").where(mine)


def _remove(actor: Actor, row: File) -> None:
    File.update(removed_at=now(), name="").where(File.id == row.id).execute()
    audit.record(
        actor, "files.remove_file", area_code=row.area_code, subject=f"file:{row.id}", of=row.subject
    )
    unit = current_unit()
    assert unit is not None
    unit.after_commit.append(partial(storage.forget, row.id))
