"""A past that is made up: what people of a demo county did, each deed at its moment, in the order of time."""

from collections.abc import Callable
from datetime import date, datetime, time
from operator import itemgetter

from core.accounts.api import actor_for
from core.clock import CHINA, frozen
from core.hookspecs import SeedWorld
from core.people.api import household_area
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.models import Store, StoreClerk
from plugins.points_store.services.recusal import kept_out


@value_class
class Counter:
    """A store and the clerks who serve there."""

    store_id: int
    clerks: list[Actor]


@value_class
class Village:
    """Who does what in a village; `residents` are the heads of its households, in the order of these.

    `leaders`: whoever checks claims, the leaders of the grids first (a grid may be without one).
    """

    code: str
    residents: list[Actor]
    leaders: list[Actor]
    reviewer: Actor
    secretary: Actor
    accountant: Actor
    counters: list[Counter]

    def claimants(self) -> list[tuple[Actor, Actor]]:
        """Residents with whoever checks their claims: neither of their own household nor of their kin."""
        away = {actor.account_id: kept_out(actor) for actor in (*self.leaders, self.reviewer)}
        found = []
        for resident in self.residents:
            home = resident.household_id
            if home is None or home in away[self.reviewer.account_id]:
                continue
            area_code = household_area(home) or self.code
            for leader in self.leaders:
                if leader.may("points_store.check", area_code) and home not in away[leader.account_id]:
                    found.append((resident, leader))
                    break
        return found


class Past:
    """Deeds that are planned in any order and then done as time goes by, by the services that people use."""

    def __init__(self, ends: datetime) -> None:
        """`ends`: the present; nothing is done later than that."""
        self._ends = ends
        self._deeds: list[tuple[datetime, Callable[[], object]]] = []

    def plan(self, day: date, hour: int, minute: int, deed: Callable[[], object]) -> None:
        """Do `deed` on a day at a time of China."""
        self._deeds.append((datetime.combine(day, time(hour, minute), CHINA), deed))

    def live(self) -> None:
        """Do it all, with the clock set to each deed's moment; call inside a unit of work."""
        with frozen(self._ends) as set_clock:
            for at, deed in sorted(self._deeds, key=itemgetter(0)):
                set_clock(min(at, self._ends))
                deed()


def people_of(world: SeedWorld, code: str) -> Village:
    """The people of a village, as they may act today: posts begin with the county, its past does not."""

    def acting(role: str) -> list[Actor]:
        return [actor_for(account_id) for account_id in world.accounts.get((role, code), [])]

    clerks = {actor.account_id: actor for actor in acting("clerk")}
    stores = Store.unscoped("the demo's own stores").where(Store.area_code == code).order_by(Store.id)
    bound = [(row.store_id, row.account_id) for row in StoreClerk.select() if row.account_id in clerks]
    return Village(
        code,
        residents=acting("resident"),
        leaders=acting("grid_leader") + acting("grid_member"),
        reviewer=acting("reviewer")[0],
        secretary=acting("secretary")[0],
        accountant=acting("accountant")[0],
        counters=[
            Counter(store.id, [clerks[account_id] for store_id, account_id in bound if store_id == store.id])
            for store in stores
        ],
    )
