"""The call button's part of demo and test counties: devices, their past, what rings now, duty, a share."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.accounts.api import account_names, actor_for, list_accounts, operator
from core.clock import frozen
from core.hookspecs import SeedWorld
from core.value_classes import value_class
from plugins.call_button.models.calls import ON_MY_WAY, Call, Share
from plugins.call_button.models.devices import Device
from plugins.call_button.seeding.devices import Hung, hang_devices, report, reports
from plugins.call_button.seeding.past import Deed, Helpers, answered, helpers, live, open_call, past_calls
from plugins.call_button.services.calls import answer_call, arrive, file_case
from plugins.call_button.services.duty import set_leave, set_shift
from plugins.call_button.services.shares import begin_share
from plugins.call_button.services.silence import watch_devices

_MOST_VILLAGES = 12
_ROSTER_DAYS, _FORGOTTEN = 28, 6
_WEEKS = timedelta(days=35)
_OWN = "the demo's own rows"


@value_class
class _Size:
    """How much a profile gets in its first village and in each other one."""

    devices: tuple[int, int]
    calls: tuple[int, int]


_SIZES = {
    "small": _Size((18, 10), (40, 8)),
    "acceptance": _Size((6, 4), (6, 2)),
    "county": _Size((18, 8), (40, 4)),
}


def seed_call_button(world: SeedWorld) -> dict[str, Any]:
    """Seed all of it; the answer lists `devices` and `calls`, and who does what in a trial."""
    # Chances of its own: what other plugins seed is the same with it and without it.
    chances = random.Random(repr(world.random.getstate()))  # noqa: S311 - the same number, the same county
    return _seed(replace(world, random=chances))


def _seed(world: SeedWorld) -> dict[str, Any]:
    size = _SIZES[world.profile]
    villages = sorted(world.villages)[:_MOST_VILLAGES]
    hung: dict[str, list[Hung]] = {}
    deeds: list[Deed] = []
    people = {village: helpers(world, village) for village in villages}
    with frozen(world.started_at - _WEEKS):
        for place, village in enumerate(villages):
            hung[village] = hang_devices(world, village, size.devices[min(place, 1)])
    for place, village in enumerate(villages):
        callers = _callers(hung[village])
        deeds += past_calls(world, people[village], callers, size.calls[min(place, 1)])
        deeds += reports(hung[village], world.started_at - timedelta(minutes=30))
    child = _share(world, villages, hung[villages[0]][0])
    first, second = villages[0], villages[min(1, len(villages) - 1)]
    deeds += _today(world, people[first], _callers(hung[first]))
    deeds += _just_answered(world, people[second], _callers(hung[second])[-1])
    live(deeds, world.started_at)
    with frozen(world.started_at):
        report(
            "0xa4c138ffff000001", action="1_single", battery=100, linkquality=160, device={"model": "TS0044"}
        )
        _duty(world, first)
        if world.profile != "acceptance":
            # There the job finds who is silent, as in any county.
            watch_devices()
    return {
        "devices": [_device(row) for row in Device.unscoped(_OWN).order_by(Device.id)],
        "calls": [_call(row) for row in Call.unscoped(_OWN).order_by(Call.id)],
        "demo_duties": {
            "secretary": "接听呼叫、登记呼叫器",
            "grid_leader": "接听呼叫",
            "grid_member": "接听呼叫、看护呼叫器",
            "town_official": "呼叫值班大屏、值班表",
        },
        "demo_accounts": [{"account_id": str(child), "title": "居民（子女：查看老人家的呼叫）"}]
        if child
        else [],
    }


def _callers(devices: list[Hung]) -> list[Hung]:
    """Those with four keys; the third one is silent, so nobody presses it."""
    row_of = {row.id: row for row in Device.unscoped(_OWN)}
    return [each for place, each in enumerate(devices) if row_of[each.id].kind == "button" and place != 2]


def _today(world: SeedWorld, people: Helpers, devices: list[Hung]) -> list[Deed]:
    """One rings, at one somebody has arrived, one ended with a thumb down."""
    at, (ringing, visited, unhappy) = world.started_at, devices[:3]
    story = ("repair", "水管漏水，师傅说明天才能来。（模拟）", ON_MY_WAY, 4)
    deeds = answered(people, unhappy, at - timedelta(minutes=70), 21, story, thumb="4")
    rung = at - timedelta(minutes=14)
    secretary = people.secretary
    deeds += [
        (rung, lambda: visited.press("1")),
        (
            rung + timedelta(seconds=17),
            lambda: answer_call(secretary, open_call(visited), how=ON_MY_WAY),
        ),
        (rung + timedelta(minutes=9), lambda: arrive(secretary, open_call(visited))),
        (at, lambda: ringing.press("1")),
    ]
    return deeds


def _just_answered(world: SeedWorld, people: Helpers, device: Hung) -> list[Deed]:
    """A call whose resident ordered something (群众点单)."""
    at, secretary = world.started_at - timedelta(minutes=5), people.secretary

    def order() -> None:
        answer_call(secretary, open_call(device), how="calling_back")
        file_case(secretary, open_call(device), text="老人想请村里帮忙换一盏楼道灯。（模拟）")

    return [(at, lambda: device.press("1")), (at + timedelta(seconds=28), order)]


def _share(world: SeedWorld, villages: list[str], device: Hung) -> int | None:
    """The child of the first home lives in the last village; its account reads the calls from the start."""
    children = world.accounts.get(("resident", villages[-1]), [])
    if villages[-1] == villages[0] or len(children) < 2:
        return None
    child = children[1]
    found, _ = list_accounts(operator(), search=account_names([child])[child], page_size=100)
    username = next(each.username for each in found if each.id == child)
    secretary = actor_for(world.accounts["secretary", villages[0]][0])
    share_id = begin_share(
        secretary,
        device.household_id,
        username=username,
        name=account_names([child])[child],
        relation="child",
        word="by_phone",
    )
    # Accounts begin with the county, its past does not.
    Share.update(begun_at=world.started_at - _WEEKS).where(Share.id == share_id).execute()
    return child


def _duty(world: SeedWorld, village: str) -> None:
    """The town's nights and days off; somebody of the village is on leave."""
    town = village[:9]
    officials = world.accounts.get(("town_official", town), [])
    day = world.started_at.date()
    if officials:
        maker = actor_for(officials[0])
        if world.started_at.hour < 8:
            set_shift(maker, town, day=day, since=0, until=480, account_id=officials[0])
        # Four weeks, but for one night.
        for ahead in range(_ROSTER_DAYS):
            if ahead != _FORGOTTEN:
                who, on = officials[ahead % len(officials)], day + timedelta(days=ahead)
                set_shift(maker, town, day=on, since=480, until=1440 + 480, account_id=who)
        set_leave(
            maker,
            account_id=officials[0],
            since=day + timedelta(9),
            until=day + timedelta(10),
            reason="official",
        )
    members = world.accounts.get(("grid_member", village), [])
    if members:
        since, until = day + timedelta(days=1), day + timedelta(days=3)
        set_leave(actor_for(members[0]), account_id=members[0], since=since, until=until, reason="annual")


def _device(row: Device) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "household_id": str(row.household_id),
        "area_code": row.area_code,
        "kind": row.kind,
        "driver": row.driver,
        "model": row.model,
        "source": row.source,
        "state": row.state,
    }


def _call(row: Call) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "device_id": str(row.device_id),
        "household_id": str(row.household_id),
        "area_code": row.area_code,
        "state": row.state,
    }
