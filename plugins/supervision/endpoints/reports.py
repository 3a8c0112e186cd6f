"""One-tap supervision as JSON: to report and to follow, and the office's desk."""

import binascii
from base64 import b64decode
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import request

from core.api import Page
from core.errors import Invalid
from core.files.api import Prepared, prepare
from core.security import Actor
from core.text import N_
from plugins.supervision.endpoints import api, key
from plugins.supervision.errors.reports import NumberUnknown
from plugins.supervision.queries import report_desk as queries
from plugins.supervision.queries import report_tracking as tracking
from plugins.supervision.queries.report_choices import village_of
from plugins.supervision.queries.report_reach import HANDLE, REVEAL
from plugins.supervision.report_traces import leave_no_trace
from plugins.supervision.schemas import reports as shapes
from plugins.supervision.services import report_handling as services
from plugins.supervision.services.report_calm import (
    demand_calm,
    demand_few_wrong_numbers,
    note_wrong_number,
)
from plugins.supervision.services.report_rating import rate_report
from plugins.supervision.services.reports import NewReport, Receipt, report_misconduct

EVERYBODY = "public: anybody may report misconduct, as far as the county takes reports without an account"
HOLDER = "public: whoever holds a report's number counts as its reporter"
REPORTS = "/misconduct-reports"
ONE = f"{REPORTS}/<string:report_id>"


@api.operation(
    "POST",
    REPORTS,
    "reportMisconduct",
    access=EVERYBODY,
    returns=shapes.MisconductReceipt,
    status=201,
    body=shapes.NewMisconductReport,
    errors=(401, 403, 404, 429),
)
def report(actor: Actor, *, body: dict[str, Any]) -> Receipt:
    """Report misconduct to the level above whom it is about; the answer holds the number to follow it.

    A token needs supervision.report. With a token and an Idempotency-Key the answer is kept, sealed, for a
    day under the token's account: whoever wants to leave nothing sends no token. The key works without one
    too, and is not kept then.
    """
    leave_no_trace()
    if not actor.is_anonymous:
        actor.demand("supervision.report")
    demand_calm(request.remote_addr or "", village_of(body["area_code"]))
    files = [_file(raw) for raw in body.pop("files")]
    new = NewReport(
        is_named=body.pop("named"),
        account_ids=body.pop("subject_account_ids"),
        person_ids=body.pop("subject_person_ids") if not actor.is_anonymous else (),
        **{name: value for name, value in body.items() if name != "subject_person_ids"},
    )
    return report_misconduct(actor, new, files, key=request.headers.get("Idempotency-Key", ""))


def _file(raw: str) -> Prepared:
    try:
        data = b64decode(raw, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(fields={"files": [N_("附件应为 base64 编码的照片或录音。")]}) from None
    prepared = prepare("file", data)
    if prepared.kind not in ("photo", "sound"):
        raise Invalid(fields={"files": [N_("附件应为 base64 编码的照片或录音。")]})
    return prepared


@api.operation(
    "POST",
    f"{REPORTS}/track",
    "trackReport",
    access=HOLDER,
    returns=shapes.TrackedReportSchema,
    body=shapes.TrackingNumber,
    errors=(404, 429),
)
def track(actor: Actor, *, body: dict[str, Any]) -> tracking.TrackedReport:
    """How far the report of a number is. Guessing is slow: many wrong numbers are held back."""
    leave_no_trace()
    return _tracked(body["number"])


@api.operation(
    "POST",
    f"{REPORTS}/rate",
    "rateMisconductReport",
    access=HOLDER,
    returns=shapes.TrackedReportSchema,
    body=shapes.MisconductRating,
    errors=(404, 429),
)
def rate(actor: Actor, *, body: dict[str, Any]) -> tracking.TrackedReport:
    """Say how it was; what is not solved goes one level up."""
    leave_no_trace()
    number = _tracked(body["number"]).id
    rate_report(number, is_solved=body["solved"], thumb=body["thumb"], note=body["note"])
    return tracking.track(number)


def _tracked(number: str) -> tracking.TrackedReport:
    address = request.remote_addr or ""
    demand_few_wrong_numbers(address)
    try:
        return tracking.track(number)
    except NumberUnknown:
        note_wrong_number(address)
        raise


def _done(deed: Callable[..., object], actor: Actor, report_id: str, **values: Any) -> queries.ReportView:
    """Do it, and show the report as it is then."""
    deed(actor, key(report_id), **values)
    return queries.report(actor, key(report_id))


@api.operation(
    "GET",
    REPORTS,
    "listMisconductReports",
    access=HANDLE,
    returns=shapes.MisconductReportSchema,
    many=True,
    query=shapes.MisconductReportQuery,
)
def list_reports(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The reports of one's office and those below; none that concerns oneself, one's kin or deputies."""
    paging = {name: query.pop(name) for name in ("page", "page_size")}
    found, total = queries.list_reports(actor, queries.Wanted(**query), **paging)
    return Page(found, total)


@api.operation("GET", ONE, "getMisconductReport", access=HANDLE, returns=shapes.MisconductReportSchema)
def get_report(actor: Actor, *, report_id: str) -> queries.ReportView:
    """One report."""
    return queries.report(actor, key(report_id))


@api.operation(
    "POST",
    f"{ONE}/assign",
    "assignMisconductReport",
    access=HANDLE,
    returns=shapes.MisconductReportSchema,
    body=shapes.Assignment,
)
def assign(actor: Actor, *, report_id: str, body: dict[str, Any]) -> queries.ReportView:
    """Give it to somebody of the office."""
    return _done(services.assign_report, actor, report_id, **body)


@api.operation(
    "POST",
    f"{ONE}/urge",
    "urgeMisconductReport",
    access=HANDLE,
    returns=shapes.MisconductReportSchema,
    body=shapes.ReasonNote,
)
def urge(actor: Actor, *, report_id: str, body: dict[str, Any]) -> queries.ReportView:
    """Urge whoever has to act."""
    return _done(services.urge_report, actor, report_id, **body)


@api.operation(
    "POST",
    f"{ONE}/transfer",
    "transferMisconductReport",
    access=HANDLE,
    returns=None,
    status=204,
    body=shapes.ReasonNote,
)
def transfer(actor: Actor, *, report_id: str, body: dict[str, Any]) -> Any:
    """Hand it to the office above, which alone has it then."""
    services.transfer_report(actor, key(report_id), **body)


@api.operation(
    "POST",
    f"{ONE}/answer",
    "answerMisconductReport",
    access=HANDLE,
    returns=shapes.MisconductReportSchema,
    body=shapes.MisconductAnswer,
)
def answer(actor: Actor, *, report_id: str, body: dict[str, Any]) -> queries.ReportView:
    """Answer it, with the reason."""
    return _done(services.answer_report, actor, report_id, **body)


@api.operation(
    "POST",
    f"{ONE}/end",
    "endMisconductReport",
    access=HANDLE,
    returns=shapes.MisconductReportSchema,
    body=shapes.ReasonNote,
)
def end(actor: Actor, *, report_id: str, body: dict[str, Any]) -> queries.ReportView:
    """End an answered report without its reporter's word; not by who answered it."""
    return _done(services.end_report, actor, report_id, **body)


@api.operation(
    "POST",
    f"{ONE}/reporter",
    "revealReporter",
    access=REVEAL,
    returns=shapes.RevealedReporter,
    body=shapes.RevealPurpose,
)
def reveal(actor: Actor, *, report_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Who sent a named report; each time leaves a line in the record."""
    found = services.reveal_reporter(actor, key(report_id), body["purpose"])
    return {"id": key(report_id), **asdict(found)}
