"""The library: what a reader may read and find, older versions, how many have read it."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce
from typing import Any

from peewee import SQL, fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import today
from core.db import contains, rows
from core.errors import NotFound
from core.files.api import FileBrief, files_of
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.models.library import Document, DocumentPlace, DocumentRead, DocumentVersion
from plugins.diary.queries.reach import serves

VIEW, KEEP = "diary.view", "diary.library"
_LONGEST_SEARCH = 60
_BY_AUDIENCE = "for whom it is, or that it is public, is a condition"
_REACHED = "parts of documents that the reader may read"


@value_class
class DocumentView:
    """A document as it stands. `is_valid`: today; `is_read`: the reader has read this version."""

    id: int
    area_code: str
    area_name: str
    category: str
    title: str
    text: str
    version: int
    valid_from: date
    valid_until: date | None
    roles: tuple[str, ...]
    is_public: bool
    changed_at: datetime
    is_withdrawn: bool
    is_read: bool

    @property
    def is_valid(self) -> bool:
        """Whether it holds today."""
        return not self.is_withdrawn and is_valid(self.valid_from, self.valid_until)


@value_class
class VersionView:
    """A document as it was from a moment on, with its files."""

    version: int
    category: str
    title: str
    text: str
    link: str
    valid_from: date
    valid_until: date | None
    note: str
    account_name: str
    at: datetime
    files: tuple[FileBrief, ...]


@value_class
class ReadCount:
    """How many have read the newest version, of the staff of an area."""

    area_code: str
    area_name: str
    readers: int


def is_valid(valid_from: date, valid_until: date | None) -> bool:
    """Whether a document of these days holds today."""
    return valid_from <= today() and (valid_until is None or today() <= valid_until)


def readable(reader: Actor) -> Any:
    """The condition that the reader may read a document.

    Whoever keeps the library of an area sees all of it; staff what is for their area and role; everybody
    what is public, from its first day and until it is withdrawn.
    """
    ways = [Document.is_public & Document.withdrawn_at.is_null() & (Document.valid_from <= today())]
    keeps, staff = reader.scope(KEEP), reader.scope(VIEW)
    if keeps.prefixes:
        ways.append(keeps.where(Document.area_code))
    if staff.prefixes:
        places = DocumentPlace.unscoped(_BY_AUDIENCE, DocumentPlace.document_id)
        here = Document.id.in_(places.where(serves(staff, DocumentPlace.area_code)))
        ways.append(here & _for_roles(reader) & Document.withdrawn_at.is_null())
    return reduce(lambda left, right: left | right, ways)


def _for_roles(reader: Actor) -> Any:
    held = sorted({post.role for post in reader.posts})
    mine = [contains(Document.roles, f",{role},") for role in held]
    return reduce(lambda left, right: left | right, mine, Document.roles == "")


def list_documents(
    reader: Actor,
    *,
    search: str = "",
    category: str = "",
    area_code: str = "",
    valid: bool = True,
    public: bool = False,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[DocumentView], int]:
    """Documents that the reader may read, the newest first.

    `search`: words of one sign or more that all stand in title or text; `valid`: only what holds today;
    `public`: only what residents read too.
    """
    query = Document.unscoped(_BY_AUDIENCE).where(readable(reader))
    if valid:
        ends = Document.valid_until.is_null() | (Document.valid_until >= today())
        query = query.where(Document.withdrawn_at.is_null() & (Document.valid_from <= today()) & ends)
    if public:
        query = query.where(Document.is_public)
    if category:
        query = query.where(Document.category == category)
    if area_code:
        column = Document.area_code
        query = query.where((column >= area_code) & (column < area_code + AFTER_DIGITS))
    for word in search[:_LONGEST_SEARCH].split():
        query = query.where(contains(Document.title, word) | contains(Document.text, word))
    found = list(query.order_by(Document.changed_at.desc(), Document.id.desc()).paginate(page, page_size))
    return _views(reader, found), query.count()


def document(reader: Actor, document_id: int) -> DocumentView:
    """One that the reader may read. Raises NotFound."""
    return _views(reader, [document_row(reader, document_id)])[0]


def public_document(reader: Actor, document_id: int) -> DocumentView:
    """One that residents read too, as long as it is not withdrawn. Raises NotFound."""
    view = document(reader, document_id)
    if not view.is_public or view.is_withdrawn:
        raise NotFound
    return view


def document_row(reader: Actor, document_id: int) -> Document:
    """The row. Raises NotFound."""
    query = Document.unscoped(_BY_AUDIENCE).where((Document.id == document_id) & readable(reader))
    row: Document | None = query.get_or_none()
    if row is None:
        raise NotFound
    return row


def version_of(reader: Actor, document_id: int, version: int) -> VersionView:
    """One version of a document that the reader may read. Raises NotFound.

    Older ones are there for staff; who is not on the staff reads the newest.
    """
    newest = document_row(reader, document_id).version
    if version != newest and not reader.scope(VIEW).prefixes:
        raise NotFound
    query = DocumentVersion.unscoped(_REACHED).where(
        (DocumentVersion.document_id == document_id) & (DocumentVersion.version == version)
    )
    row: DocumentVersion | None = query.get_or_none()
    if row is None:
        raise NotFound
    names = account_names([row.account_id]) if row.account_id else {}
    return VersionView(
        row.version,
        row.category,
        row.title,
        row.text,
        row.link,
        row.valid_from,
        row.valid_until,
        row.note,
        names.get(row.account_id or 0, ""),
        row.at,
        tuple(files_of(file_subject(document_id, row.files_of))),
    )


def versions(reader: Actor, document_id: int) -> list[tuple[int, date, str]]:
    """The versions of a document that the reader may read, the newest first: number, day, what changed."""
    document_row(reader, document_id)
    query = DocumentVersion.unscoped(
        _REACHED, DocumentVersion.version, DocumentVersion.at, DocumentVersion.note
    ).where(DocumentVersion.document_id == document_id)
    found = query.order_by(DocumentVersion.version.desc())
    return [(version, at.date(), note) for version, at, note in rows(found)]


def places_of(document_id: int) -> list[tuple[str, str]]:
    """The areas for which a document is; the caller may read it."""
    query = DocumentPlace.unscoped(_REACHED, DocumentPlace.area_code)
    codes = sorted(code for (code,) in rows(query.where(DocumentPlace.document_id == document_id)))
    names = area_names(codes)
    return [(code, names.get(code, code)) for code in codes]


def read_counts(scope: AreaScope, document_id: int, version: int, *, digits: int) -> list[ReadCount]:
    """How many have read a version, by area (`digits` of the code) and not by name; by code."""
    head = fn.SUBSTR(DocumentRead.area_code, 1, digits)
    query = (
        DocumentRead.within(scope, head, fn.COUNT(SQL("*")))
        .where((DocumentRead.document_id == document_id) & (DocumentRead.version == version))
        .group_by(SQL("1"))
    )
    counted = dict(rows(query))
    names = area_names(counted)
    return [ReadCount(code, names.get(code, code), counted[code]) for code in sorted(counted)]


def file_subject(document_id: int, version: int) -> str:
    """What the files of a version belong to."""
    return f"diary_document:{document_id}-{version}"


def sees_files(actor: Actor, subject: str) -> bool:
    """Whether the actor may see a version's files: who may read it."""
    number, _, version = subject.partition(":")[2].partition("-")
    try:
        found = version_of(actor, int(number), int(version))
    except (NotFound, ValueError):
        # A newer version may still have the file of an older one.
        return bool(number.isdigit() and version.isdigit()) and _is_carried(actor, int(number), int(version))
    return found.version == int(version)


def _is_carried(actor: Actor, document_id: int, version: int) -> bool:
    try:
        newest = document_row(actor, document_id).version
    except NotFound:
        return False
    query = DocumentVersion.unscoped(_REACHED, DocumentVersion.files_of).where(
        (DocumentVersion.document_id == document_id) & (DocumentVersion.version == newest)
    )
    return [files for (files,) in rows(query)] == [version]


def _views(reader: Actor, found: Sequence[Document]) -> list[DocumentView]:
    areas = area_names({row.area_code for row in found})
    read: set[tuple[int, int]] = set()
    if reader.account_id is not None and found:
        query = DocumentRead.unscoped(
            "the reader's own marks", DocumentRead.document_id, DocumentRead.version
        )
        mine = (DocumentRead.account_id == reader.account_id) & DocumentRead.document_id.in_(
            [row.id for row in found]
        )
        read = set(rows(query.where(mine)))
    return [
        DocumentView(
            id=row.id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            category=row.category,
            title=row.title,
            text=row.text,
            version=row.version,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            roles=tuple(role for role in row.roles.split(",") if role),
            is_public=row.is_public,
            changed_at=row.changed_at,
            is_withdrawn=row.withdrawn_at is not None,
            is_read=(row.id, row.version) in read,
        )
        for row in found
    ]
