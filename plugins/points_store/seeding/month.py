"""Last month of a demo county: earned, published, redeemed with and without a line, settled, paid, closed.

One store (the first) waits for its settlement and one village (the first) for the closing of its book:
whoever tries the demo can do these themselves.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from core.accounts.api import actor_for
from core.clock import now, today
from core.county import county
from core.db import milliseconds
from core.hookspecs import SeedWorld
from core.security import Actor
from core.signatures import Signer
from plugins.points_store.equation import month_of, next_month
from plugins.points_store.models import Product, Provider, Quota, Voucher
from plugins.points_store.models.claims import CHECK, FILE, PUBLISH
from plugins.points_store.seeding.claims import Story
from plugins.points_store.seeding.past import Counter, Past, Village
from plugins.points_store.services import (
    awards,
    cards,
    closings,
    codes,
    day_closes,
    devices,
    offline_sync,
    passbooks,
    quotas,
    redemption,
    settlements,
    stores,
    vouchers,
    wallets,
)
from plugins.points_store.services.day_figures import last_close
from plugins.points_store.services.offline_entries import GENESIS, SignedEntry, hash_of
from plugins.points_store.services.publicity import finish_publicity
from plugins.points_store.services.recusal import kept_out
from plugins.points_store.services.redemption import Pick

_OWN = "the demo's own rows"
# Text, number of its rule, points.
EARNED = (
    ("清扫村口广场和绿化带", 0, 20),
    ("河道清理志愿服务半天", 1, 30),
    ("报告老桥护栏松动", 2, 10),
    ("当月垃圾分类检查合格", 3, 5),
    ("参加村民议事会，商量路灯安装", 4, 10),
    ("连续照料邻居独居老人", 5, 50),
)
CHECK_UP = ("老年人体检（凭证）", 5)
# Day of the month, which of the village's counters, which residents, what they would like.
EAST, WEST = 0, 1
SHOPPING = (
    (15, EAST, (0, 1, 2), ("食盐 400g", "毛巾")),
    (18, EAST, (3, 4), ("理发一次", "食盐 400g")),
    (20, WEST, (5, 6), ("抽纸 3 包", "食盐 400g")),
    (23, EAST, (1, 5), ("牙膏", CHECK_UP[0])),
    (26, WEST, (2, 7), ("洗衣粉 1kg", "食盐 400g")),
)
# In the other villages.
ELSEWHERE = (17, EAST, (0, 1, 2), ("食盐 400g", "毛巾"))
# Of late: how many days ago, which resident, what they would like.
RECENT = (
    (16, 3, "毛巾"),
    (13, 6, "食盐 400g"),
    (9, 0, "食盐 400g"),
    (6, 2, "食盐 400g"),
    (2, 5, "抽纸 3 包"),
)
# Awarded by the committee itself: how many days ago, to which resident, by which rule.
AWARDED = ((20, 4, 1), (17, 3, 0), (11, 7, 5), (8, 2, 2), (4, 6, 0))
_SECRET = b"the front desk's phone of the demo county".ljust(64)


def last_month(world: SeedWorld) -> date:
    """The first day of the month that is over."""
    return (world.started_at.date().replace(day=1) - timedelta(days=1)).replace(day=1)


def plan_month(past: Past, world: SeedWorld, villages: Sequence[Village], rule_ids: Sequence[int]) -> None:
    """What happened from the first day of last month to the first of this one."""
    first, this = last_month(world), world.started_at.date().replace(day=1)
    own, *others = villages
    code = county().settings.county_code
    admin, provider = (actor_for(world.accounts[role, code][0]) for role in ("county_admin", "provider"))
    for village in villages:
        before = next_month(month_of(first), -1)
        past.plan(first, 9, 0, partial(_close, village, before))
        _plan_earning(past, first, village, rule_ids, EARNED if village is own else EARNED[:2])
    # Published on the fifth, public for seven days after it.
    past.plan(first.replace(day=13), 0, 20, finish_publicity)
    past.plan(first.replace(day=4), 11, 0, partial(_open_passbook, own))
    past.plan(first.replace(day=14), 9, 0, partial(_add_check_up, own.counters[EAST]))
    for shopping in SHOPPING:
        _plan_shopping(past, first, own, shopping)
    for village in others:
        _plan_shopping(past, first, village, ELSEWHERE)
    _plan_recent(past, world.started_at.date(), own, rule_ids)
    past.plan(first.replace(day=24), 14, 0, partial(_use_vouchers, provider))
    phone = Phone(own)
    past.plan(first.replace(day=21), 8, 0, phone.enrol)
    past.plan(first.replace(day=21), 8, 30, phone.reserve)
    past.plan(first.replace(day=21), 17, 0, phone.come_back)
    past.plan(first.replace(day=21), 18, 0, partial(_close_day, own.counters[EAST]))
    past.plan(world.started_at.date(), 8, 30, phone.reserve)
    past.plan(world.started_at.date(), 8, 40, phone.issue_more)
    for village in villages:
        for place, counter in enumerate(village.counters):
            if village is not own or place != EAST:
                past.plan(this, 9, place, partial(_settle, village, counter, month_of(first), admin))
        if village is not own:
            past.plan(this, 10, 0, partial(_close, village, month_of(first)))


def _plan_earning(
    past: Past, first: date, village: Village, rule_ids: Sequence[int], told: Sequence[tuple[str, int, int]]
) -> None:
    for number, (people, (text, rule, points)) in enumerate(zip(village.claimants(), told, strict=False)):
        story = Story(village, *people, rule_ids[rule], text, points)
        for day, hour, deed in ((2, 9, FILE), (3, 18, CHECK), (5, 10, PUBLISH)):
            past.plan(first.replace(day=day), hour, number, partial(story.take, deed))


def _plan_shopping(
    past: Past, first: date, village: Village, told: tuple[int, int, tuple[int, ...], tuple[str, ...]]
) -> None:
    day, place, residents, goods = told
    counter = village.counters[place]
    for number, resident in enumerate(residents):
        shopper = village.residents[resident]
        past.plan(first.replace(day=day), 9 + number, 7 * number + 3, partial(shop, counter, shopper, goods))
    past.plan(first.replace(day=day), 18, 0, partial(_close_day, counter))


def _plan_recent(past: Past, present: date, village: Village, rule_ids: Sequence[int]) -> None:
    east = village.counters[EAST]
    for days, number, name in RECENT:
        day = present - timedelta(days=days)
        past.plan(day, 10, number, partial(shop, east, village.residents[number], [name]))
        past.plan(day, 18, 0, partial(_close_day, east))
    away = kept_out(village.reviewer)
    for days, number, rule in AWARDED:
        household_id = village.residents[number].household_id
        if household_id is None or household_id in away:
            continue
        award = partial(awards.award, village.reviewer, household_id=household_id, rule_id=rule_ids[rule])
        past.plan(present - timedelta(days=days), 15, number, partial(award, points=10, reason="村委会议定"))


def shop(counter: Counter, resident: Actor, names: Sequence[str]) -> None:
    """One redemption of what the resident can pay of these goods, by a clerk who is not of the household."""
    clerk = next(each for each in counter.clerks if each.household_id != resident.household_id)
    wallet = wallets.own_wallet(resident)
    free, picks = wallet.balance - wallet.held, []
    for name in names:
        product = product_of(counter, name)
        if product.points <= free:
            picks.append(Pick(product.id, 1))
            free -= product.points
    if picks:
        code = codes.issue_code(resident)
        redemption.redeem(clerk, store_id=counter.store_id, raw_code=code.code, picks=picks)


def product_of(counter: Counter, name: str) -> Product:
    """What lies on a store's shelf under this name."""
    product: Product = Product.get((Product.store_id == counter.store_id) & (Product.name == name))
    return product


def _open_passbook(village: Village) -> None:
    """A household without a phone: its first line is printed, what came since waits to be printed below."""
    away = kept_out(village.secretary)
    # One of those who earn and shop.
    holder = next(each for each in village.residents[5:] if each.household_id not in away)
    book = passbooks.open_passbook(village.secretary, wallet_id=wallets.own_wallet(holder).id)
    passbooks.print_page(village.secretary, passbook_id=book.id)


def _add_check_up(counter: Counter) -> None:
    provider = Provider.unscoped(_OWN).get()
    name, points = CHECK_UP
    stores.add_product(
        counter.clerks[0],
        store_id=counter.store_id,
        name=name,
        kind=stores.SERVICE,
        points=points,
        provider_id=provider.id,
    )


def _use_vouchers(provider: Actor) -> None:
    for voucher in list(Voucher.unscoped(_OWN).where(Voucher.used_at.is_null())):
        vouchers.use_voucher(provider, raw_code=voucher.code)


def _close_day(counter: Counter) -> None:
    """Close the day, unless it was closed already: deeds of late may fall on a day of last month."""
    last = last_close(counter.store_id)
    if last is not None and last.day >= today():
        return
    day_closes.close_day(counter.clerks[0], store_id=counter.store_id, day=today())


def _settle(village: Village, counter: Counter, month: str, admin: Actor) -> None:
    done = settlements.settle_store(village.secretary, store_id=counter.store_id, month=month)
    settlements.pay_settlement(
        admin, settlement_id=done.id, paid_on=today(), document=f"记-{done.id:02d}（模拟）"
    )


def _close(village: Village, month: str) -> None:
    closings.close_month(village.accountant, area_code=village.code, month=month)


class Phone:
    """The second clerk's phone: enrolled, let in, filled, a day without a line, joined again."""

    def __init__(self, village: Village) -> None:
        self._village = village
        self._counter = village.counters[EAST]
        self._clerk = self._counter.clerks[-1]
        self._signer = Signer(_SECRET)
        self.mark = devices.mark_of(self._signer.public_key())
        self._cards: list[cards.IssuedCard] = []
        self._sent = 0

    def enrol(self) -> None:
        """Cards for two households without a phone, and a device that the village lets in."""
        self._cards = self._issue(slice(-2, None))
        proof = self._signer.sign(devices.enrolment_text(self._counter.store_id, self.mark))
        device = devices.enrol_device(
            self._clerk,
            store_id=self._counter.store_id,
            name="二号柜台手机（模拟）",
            public_key=self._signer.public_key(),
            proof=proof,
        )
        devices.approve_device(self._village.secretary, device_id=device.id)

    def reserve(self) -> None:
        """Points taken aside for the households with a card."""
        quotas.reserve(self._clerk, mark=self.mark, sent_through=self._sent)

    def issue_more(self) -> None:
        """Cards of which no device has taken anything along yet: the next one finds something."""
        self._issue(slice(2, 6))

    def _issue(self, which: slice) -> list[cards.IssuedCard]:
        away = {self._village.secretary.household_id, self._clerk.household_id, None}
        holders = [each.household_id for each in self._village.residents if each.household_id not in away]
        return [
            cards.issue_card(self._village.secretary, household_id=household_id)
            for household_id in holders[which]
            if household_id is not None
        ]

    def come_back(self) -> None:
        """What was handed out at eleven without a line is booked, and the rest is given back."""
        entries = self._handed_out()
        offline_sync.sync(self._clerk, mark=self.mark, entries=entries, sent_at=now())
        self._sent = len(entries)
        quotas.release(self._clerk, mark=self.mark, sent_through=self._sent)

    def _handed_out(self) -> list[SignedEntry]:
        salt = product_of(self._counter, "食盐 400g")
        entries: list[SignedEntry] = []
        previous = GENESIS
        for card in self._cards:
            quota = Quota.unscoped(_OWN).where(Quota.wallet_id == card.wallet_id).first()
            if quota is None or quota.points < salt.points:
                continue
            said = {
                "device": self.mark,
                "seq": len(entries) + 1,
                "quota": quota.mark,
                "card": card.token,
                "items": [[salt.id, 1, salt.points]],
                "points": salt.points,
                "at": milliseconds(now() - timedelta(hours=6, minutes=-9 * len(entries))),
                "previous": previous,
            }
            text = json.dumps(said, ensure_ascii=False)
            entries.append(SignedEntry(text, self._signer.sign(text)))
            previous = hash_of(text)
        return entries
