"""Who redeems for a household: named and stopped on its own page or by staff; the proxy's code."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from marshmallow import fields

from core import qr
from core.access import demands, signed_in
from core.clock import CHINA, now, today
from core.errors import DomainError, Invalid
from core.fields import FormPoints, Id, Strict, Text
from core.people.api import find_persons
from core.problems import show, translated
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.points_store.links import code_url
from plugins.points_store.queries import proxies as queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.queries.passbooks import wallet_of_passbooks
from plugins.points_store.services import cards, codes, proxies
from plugins.points_store.services.proxies import LONGEST_DAYS, Terms
from plugins.points_store.views import pages
from plugins.points_store.views.forms import P

# What a household usually wants; the form may say otherwise.
DAY_LIMIT, MONTH_LIMIT, USUAL_DAYS = 50, 200, 180


class TermsForm(Strict):
    """Limits and the last day."""

    day_limit = FormPoints(required=True)
    month_limit = FormPoints(required=True)
    until = fields.Date(required=True)


class StaffForm(TermsForm):
    """Whom staff name."""

    person_id = Id(required=True)


class OwnForm(TermsForm):
    """Whom a household names."""

    name = Text(40, shortest=1, required=True)
    phone = Text(20, shortest=1, required=True)


@pages.get("/proxies")
@signed_in
def own_proxies() -> Any:
    """Who redeems for my household, and for whom I redeem."""
    return _own_page(None)


@pages.post("/proxies")
@demands(P + "own")
@once_per_form
def name_own_proxy() -> Any:
    """My household names somebody."""
    try:
        form = read_form(OwnForm())
        name, phone = form.pop("name"), form.pop("phone")
        proxies.name_own_proxy(current_actor(), name=name, phone=phone, terms=Terms(**form))
    except DomainError as refusal:
        return _own_page(refusal)
    flash(say("已登记代领人。对方登录后，在“代领人”里就能出示代领码。"), "success")
    return redirect(url_for("points_store.own_proxies"), 303)


@pages.post("/proxies/<int:proxy_id>/stop")
@signed_in
def stop_proxy(proxy_id: int) -> Any:
    """In one step, by the household, staff or the proxy."""
    proxies.stop_proxy(current_actor(), proxy_id=proxy_id)
    flash(say("代领已停用，马上不能再用。"), "success")
    wallet_id = request.form.get("wallet_id", type=int)
    if wallet_id is not None:
        return redirect(url_for("points_store.proxies_desk", wallet_id=wallet_id), 303)
    return redirect(url_for("points_store.own_proxies"), 303)


@pages.get("/proxies/<int:proxy_id>/code")
@signed_in
def proxy_code(proxy_id: int) -> str:
    """A code to show for who has named me."""
    return render_template("points_store/proxy_code.html", receipt=None, **_new_code(proxy_id))


@pages.get("/proxies/<int:proxy_id>/code/fresh")
@signed_in
def fresh_proxy_code(proxy_id: int) -> str:
    """The next code, fetched by the page before the old one ends."""
    return render_template("points_store/_code.html", **_new_code(proxy_id))


@pages.get("/proxies/<int:proxy_id>/code/receipt")
@signed_in
def proxy_receipt(proxy_id: int) -> str:
    """The receipt of what was redeemed since the code was shown: without the household's balance."""
    proxy, wallet = proxies.mandate_of(current_actor(), proxy_id)
    raw_since = request.args.get("since", 0, type=int)
    since = max(datetime.fromtimestamp(min(max(raw_since, 0), 2**33), CHINA), now() - timedelta(minutes=15))
    receipt = wallet_queries.receipt_after(wallet.id, since, proxy.id)
    shown = replace(receipt, balance_after=None) if receipt else None
    mandate = queries.mandate_view(proxy)
    return render_template("points_store/_receipt.html", receipt=shown, since=raw_since, mandate=mandate)


@pages.get("/office/wallets/<int:wallet_id>/proxies")
@demands(P + "cards")
def proxies_desk(wallet_id: int) -> Any:
    """Who redeems for a household, as staff see it."""
    return _desk(wallet_id, None)


@pages.post("/office/wallets/<int:wallet_id>/proxies")
@demands(P + "cards")
@once_per_form
def name_proxy(wallet_id: int) -> Any:
    """Staff name somebody."""
    try:
        form = read_form(StaffForm())
        person_id = form.pop("person_id")
        proxies.name_proxy(current_actor(), wallet_id=wallet_id, person_id=person_id, terms=Terms(**form))
    except DomainError as refusal:
        return _desk(wallet_id, refusal)
    flash(say("已登记代领人；没有手机的，请制一张代领卡。"), "success")
    return redirect(url_for("points_store.proxies_desk", wallet_id=wallet_id), 303)


@pages.post("/office/proxies/<int:proxy_id>/card")
@demands(P + "cards")
@once_per_form
def issue_proxy_card(proxy_id: int) -> Any:
    """A card for a proxy without a phone; the PIN is shown this once."""
    issued = cards.issue_proxy_card(current_actor(), proxy_id=proxy_id)
    wallet = wallet_queries.wallet_view(wallet_of_passbooks(current_actor(), issued.wallet_id))
    return render_template(
        "points_store/card_sheet.html",
        svg=Markup(qr.draw_svg(code_url(issued.token))),  # noqa: S704 - drawn here from our own token
        card={
            "head_name": wallet.holder_name,
            "area_name": wallet.area_name,
            "serial": issued.serial,
            "proxy_name": queries.proxy_name(proxy_id),
        },
        pin=issued.pin,
    )


def _new_code(proxy_id: int) -> dict[str, Any]:
    actor = current_actor()
    issued = codes.issue_code(actor, proxy_id=proxy_id)
    proxy, _ = proxies.mandate_of(actor, proxy_id)
    return {
        "svg": Markup(qr.draw_svg(code_url(issued.token))),  # noqa: S704 - drawn here from our own token
        "short_code": f"{issued.code[:4]}-{issued.code[4:]}",
        "expires_at": issued.expires_at,
        "seconds_left": issued.seconds,
        "mandate": queries.mandate_view(proxy),
        "since": int(now().timestamp()),
    }


def _own_page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    mine = wallet_queries.my_wallet(actor) if actor.may(P + "own") else None
    return _page(
        "points_store/proxies.html",
        refusal,
        wallet=mine,
        proxies=queries.proxies_of(mine.id) if mine else [],
        mandates=queries.mandates_of(actor),
    )


def _desk(wallet_id: int, refusal: DomainError | None) -> Any:
    if refusal is not None and refusal.code == "not_found":
        raise refusal
    actor = current_actor()
    wallet = wallet_of_passbooks(actor, wallet_id)
    text = request.args.get("q", "")
    return _page(
        "points_store/proxies_desk.html",
        refusal,
        wallet=wallet_queries.wallet_view(wallet),
        proxies=queries.proxies_of(wallet.id),
        q=text,
        found=find_persons(actor.scope(P + "cards"), text) if text.strip() else [],
    )


def _page(template: str, refusal: DomainError | None, **values: Any) -> Any:
    usual = {
        "day_limit": DAY_LIMIT,
        "month_limit": MONTH_LIMIT,
        "until": (today() + timedelta(days=USUAL_DAYS)).isoformat(),
    }
    page = render_template(
        template,
        error=translated(refusal) if refusal and not isinstance(refusal, Invalid) else None,
        errors=show(refusal).errors if refusal else {},
        typed={**usual, **request.form.to_dict()},
        first_day=today().isoformat(),
        last_day=(today() + timedelta(days=LONGEST_DAYS)).isoformat(),
        **values,
    )
    return page, refusal.status if refusal else 200
