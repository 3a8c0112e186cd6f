"""Vouchers: the resident's own, the provider's counter, providers and open vouchers at the office."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands, public
from core.accounts.api import list_accounts
from core.areas.api import area_names
from core.errors import DomainError
from core.fields import AreaCode, Strict, Text, cleaned
from core.forms import form_page
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.errors import NotYourProvider
from plugins.points_store.queries import vouchers as queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.services import hand_over, providers, reversal
from plugins.points_store.services import vouchers as services
from plugins.points_store.views import pages
from plugins.points_store.views.forms import CHOICES_AT_MOST, LIST_SIZE, P, is_id, villages
from plugins.points_store.views.pictures import with_picture


class ProviderForm(Strict):
    """A new provider."""

    area_code = AreaCode(required=True)
    name = Text(60, shortest=1, required=True)


class ReasonForm(Strict):
    """Why points go back."""

    reason = Text(150, shortest=1, required=True)


@pages.get("/vouchers")
@demands(P + "own")
def my_vouchers() -> str:
    """The resident's vouchers, those that can be used first."""
    wallet, page = wallet_queries.my_wallet(current_actor()), page_number()
    rows, total = queries.vouchers_of_wallet(wallet.id, page, LIST_SIZE) if wallet else ([], 0)
    return render_template(
        "points_store/my_vouchers.html", vouchers=rows, page=page, page_size=LIST_SIZE, total=total
    )


@pages.get("/vouchers/<int:voucher_id>")
@demands(P + "own")
def my_voucher(voucher_id: int) -> str:
    """One voucher with its code, to be shown or printed."""
    row = services.own_voucher(current_actor(), voucher_id)
    return render_template(
        "points_store/my_voucher.html", voucher=with_picture(queries.voucher_views([row])[0])
    )


@pages.post("/receipts/<int:redemption_id>/confirm")
@demands(P + "own")
def confirm_receipt(redemption_id: int) -> Any:
    """The resident says that all was handed over."""
    hand_over.confirm_own(current_actor(), redemption_id=redemption_id)
    flash(say("已核对收货，谢谢。"), "success")
    return redirect(url_for("points_store.wallet"), 303)


@pages.get("/v/<token>")
@public("a voucher's QR code is opened by any phone; it shows nothing of the voucher")
def voucher_landing(token: str) -> Any:
    """Where a scanned voucher leads: providers to their counter, everybody else to an explanation."""
    if current_actor().may(P + "provide"):
        return redirect(url_for("points_store.provider_home", code=token))
    return render_template("points_store/voucher_landing.html")


@pages.get("/provider")
@demands(P + "provide")
def provider_home() -> Any:
    """The provider's counter: type or scan a voucher, look at it; what was taken in."""
    raw_code = cleaned(request.args.get("code", ""))
    if not raw_code:
        return _provider_page("", None, None)
    try:
        found = services.find_voucher(current_actor(), raw_code)
    except DomainError as refusal:
        return _provider_page(raw_code, None, refusal)
    return _provider_page(raw_code, queries.voucher_views([found])[0], None)


def _provider_page(raw_code: str, voucher: Any, refusal: DomainError | None) -> Any:
    actor, page = current_actor(), page_number()
    mine = queries.my_providers(actor)
    rows, total = queries.taken_in(actor, page, LIST_SIZE)
    shown = render_template(
        "points_store/provider_home.html",
        providers=mine,
        code=raw_code,
        voucher=voucher,
        error=translated(refusal) if refusal and not isinstance(refusal, NotYourProvider) else None,
        taken=rows,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )
    return shown, refusal.status if refusal else 200


@pages.post("/provider")
@demands(P + "provide")
@once_per_form
def take_in_voucher() -> Any:
    """The service is rendered: the voucher counts as used."""
    raw_code = cleaned(request.form.get("code", ""))
    try:
        used = services.use_voucher(current_actor(), raw_code=raw_code)
    except DomainError as refusal:
        return _provider_page(raw_code, None, refusal)
    flash(say("已核销：%(name)s。", name=used.name), "success")
    return redirect(url_for("points_store.provider_home"), 303)


@pages.get("/office/vouchers")
@demands(P + "view")
def vouchers_office() -> Any:
    """The vouchers of the actor's stores: who still has one, which are over; where points go back."""
    return _vouchers_page(None)


def _vouchers_page(refusal: DomainError | None, voucher_id: int = 0) -> Any:
    page, unused = page_number(), request.args.get("unused") == "1"
    scope = current_actor().demand(P + "view")
    rows, total = queries.list_vouchers(scope, page, LIST_SIZE, unused=unused)
    return form_page(
        "points_store/vouchers.html",
        refusal,
        vouchers=rows,
        unused=unused,
        voucher_id=voucher_id,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.post("/office/vouchers/<int:voucher_id>/return")
@demands(P + "return")
@once_per_form
def return_voucher(voucher_id: int) -> Any:
    """The points of an unused voucher go back."""
    try:
        form = read_form(ReasonForm())
        receipt = reversal.return_voucher(current_actor(), voucher_id=voucher_id, reason=form["reason"])
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _vouchers_page(refusal, voucher_id)
    flash(say("已退回 %(points)d 分，凭证作废。", points=receipt.points), "success")
    return redirect(url_for("points_store.vouchers_office"), 303)


@pages.route("/office/providers", methods=["GET", "POST"])
@demands(P + "manage")
def providers_admin() -> Any:
    """Providers and their staff, and a form for a new one."""
    actor, refusal = current_actor(), None
    if request.method == "POST":
        try:
            providers.create_provider(actor, **read_form(ProviderForm()))
        except DomainError as error:
            refusal = error
        else:
            flash(say("服务单位已建立，请绑定人员。"), "success")
            return redirect(url_for("points_store.providers_admin"), 303)
    page = page_number()
    rows, total = queries.list_providers(actor.scope(P + "manage"), page, LIST_SIZE)
    return form_page(
        "points_store/providers.html",
        refusal,
        providers=rows,
        candidates=_provider_accounts(),
        areas=[*_own_areas(), *villages(P + "manage")],
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.post("/office/providers/<int:provider_id>/staff")
@demands(P + "manage")
def add_provider_staff(provider_id: int) -> Any:
    """Bind an account to a provider."""
    raw_id = request.form.get("account_id", "")
    if not is_id(raw_id):
        flash(say("请先选择账号。"), "error")
    else:
        providers.bind_staff(current_actor(), provider_id=provider_id, account_id=int(raw_id))
        flash(say("已绑定人员。"), "success")
    return redirect(url_for("points_store.providers_admin"), 303)


@pages.post("/office/providers/<int:provider_id>/staff/<int:account_id>/end")
@demands(P + "manage")
def remove_provider_staff(provider_id: int, account_id: int) -> Any:
    """An account leaves a provider."""
    providers.unbind_staff(current_actor(), provider_id=provider_id, account_id=account_id)
    flash(say("已解除人员。"), "success")
    return redirect(url_for("points_store.providers_admin"), 303)


@pages.post("/office/providers/<int:provider_id>/active")
@demands(P + "manage")
def switch_provider(provider_id: int) -> Any:
    """Switch a provider off or on again."""
    active = request.form.get("active") == "1"
    providers.switch_provider(current_actor(), provider_id=provider_id, active=active)
    return redirect(url_for("points_store.providers_admin"), 303)


def _own_areas() -> list[tuple[str, str]]:
    held = [code for code in current_actor().scope(P + "manage").prefixes if len(code) < 12]
    names = area_names(held)
    return [(code, names.get(code, code)) for code in held]


def _provider_accounts() -> list[tuple[str, str]]:
    actor = current_actor()
    if not actor.may("accounts.view"):
        return []
    rows, _ = list_accounts(actor, role="provider", state="enabled", page_size=CHOICES_AT_MOST)
    return [(str(row.id), f"{row.name} · {row.username}") for row in rows]
