"""What the points store shows on other people's pages: menus, home cards, a household's panel."""

from collections.abc import Iterable

from core.hookspecs import SOON, Card, DayItem, MenuItem, Panel
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.points_store.queries.books import village_books
from plugins.points_store.queries.cards import active_card
from plugins.points_store.queries.claims import waiting_for
from plugins.points_store.queries.honour import has_levels
from plugins.points_store.queries.store import my_stores, today_figures
from plugins.points_store.queries.waiting import waiting_at_desk
from plugins.points_store.queries.wallets import my_wallet, wallet_view, wallets_of

P = "points_store."
# Headings at a desk: the books, and what is set up once. All else stands under the plugin's title.
BOOKS, SETUP = N_("积分账册"), N_("积分设置")


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Ways in, each only for those who may open it."""
    yield from _phone_items(actor)
    yield from _office_items(actor)


def _phone_items(actor: Actor) -> Iterable[MenuItem]:
    if actor.may(P + "own"):
        yield MenuItem(N_("我的积分"), P + "wallet", "phone", "wallet", 10)
        yield MenuItem(N_("兑换码"), P + "show_code", "phone", "qr", 11)
        yield MenuItem(N_("我的凭证"), P + "my_vouchers", "phone", "gift", 13)
    if actor.may(P + "provide"):
        yield MenuItem(N_("核销凭证"), P + "provider_home", "phone", "scan", 12)
    if actor.may(P + "redeem"):
        yield MenuItem(N_("新风超市"), P + "my_stores", "phone", "store", 12)
    if actor.may(P + "own") or actor.may(P + "file"):
        yield MenuItem(N_("积分申报"), P + "claims", "phone", "plus", 13)
    if actor.may(P + "check"):
        yield MenuItem(N_("初审申报"), P + "check_claims", "phone", "check", 14)
    if actor.may(P + "own") and has_levels():
        yield MenuItem(N_("我家荣誉"), P + "honour", "phone", "medal", 15)


def _office_items(actor: Actor) -> Iterable[MenuItem]:
    if actor.may(P + "award"):
        yield MenuItem(N_("发放积分"), P + "award", "office", "gift", 20)
    if actor.may(P + "review") or actor.may(P + "view"):
        yield MenuItem(N_("申报与公示"), P + "claims_desk", "office", "check", 20)
        yield MenuItem(N_("公示栏"), P + "board", "office", "print", 20)
    if actor.may(P + "activities"):
        face = "office" if actor.may(P + "view") else "phone"
        yield MenuItem(N_("活动签到"), P + "activities", face, "qr", 21)
    if actor.may(P + "cards"):
        # Grid staff make cards at the door, secretaries at their desk.
        face = "office" if actor.may(P + "view") else "phone"
        yield MenuItem(N_("积分卡"), P + "cards", face, "print", 21)
    if actor.may(P + "view"):
        yield MenuItem(N_("积分台账"), P + "summary", "office", "book", 22, BOOKS)
        yield MenuItem(N_("积分月账"), P + "months", "office", "book", 22, BOOKS)
        yield MenuItem(N_("账目明细"), P + "bookings", "office", "list", 22, BOOKS)
        yield MenuItem(N_("超市结算"), P + "settlements", "office", "wallet", 23, BOOKS)
        yield MenuItem(N_("服务凭证"), P + "vouchers_office", "office", "gift", 24, BOOKS)
    if actor.may(P + "opening"):
        yield MenuItem(N_("期初积分"), P + "opening_sheets", "office", "list", 23, BOOKS)
    if actor.may(P + "view"):
        # Without levels too: the table for appraisals needs none.
        yield MenuItem(N_("荣誉"), P + "honour_list", "office", "medal", 22)
    if actor.may(P + "manage"):
        yield MenuItem(N_("超市与店员"), P + "stores_admin", "office", "store", 23, SETUP)
        yield MenuItem(N_("服务单位与人员"), P + "providers_admin", "office", "people", 24, SETUP)
        yield MenuItem(N_("积分规则"), P + "rules", "office", "list", 24, SETUP)
        yield MenuItem(N_("离线设备"), P + "devices", "office", "mobile", 24, SETUP)
    if actor.may(P + "oddities"):
        yield MenuItem(N_("柜台提示"), P + "oddities", "office", "search", 26)
    if actor.may(P + "budget"):
        yield MenuItem(N_("积分预算"), P + "funds", "office", "wallet", 25, SETUP)


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
    if waiting := waiting_at_desk(actor):
        yield Card("points_store/_home_waiting.html", {"waiting": waiting}, 9)


def day_items(actor: Actor) -> Iterable[DayItem]:
    """Claims that wait for somebody: a first check, a review, an answer."""
    if not (actor.may(P + "check") or actor.may(P + "review")):
        return
    if count := waiting_for(actor):
        first = actor.may(P + "check")
        yield DayItem(
            kind=say("积分申报"),
            title=say("%(count)d 条积分申报等您处理", count=count),
            url="/points-store/check" if first else "/points-store/office/claims",
            action=say("去审核"),
            urgency=SOON,
            icon="check",
        )


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
