"""Named proxies (代领人): who may redeem out of a household's wallet for it, within limits, for a time.

The household names them on its own page or through staff, and either stops them in one step.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from core import audit
from core.clock import now, today
from core.county import plugin_settings
from core.db import hold, joined_unit, rows, unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import (
    area_of_person,
    household_of_person,
    person_brief,
    person_names,
    persons_by_phone,
)
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import (
    KinAffair,
    NoWallet,
    OwnAffair,
    ProxyEnded,
    ProxyLimit,
    ProxyOfHousehold,
    ProxyUnknown,
    TooManyProxies,
)
from plugins.points_store.models import Card, LedgerAccount, Proxy, Redemption, Refusal
from plugins.points_store.services import telling, wallets
from plugins.points_store.services.guesses import demand_few_guesses
from plugins.points_store.services.recusal import kept_out, refuse_kin

P = "points_store.cards"
PROXIES_AT_MOST = 3
LONGEST_DAYS = 366
MONTH_LIMIT_AT_MOST = 5_000
_LEFT = "the wallet of somebody who has left the register"
_OF_MANDATE = "the wallet of a mandate that the actor gave, holds or looks after"


@value_class
class Terms:
    """How much a proxy may redeem a day and a month, in points, and the last day on which they may."""

    day_limit: int
    month_limit: int
    until: date


def name_proxy(actor: Actor, *, wallet_id: int, person_id: int, terms: Terms) -> Proxy:
    """Staff name somebody for a household; an earlier mandate of the same person ends.

    Not for the actor's own household or kin, nor the actor or their kin as the proxy. Raises NotFound,
    OwnAffair, KinAffair, ProxyOfHousehold, TooManyProxies, Invalid.
    """
    scope = actor.demand(P)
    with unit_of_work():
        wallet = wallets.wallet_within(scope, wallet_id)
        if person_brief(scope, person_id) is None:
            raise NotFound
        _refuse_kin(actor, wallet, person_id)
        return _name(actor, wallet, person_id, terms, by_owner=False)


def name_own_proxy(actor: Actor, *, name: str, phone: str, terms: Terms) -> Proxy:
    """The household itself names somebody, whom it has to know by name and phone.

    Whether they fit is told ten times in five minutes: it is no way to look people up. Raises NoWallet,
    TooManyTries, ProxyUnknown, ProxyOfHousehold, TooManyProxies, Invalid.
    """
    actor.demand("points_store.own")
    with joined_unit(housekeeping="a guess is kept, though nothing came of it"):
        wallet = wallets.find_own_wallet(actor)
        if wallet is None:
            raise NoWallet
        demand_few_guesses(actor, ProxyUnknown.code)
        known = [person for person in persons_by_phone(phone) if person.name == name.strip()]
        if len(known) == 1:
            with unit_of_work():
                return _name(actor, wallet, known[0].id, terms, by_owner=True)
        _keep_guess(actor, wallet)
    raise ProxyUnknown


def stop_proxy(actor: Actor, *, proxy_id: int) -> None:
    """By the household, by staff, or laid down by the proxy: it counts no more; again is the same.

    Raises NotFound.
    """
    with unit_of_work(housekeeping="it may be stopped already"):
        proxy, wallet = _found(proxy_id)
        own = wallets.find_own_wallet(actor) if actor.may("points_store.own") else None
        mine = (own is not None and own.id == wallet.id) or _holds(actor, proxy)
        if not mine and not actor.scope(P).covers(wallet.area_code):
            raise NotFound
        _stop(actor, proxy, wallet)


def stop_whom_left(actor: Actor, person_id: int) -> None:
    """Whoever died or moved away redeems for nobody from now on, nor does a card or wallet of their own.

    Cards of the household stay with those who remain. Inside the unit of work that says so.
    """
    own = LedgerAccount.unscoped(_LEFT, LedgerAccount.id).where(LedgerAccount.person_id == person_id)
    Card.update(stopped_at=now()).where(Card.wallet_id.in_(own) & Card.stopped_at.is_null()).execute()
    for mandate in list(Proxy.select().where((Proxy.person_id == person_id) & Proxy.stopped_at.is_null())):
        proxy, wallet = _found(mandate.id)
        Card.update(stopped_at=now()).where((Card.proxy_id == proxy.id) & Card.stopped_at.is_null()).execute()
        _stop(actor, proxy, wallet)


def managed_proxy(actor: Actor, proxy_id: int) -> tuple[Proxy, LedgerAccount]:
    """A mandate in force that the actor may make a card for, and its wallet.

    Raises NotFound, OwnAffair, KinAffair, ProxyEnded.
    """
    scope = actor.demand(P)
    proxy, wallet = _found(proxy_id)
    if not scope.covers(wallet.area_code):
        raise NotFound
    _refuse_kin(actor, wallet, proxy.person_id)
    _demand_in_force(proxy)
    return proxy, wallet


def mandate_of(actor: Actor, proxy_id: int) -> tuple[Proxy, LedgerAccount]:
    """The acting proxy's own mandate, in force, and the wallet it opens. Raises NotFound, ProxyEnded."""
    proxy, wallet = _found(proxy_id)
    if not _holds(actor, proxy):
        raise NotFound
    _demand_in_force(proxy)
    return proxy, wallet


def admit_proxy(clerk: Actor, proxy_id: int, wallet: LedgerAccount) -> None:
    """Whether this clerk may serve this proxy now. Raises ProxyEnded, OwnAffair, KinAffair."""
    proxy: Proxy = Proxy.get_by_id(proxy_id)
    _demand_in_force(proxy)
    _refuse_kin(clerk, wallet, proxy.person_id)


def demand_limits(proxy_id: int, points: int) -> None:
    """The household's limits, over all mandates that it ever gave this person. Raises ProxyLimit."""
    proxy: Proxy = Proxy.get_by_id(proxy_id)
    # Two counters at once: the second one sees what the first one has spent.
    hold(f"points_store.proxy:{proxy.wallet_id}:{proxy.person_id}")
    day, month = room_of(proxy)
    if points > min(day, month):
        raise ProxyLimit(day=day, month=month)


def room_of(proxy: Proxy) -> tuple[int, int]:
    """How many points a proxy may still redeem today and this month (never below zero)."""
    return rooms_of([proxy])[proxy.id]


def rooms_of(proxies: Sequence[Proxy]) -> dict[int, tuple[int, int]]:
    """Mandate -> the same, for all of them in one statement."""
    # What was taken back was not spent: a mistake at the counter costs nobody their day.
    kept = Redemption.points - Redemption.returned
    columns = (Redemption.wallet_id, Proxy.person_id, Redemption.day, kept)
    redeemed = Redemption.unscoped(_OF_MANDATE, *columns).join(Proxy, on=(Proxy.id == Redemption.proxy_id))
    found = redeemed.where(
        Redemption.wallet_id.in_({proxy.wallet_id for proxy in proxies})
        & (Redemption.day >= today().replace(day=1))
        & Proxy.person_id.in_({proxy.person_id for proxy in proxies})
    )
    spent: Counter[tuple[int, int]] = Counter()
    spent_today: Counter[tuple[int, int]] = Counter()
    for wallet_id, person_id, day, points in rows(found):
        spent[(wallet_id, person_id)] += points
        spent_today[(wallet_id, person_id)] += points if day == today() else 0
    rooms = {}
    for proxy in proxies:
        pair = (proxy.wallet_id, proxy.person_id)
        month = max(0, proxy.month_limit - spent[pair])
        rooms[proxy.id] = (min(month, max(0, proxy.day_limit - spent_today[pair])), month)
    return rooms


def note_redemption(
    clerk: Actor, proxy_id: int, wallet: LedgerAccount, redemption_id: int, store_id: int, points: int
) -> None:
    """Put on record who redeemed, and tell the household; inside the unit of work of the redemption."""
    proxy: Proxy = Proxy.get_by_id(proxy_id)
    audit.record(
        clerk,
        "points_store.redeem_for",
        area_code=wallet.area_code,
        subject=f"redemption:{redemption_id}",
        redemption=redemption_id,
        proxy=proxy_id,
        person=proxy.person_id,
    )
    telling.tell_household(
        wallet,
        N_("%(name)s 凭代领为您家兑换了 %(points)d 分。不是您的意思？请在“代领人”里停用，并告诉村委会。"),
        {"name": person_names([proxy.person_id]).get(proxy.person_id, ""), "points": points},
        subject=f"store:{store_id}",
    )


def _name(actor: Actor, wallet: LedgerAccount, person_id: int, terms: Terms, *, by_owner: bool) -> Proxy:
    if wallet.person_id == person_id or (
        wallet.household_id is not None and household_of_person(person_id) == wallet.household_id
    ):
        raise ProxyOfHousehold
    _demand_terms(terms)
    earlier = Proxy.get_or_none(
        (Proxy.wallet_id == wallet.id) & (Proxy.person_id == person_id) & Proxy.stopped_at.is_null()
    )
    if earlier is not None:
        _stop(actor, earlier, wallet)
    in_force = (Proxy.wallet_id == wallet.id) & Proxy.stopped_at.is_null() & (Proxy.until >= today())
    if Proxy.select().where(in_force).count() >= PROXIES_AT_MOST:
        raise TooManyProxies(most=PROXIES_AT_MOST)
    proxy = Proxy.create(
        wallet_id=wallet.id,
        person_id=person_id,
        day_limit=terms.day_limit,
        month_limit=terms.month_limit,
        until=terms.until,
        named_at=now(),
        named_by=actor.account_id,
        by_owner=by_owner,
    )
    audit.record(
        actor,
        "points_store.name_proxy",
        area_code=wallet.area_code,
        subject=f"proxy:{proxy.id}",
        wallet_id=wallet.id,
        person=person_id,
        day_limit=terms.day_limit,
        month_limit=terms.month_limit,
        until=terms.until.isoformat(),
        by_owner=by_owner,
    )
    telling.tell_household(
        wallet,
        N_("%(name)s 已登记为您家的代领人，每天最多 %(day)d 分。不是您的意思？请马上停用。"),
        {"name": person_names([person_id]).get(person_id, ""), "day": terms.day_limit},
        subject=f"proxy:{proxy.id}",
    )
    return proxy


def _keep_guess(actor: Actor, wallet: LedgerAccount) -> None:
    Refusal.create(
        at=now(),
        area_code=wallet.area_code,
        account_id=actor.account_id,
        wallet_id=wallet.id,
        reason=ProxyUnknown.code,
        scanned="",
    )
    audit.record(
        actor,
        "points_store.refuse_proxy",
        area_code=wallet.area_code,
        subject=f"account:{actor.account_id}",
        reason=ProxyUnknown.code,
    )


def _demand_terms(terms: Terms) -> None:
    most = int(plugin_settings("points_store")["card_day_limit"])
    wrong = {}
    if not 1 <= terms.day_limit <= most:
        wrong["day_limit"] = [N_("每天的限额超出了县区的规定。")]
    if not terms.day_limit <= terms.month_limit <= MONTH_LIMIT_AT_MOST:
        wrong["month_limit"] = [N_("每月限额不能少于每天限额，最多 5000 分。")]
    if not today() <= terms.until <= today() + timedelta(days=LONGEST_DAYS):
        wrong["until"] = [N_("截止日期应在今天以后、一年以内。")]
    if wrong:
        raise Invalid(fields=wrong)


def _found(proxy_id: int) -> tuple[Proxy, LedgerAccount]:
    proxy: Proxy | None = Proxy.get_or_none(Proxy.id == proxy_id)
    if proxy is None:
        raise NotFound
    wallet: LedgerAccount = (
        LedgerAccount.unscoped(_OF_MANDATE).where(LedgerAccount.id == proxy.wallet_id).get()
    )
    return proxy, wallet


def _holds(actor: Actor, proxy: Proxy) -> bool:
    return actor.person_id is not None and proxy.person_id == actor.person_id


def _demand_in_force(proxy: Proxy) -> None:
    # Whoever left the register redeems for nobody.
    if proxy.stopped_at is not None or proxy.until < today() or area_of_person(proxy.person_id) is None:
        raise ProxyEnded


def _refuse_kin(actor: Actor, wallet: LedgerAccount, person_id: int) -> None:
    """Neither side is the actor's own affair: the household, nor whoever redeems for it."""
    refuse_kin(actor, wallets.household_of(wallet))
    if actor.person_id == person_id:
        raise OwnAffair
    if household_of_person(person_id) in kept_out(actor):
        raise KinAffair


def _stop(actor: Actor, proxy: Proxy, wallet: LedgerAccount) -> None:
    still = (Proxy.id == proxy.id) & Proxy.stopped_at.is_null()
    if Proxy.update(stopped_at=now(), stopped_by=actor.account_id).where(still).execute():
        audit.record(
            actor,
            "points_store.stop_proxy",
            area_code=wallet.area_code,
            subject=f"proxy:{proxy.id}",
            wallet_id=wallet.id,
        )
