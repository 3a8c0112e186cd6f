"""Closing a store's day: what was booked since the last close, signed by the clerk."""

from typing import Any

from flask import flash, redirect, url_for
from marshmallow import fields

from core.access import demands
from core.clock import now, today
from core.errors import DomainError
from core.fields import Strict, Text
from core.forms import form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries.store_days import closed_days, corrections
from plugins.points_store.services.day_closes import close_day
from plugins.points_store.services.day_figures import BEGINNING, figures_between, last_close
from plugins.points_store.views import pages
from plugins.points_store.views.forms import LIST_SIZE, P


class CloseForm(Strict):
    """Which day is closed, and whether it is closed once more."""

    day = fields.Date(required=True)
    remark = Text(200, load_default="")
    again = fields.Boolean(load_default=False)


@pages.get("/stores/<int:store_id>/days")
@demands(P + "redeem")
def store_days(store_id: int) -> Any:
    """What the close of today would say now, and the closes so far."""
    return _page(store_id, None)


def _page(store_id: int, refusal: DomainError | None) -> Any:
    store, page = store_queries.my_store(current_actor(), store_id), page_number()
    last = last_close(store_id)
    since = last.until if last else BEGINNING
    rows, total = closed_days(store_id, page, LIST_SIZE)
    return form_page(
        "points_store/store_days.html",
        refusal,
        store=store,
        figures=figures_between(store_id, since, now()),
        corrections=corrections(store_id, since),
        last=last,
        today=today(),
        closed_today=last is not None and last.day >= today(),
        days=rows,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.post("/stores/<int:store_id>/days")
@demands(P + "redeem")
@once_per_form
def confirm_day(store_id: int) -> Any:
    """Sign the close."""
    try:
        form = read_form(CloseForm())
        close_day(current_actor(), store_id=store_id, **form)
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _page(store_id, refusal)
    flash(say("%(day)s 已日结。", day=form["day"].isoformat()), "success")
    return redirect(url_for("points_store.store_days", store_id=store_id), 303)
