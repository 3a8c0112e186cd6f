"""The points store (新风超市) joined to the core: wiring only."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint
from marshmallow import Schema
from peewee import Model

from core.hookspecs import (
    Card,
    DayItem,
    Event,
    Finding,
    Job,
    MenuItem,
    NoticeKind,
    Panel,
    SeedWorld,
    hookimpl,
)
from core.security import Actor, Role, current_actor
from core.text import N_
from core.web import say
from plugins.points_store import faces, models
from plugins.points_store.endpoints import api, counter, offline, passbook, store, wallets
from plugins.points_store.endpoints import books as book_endpoints
from plugins.points_store.endpoints import claims as claim_endpoints
from plugins.points_store.endpoints import holders as holder_endpoints
from plugins.points_store.endpoints import settlements as settlement_endpoints
from plugins.points_store.endpoints import shelf as shelf_endpoints
from plugins.points_store.endpoints import vouchers as voucher_endpoints
from plugins.points_store.jobs import (
    expire_points,
    finish_claims,
    prove_ledger,
    release_quotas,
    tell_of_expiry,
)
from plugins.points_store.queries.books import ledger_sum
from plugins.points_store.queries.days import last_proof
from plugins.points_store.queries.proof import missing_triggers
from plugins.points_store.queries.wallets import count_wallets, wallets_of
from plugins.points_store.services import telling
from plugins.points_store.services.claims import sees_files
from plugins.points_store.services.days import count_booking
from plugins.points_store.services.events import earn_by_event
from plugins.points_store.services.expiry_notices import NOTICE
from plugins.points_store.services.proxies import stop_whom_left
from plugins.points_store.services.quotas import stop_quotas_of_nobody
from plugins.points_store.services.wallets import move_wallets
from plugins.points_store.settings import PointsStoreSettings
from plugins.points_store.views import (
    activities,
    awards,
    board,
    books,
    card_sheets,
    cards,
    claim_desk,
    claims,
    clerk,
    devices,
    holders,
    honour,
    kin,
    months,
    openings,
    pages,
    passbooks,
    proxies,
    resident,
    rules,
    setup,
    stock,
    withdrawing,
)
from plugins.points_store.views import oddities as oddity_pages
from plugins.points_store.views import offline as offline_views
from plugins.points_store.views import returns as return_pages
from plugins.points_store.views import settlements as settlement_pages
from plugins.points_store.views import shelf as shelf_pages
from plugins.points_store.views import store_days as day_pages
from plugins.points_store.views import vouchers as voucher_pages

P = "points_store."


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    # Importing the modules has put their pages on the one blueprint.
    assert all((resident, clerk, awards, cards, books, months, openings, holders, setup, stock))
    assert all((shelf_pages, voucher_pages, return_pages, day_pages, settlement_pages, oddity_pages))
    assert all((activities, board, claim_desk, claims, honour, rules, withdrawing))
    assert all((card_sheets, devices, kin, offline_views, passbooks, proxies))
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    # Importing the modules has put their operations on the one interface.
    assert all((book_endpoints, claim_endpoints, counter, holder_endpoints, offline, store, wallets))
    assert all((voucher_endpoints, settlement_endpoints, shelf_endpoints, passbook))
    return [api]


@hookimpl
def register_settings() -> Schema:
    return PointsStoreSettings()


@hookimpl
def register_roles() -> Iterable[Role]:
    def role(name: str, title: str, *permissions: str) -> Role:
        return Role(name, title, frozenset(P + permission for permission in permissions))

    office = ("view", "manage", "stock", "cards", "opening", "close", "wallets")
    village = ("reverse", "return", "settle")
    county = ("settle", "pay", "oddities")
    return [
        role("resident", N_("居民"), "own"),
        role("clerk", N_("店员"), "redeem", "stock", "reverse"),
        role("reviewer", N_("积分审核员"), "award", "view", "reverse"),
        role("accountant", N_("村会计"), "view", "opening", "close"),
        role("secretary", N_("村书记"), *village, *office),
        role("grid_leader", N_("网格长"), "cards"),
        role("grid_member", N_("专职网格员"), "cards"),
        role("provider", N_("服务单位"), "provide"),
        role("county_admin", N_("县区管理员"), "budget", *office, *county),
        role("reviewer", N_("积分审核员"), "file", "review", "withdraw"),
        role("secretary", N_("村书记"), "file", "review", "withdraw", "activities"),
        role("grid_leader", N_("网格长"), "file", "check", "activities"),
        role("grid_member", N_("专职网格员"), "file", "check", "activities"),
        role("assistant", N_("网格协管员"), "file"),
        role("auditor", N_("审计员"), "view"),
        role("supervisor", N_("督查员"), "view", "oddities"),
    ]


@hookimpl
def register_models() -> Iterable[type[Model]]:
    return models.TABLES


@hookimpl
def register_audit_titles() -> dict[str, str]:
    return {
        P + "grant_budget": N_("下达积分预算"),
        P + "award_points": N_("发放积分"),
        P + "create_rule": N_("新增积分规则"),
        P + "stop_rule": N_("停用积分规则"),
        P + "open_wallet": N_("开立积分账户"),
        P + "issue_code": N_("出示兑换码"),
        P + "issue_card": N_("制发积分卡"),
        P + "issue_sheet": N_("批量制发积分卡"),
        P + "stop_card": N_("停用积分卡"),
        P + "redeem_points": N_("积分兑换"),
        P + "refuse_redemption": N_("拒绝兑换"),
        P + "reverse_redemption": N_("冲正兑换"),
        P + "create_store": N_("新设超市"),
        P + "switch_store": N_("停用或启用超市"),
        P + "bind_clerk": N_("安排店员"),
        P + "unbind_clerk": N_("解除店员"),
        P + "add_product": N_("商品上架"),
        P + "change_product": N_("修改商品"),
        P + "intake_stock": N_("商品进货"),
        P + "count_stock": N_("库存盘点"),
        P + "move_points_out": N_("积分随户迁出"),
        P + "move_points_in": N_("积分随户迁入"),
        P + "book_opening": N_("登记期初积分"),
        P + "expire_points": N_("积分到期"),
        P + "deduct_points": N_("扣减积分"),
        P + "withdraw_award": N_("撤销发放"),
        P + "hand_points_over": N_("积分转让"),
        P + "return_budget": N_("收回预算结余"),
        P + "settle_store": N_("超市结算"),
        P + "confirm_hand_over": N_("核对收货"),
        P + "issue_vouchers": N_("发出服务凭证"),
        P + "use_voucher": N_("核销服务凭证"),
        P + "refuse_voucher": N_("拒收服务凭证"),
        P + "refuse_proxy": N_("没有找到要登记的代领人"),
        P + "create_provider": N_("新增服务单位"),
        P + "switch_provider": N_("停用或启用服务单位"),
        P + "bind_provider": N_("绑定服务单位人员"),
        P + "unbind_provider": N_("解除服务单位人员"),
        P + "spoiled_stock": N_("过期下架"),
        P + "send_goods": N_("调出商品"),
        P + "receive_goods": N_("签收调拨"),
        P + "submit_stocktake": N_("提交整店盘点"),
        P + "confirm_stocktake": N_("复核整店盘点"),
        P + "drop_stocktake": N_("作废整店盘点"),
        P + "close_day": N_("超市日结"),
        P + "pay_settlement": N_("登记结算付款"),
        P + "note_oddity": N_("记录异常询问"),
        P + "declare_period": N_("登记资金期间"),
        P + "close_period": N_("收回期间结余"),
        P + "enter_opening": N_("登记期初积分表"),
        P + "confirm_opening": N_("确认期初积分表"),
        P + "refuse_opening": N_("退回期初积分表"),
        P + "withdraw_opening": N_("撤回期初积分"),
        P + "split_wallet": N_("分户分积分"),
        P + "merge_wallets": N_("并户合积分"),
        P + "stop_wallet": N_("停用积分账户"),
        P + "resume_wallet": N_("恢复积分账户"),
        P + "close_month": N_("月度结账"),
        P + "export_ledger": N_("导出积分账"),
        P + "change_rule": N_("修改积分规则"),
        P + "file_claim": N_("申报积分"),
        P + "check_claims": N_("初审积分申报"),
        P + "publish_claims": N_("公示积分申报"),
        P + "refuse_claims": N_("不予通过积分申报"),
        P + "withdraw_claim": N_("撤回积分申报"),
        P + "object_to_claim": N_("对公示的积分提出异议"),
        P + "answer_objection": N_("答复积分异议"),
        P + "credit_claim": N_("公示期满记分"),
        P + "move_claim": N_("积分申报随村合并"),
        P + "create_activity": N_("发布活动"),
        P + "cancel_activity": N_("取消活动"),
        P + "join_honour": N_("加入荣誉榜"),
        P + "leave_honour": N_("退出荣誉榜"),
        P + "export_honour": N_("导出荣誉情况"),
        P + "enrol_device": N_("登记离线设备"),
        P + "approve_device": N_("批准离线设备"),
        P + "stop_device": N_("停用离线设备"),
        P + "reserve_quotas": N_("预留离线额度"),
        P + "release_quotas": N_("退回离线额度"),
        P + "stop_quotas": N_("停用户内无人的离线额度"),
        P + "accept_offline": N_("补记离线兑换"),
        P + "keep_offline_conflict": N_("离线兑换待处理"),
        P + "settle_offline_conflict": N_("处理离线兑换"),
        P + "open_passbook": N_("开立存折"),
        P + "close_passbook": N_("停用存折"),
        P + "print_passbook": N_("打印存折"),
        P + "name_proxy": N_("登记代领人"),
        P + "stop_proxy": N_("停用代领人"),
        P + "redeem_for": N_("代领兑换"),
        P + "seed": N_("生成模拟数据"),
    }


@hookimpl
def register_jobs() -> Iterable[Job]:
    return [
        Job(P + "expire_points", N_("积分到期入账"), expire_points, daily="00:05"),
        Job(P + "tell_of_expiry", N_("积分到期提醒"), tell_of_expiry, daily="08:30"),
        Job(P + "prove_ledger", N_("核对积分账"), prove_ledger, daily="02:40"),
        Job(P + "finish_publicity", N_("公示期满记分"), finish_claims, daily="00:20"),
        Job(P + "release_quotas", N_("退回到期的离线额度"), release_quotas, every=10),
    ]


@hookimpl
def register_notice_kinds() -> dict[str, NoticeKind]:
    return {NOTICE: NoticeKind(N_("积分即将到期"), ("sms",), digest=True), **telling.KINDS}


@hookimpl
def register_file_owners() -> dict[str, Callable[[Actor, str], bool]]:
    return {"points_store_claim": sees_files}


@hookimpl
def on_event(event: Event) -> None:
    # What plugin.toml lists are bookings of its own; what the config lists are others' deeds.
    if event.kind.startswith(P):
        count_booking(event)
    else:
        earn_by_event(event)


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    return faces.menu_items(actor)


@hookimpl
def home_cards(actor: Actor) -> Iterable[Card]:
    return faces.home_cards(actor)


@hookimpl
def day_items(actor: Actor) -> Iterable[DayItem]:
    return faces.day_items(actor)


@hookimpl
def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    return faces.household_panels(actor, household_id)


@hookimpl
def veto_household_end(household_id: int) -> str | None:
    wallet = wallets_of([household_id]).get(household_id)
    if wallet is not None and wallet.balance > 0:
        return say("该户还有 %(balance)d 积分，请先兑换或转移", balance=wallet.balance)
    return None


@hookimpl
def veto_import_undo(households: range, persons: range) -> str | None:
    count = count_wallets(households, persons)
    return say("其中 %(count)d 个积分账户已开立", count=count) if count else None


@hookimpl
def household_moved(household_id: int, area_code: str) -> None:
    move_wallets(current_actor(), household_id, area_code)


@hookimpl
def person_left(person_id: int) -> None:
    stop_whom_left(current_actor(), person_id)
    stop_quotas_of_nobody(current_actor(), person_id)


@hookimpl
def check_health() -> Iterable[Finding]:
    total, proof = ledger_sum(), last_proof()
    if gone := missing_triggers():
        found = "、".join(gone)
        yield Finding(
            "ledger_unguarded", f"数据库里缺少防改动的触发器：{found}；请运行 gridgov ledger verify", True
        )
    if total != 0:
        yield Finding(
            "ledger_not_zero", f"积分账不平：所有余额合计 {total}，应为 0；请运行 gridgov ledger verify", True
        )
    if proof is not None and proof.mistakes:
        found = f"{proof.mistakes} 处不符（{proof.first_mistake}）"
        text = f"夜间核对积分账发现 {found}；请运行 gridgov ledger verify"
        yield Finding("ledger_not_proven", text, True)


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    from plugins.points_store.seeding.county import fill  # no server needs it

    return fill(world)
