"""Vouchers for services: used once by the right provider in time, or taken back by the village."""

import threading
from datetime import timedelta

import pytest

from core.db import unit_of_work
from core.errors import NotFound, TooManyTries
from plugins.points_store.errors import (
    AlreadyReversed,
    NotYourProvider,
    OwnAffair,
    ProviderNotHere,
    VoucherExpired,
    VoucherForeign,
    VoucherReturned,
    VoucherUnknown,
    VoucherUsed,
)
from plugins.points_store.models import ProviderStaff, Refusal, Voucher
from plugins.points_store.services import providers, reversal, settlements, stores, vouchers
from plugins.points_store.services.guesses import GUESSES
from tests.plugins.points_store.test_races import THREADS, at_once
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting


def voucher_of(code):
    return Voucher.unscoped("test").where(Voucher.code == code).get()


def take_back(world, code):
    return reversal.return_voucher(world.secretary, voucher_id=voucher_of(code).id, reason="没去成")


def test_each_piece_of_a_service_gives_a_voucher_and_services_of_the_store_give_none(world, haircut):
    world.award(100)
    receipt = world.redeem(world.code().code, (haircut, 3), (world.bus, 1), (world.salt, 1))
    rows = list(Voucher.unscoped("test"))
    assert len({row.code for row in rows}) == 3
    assert {(row.name, row.points, row.redemption_id) for row in rows} == {
        ("理发一次", 10, receipt.redemption_id)
    }
    assert rows[0].valid_until == (NOON + timedelta(days=180)).date()


def test_the_provider_takes_it_in_by_code_or_token_and_once(world, barber, bought):
    code, second = bought(), bought()
    assert vouchers.find_voucher(barber, code).used_at is None
    assert vouchers.use_voucher(barber, raw_code=f" {code[:4]}-{code[4:].lower()}").used_at == NOON
    for form in (code, vouchers.voucher_token(code)):
        with pytest.raises(VoucherUsed):
            vouchers.use_voucher(barber, raw_code=form)
    url = f"http://10.0.0.1/points-store/v/{vouchers.voucher_token(second)}"
    vouchers.use_voucher(barber, raw_code=url)
    assert voucher_of(second).used_by == barber.account_id
    assert [row.reason for row in Refusal.unscoped("test")] == ["voucher_used"] * 2


def test_a_voucher_used_by_many_at_once_counts_once(world, barber, bought):
    code = bought()
    results = at_once(lambda _: vouchers.use_voucher(barber, raw_code=code))
    assert sum(isinstance(result, Voucher) for result in results) == 1
    assert sum(isinstance(result, VoucherUsed) for result in results) == THREADS - 1


def test_control_looking_first_and_marking_later_does_use_it_twice(world, barber, bought):
    code = bought()
    gap = threading.Barrier(THREADS, timeout=10)

    def careless(_):
        unused = voucher_of(code).used_at is None
        gap.wait()  # everybody has looked before anybody marks
        with unit_of_work(housekeeping="control"):
            Voucher.update(used_at=NOON, used_by=21).where(Voucher.code == code).execute()
        return unused

    assert sum(at_once(careless)) > 1


def test_using_it_and_taking_it_back_at_once_is_one_of_the_two(world, barber, bought):
    code = bought()
    results = at_once(
        lambda number: take_back(world, code) if number % 2 else vouchers.use_voucher(barber, raw_code=code)
    )
    assert sum(not isinstance(result, Exception) for result in results) == 1
    row = voucher_of(code)
    assert (row.used_at is None) != (row.returned_at is None)
    assert world.balance() == (10 if row.returned_at else 0)


def test_a_voucher_of_another_provider_a_forged_one_and_an_unbound_account_are_refused(world, barber, bought):
    code = bought()
    other = providers.create_provider(world.admin, area_code="341504", name="县公交公司")
    ProviderStaff.create(provider_id=other.id, account_id=22)
    with pytest.raises(VoucherForeign):
        vouchers.use_voucher(acting(22, "provider", "341504"), raw_code=code)
    with pytest.raises(NotYourProvider):
        vouchers.use_voucher(acting(23, "provider", VILLAGE), raw_code=code)
    # Bound to a provider, but without a post there: outside of the wall.
    ProviderStaff.create(provider_id=voucher_of(code).provider_id, account_id=24)
    with pytest.raises(NotYourProvider):
        vouchers.use_voucher(acting(24, "provider", SIBLING), raw_code=code)
    for raw_code in ("", "ABCDEFGH", "v.ABCDEFGH.0.00", world.code().token):
        with pytest.raises(VoucherUnknown):
            vouchers.use_voucher(barber, raw_code=raw_code)
    providers.switch_provider(world.secretary, provider_id=voucher_of(code).provider_id, active=False)
    with pytest.raises(NotYourProvider):
        vouchers.use_voucher(barber, raw_code=code)
    assert voucher_of(code).used_at is None


def test_a_vouchers_code_is_no_code_at_the_till_and_guessing_ends(world, barber, bought):
    from plugins.points_store.errors import CodeUnknown

    code = bought()
    for raw_code in (code, vouchers.voucher_token(code)):
        with pytest.raises(CodeUnknown):
            world.redeem(raw_code, (world.salt, 1))
    for number in range(GUESSES):
        with pytest.raises(VoucherUnknown):
            vouchers.find_voucher(barber, f"AAAA{number:04d}")
    with pytest.raises(TooManyTries):
        vouchers.use_voucher(barber, raw_code=code)


def test_nobody_takes_in_the_voucher_of_their_own_household(world, barber, bought):
    with pytest.raises(OwnAffair):
        vouchers.use_voucher(acting(21, "provider", VILLAGE, world.household), raw_code=bought())


def test_an_expired_one_is_refused_and_its_points_go_back_on_request_however_late(world, barber, bought):
    code = bought()
    world.move_clock(NOON + timedelta(days=180))
    vouchers.find_voucher(barber, code)
    world.move_clock(NOON + timedelta(days=181))
    with pytest.raises(VoucherExpired):
        vouchers.use_voucher(barber, raw_code=code)
    settled = settlements.settle_store(world.admin, store_id=world.store.id, month="2026-11")
    assert (settled.points, settled.transfer_id) == (0, None)  # nobody rendered anything yet
    assert take_back(world, code).points == 10
    assert world.balance() == 10
    with pytest.raises(VoucherReturned):
        vouchers.use_voucher(barber, raw_code=code)
    with pytest.raises(AlreadyReversed):
        take_back(world, code)


def test_a_used_voucher_gives_nothing_back_in_any_way(world, barber, haircut):
    world.award(20)
    receipt = world.redeem(world.code().code, (haircut, 2))
    first, second = (row.code for row in Voucher.unscoped("test").order_by(Voucher.id))
    vouchers.use_voucher(barber, raw_code=first)
    with pytest.raises(VoucherUsed):
        take_back(world, first)
    with pytest.raises(VoucherUsed):
        reversal.reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="不要了")
    take_back(world, second)
    assert world.balance() == 10


def test_a_reversal_on_the_same_day_voids_its_vouchers(world, barber, bought):
    code = bought()
    reversal.reverse_redemption(
        world.second_clerk, redemption_id=voucher_of(code).redemption_id, reason="点错"
    )
    with pytest.raises(VoucherReturned):
        vouchers.use_voucher(barber, raw_code=code)


def test_a_provider_serves_the_stores_of_its_area_only_and_a_resident_sees_own_vouchers_only(world, bought):
    code = bought()
    far = providers.create_provider(world.admin, area_code=SIBLING, name="邻村诊所")
    with pytest.raises(ProviderNotHere):
        stores.add_product(
            world.clerk, store_id=world.store.id, name="体检", kind="service", points=5, provider_id=far.id
        )
    assert vouchers.own_voucher(world.resident, voucher_of(code).id).code == code
    with pytest.raises(NotFound):
        vouchers.own_voucher(acting(11, "resident", VILLAGE, world.other_household), voucher_of(code).id)
