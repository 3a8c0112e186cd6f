"""What waits for whom: claims, devices, months of stores, payments; until it is done, behind the walls."""

from datetime import datetime

from core.clock import CHINA
from core.testing import COUNTY_CODE
from plugins.points_store.queries.waiting import waiting_at_desk
from plugins.points_store.services import settlements
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting


def kinds(actor):
    return {each.endpoint.removeprefix("points_store."): each.count for each in waiting_at_desk(actor)}


def test_a_month_waits_to_be_settled_and_then_to_be_paid(world):
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1))
    assert kinds(world.secretary) == {}, "the month is not over"
    world.move_clock(datetime(2026, 12, 2, 9, tzinfo=CHINA))
    assert kinds(world.secretary) == {"settlements": 1}
    assert kinds(acting(60, "secretary", SIBLING)) == {}
    row = settlements.settle_store(world.secretary, store_id=world.store.id, month="2026-11")
    assert kinds(world.secretary) == {}
    payer = acting(61, "county_admin", COUNTY_CODE)
    assert kinds(payer) == {"settlements": 1}
    settlements.pay_settlement(payer, settlement_id=row.id, paid_on=row.at.date(), document="记-1")
    assert kinds(payer) == {}


def test_the_first_page_leads_to_what_waits(world, as_role):
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1))
    assert "新风超市待办" not in as_role("secretary", VILLAGE).get("/").text
    world.move_clock(datetime(2026, 12, 2, 9, tzinfo=CHINA))
    page = as_role("secretary", VILLAGE).get("/").text
    assert "新风超市待办" in page
    assert "1 家超市上月没有结算" in page
