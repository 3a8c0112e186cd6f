"""Reading devices that work without a line: which there are, what they hold, what the village decides."""

import json
from collections.abc import Sequence
from datetime import datetime

from peewee import fn

from core.accounts.api import account_names
from core.county import county
from core.db import rows as rows_of
from core.people.api import household_head_name, household_of_person, mask_name
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.models import (
    Device,
    LedgerAccount,
    OfflineConflict,
    OfflineEntry,
    Quota,
    Reservation,
    Store,
)
from plugins.points_store.models.offline import NEVER_BOOKED as NEVER

_OF_DEVICE = "reached through a device that the actor may see"
STATES = {"waiting": N_("待批准"), "working": N_("在用"), "stopped": N_("已停用")}
REASONS = {
    "lost": N_("已挂失"),
    "clone": N_("同一编号出现两份不同内容，设备可能被复制"),
    "retired": N_("已退出"),
    "stopped": N_("设备已因复制嫌疑停用"),
    "chain": N_("记录前后不接，设备可能被还原或复制"),
    "no_quota": N_("没有对应的预留额度"),
    "released": N_("额度已退回或已过期"),
    "exceeded": N_("超出预留额度"),
    "card": N_("积分卡的码不对"),
    "own": N_("店员为自家办理"),
    "price": N_("商品或价格与预留时不符"),
    "sum": N_("合计与商品不符"),
    "card_stopped": N_("卡已挂失，按承诺入账"),
    "device_lost": N_("设备已挂失，按承诺入账"),
    "wallet_stopped": N_("账户已停用，按承诺入账"),
    "deserted": N_("户内已无人，停用前的承诺照常入账"),
    "moved": N_("已迁出，按承诺入账"),
}


@value_class
class DeviceView:
    """A device with what the village should know. `out`: points that it holds; `drift` in minutes."""

    id: int
    mark: str
    name: str
    store_id: int
    area_code: str
    store_name: str
    clerk_name: str
    state: str
    stopped_why: str | None
    asked_at: datetime
    seen_at: datetime | None
    drift: int
    out: int


@value_class
class Reserved:
    """All that a device takes along."""

    id: int
    device: str
    store_name: str
    expires_at: datetime
    grace_until: datetime
    server_key: bytes
    quotas: list[dict[str, object]]
    shelf: list[dict[str, object]]


@value_class
class ConflictView:
    """Something that the village decides, in words."""

    id: int
    at: datetime
    device_name: str
    holder_name: str
    points: int
    goods: str
    reason: str
    bookable: bool
    outcome: str | None
    note: str


def device_view(row: Device) -> DeviceView:
    """One device."""
    return _views([row])[0]


def devices_in(actor: Actor) -> list[DeviceView]:
    """The devices in the areas that the actor manages, those that wait first."""
    rows = Device.within(actor.demand("points_store.manage"))
    order = (Device.approved_at.is_null(False), Device.stopped_at.is_null(False), Device.id.desc())
    return _views(list(rows.order_by(*order).limit(200)))


def device_by_mark(actor: Actor, mark: str) -> DeviceView | None:
    """The actor's own device with this mark, if it is enrolled."""
    row = (
        Device.unscoped("one's own device")
        .where((Device.mark == mark) & (Device.account_id == actor.account_id))
        .first()
    )
    return device_view(row) if row else None


def _views(rows: Sequence[Device]) -> list[DeviceView]:
    ids = [row.id for row in rows]
    held = Quota.unscoped(_OF_DEVICE, Quota.device_id, fn.SUM(Quota.points - Quota.spent)).where(
        Quota.device_id.in_(ids) & Quota.released_at.is_null()
    )
    out = {row[0]: int(row[1]) for row in rows_of(held.group_by(Quota.device_id))}
    stores = {
        row.id: row.name
        for row in Store.unscoped(_OF_DEVICE).where(Store.id.in_([row.store_id for row in rows]))
    }
    names = account_names([row.account_id for row in rows])
    return [
        DeviceView(
            id=row.id,
            mark=row.mark,
            name=row.name,
            store_id=row.store_id,
            area_code=row.area_code,
            store_name=stores.get(row.store_id, ""),
            clerk_name=names.get(row.account_id, ""),
            state="stopped" if row.stopped_at else "working" if row.approved_at else "waiting",
            stopped_why=row.stopped_why,
            asked_at=row.asked_at,
            seen_at=row.seen_at,
            drift=round((row.drift or 0) / 60_000),
            out=out.get(row.id, 0),
        )
        for row in rows
    ]


def reserved(reservation: Reservation) -> Reserved:
    """What a device carries away; names are masked, since a device can be lost."""
    device = Device.unscoped(_OF_DEVICE).where(Device.id == reservation.device_id).get()
    rows = list(Quota.unscoped(_OF_DEVICE).where(Quota.reservation_id == reservation.id).order_by(Quota.id))
    holders = _holders([row.wallet_id for row in rows])
    return Reserved(
        id=reservation.id,
        device=device.mark,
        store_name=_views([device])[0].store_name,
        expires_at=reservation.expires_at,
        grace_until=reservation.grace_until,
        server_key=county().keys.public_key(),
        quotas=[
            {
                "mark": row.mark,
                "wallet_id": row.wallet_id,
                "holder": mask_name(holders.get(row.wallet_id, "")),
                "points": row.points,
            }
            for row in rows
        ],
        shelf=[
            {"product_id": product_id, "name": name, "points": points}
            for product_id, name, points in json.loads(reservation.shelf)
        ],
    )


def _holders(wallet_ids: Sequence[int]) -> dict[int, str]:
    """Wallet -> the name of the head of its household."""
    homes: dict[int, int] = {}
    for start in range(0, len(wallet_ids), 1000):
        some = list(wallet_ids[start : start + 1000])
        for row in LedgerAccount.unscoped(_OF_DEVICE).where(LedgerAccount.id.in_(some)):
            home = row.household_id or (household_of_person(row.person_id) if row.person_id else None)
            if home is not None:
                homes[row.id] = home
    heads = household_head_name(homes.values())
    return {wallet_id: heads.get(home, "") for wallet_id, home in homes.items()}


def conflicts(actor: Actor, page: int, page_size: int) -> tuple[list[ConflictView], int]:
    """What the village decides, the undecided first, and how much there is."""
    query = OfflineConflict.within(actor.demand("points_store.manage"))
    order = (OfflineConflict.outcome.is_null(False), OfflineConflict.id.desc())
    rows = list(query.order_by(*order).paginate(page, page_size))
    devices = {
        row.id: row.name
        for row in Device.unscoped(_OF_DEVICE).where(Device.id.in_([row.device_id for row in rows]))
    }
    holders = _holders([row.wallet_id for row in rows if row.wallet_id])
    shown = [
        ConflictView(
            id=row.id,
            at=row.at,
            device_name=devices.get(row.device_id, ""),
            holder_name=holders.get(row.wallet_id or 0, ""),
            points=row.points,
            goods=_goods(row),
            reason=REASONS[row.reason],
            bookable=row.outcome is None and row.reason not in NEVER,
            outcome=row.outcome,
            note=row.note,
        )
        for row in rows
    ]
    return shown, query.count()


def _goods(row: OfflineConflict) -> str:
    names = {
        product_id: name
        for reservation in Reservation.unscoped(_OF_DEVICE)
        .where(Reservation.device_id == row.device_id)
        .order_by(Reservation.id.desc())
        .limit(1)
        for product_id, name, _ in json.loads(reservation.shelf)
    }
    items = json.loads(row.text)["items"]
    return "、".join(f"{names.get(product_id, product_id)}×{quantity}" for product_id, quantity, _ in items)


def remarks(actor: Actor, limit: int = 20) -> list[tuple[OfflineEntry, str]]:
    """The newest entries that were booked though something had changed, with the reason in words."""
    rows = (
        OfflineEntry.within(actor.demand("points_store.manage"))
        .where((OfflineEntry.state == "booked") & (OfflineEntry.reason != ""))
        .order_by(OfflineEntry.id.desc())
        .limit(limit)
    )
    return [(row, REASONS[row.reason]) for row in rows]
