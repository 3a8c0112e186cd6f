"""What a village sets up: stores, clerks."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.access import demands
from core.accounts.api import list_accounts
from core.errors import DomainError
from core.fields import AreaCode, Strict, Text
from core.forms import form_page
from core.security import current_actor
from core.web import page_number, read_form, say
from plugins.points_store.queries import store as store_queries
from plugins.points_store.services import stores
from plugins.points_store.views import pages
from plugins.points_store.views.forms import CHOICES_AT_MOST, LIST_SIZE, P, is_id, villages


class StoreForm(Strict):
    """A new store."""

    area_code = AreaCode(required=True)
    name = Text(60, shortest=1, required=True)


@pages.route("/office/stores", methods=["GET", "POST"])
@demands(P + "manage")
def stores_admin() -> Any:
    """Stores and their clerks, and a form for a new store."""
    actor, refusal = current_actor(), None
    if request.method == "POST":
        try:
            stores.create_store(actor, **read_form(StoreForm()))
        except DomainError as error:
            refusal = error
        else:
            flash(say("超市已建立，请安排店员。"), "success")
            return redirect(url_for("points_store.stores_admin"), 303)
    page = page_number()
    rows, total = store_queries.list_stores(actor, page, LIST_SIZE)
    return form_page(
        "points_store/stores_admin.html",
        refusal,
        stores=rows,
        candidates=_clerks(),
        areas=villages(P + "manage"),
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.post("/office/stores/<int:store_id>/clerks")
@demands(P + "manage")
def add_clerk(store_id: int) -> Any:
    """Bind a clerk to a store."""
    raw_id = request.form.get("account_id", "")
    if not is_id(raw_id):
        flash(say("请先选择账号。"), "error")
    else:
        stores.bind_clerk(current_actor(), store_id=store_id, account_id=int(raw_id))
        flash(say("已安排店员。"), "success")
    return redirect(url_for("points_store.stores_admin"), 303)


@pages.post("/office/stores/<int:store_id>/clerks/<int:account_id>/end")
@demands(P + "manage")
def remove_clerk(store_id: int, account_id: int) -> Any:
    """A clerk leaves a store."""
    stores.unbind_clerk(current_actor(), store_id=store_id, account_id=account_id)
    flash(say("已解除店员。"), "success")
    return redirect(url_for("points_store.stores_admin"), 303)


@pages.post("/office/stores/<int:store_id>/active")
@demands(P + "manage")
def switch_store(store_id: int) -> Any:
    """Close a store or open it again."""
    stores.switch_store(current_actor(), store_id=store_id, active=request.form.get("active") == "1")
    return redirect(url_for("points_store.stores_admin"), 303)


def _clerks() -> list[tuple[str, str]]:
    """Accounts with a clerk's post in the actor's areas."""
    actor = current_actor()
    if not actor.may("accounts.view"):
        return []
    rows, _ = list_accounts(actor, role="clerk", state="enabled", page_size=CHOICES_AT_MOST)
    return [(str(row.id), f"{row.name} · {row.username}") for row in rows]
