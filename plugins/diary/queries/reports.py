"""Finished reports as they stand, those that are being written, and the template that counts."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.areas.api import area_names
from core.errors import NotFound
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.errors.reports import ReportDamaged, ReportNotReady
from plugins.diary.models.reports import Report, ReportTemplate
from plugins.diary.report_context import context_of, title_of
from plugins.diary.report_shape import digest

REPORT = "diary.report"
DONE, FAILED = "done", "failed"


@value_class
class ReportView:
    """A report; `figures` is empty while it is written. `same`: nothing changed since the last version."""

    id: int
    area_code: str
    area_name: str
    month: str
    version: int
    state: str
    step: int
    steps: int
    asked_at: datetime
    finished_at: datetime | None
    sha256: str
    failed_in: str
    failed_why: str
    figures: dict[str, Any]
    same: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it stands."""
        return self.state == DONE

    @property
    def is_failed(self) -> bool:
        """Whether a chapter could not be written, and nobody tries again so far."""
        return self.state == FAILED

    @property
    def title(self) -> str:
        """As the Word file has it."""
        return title_of({"area": {"name": self.area_name}, "month": self.month})

    def context(self) -> dict[str, Any]:
        """The words of the Word file and the PDF. Raises ReportNotReady."""
        if self.finished_at is None:
            raise ReportNotReady
        return context_of(self.figures, self.sha256, self.finished_at.date())

    @property
    def at(self) -> str:
        """When it was finished, as the files state it. Raises ReportNotReady."""
        if self.finished_at is None:
            raise ReportNotReady
        return self.finished_at.replace(tzinfo=None, microsecond=0).isoformat()


@value_class
class TemplateView:
    """A county's own template."""

    id: int
    name: str
    sha256: str
    at: datetime
    data: bytes


def list_reports(
    reader: Actor, *, area_code: str = "", month: str = "", page: int = 1, page_size: int = 20
) -> tuple[list[ReportView], int]:
    """Reports of the reader's areas without their figures, the newest month first; how many.

    `area_code`: of exactly this area.
    """
    columns = [column for column in Report._meta.sorted_fields if column.name != "figures"]
    query = Report.within(reader.scope(REPORT), *columns)
    if area_code:
        query = query.where(Report.area_code == area_code)
    if month:
        query = query.where(Report.month == month)
    order = (Report.month.desc(), Report.area_code, Report.version.desc())
    return _views(list(query.order_by(*order).paginate(page, page_size))), query.count()


def report(reader: Actor, report_id: int) -> ReportView:
    """A report with its figures. Raises NotFound, ReportDamaged (the figures are not those of the hash)."""
    row: Report | None = Report.within(reader.scope(REPORT)).where(Report.id == report_id).get_or_none()
    if row is None:
        raise NotFound
    if row.state == DONE and digest(row.figures) != row.sha256:
        raise ReportDamaged
    return _views([row], same=_same(reader, row))[0]


def _same(reader: Actor, row: Report) -> bool:
    before = Report.within(reader.scope(REPORT), Report.sha256).where(
        (Report.area_code == row.area_code)
        & (Report.month == row.month)
        & (Report.version == row.version - 1)
    )
    found = before.get_or_none()
    return found is not None and bool(row.sha256) and found.sha256 == row.sha256


def _views(found: Sequence[Report], *, same: bool = False) -> list[ReportView]:
    names = area_names({row.area_code for row in found})
    return [
        ReportView(
            id=row.id,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            month=row.month,
            version=row.version,
            state=row.state,
            step=row.step,
            steps=row.steps,
            asked_at=row.asked_at,
            finished_at=row.finished_at,
            sha256=row.sha256,
            failed_in=row.failed_in,
            failed_why=row.failed_why,
            figures=json.loads(row.figures) if row.figures else {},
            same=same,
        )
        for row in found
    ]


def template() -> TemplateView | None:
    """The county's own template, where it has one."""
    query = ReportTemplate.select().where(ReportTemplate.ended_at.is_null())
    row: ReportTemplate | None = query.order_by(ReportTemplate.id.desc()).get_or_none()
    if row is None:
        return None
    return TemplateView(row.id, row.name, row.sha256, row.at, bytes(row.data))
