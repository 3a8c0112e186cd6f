"""Reading mandates: whom a household has named, and for whom somebody redeems."""

from collections.abc import Iterable, Sequence
from datetime import date

from peewee import fn

from core.clock import today
from core.db import rows
from core.people.api import household_head_name, household_in, mask_name, person_names
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.models import Card, LedgerAccount, Proxy
from plugins.points_store.services.proxies import room_of, rooms_of

_REACHED = "reached through a mandate that the actor may see"


@value_class
class ProxyView:
    """A mandate. `day_left`, `month_left`: points it is still good for; `state` active, over or stopped."""

    id: int
    wallet_id: int
    person_id: int
    person_name: str
    day_limit: int
    month_limit: int
    day_left: int
    month_left: int
    until: date
    by_owner: bool
    state: str
    card_serial: str


@value_class
class MandateView:
    """What somebody redeems for others by. `holder_name` is masked: no more than the store needs."""

    id: int
    holder_name: str
    day_left: int
    month_left: int
    until: date


def proxies_of(wallet_id: int) -> list[ProxyView]:
    """The newest mandates of a wallet that the caller may see, those in force first."""
    found = sorted(
        Proxy.select().where(Proxy.wallet_id == wallet_id).order_by(Proxy.id.desc()).limit(20),
        key=lambda proxy: (_state(proxy) != "active", -proxy.id),
    )
    names = person_names([proxy.person_id for proxy in found])
    serials = _serials([proxy.id for proxy in found])
    rooms = rooms_of(found)
    return [_view(proxy, names, serials, rooms[proxy.id]) for proxy in found]


def proxy_view(proxy: Proxy) -> ProxyView:
    """One mandate that the caller may see."""
    return _view(proxy, person_names([proxy.person_id]), _serials([proxy.id]), room_of(proxy))


def mandates_of(actor: Actor) -> list[MandateView]:
    """For whom the actor may redeem today."""
    if actor.person_id is None:
        return []
    held = (Proxy.person_id == actor.person_id) & Proxy.stopped_at.is_null() & (Proxy.until >= today())
    return _mandates(list(Proxy.select().where(held).order_by(Proxy.id).limit(50)))


def mandate_view(proxy: Proxy) -> MandateView:
    """A mandate as its holder sees it."""
    return _mandates([proxy])[0]


def _mandates(proxies: Sequence[Proxy]) -> list[MandateView]:
    home = fn.COALESCE(LedgerAccount.household_id, household_in(LedgerAccount.person_id))
    wallets = {proxy.wallet_id for proxy in proxies}
    found = LedgerAccount.unscoped(_REACHED, LedgerAccount.id, home).where(LedgerAccount.id.in_(wallets))
    homes: dict[int, int] = dict(rows(found))
    heads, rooms = household_head_name(homes.values()), rooms_of(proxies)
    return [
        MandateView(
            proxy.id, mask_name(heads.get(homes.get(proxy.wallet_id, 0), "")), *rooms[proxy.id], proxy.until
        )
        for proxy in proxies
    ]


def proxy_name(proxy_id: int | None) -> str:
    """The name of who redeemed for a household; empty where nobody did."""
    return proxy_names([proxy_id]).get(proxy_id, "") if proxy_id is not None else ""


def proxy_names(proxy_ids: Iterable[int | None]) -> dict[int, str]:
    """Mandate -> the name of the person. No statement where there is none."""
    wanted = {proxy_id for proxy_id in proxy_ids if proxy_id is not None}
    if not wanted:
        return {}
    persons = {row.id: row.person_id for row in Proxy.select().where(Proxy.id.in_(wanted))}
    names = person_names(persons.values())
    return {proxy_id: names.get(person_id, "") for proxy_id, person_id in persons.items()}


def _serials(proxy_ids: list[int]) -> dict[int, str]:
    held = Card.unscoped(_REACHED).where(Card.proxy_id.in_(proxy_ids) & Card.stopped_at.is_null())
    return {row.proxy_id: row.serial for row in held if row.proxy_id is not None}


def _view(proxy: Proxy, names: dict[int, str], serials: dict[int, str], room: tuple[int, int]) -> ProxyView:
    state = _state(proxy)
    day, month = room if state == "active" else (0, 0)
    return ProxyView(
        id=proxy.id,
        wallet_id=proxy.wallet_id,
        person_id=proxy.person_id,
        person_name=names.get(proxy.person_id, ""),
        day_limit=proxy.day_limit,
        month_limit=proxy.month_limit,
        day_left=day,
        month_left=month,
        until=proxy.until,
        by_owner=proxy.by_owner,
        state=state,
        card_serial=serials.get(proxy.id, ""),
    )


def _state(proxy: Proxy) -> str:
    if proxy.stopped_at is not None:
        return "stopped"
    return "active" if proxy.until >= today() else "over"
