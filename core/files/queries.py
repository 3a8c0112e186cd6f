"""All reads of files: what belongs to a subject, and whether somebody may see one."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from core.county import plugins
from core.db import rows
from core.errors import NotFound
from core.files.models import File
from core.files.storage import is_id, path_of
from core.security import Actor
from core.value_classes import value_class

_OF_SUBJECT = "who may see a subject may see its files; the caller has checked that"
_BATCH = 500


@value_class
class FileBrief:
    """A file as pages and the interface show it. `thumb_url`: empty for documents; `sha256`: of its bytes."""

    id: str
    name: str
    kind: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    url: str
    thumb_url: str
    sha256: str


@value_class
class Served:
    """A file on its way out: where its bytes lie, and what to say of them."""

    brief: FileBrief
    path: Path
    etag: str


def files_of(subject: str) -> list[FileBrief]:
    """The files of a subject (`case:12`) that the caller has shown to be the actor's to see, oldest first."""
    return files_of_many([subject])[subject]


def files_of_many(subjects: Iterable[str]) -> dict[str, list[FileBrief]]:
    """Subject -> its files, oldest first, for all of `subjects`."""
    found: dict[str, list[FileBrief]] = {subject: [] for subject in subjects if subject}
    wanted = sorted(found)
    for start in range(0, len(wanted), _BATCH):
        files = (
            File.unscoped(_OF_SUBJECT)
            .where(File.subject.in_(wanted[start : start + _BATCH]) & File.removed_at.is_null())
            .order_by(File.uploaded_at, File.id)
        )
        for row in files:
            found[row.subject].append(brief(row))
    return found


def same_bytes(subjects: Iterable[str]) -> dict[str, list[str]]:
    """Subject -> other subjects of its sort (`case`) with a file of the very same bytes; most have none.

    Names of subjects only: whether the reader may see them is for the caller to ask.
    """
    holders: dict[str, set[str]] = {}
    wanted = sorted(subject for subject in subjects if subject)
    for start in range(0, len(wanted), _BATCH):
        own = File.unscoped(_OF_SUBJECT, File.sha256).where(
            File.subject.in_(wanted[start : start + _BATCH]) & File.removed_at.is_null()
        )
        found = File.unscoped(_OF_SUBJECT, File.sha256, File.subject).where(
            File.sha256.in_(own) & File.removed_at.is_null()
        )
        for sha256, subject in rows(found):
            holders.setdefault(sha256, set()).add(subject)
    same: dict[str, set[str]] = {subject: set() for subject in wanted}
    for together in holders.values():
        for subject in together & same.keys():
            sort = subject.partition(":")[0] + ":"
            same[subject] |= {other for other in together if other != subject and other.startswith(sort)}
    return {subject: sorted(others) for subject, others in same.items() if others}


def get_file(actor: Actor, file_id: str) -> FileBrief:
    """One file that the actor may see. Raises NotFound."""
    return brief(_seen(actor, file_id))


def served_file(actor: Actor, file_id: str, *, thumb: bool = False) -> Served:
    """The bytes of a file that the actor may see. Raises NotFound, also for the thumbnail of a document."""
    return _served(_seen(actor, file_id), thumb=thumb)


def served_file_of(subject: str, file_id: str, *, thumb: bool = False) -> Served:
    """The bytes of a file of `subject`, for a caller who has checked in a way of its own (a case's key, say).

    Raises NotFound.
    """
    row = row_of(file_id)
    if row is None or not subject or row.subject != subject:
        raise NotFound
    return _served(row, thumb=thumb)


def _served(row: File, *, thumb: bool) -> Served:
    path = path_of(row.id, thumb=thumb)
    if not path.is_file():
        raise NotFound
    return Served(brief(row), path, row.sha256[:32] + ("t" if thumb else ""))


def _seen(actor: Actor, file_id: str) -> File:
    row = row_of(file_id)
    if row is None or not may_see(actor, row.subject, row.uploaded_by):
        raise NotFound
    return row


def row_of(file_id: str) -> File | None:
    """The row of a file that is not removed; None when there is none."""
    if not is_id(file_id):
        return None
    found: File | None = (
        File.unscoped("the id is looked up first; who may see it is asked next")
        .where((File.id == file_id) & File.removed_at.is_null())
        .get_or_none()
    )
    return found


def may_see(actor: Actor, subject: str, uploaded_by: int | None) -> bool:
    """Whether the actor may see a file: the subject's owner decides; what belongs to nothing, its sender."""
    if not subject:
        return actor.account_id is not None and actor.account_id == uploaded_by
    owner = plugins().file_owner(subject.partition(":")[0])
    if owner is None:
        return False
    plugin, may = owner
    if not plugins().is_tried_by(plugin, actor):
        return False
    result = plugins().call(plugin, "register_file_owners", partial(may, actor, subject))
    return result.value is True


def missing_bytes(newest: int) -> int:
    """Of how many among the `newest` files the bytes are gone: a county brought back without them, say."""
    newest_first: Sequence[File] = list(
        File.unscoped("health of the storage, counts only", File.id)
        .where(File.removed_at.is_null())
        .order_by(File.uploaded_at.desc())
        .limit(newest)
    )
    return sum(not path_of(row.id).is_file() for row in newest_first)


def brief(row: File) -> FileBrief:
    """A row as it is shown."""
    url = f"/files/{row.id}"
    thumb_url = f"{url}/thumb" if row.kind == "photo" else ""
    return FileBrief(
        row.id,
        row.name,
        row.kind,
        row.media_type,
        row.size,
        row.width,
        row.height,
        url,
        thumb_url,
        row.sha256,
    )
