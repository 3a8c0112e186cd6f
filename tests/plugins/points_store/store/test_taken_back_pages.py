"""What pages say of a redemption that was taken back, and what of it they still offer."""

import pytest

from core.accounts.api import open_session, operator
from plugins.points_store.models import StoreClerk, Voucher
from plugins.points_store.services import reversal, vouchers
from tests.plugins.points_store.village import VILLAGE


@pytest.fixture
def till(app, world, account):
    """The browser of another clerk of the store."""
    clerk = account("clerk", VILLAGE)
    StoreClerk.create(store_id=world.store.id, account_id=clerk.id)
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["token"] = open_session(operator(), clerk.id).token
    return browser


def test_a_reversed_redemption_says_so_on_the_page_and_on_the_slip(world, till):
    world.award(100)
    receipt = world.redeem(world.code().code, (world.salt, 1))
    page = f"/points-store/stores/{world.store.id}/redemptions/{receipt.redemption_id}"
    assert "<h1>兑换成功</h1>" in till.get(page).text
    assert "已冲正" not in till.get(f"{page}/slip").text
    reversal.reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="点错")
    seen = till.get(page).text
    assert "<h1>已冲正</h1>" in seen
    assert "兑换成功" not in seen
    assert "outcome-ok" not in seen
    slip = till.get(f"{page}/slip").text
    assert "已冲正" in slip
    assert "居民签收" not in slip


def test_of_a_used_voucher_nothing_is_offered_back(world, till, haircut, barber, as_role):
    world.award(100)
    receipt = world.redeem(world.code().code, (haircut, 2))
    desk, home = as_role("secretary", VILLAGE), f"/points-store/stores/{world.store.id}"
    page = f"/points-store/office/redemptions/{receipt.redemption_id}"
    reversing = f"/points-store/redemptions/{receipt.redemption_id}/reversal"
    assert "还可退 2" in desk.get(page).text
    for browser, path in ((till, home), (desk, "/points-store/office/bookings")):
        assert reversing in browser.get(path).text
    assert "确认冲正" in till.get(reversing).text
    first, second = (row.code for row in Voucher.unscoped("test").order_by(Voucher.id))
    vouchers.use_voucher(barber, raw_code=first)
    seen = desk.get(page).text
    assert "还可退 1" in seen
    assert 'max="1"' in seen
    for browser, path in ((till, home), (desk, "/points-store/office/bookings")):
        assert reversing not in browser.get(path).text
    refused = till.get(reversing)
    assert refused.status_code == 409
    assert "确认冲正" not in refused.text
    vouchers.use_voucher(barber, raw_code=second)
    seen = desk.get(page).text
    assert "还可退" not in seen
    assert "已经用过" in seen
