"""Pages of reviewers, secretaries and the county: awards, cards, rules, stores, budgets, the book."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup

from core import qr
from core.access import demands
from core.accounts.api import list_accounts
from core.areas.api import area_names, list_areas, path_names
from core.clock import now, today
from core.errors import DomainError, Invalid, NotFound
from core.fields import AreaCode, FormPoints, Id, Strict, Text
from core.people.api import find_households, household_brief
from core.problems import show, translated
from core.scope import AreaScope
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.links import code_url
from plugins.points_store.queries import books
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.queries.bookings import list_bookings
from plugins.points_store.queries.wallets import KIND_TITLES
from plugins.points_store.services import awards as award_services
from plugins.points_store.services import cards as card_services
from plugins.points_store.services import stores
from plugins.points_store.views import pages

P = "points_store."
FOUND_AT_MOST = 20
LIST_SIZE = 20
CHOICES_AT_MOST = 1000


class AwardForm(Strict):
    """An award."""

    household_id = Id(required=True)
    rule_id = Id(required=True)
    points = FormPoints(required=True)
    reason = Text(200, shortest=1, required=True)


class RuleForm(Strict):
    """A new rule."""

    area_code = AreaCode(required=True)
    title = Text(60, shortest=1, required=True)
    points_min = FormPoints(required=True, most=100_000)
    points_max = FormPoints(required=True, most=100_000)


class BudgetForm(Strict):
    """A village's budget."""

    area_code = AreaCode(required=True)
    points = FormPoints(required=True)
    reason = Text(200, shortest=1, required=True)


class StoreForm(Strict):
    """A new store."""

    area_code = AreaCode(required=True)
    name = Text(60, shortest=1, required=True)


def _is_id(raw_id: str) -> bool:
    return raw_id.isascii() and raw_id.isdigit() and len(raw_id) <= 15


def _found(scope: AreaScope, text: str) -> list[dict[str, Any]]:
    """Households that fit the search, with their balances."""
    if not text.strip():
        return []
    households = find_households(scope, text.strip(), FOUND_AT_MOST)
    wallets = wallet_queries.wallets_of([household.id for household in households])
    return [_row(household, wallets.get(household.id)) for household in households]


def _row(household: Any, wallet: Any) -> dict[str, Any]:
    return {
        "household_id": household.id,
        "number": household.number,
        "head_name": household.head_name,
        "area_code": household.area_code,
        "area_name": household.area_name,
        "balance": wallet.balance if wallet else 0,
        "wallet_id": wallet.id if wallet else None,
    }


@pages.get("/office/award")
@demands(P + "award")
def award() -> Any:
    """Find a household, choose a rule, say why."""
    return _award_page({}, None)


def _award_page(errors: dict[str, Any], error: str | None) -> str:
    actor = current_actor()
    scope = actor.scope(P + "award")
    raw_id = request.values.get("household_id", "")
    chosen, rules, available = None, [], None
    if _is_id(raw_id):
        household = household_brief(scope, int(raw_id))
        if household is None:
            raise NotFound
        chosen = _row(household, wallet_queries.wallets_of([household.id]).get(household.id))
        rules = store_queries.rules_for(household.area_code)
        village = books.village_books(AreaScope((household.area_code[:12],)))
        available = village[0].fund if village else 0
    text = request.args.get("q", "")
    return render_template(
        "points_store/award.html",
        q=text,
        results=_found(scope, text),
        chosen=chosen,
        rules=rules,
        fund={"available": available},
        errors=errors,
        error=error,
        rule_id=request.form.get("rule_id", ""),
        points=request.form.get("points", ""),
        reason=request.form.get("reason", ""),
    )


@pages.get("/office/bookings")
@demands(P + "view")
def bookings() -> str:
    """Every booking of the actor's villages, newest first; where a redemption of today is taken back."""
    actor, page = current_actor(), page_number()
    kind = request.args.get("kind", "")
    kind = kind if kind in KIND_TITLES else ""
    rows, total = list_bookings(actor, actor.demand(P + "view"), kind, page, LIST_SIZE)
    return render_template(
        "points_store/bookings.html",
        bookings=rows,
        kinds=list(KIND_TITLES.items()),
        kind=kind,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.get("/office/wallets/<int:wallet_id>")
@demands(P + "view")
def wallet_statement(wallet_id: int) -> str:
    """One wallet's statement, for those who watch over the book."""
    page = page_number()
    found = wallet_queries.visible_wallet(current_actor(), wallet_id)
    entries, total = wallet_queries.statement(found.id, page, LIST_SIZE)
    return render_template(
        "points_store/statement.html",
        wallet=wallet_queries.wallet_view(found),
        entries=entries,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.post("/office/award")
@demands(P + "award")
@once_per_form
def give_award() -> Any:
    """Credit the points."""
    try:
        form = read_form(AwardForm())
        wallet, booked = award_services.award(current_actor(), **form)
    except DomainError as refusal:
        if refusal.code == "not_found":
            raise
        return _award_page(show(refusal).errors, translated(refusal)), refusal.status
    holder = wallet_queries.wallet_view(wallet).holder_name
    flash(
        say(
            "已给 %(name)s 户发放 %(points)d 分，现有 %(balance)d 分。",
            name=holder,
            points=form["points"],
            balance=booked.balances[wallet.id],
        ),
        "success",
    )
    return redirect(url_for("points_store.award"), 303)


@pages.get("/office/cards")
@demands(P + "cards")
def cards() -> str:
    """Find a household to issue or stop its printed card."""
    scope, text = current_actor().scope(P + "cards"), request.args.get("q", "")
    results = _found(scope, text)
    for row in results:
        card = wallet_queries.active_card(row["wallet_id"]) if row["wallet_id"] else None
        row["card"], row["locked"] = card, card is not None and not card_services.tries_left(card)
    return render_template("points_store/cards.html", q=text, results=results)


@pages.post("/office/cards")
@demands(P + "cards")
@once_per_form
def issue_card() -> Any:
    """Issue a card and show the sheet; the PIN is shown this once."""
    raw_id = request.form.get("household_id", "")
    if not _is_id(raw_id):
        raise Invalid(fields={"household_id": [N_("请先选择一户。")]})
    household = household_brief(current_actor().scope(P + "cards"), int(raw_id))
    if household is None:
        raise NotFound
    issued = card_services.issue_card(current_actor(), household_id=household.id)
    return render_template(
        "points_store/card_sheet.html",
        svg=Markup(qr.draw_svg(code_url(issued.token))),  # noqa: S704 - drawn here from our own token
        card={
            "head_name": household.head_name,
            "area_name": area_names([household.area_code[:12]]).get(household.area_code[:12], ""),
            "serial": issued.serial,
        },
        pin=issued.pin,
    )


@pages.post("/office/cards/<int:card_id>/stop")
@demands(P + "cards")
def stop_card(card_id: int) -> Any:
    """Stop a lost card."""
    card_services.stop_card(current_actor(), card_id=card_id)
    flash(say("积分卡已停用。"), "success")
    return redirect(url_for("points_store.cards"), 303)


@pages.get("/office/summary")
@demands(P + "view")
def summary() -> str:
    """The book by village, with its equation."""
    rows = books.village_books(current_actor().demand(P + "view"))
    names = ("granted", "fund", "issued", "redeemed", "reversed", "moved", "outstanding", "stores_held")
    totals = {name: sum(getattr(row, name) for row in rows) for name in names}
    return render_template("points_store/summary.html", rows=rows, totals=totals, at=now())


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
    return _form_page(
        "points_store/rules.html",
        refusal,
        rules=shown,
        areas=[*_own_areas(P + "manage"), *_villages(P + "manage")],
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


def _form_page(template: str, refusal: DomainError | None, **values: Any) -> Any:
    """A page with a list and a form: what was typed stays, the refusal is said."""
    page = render_template(
        template,
        error=translated(refusal) if refusal else None,
        errors=show(refusal).errors if refusal else {},
        typed=request.form.to_dict(),
        **values,
    )
    return page, refusal.status if refusal else 200


@pages.post("/office/rules/<int:rule_id>/stop")
@demands(P + "manage")
def stop_rule(rule_id: int) -> Any:
    """Switch a rule off."""
    award_services.stop_rule(current_actor(), rule_id=rule_id)
    flash(say("规则已停用。"), "success")
    return redirect(url_for("points_store.rules"), 303)


@pages.get("/office/funds")
@demands(P + "budget")
def funds() -> Any:
    """Budgets by village."""
    return _funds_page(None)


def _funds_page(refusal: DomainError | None) -> Any:
    rows = books.village_books(current_actor().scope(P + "budget"))
    return _form_page("points_store/funds.html", refusal, funds=rows, areas=_villages(P + "budget"))


@pages.post("/office/funds")
@demands(P + "budget")
@once_per_form
def grant_budget() -> Any:
    """Put points into a village's fund."""
    try:
        award_services.grant_budget(current_actor(), **read_form(BudgetForm()))
    except DomainError as refusal:
        return _funds_page(refusal)
    flash(say("预算已下达。"), "success")
    return redirect(url_for("points_store.funds"), 303)


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
    return _form_page(
        "points_store/stores_admin.html",
        refusal,
        stores=rows,
        candidates=_clerks(),
        areas=_villages(P + "manage"),
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.post("/office/stores/<int:store_id>/clerks")
@demands(P + "manage")
def add_clerk(store_id: int) -> Any:
    """Bind a clerk to a store."""
    raw_id = request.form.get("account_id", "")
    if not _is_id(raw_id):
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


def _villages(permission: str) -> list[tuple[str, str]]:
    """The villages that the actor may choose in a form: code and name with its town."""
    scope = current_actor().scope(permission)
    rows, _ = list_areas(scope, level="village", on_date=today(), page_size=CHOICES_AT_MOST)
    paths = path_names([row.code for row in rows])
    return [(row.code, paths.get(row.code, row.name)) for row in rows]


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
