"""Policies and courses are added, renewed by versions, withdrawn; staff say that they have read one."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.files.api import Prepared, keep_prepared
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.library import DocumentChanged, DocumentWithdrawn
from plugins.diary.library_words import AUDIENCES, CATEGORIES
from plugins.diary.models.library import Document, DocumentPlace, DocumentRead, DocumentVersion
from plugins.diary.queries.library import KEEP, VIEW, document_row, file_subject

LONGEST = 50_000
MOST_PLACES = 50
_LINK = re.compile(r"https?://[!-~\u4e00-\u9fff]{4,290}")


@value_class
class Content:
    """What a version says. `files`: looked into already; none of them keeps the version before's."""

    title: str
    category: str
    text: str = ""
    link: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    files: Sequence[Prepared] = ()


@value_class
class Audience:
    """For whom: areas (none: where it is kept) and roles (none: all staff); residents too where public."""

    places: Sequence[str] = ()
    roles: Sequence[str] = ()
    is_public: bool = False


def add_document(actor: Actor, area_code: str, content: Content, audience: Audience) -> int:
    """Put a document into the library of an area; returns its id. Raises NotFound, Invalid (fields)."""
    scope = actor.demand(KEEP, area_code)
    values = _checked(content)
    places = sorted(set(audience.places)) or [area_code]
    if any(not scope.covers(code) for code in places):
        raise NotFound
    wrong: dict[str, list[str]] = {}
    if len(area_code) < 6 or not is_current(area_code):
        wrong["area_code"] = [N_("请选择现有的区域。")]
    if len(places) > MOST_PLACES or any(not is_current(code) for code in places):
        wrong["places"] = [N_("请选择现有的区域，最多 50 个。")]
    if not set(audience.roles) <= set(AUDIENCES):
        wrong["roles"] = [N_("没有这个角色。")]
    if wrong:
        raise Invalid(fields=wrong)
    link = values.pop("link")
    with unit_of_work():
        at = now()
        row = Document.create(
            area_code=area_code,
            roles="".join(f",{role}" for role in sorted(set(audience.roles)))
            + ("," if audience.roles else ""),
            is_public=audience.is_public,
            added_at=at,
            changed_at=at,
            **values,
        )
        for code in places:
            DocumentPlace.create(document_id=row.id, area_code=code)
        _write_version(actor, row, content, link=link, files_of=1, note="")
        _record(actor, "diary.add_document", row, public=row.is_public, places=places)
    return int(row.id)


def renew_document(actor: Actor, document_id: int, content: Content, *, version: int, note: str = "") -> int:
    """Put a new version in place of `version`, which stays readable; returns the new number.

    Raises NotFound, DocumentWithdrawn, DocumentChanged, Invalid.
    """
    values = _checked(content)
    words = cleaned(note)
    if len(words) > 200:
        raise Invalid(fields={"note": [N_("至多 200 个字。")]})
    link = values.pop("link")
    with unit_of_work():
        row = _kept(actor, document_id)
        if row.version != version:
            raise DocumentChanged(version=row.version)
        before = DocumentVersion.unscoped("the version before of the same document").where(
            (DocumentVersion.document_id == row.id) & (DocumentVersion.version == version)
        )
        files_of = version + 1 if content.files else before.get().files_of
        changes = {**values, "version": version + 1, "changed_at": now()}
        Document.update(**changes).where(Document.id == row.id).execute()
        for name, value in changes.items():
            setattr(row, name, value)
        _write_version(actor, row, content, link=link, files_of=files_of, note=words)
        _record(actor, "diary.renew_document", row)
    return version + 1


def withdraw_document(actor: Actor, document_id: int) -> None:
    """It is no longer offered; who keeps the library still reads it. Raises NotFound, DocumentWithdrawn."""
    with unit_of_work():
        row = _kept(actor, document_id)
        Document.update(withdrawn_at=now()).where(Document.id == row.id).execute()
        _record(actor, "diary.withdraw_document", row)


def mark_read(actor: Actor, document_id: int) -> None:
    """Say that one has read the newest version; once. Raises NotFound, Forbidden."""
    scope = actor.demand(VIEW)
    with unit_of_work():
        row = document_row(actor, document_id)
        try:
            with unit_of_work(housekeeping="the mark's line follows"):
                DocumentRead.create(
                    document_id=row.id,
                    version=row.version,
                    account_id=actor.account_id,
                    area_code=scope.prefixes[0],
                    at=now(),
                )
        except IntegrityError:
            pass  # it was said before
        _record(actor, "diary.read_document", row)


def _kept(actor: Actor, document_id: int) -> Document:
    scope = actor.demand(KEEP)
    row = Document.within(scope).where(Document.id == document_id).get_or_none()
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None:
        raise DocumentWithdrawn
    kept: Document = row
    return kept


def _write_version(
    actor: Actor, row: Document, content: Content, *, link: str, files_of: int, note: str
) -> None:
    DocumentVersion.create(
        document_id=row.id,
        area_code=row.area_code,
        version=row.version,
        category=row.category,
        title=row.title,
        text=row.text,
        link=link,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        files_of=files_of,
        note=note,
        account_id=actor.account_id,
        at=row.changed_at,
    )
    for file in content.files:
        subject = file_subject(row.id, row.version)
        keep_prepared(actor, file, subject=subject, area_code=row.area_code)


def _checked(content: Content) -> dict[str, Any]:
    title, text, link = cleaned(content.title), cleaned(content.text), content.link.strip()
    valid_from = content.valid_from or today()
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(title) <= 100:
        wrong["title"] = [N_("请写标题，至多 100 个字。")]
    if content.category not in CATEGORIES:
        wrong["category"] = [N_("请选择类别。")]
    if len(text) > LONGEST or not (text or link or content.files):
        wrong["text"] = [N_("请写正文（至多 50000 个字）、附文件或写链接。")]
    if link and not _LINK.fullmatch(link):
        wrong["link"] = [N_("链接应以 http:// 或 https:// 开头。")]
    if content.valid_until is not None and content.valid_until < valid_from:
        wrong["valid_until"] = [N_("结束日期早于开始日期。")]
    if wrong:
        raise Invalid(fields=wrong)
    return {
        "title": title,
        "category": content.category,
        "text": text,
        "link": link,
        "valid_from": valid_from,
        "valid_until": content.valid_until,
    }


def _record(actor: Actor, action: str, row: Document, **detail: Any) -> None:
    subject = f"diary_document:{row.id}"
    audit.record(actor, action, area_code=row.area_code, subject=subject, version=row.version, **detail)
