"""Analysis reports as JSON: asked for, followed, read with all their figures."""

from typing import Any

from core.api import Page
from core.security import Actor
from plugins.diary.endpoints import api, key
from plugins.diary.queries import reports as queries
from plugins.diary.schemas import reports as shapes
from plugins.diary.services import reports as services

REPORT = "diary.report"


@api.operation(
    "GET",
    "/reports",
    "listReports",
    access=REPORT,
    returns=shapes.ReportSchema,
    many=True,
    query=shapes.ReportQuery,
)
def list_reports(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Reports of one's areas, the newest month first."""
    actor.demand(REPORT)
    return Page(*queries.list_reports(actor, **query))


@api.operation(
    "GET",
    "/reports/<string:report_id>",
    "getReport",
    access=REPORT,
    returns=shapes.ReportFullSchema,
    errors=(409,),
)
def get_report(actor: Actor, *, report_id: str) -> queries.ReportView:
    """A report with its figures; 409 where what was kept is not what its hash says."""
    actor.demand(REPORT)
    return queries.report(actor, key(report_id))


@api.operation(
    "POST",
    "/reports",
    "createReport",
    access=REPORT,
    returns=shapes.ReportFullSchema,
    status=201,
    body=shapes.NewReportSchema,
    errors=(409,),
)
def create_report(actor: Actor, *, body: dict[str, Any]) -> queries.ReportView:
    """Let one be written; it is finished within a minute. 409 while another one of the same month is."""
    return queries.report(actor, services.ask_report(actor, **body))


@api.operation(
    "POST",
    "/reports/<string:report_id>/retry",
    "retryReport",
    access=REPORT,
    returns=shapes.ReportFullSchema,
    errors=(409,),
)
def retry_report(actor: Actor, *, report_id: str) -> queries.ReportView:
    """Let one whose chapter failed be written again; 409 where none has failed."""
    services.retry_report(actor, key(report_id))
    return queries.report(actor, key(report_id))
