"""The village's page of devices that work without a line: let in, stop, decide what could not be booked."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.errors import DomainError
from core.fields import Strict, Text
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.queries import offline as queries
from plugins.points_store.services import devices as services
from plugins.points_store.services.offline_conflicts import settle_conflict
from plugins.points_store.views import pages
from plugins.points_store.views.forms import P

PAGE_SIZE = 20


class ConflictForm(Strict):
    """How the village decides."""

    outcome = fields.String(required=True, validate=validate.OneOf(["wallet", "store"]))
    note = Text(200, shortest=1, required=True)


@pages.get("/office/devices")
@demands(P + "manage")
def devices() -> Any:
    """Devices, what they hold, and what waits for a decision."""
    return _page(None)


def _page(refusal: DomainError | None) -> Any:
    actor, page = current_actor(), page_number()
    conflicts, total = queries.conflicts(actor, page, PAGE_SIZE)
    shown = render_template(
        "points_store/devices.html",
        devices=queries.devices_in(actor),
        states=queries.STATES,
        reasons=queries.REASONS,
        conflicts=conflicts,
        remarks=queries.remarks(actor),
        page=page,
        page_size=PAGE_SIZE,
        total=total,
        error=translated(refusal) if refusal else None,
    )
    return shown, refusal.status if refusal else 200


@pages.post("/office/devices/<int:device_id>/approval")
@demands(P + "manage")
def approve_device(device_id: int) -> Any:
    """Let a device in."""
    try:
        services.approve_device(current_actor(), device_id=device_id)
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _page(refusal)
    flash(say("设备已批准，店员可以预留额度了。"), "success")
    return redirect(url_for("points_store.devices"), 303)


@pages.post("/office/devices/<int:device_id>/stop")
@demands(P + "manage")
def stop_device(device_id: int) -> Any:
    """Stop a device that was lost or is given up."""
    lost = request.form.get("why") != "retired"
    services.stop_device(current_actor(), device_id=device_id, lost=lost)
    flash(say("设备已停用。它预留的额度保留到宽限期结束，期间仍可补传。"), "success")
    return redirect(url_for("points_store.devices"), 303)


@pages.post("/office/offline-conflicts/<int:conflict_id>")
@demands(P + "manage")
@once_per_form
def decide_conflict(conflict_id: int) -> Any:
    """Book it out of the wallet after all, or leave it to the store."""
    try:
        form = read_form(ConflictForm())
        settle_conflict(current_actor(), conflict_id=conflict_id, **form)
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _page(refusal)
    flash(say("已处理。"), "success")
    return redirect(url_for("points_store.devices"), 303)
