"""Whatever a store does in whatever order: its takings are what is not settled yet."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.errors import DomainError
from plugins.points_store.models import (
    DayClose,
    LedgerAccount,
    Redemption,
    RedemptionLine,
    Return,
    Settlement,
    Voucher,
)
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import reversal, settlements, stores, vouchers
from plugins.points_store.services.day_closes import close_day
from tests.plugins.points_store.village import NOON
from tests.proofs.sizes import SIZE

DAYS = 70


def refused(action, *values, **named):
    """Whether `action` was refused."""
    try:
        action(*values, **named)
    except DomainError:
        return True
    return False


@pytest.mark.grows
def test_any_order_of_a_stores_deeds_settles_each_point_once(world, barber, haircut):
    """Redeem, change prices, use and return vouchers, return lines, close days, settle months, pass days."""
    world.award(900)

    class Month(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            world.move_clock(world_clock[0])

        def pass_time(self, **span):
            world_clock[0] = min(world_clock[0] + timedelta(**span), NOON + timedelta(days=DAYS))
            world.move_clock(world_clock[0])

        @rule(salt=st.integers(0, 2), cuts=st.integers(0, 2))
        def redeem(self, salt, cuts):
            picks = [(product, n) for product, n in ((world.salt, salt), (haircut, cuts)) if n]
            if picks and world.balance() >= 40:
                stores.take_in(world.clerk, product_id=world.salt.id, quantity=2)
                world.redeem(world.code().code, *picks)

        @rule(points=st.integers(1, 9))
        def change_price(self, points):
            stores.change_product(world.clerk, product_id=world.salt.id, points=points, active=True)

        @rule(data=st.data(), use=st.booleans())
        def end_voucher(self, data, use):
            rows = list(Voucher.unscoped("test").order_by(Voucher.id.desc()).limit(5))
            if not rows:
                return
            row = data.draw(st.sampled_from(rows))
            gone = row.used_at is not None or row.returned_at is not None
            if use:
                assert refused(vouchers.use_voucher, barber, raw_code=row.code) == gone
            else:
                before = world.balance()
                done = not refused(reversal.return_voucher, world.secretary, voucher_id=row.id, reason="退")
                assert done != gone
                assert world.balance() == before + (row.points if done else 0)

        @rule(data=st.data(), pieces=st.integers(1, 2))
        def give_back(self, data, pieces):
            rows = list(RedemptionLine.select().order_by(RedemptionLine.id.desc()).limit(5))
            if rows:
                row = data.draw(st.sampled_from(rows))
                refused(
                    reversal.return_lines,
                    world.secretary,
                    redemption_id=row.redemption_id,
                    quantities={row.id: pieces},
                    reason="退",
                )

        @rule()
        def close(self):
            refused(close_day, world.clerk, store_id=world.store.id, day=world_clock[0].date())

        @rule(month=st.sampled_from(["2026-11", "2026-12", "2027-01"]))
        def settle(self, month):
            refused(settlements.settle_store, world.admin, store_id=world.store.id, month=month)

        @rule(hours=st.integers(1, 400))
        def wait(self, hours):
            self.pass_time(hours=hours)

        @invariant()
        def sound(self):
            assert verify_ledger().mistakes == []
            taken = sum(row.points for row in Redemption.unscoped("test"))
            back = sum(row.points for row in Return.unscoped("test"))
            settled = sum(row.points for row in Settlement.unscoped("test"))
            row = LedgerAccount.unscoped("test").where(LedgerAccount.store_id == world.store.id).first()
            assert (row.balance if row else 0) == taken - back - settled
            closed = sum(row.points_in - row.points_back for row in DayClose.unscoped("test"))
            assert closed <= taken
            open_vouchers = sum(
                row.points
                for row in Voucher.unscoped("test").where(
                    Voucher.used_at.is_null() & Voucher.returned_at.is_null()
                )
            )
            assert (row.balance if row else 0) >= open_vouchers

    world_clock = [NOON]
    run_state_machine_as_test(
        Month,
        settings=settings(
            max_examples=SIZE.books,
            stateful_step_count=SIZE.steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
