"""What a village sets up: rules, stores, clerks."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.access import demands
from core.accounts.api import list_accounts
from core.areas.api import area_names
from core.errors import DomainError
from core.fields import AreaCode, FormPoints, Strict, Text
from core.security import current_actor
from core.web import page_number, read_form, say
from plugins.points_store.queries import store as store_queries
from plugins.points_store.services import awards as award_services
from plugins.points_store.services import stores
from plugins.points_store.views import pages
from plugins.points_store.views.forms import (
    CHOICES_AT_MOST,
    LIST_SIZE,
    P,
    form_page,
    is_id,
    villages,
)


class RuleForm(Strict):
    """A new rule."""

    area_code = AreaCode(required=True)
    title = Text(60, shortest=1, required=True)
    points_min = FormPoints(required=True, most=100_000)
    points_max = FormPoints(required=True, most=100_000)


class StoreForm(Strict):
    """A new store."""

    area_code = AreaCode(required=True)
    name = Text(60, shortest=1, required=True)


@pages.route("/office/rules", methods=["GET", "POST"])
@demands(P + "manage")
def rules() -> Any:
    """The rules, and a form for a new one."""
    actor, refusal = current_actor(), None
    if request.method == "POST":
        try:
            award_services.create_rule(actor, **read_form(RuleForm()))
        except DomainError as error:
            refusal = error
        else:
            flash(say("规则已保存。"), "success")
            return redirect(url_for("points_store.rules"), 303)
    page = page_number()
    rows, total = store_queries.list_rules(actor, page, LIST_SIZE)
    names = area_names([row.area_code for row in rows])
    shown = [
        {
            "id": row.id,
            "title": row.title,
            "area_code": row.area_code,
            "area_name": names.get(row.area_code, row.area_code),
            "points_min": row.points_min,
            "points_max": row.points_max,
            "active": row.active,
            "can_stop": actor.may(P + "manage", row.area_code),
        }
        for row in rows
    ]
    return form_page(
        "points_store/rules.html",
        refusal,
        rules=shown,
        areas=[*_own_areas(P + "manage"), *villages(P + "manage")],
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.post("/office/rules/<int:rule_id>/stop")
@demands(P + "manage")
def stop_rule(rule_id: int) -> Any:
    """Switch a rule off."""
    award_services.stop_rule(current_actor(), rule_id=rule_id)
    flash(say("规则已停用。"), "success")
    return redirect(url_for("points_store.rules"), 303)


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


def _own_areas(permission: str) -> list[tuple[str, str]]:
    """The areas above the villages that the actor holds: a rule may hold in all of them at once."""
    held = [code for code in current_actor().scope(permission).prefixes if len(code) < 12]
    names = area_names(held)
    return [(code, names.get(code, code)) for code in held]


def _clerks() -> list[tuple[str, str]]:
    """Accounts with a clerk's post in the actor's areas."""
    actor = current_actor()
    if not actor.may("accounts.view"):
        return []
    rows, _ = list_accounts(actor, role="clerk", state="enabled", page_size=CHOICES_AT_MOST)
    return [(str(row.id), f"{row.name} · {row.username}") for row in rows]
