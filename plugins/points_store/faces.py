"""What the points store shows on other people's pages: menus, home cards, a household's panel."""

from collections.abc import Iterable

from core.hookspecs import Card, MenuItem, Panel
from core.security import Actor
from core.text import N_
from plugins.points_store.queries.books import village_books
from plugins.points_store.queries.store import my_stores, today_figures
from plugins.points_store.queries.wallets import active_card, my_wallet, wallet_view, wallets_of

P = "points_store."


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Ways in, each only for those who may open it."""
    if actor.may(P + "own"):
        yield MenuItem(N_("我的积分"), P + "wallet", "phone", "wallet", 10)
        yield MenuItem(N_("兑换码"), P + "show_code", "phone", "qr", 11)
    if actor.may(P + "redeem"):
        yield MenuItem(N_("新风超市"), P + "my_stores", "phone", "store", 12)
    if actor.may(P + "award"):
        yield MenuItem(N_("发放积分"), P + "award", "office", "gift", 20)
    if actor.may(P + "cards"):
        # Grid staff make cards at the door, secretaries at their desk.
        face = "office" if actor.may(P + "view") else "phone"
        yield MenuItem(N_("积分卡"), P + "cards", face, "print", 21)
    if actor.may(P + "view"):
        yield MenuItem(N_("积分台账"), P + "summary", "office", "book", 22)
        yield MenuItem(N_("账目明细"), P + "bookings", "office", "list", 22)
    if actor.may(P + "manage"):
        yield MenuItem(N_("超市与店员"), P + "stores_admin", "office", "store", 23)
        yield MenuItem(N_("积分规则"), P + "rules", "office", "list", 24)
        yield MenuItem(N_("离线设备"), P + "devices", "office", "phone", 24)
    if actor.may(P + "budget"):
        yield MenuItem(N_("积分预算"), P + "funds", "office", "wallet", 25)


def home_cards(actor: Actor) -> Iterable[Card]:
    """The figure that each kind of user looks for first."""
    if actor.may(P + "own"):
        wallet = my_wallet(actor)
        view = wallet_view(wallet) if wallet else None
        yield Card("points_store/_home_resident.html", {"wallet": view}, 10)
    if actor.may(P + "redeem"):
        for store in my_stores(actor):
            count, points = today_figures(store.id)
            today = {"count": count, "points": points}
            yield Card("points_store/_home_clerk.html", {"store": store, "today": today}, 11)
    if actor.may(P + "award"):
        books = village_books(actor.scope(P + "award"))
        figures = {"available": sum(b.fund for b in books), "issued": sum(b.issued for b in books)}
        yield Card("points_store/_home_reviewer.html", {"fund": figures}, 12)


def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    """Balance and card of a household, for those who may view the book there."""
    if not (actor.may(P + "view") or actor.may(P + "cards")):
        return []
    wallet = wallets_of([household_id]).get(household_id)
    if wallet is None or not (
        actor.may(P + "view", wallet.area_code) or actor.may(P + "cards", wallet.area_code)
    ):
        return []
    values = {"wallet": wallet_view(wallet), "card": active_card(wallet.id)}
    return [Panel("points_store/_household_panel.html", values)]
