"""Day figures come from events and equal the ledger; the nightly proof is reported."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playhouse.migrations import Runner

from core.county import County, plugins
from core.db import database, rows
from core.events import Delivery, StoredEvent
from core.hookspecs import Job
from core.scope import AreaScope
from plugins.points_store.models import AWARD, REDEMPTION, REVERSAL, DayFigure, Entry, Redemption, Transfer
from plugins.points_store.queries.days import highest, last_days
from plugins.points_store.services.days import count_anew
from plugins.points_store.services.reversal import reverse_redemption
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, World
from tests.tampering import without_triggers

Outbox = Callable[[], int]


def figures() -> dict[tuple[str, str, str], tuple[int, int]]:
    return {
        (row.area_code, str(row.day), row.kind): (row.bookings, row.points)
        for row in DayFigure.unscoped("a test")
    }


def ledger() -> dict[tuple[str, str, str], tuple[int, int]]:
    """The same, added up from the book."""
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    booked = Transfer.unscoped("a test", Transfer.area_code, Transfer.at, Transfer.kind, Transfer.points)
    for area, at, kind, points in rows(booked.where(Transfer.kind.in_([AWARD, REDEMPTION, REVERSAL]))):
        place = (area, at.date().isoformat(), kind)
        count, total = found.get(place, (0, 0))
        found[place] = (count + 1, total + points)
    return found


def busy_days(world: World) -> None:
    """Awards, redemptions and a reversal on two days."""
    world.award(500)
    world.award(40, world.other_household)
    for _ in range(3):
        world.redeem(world.code().token, (world.salt, 1))
    world.move_clock(NOON + timedelta(days=1))
    world.award(20)
    world.redeem(world.code().token, (world.oil, 1))
    newest = Redemption.unscoped("a test").order_by(Redemption.id.desc()).first()
    reverse_redemption(world.second_clerk, redemption_id=newest.id, reason="拿错了")


def test_the_figures_equal_the_ledger(world: World, outbox: Outbox) -> None:
    busy_days(world)
    assert figures() == {}, "not before the events are delivered"
    assert outbox() == 8
    assert figures() == ledger()
    assert figures()[VILLAGE, "2026-11-21", REVERSAL] == (1, 30)


def test_an_event_that_is_delivered_twice_counts_once(world: World, outbox: Outbox) -> None:
    busy_days(world)
    Delivery.update(state="waiting").execute()
    outbox()
    Delivery.update(state="waiting").execute()  # as a worker that was too late to see the others' mark
    outbox()
    assert figures() == ledger()


def test_an_event_holds_ids_and_numbers_only(world: World) -> None:
    busy_days(world)
    for row in StoredEvent.unscoped("a test"):
        assert row.area_code == VILLAGE
        assert row.subject.startswith("transfer:")
        assert not [sign for sign in row.payload + row.subject if "\u4e00" <= sign <= "\u9fff"], row.payload


def test_a_refused_redemption_announces_nothing(world: World) -> None:
    world.award(5)
    before = StoredEvent.unscoped("a test").count()
    with pytest.raises(Exception, match="insufficient_points"):
        world.redeem(world.code().token, (world.oil, 1))
    assert StoredEvent.unscoped("a test").count() == before


def test_figures_made_anew_and_by_the_migration_are_the_same(world: World, outbox: Outbox) -> None:
    busy_days(world)
    outbox()
    count_anew()
    assert figures() == ledger()
    chain = plugins().loaded["points_store"].chain
    runner = Runner(database.obj, str(chain.folder), table_name="points_store_migration")
    runner.down()
    runner.up()
    assert figures() == ledger()


def test_the_last_days_are_read_within_the_areas_of_the_reader(world: World, outbox: Outbox) -> None:
    busy_days(world)
    outbox()
    days = last_days(AreaScope((VILLAGE,)), (NOON + timedelta(days=1)).date(), 30)
    assert len(days) == 30
    assert (days[-2].awarded, days[-2].redeemed) == (540, 9)
    assert (days[-1].awarded, days[-1].redeemed) == (20, 0), "what was taken back is no redemption"
    assert (days[0].awarded, highest(days)) == (0, 540)
    assert highest(last_days(AreaScope((SIBLING,)), NOON.date(), 30)) == 1


def test_the_book_shows_the_last_days_as_bars_and_as_a_table(
    world: World, outbox: Outbox, as_role: Callable
) -> None:
    busy_days(world)
    outbox()
    page = as_role("secretary", VILLAGE).get("/points-store/office/summary").text
    assert page.count('class="days-awarded" x=') == 30
    assert 'aria-label="每天发放和兑换的积分，最高一天 540 分；逐日数字见下表"' in page
    assert '<th scope="row">2026-11-20</th>' in page
    assert "style=" not in page
    elsewhere = as_role("secretary", SIBLING).get("/points-store/office/summary").text
    assert "540" not in elsewhere


def job(name: str) -> Job:
    return plugins().jobs()[name][1]


def forge(points: int) -> None:
    newest = Entry.select().order_by(Entry.id.desc()).limit(1).get()
    Entry.update(points=Entry.points + points).where(Entry.id == newest.id).execute()


def test_the_nightly_proof_is_reported_by_the_health_check(world: World, county: County) -> None:
    busy_days(world)
    nightly = job("points_store.prove_ledger")
    assert nightly.daily == "02:40"
    nightly.run()
    assert plugins().gather("check_health") == []
    with without_triggers("points_store_entry"):
        forge(+1)
        nightly.run()
        found = {finding.code: finding.grave for finding in plugins().gather("check_health")}
        assert found == {"ledger_unguarded": True, "ledger_not_proven": True}
        forge(-1)
    nightly.run()
    assert plugins().gather("check_health") == []


def test_the_modules_of_the_core_forget_by_the_same_door(world: World) -> None:
    for name in ("system.forget_answers", "system.forget_events", "accounts.forget_sessions"):
        job(name).run()
