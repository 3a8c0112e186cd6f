"""A resident's pages: balance, statement, the code to show, the receipt."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup

from core import qr
from core.access import demands, public
from core.clock import CHINA, now
from core.county import plugin_settings
from core.security import current_actor
from core.web import page_number, say
from plugins.points_store.links import code_url
from plugins.points_store.queries import wallets as queries
from plugins.points_store.queries.cards import active_card
from plugins.points_store.queries.held import holds_of
from plugins.points_store.services import cards, codes
from plugins.points_store.services.expiry_notices import ending_points
from plugins.points_store.views import pages

P = "points_store."
PAGE_SIZE = 20


@pages.get("/")
@demands(P + "own")
def wallet() -> str:
    """Balance in large figures, and the statement."""
    mine = queries.my_wallet(current_actor())
    page = page_number()
    entries, total = queries.statement(mine.id, page, PAGE_SIZE) if mine else ([], 0)
    return render_template(
        "points_store/wallet.html",
        wallet=queries.wallet_view(mine) if mine else None,
        ending=_ending(mine.id, mine.balance) if mine else {},
        card=active_card(mine.id) if mine else None,
        holds=holds_of(mine) if mine else [],
        entries=entries,
        page=page,
        page_size=PAGE_SIZE,
        total=total,
    )


def _ending(wallet_id: int, balance: int) -> dict[date, int]:
    """The two nearest days on which points end. Without a rule of the county nothing is looked up."""
    if plugin_settings("points_store")["expiry"] == "none":
        return {}
    return dict(list(ending_points(wallet_id, balance).items())[:2])


@pages.post("/card/stop")
@demands(P + "own")
def stop_own_card() -> Any:
    """My card is lost: stop it, in one step."""
    cards.stop_own_card(current_actor())
    flash(say("积分卡已挂失，马上不能再用。补办新卡请找村委会，积分不变。"), "success")
    return redirect(url_for("points_store.wallet"), 303)


@pages.get("/code")
@demands(P + "own")
def show_code() -> str:
    """A code to show to the clerk."""
    return render_template("points_store/show_code.html", receipt=None, **_new_code())


@pages.get("/code/fresh")
@demands(P + "own")
def fresh_code() -> str:
    """The next code, fetched by the page before the old one ends."""
    return render_template("points_store/_code.html", **_new_code())


def _new_code() -> dict[str, Any]:
    issued = codes.issue_code(current_actor())
    mine = queries.my_wallet(current_actor())
    assert mine is not None
    return {
        "svg": Markup(qr.draw_svg(code_url(issued.token))),  # noqa: S704 - drawn here from our own token
        "short_code": f"{issued.code[:4]}-{issued.code[4:]}",
        "expires_at": issued.expires_at,
        "seconds_left": issued.seconds,
        "wallet": queries.wallet_view(mine),
        "since": int(now().timestamp()),
    }


@pages.get("/code/receipt")
@demands(P + "own")
def last_receipt() -> str:
    """The receipt of what was redeemed since the code was shown, if anything was."""
    mine = queries.my_wallet(current_actor())
    raw_since = request.args.get("since", 0, type=int)
    # A page left open for days must not show an old receipt as new.
    since = max(datetime.fromtimestamp(min(max(raw_since, 0), 2**33), CHINA), now() - timedelta(minutes=15))
    receipt = queries.receipt_after(mine.id, since) if mine else None
    return render_template("points_store/_receipt.html", receipt=receipt, since=raw_since)


@pages.get("/q/<token>")
@public("a QR code is opened by any phone; it shows nothing of the wallet")
def landing(token: str) -> Any:
    """Where a scanned code leads: clerks to the goods, everybody else to an explanation."""
    if current_actor().may(P + "redeem"):
        return redirect(url_for("points_store.scanned", token=token))
    return render_template("points_store/landing.html", token=token)
