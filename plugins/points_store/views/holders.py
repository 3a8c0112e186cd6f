"""What the village does with one wallet: stop it, hand its points over, split it, join it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError
from core.fields import FormPoints, Id, Strict, Text
from core.problems import show, translated
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.services import holders
from plugins.points_store.services.expiry_notices import ending_points
from plugins.points_store.views import pages
from plugins.points_store.views.forms import P, found_households


class ReasonForm(Strict):
    """Why."""

    reason = Text(200, shortest=1, required=True)


class HandOverForm(ReasonForm):
    """To whom and how many; all of them when two households become one."""

    household_id = Id(required=True)
    points = FormPoints(required=True)


class JoinForm(ReasonForm):
    """To whom."""

    household_id = Id(required=True)


@pages.get("/office/wallets/<int:wallet_id>/holder")
@demands(P + "wallets")
def wallet_desk(wallet_id: int) -> Any:
    """All that can be done with a wallet."""
    return _desk(wallet_id, None)


@pages.post("/office/wallets/<int:wallet_id>/stop")
@demands(P + "wallets")
@once_per_form
def stop_wallet(wallet_id: int) -> Any:
    """Nothing is redeemed from it any more."""
    try:
        holders.stop_wallet(current_actor(), wallet_id=wallet_id, **read_form(ReasonForm()))
    except DomainError as refusal:
        return _desk(wallet_id, refusal)
    return _done(wallet_id, say("积分账户已停用，仍可收入积分。"))


@pages.post("/office/wallets/<int:wallet_id>/resume")
@demands(P + "wallets")
@once_per_form
def resume_wallet(wallet_id: int) -> Any:
    """It may redeem again."""
    try:
        holders.resume_wallet(current_actor(), wallet_id=wallet_id, **read_form(ReasonForm()))
    except DomainError as refusal:
        return _desk(wallet_id, refusal)
    return _done(wallet_id, say("积分账户已恢复。"))


@pages.post("/office/wallets/<int:wallet_id>/hand-over")
@demands(P + "wallets")
@once_per_form
def hand_over(wallet_id: int) -> Any:
    """Some of its points go to another household: a split, or heirs."""
    try:
        holders.hand_points_over(current_actor(), wallet_id=wallet_id, **read_form(HandOverForm()))
    except DomainError as refusal:
        return _desk(wallet_id, refusal)
    return _done(wallet_id, say("积分已转出。"))


@pages.post("/office/wallets/<int:wallet_id>/join")
@demands(P + "wallets")
@once_per_form
def join_wallets(wallet_id: int) -> Any:
    """All of its points go to another household."""
    try:
        points = holders.merge_wallets(current_actor(), wallet_id=wallet_id, **read_form(JoinForm()))
    except DomainError as refusal:
        return _desk(wallet_id, refusal)
    return _done(wallet_id, say("已合并，共转出 %(points)d 分。", points=points))


def _done(wallet_id: int, words: str) -> Any:
    flash(words, "success")
    return redirect(url_for("points_store.wallet_desk", wallet_id=wallet_id), 303)


def _desk(wallet_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    wallet = holders.managed_wallet(actor, wallet_id)
    text = request.args.get("q", "")
    others = [
        row
        for row in found_households(actor.scope(P + "wallets"), text)
        if row["household_id"] != wallet.household_id
    ]
    page = render_template(
        "points_store/wallet_desk.html",
        wallet=wallet_queries.wallet_view(wallet),
        ending=ending_points(wallet.id, wallet.balance),
        held=wallet.held,
        stops=wallet_queries.stops_of(wallet.id),
        q=text,
        found=others,
        error=translated(refusal) if refusal else None,
        errors=show(refusal).errors if refusal else {},
        typed=request.form.to_dict(),
    )
    return page, refusal.status if refusal else 200
