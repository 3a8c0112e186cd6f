"""Proxies: within the household's limits, never by their own kin, told, recorded, stopped in one step."""

import threading
from datetime import date, timedelta

import pytest
from peewee import IntegrityError

from core.clock import today
from core.db import database
from core.errors import Invalid, NotFound, TooManyTries
from core.notices.models import Notice
from core.people.api import HouseholdRow, PersonRow, add_kinship, bulk_insert_households, persons_of
from core.plugin_manager import SYSTEM
from plugins.points_store.errors import (
    CodeUsed,
    FaceLimit,
    KinAffair,
    OwnAffair,
    PinWrong,
    ProxyEnded,
    ProxyLimit,
    ProxyOfHousehold,
    ProxyUnknown,
    TooManyProxies,
)
from plugins.points_store.models import Proxy, Redemption
from plugins.points_store.queries.cards import active_card
from plugins.points_store.queries.passbooks import lines_of
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.queries.proxies import mandates_of, proxies_of
from plugins.points_store.queries.wallets import receipt_view, statement
from plugins.points_store.services import cards, codes, passbooks, proxies, redemption
from plugins.points_store.services.guesses import GUESS_WINDOW, GUESSES
from plugins.points_store.services.household_codes import BadHouseholdCode, read_household_token
from plugins.points_store.services.proxies import Terms
from plugins.points_store.services.reversal import reverse_redemption
from tests.plugins.points_store.passbook.conftest import terms
from tests.plugins.points_store.test_races import THREADS, at_once
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting, household_in


@pytest.fixture
def mandate(world, named):
    """The neighbour redeems for the household: 30 points a day, 100 a month, out of 500."""
    return named(world.award(500))


def code_of(neighbour, mandate):
    return codes.issue_code(neighbour, proxy_id=mandate.id).code


def test_a_proxy_redeems_with_a_code_of_their_own_and_the_receipt_names_both(world, neighbour, mandate):
    receipt = world.redeem(code_of(neighbour, mandate), (world.salt, 2))
    assert world.balance() == 494
    row = Redemption.unscoped("test").where(Redemption.id == receipt.redemption_id).get()
    view = receipt_view(row)
    assert (view.holder_name, view.proxy_name) == ("张三", "李四")
    lines, _ = statement(receipt.wallet_id, 1, 10)
    assert lines[0].detail == "新风超市（李四代领）：食盐×2"
    assert not verify_ledger().mistakes


def test_limits_a_day_and_a_month_bind_and_a_new_mandate_opens_no_new_ones(world, neighbour, named, mandate):
    world.redeem(code_of(neighbour, mandate), (world.bus, 2))
    with pytest.raises(ProxyLimit) as refusal:
        world.redeem(code_of(neighbour, mandate), (world.bus, 2))
    assert refusal.value.params == {"day": 10, "month": 80}
    newest = Redemption.unscoped("test").order_by(Redemption.id.desc()).first()
    reverse_redemption(world.second_clerk, redemption_id=newest.id, reason="选错了")
    assert proxies.room_of(mandate) == (30, 100), "what was taken back was not spent"
    world.redeem(code_of(neighbour, mandate), (world.bus, 2))
    again = named(mandate.wallet_id)
    with pytest.raises(ProxyLimit):
        world.redeem(code_of(neighbour, again), (world.bus, 2))
    for days in range(1, 4):
        world.move_clock(NOON + timedelta(days=days))
        world.redeem(code_of(neighbour, again), (world.bus, 2 if days == 3 else 3))
    world.move_clock(NOON + timedelta(days=4))
    with pytest.raises(ProxyLimit) as refusal:
        world.redeem(code_of(neighbour, again), (world.bus, 1))
    assert refusal.value.params == {"day": 0, "month": 0}
    world.move_clock(NOON.replace(month=12, day=1))
    assert world.redeem(code_of(neighbour, again), (world.bus, 3)).points == 30


def test_two_counters_at_once_do_not_go_over_the_limit_of_the_day(world, neighbour, mandate):
    issued = [code_of(neighbour, mandate) for _ in range(THREADS)]
    results = at_once(
        lambda number: world.redeem(
            issued[number], (world.bus, 1), actor=world.clerk if number % 2 else world.second_clerk
        )
    )
    assert sum(isinstance(result, redemption.Receipt) for result in results) == 3
    assert sum(isinstance(result, ProxyLimit) for result in results) == THREADS - 3
    assert world.balance() == 470


def test_control_looking_at_the_limit_first_and_booking_later_goes_over_it(world, neighbour, mandate):
    """Without the turn all counters find the same room."""
    gap = threading.Barrier(THREADS, timeout=10)

    def careless(_):
        day, _month = proxies.room_of(mandate)
        gap.wait()  # everybody has looked before anybody books
        return day

    assert sum(at_once(careless)) > mandate.day_limit


def test_a_stop_by_the_household_staff_or_the_proxy_counts_at_once(world, neighbour, named, mandate):
    for actor in (world.resident, world.secretary, neighbour):
        shown = code_of(neighbour, mandate)
        for _ in range(2):
            proxies.stop_proxy(actor, proxy_id=mandate.id)
        with pytest.raises(ProxyEnded):
            world.redeem(shown, (world.salt, 1))
        with pytest.raises(ProxyEnded):
            code_of(neighbour, mandate)
        mandate = named(mandate.wallet_id)


def test_nobody_else_stops_it_or_shows_its_code(world, mandate):
    stranger = acting(31, "resident", VILLAGE, household_in(VILLAGE, "009", "钱七"))
    for actor in (stranger, acting(8, "secretary", SIBLING), world.clerk):
        with pytest.raises(NotFound):
            proxies.stop_proxy(actor, proxy_id=mandate.id)
        with pytest.raises(NotFound):
            code_of(actor, mandate)


def test_after_its_last_day_it_is_over(world, neighbour, named):
    mandate = named(world.award(50), until=today())
    world.redeem(code_of(neighbour, mandate), (world.salt, 1))
    world.move_clock(NOON + timedelta(days=1))
    with pytest.raises(ProxyEnded):
        code_of(neighbour, mandate)
    assert proxies_of(mandate.wallet_id)[0].state == "over"
    assert mandates_of(neighbour) == []


def test_a_code_of_a_proxy_is_used_once_too(world, neighbour, mandate):
    shown = code_of(neighbour, mandate)
    world.redeem(shown, (world.salt, 1))
    with pytest.raises(CodeUsed):
        world.redeem(shown, (world.salt, 1))


def test_no_clerk_serves_a_proxy_who_is_themselves_or_their_kin(world, neighbour, mandate):
    at_home = acting(5, "clerk", VILLAGE, world.other_household)
    with pytest.raises((OwnAffair, KinAffair)):
        world.redeem(code_of(neighbour, mandate), (world.salt, 1), actor=at_home)
    sister = household_in(VILLAGE, "010", "李五")
    add_kinship(
        world.secretary, person_id=persons_of(sister)[0].id, kin_id=neighbour.person_id, relation="sibling"
    )
    kin = acting(6, "clerk", VILLAGE, sister)
    with pytest.raises(KinAffair):
        world.redeem(code_of(neighbour, mandate), (world.salt, 1), actor=kin)


def test_staff_name_nobody_for_their_own_nor_themselves(world, neighbour):
    wallet = world.award(10)
    other = persons_of(world.other_household)[0].id
    own = acting(40, "grid_member", VILLAGE, world.household)
    with pytest.raises(OwnAffair):
        proxies.name_proxy(own, wallet_id=wallet, person_id=other, terms=terms())
    myself = acting(41, "grid_member", VILLAGE, world.other_household)
    with pytest.raises((OwnAffair, KinAffair)):
        proxies.name_proxy(myself, wallet_id=wallet, person_id=other, terms=terms())
    with pytest.raises(NotFound):
        proxies.name_proxy(acting(8, "secretary", SIBLING), wallet_id=wallet, person_id=other, terms=terms())
    with pytest.raises(ProxyOfHousehold):
        proxies.name_proxy(
            world.secretary, wallet_id=wallet, person_id=persons_of(world.household)[0].id, terms=terms()
        )


def test_a_household_names_somebody_by_name_and_phone_and_three_at_most(world, neighbour):
    world.award(10)
    numbers = [f"1380000000{digit}" for digit in range(4)]
    for digit, phone in enumerate(numbers):
        row = HouseholdRow(
            area_code=VILLAGE,
            number=f"02{digit}",
            persons=[PersonRow(name="赵六", is_head=True, phone=phone)],
        )
        bulk_insert_households(SYSTEM, [row])
    for _ in range(GUESSES):
        with pytest.raises(ProxyUnknown):
            proxies.name_own_proxy(world.resident, name="赵七", phone=numbers[0], terms=terms())
    with pytest.raises(TooManyTries):  # a right one too: nobody looks people up this way
        proxies.name_own_proxy(world.resident, name="赵六", phone=numbers[0], terms=terms())
    world.move_clock(NOON + GUESS_WINDOW + timedelta(seconds=1))
    for phone in numbers[:3]:
        proxies.name_own_proxy(world.resident, name="赵六", phone=phone, terms=terms())
    with pytest.raises(TooManyProxies):
        proxies.name_own_proxy(world.resident, name="赵六", phone=numbers[3], terms=terms())
    assert all(view.by_owner for view in proxies_of(Proxy.get().wallet_id))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Terms(501, 1000, date(2026, 12, 1)), "day_limit"),
        (Terms(30, 20, date(2026, 12, 1)), "month_limit"),
        (Terms(30, 100, date(2026, 11, 19)), "until"),
        (Terms(30, 100, date(2028, 1, 1)), "until"),
    ],
)
def test_terms_that_make_no_sense_are_refused(world, neighbour, wrong, field):
    with pytest.raises(Invalid) as refusal:
        proxies.name_proxy(
            world.secretary, wallet_id=world.award(10), person_id=neighbour.person_id, terms=wrong
        )
    assert list(refusal.value.fields) == [field]


def test_a_mandate_is_stopped_never_changed(mandate):
    for statement_ in (Proxy.update(day_limit=99), Proxy.delete()):
        with pytest.raises(IntegrityError), database.atomic():
            statement_.execute()


def test_a_card_of_a_proxy_asks_its_pin_obeys_the_limits_and_leaves_the_households_card_alone(world, mandate):
    own = cards.issue_card(world.secretary, household_id=world.household)
    issued = cards.issue_proxy_card(world.secretary, proxy_id=mandate.id)
    assert active_card(mandate.wallet_id).serial == own.serial
    with pytest.raises(PinWrong):
        world.redeem(issued.token, (world.salt, 1), raw_pin="")
    with pytest.raises(FaceLimit):
        world.redeem(issued.token, (world.salt, 1), known_face=True)
    assert world.redeem(issued.token, (world.bus, 2), raw_pin=issued.pin).points == 20
    with pytest.raises(ProxyLimit):
        world.redeem(issued.serial, (world.bus, 2), raw_pin=issued.pin)
    assert world.redeem(own.token, (world.bus, 2), raw_pin=own.pin).points == 20
    cards.issue_card(world.secretary, household_id=world.household)
    cards.stop_own_card(world.resident)
    world.move_clock(NOON + timedelta(days=1))
    assert world.redeem(issued.serial, (world.salt, 1), raw_pin=issued.pin).points == 3
    proxies.stop_proxy(world.resident, proxy_id=mandate.id)
    with pytest.raises(ProxyEnded):
        world.redeem(issued.serial, (world.salt, 1), raw_pin=issued.pin)


def test_no_device_without_a_line_reads_the_card_of_a_proxy(world, mandate):
    issued = cards.issue_proxy_card(world.secretary, proxy_id=mandate.id)
    with pytest.raises(BadHouseholdCode):
        read_household_token(issued.token)


def test_the_next_line_of_the_passbook_names_the_proxy(world, neighbour, mandate):
    book = passbooks.open_passbook(world.secretary, wallet_id=mandate.wallet_id)
    world.redeem(code_of(neighbour, mandate), (world.salt, 1))
    lines = lines_of(passbooks.print_page(world.secretary, passbook_id=book.id), book)
    assert [(line.title, line.proxy_name) for line in lines] == [("开折余额", ""), ("兑换", "李四")]


def test_the_proof_finds_a_proxy_that_was_written_in_or_rubbed_out(world, neighbour, mandate):
    world.redeem(code_of(neighbour, mandate), (world.salt, 1))
    world.redeem(world.code().code, (world.salt, 1))
    for forged in (None, mandate.id):
        with database.atomic() as forgery:
            Redemption.update(proxy_id=forged).execute()
            assert [mistake for mistake in verify_ledger().mistakes if "代领人" in mistake]
            forgery.rollback()


def test_the_household_is_told_who_redeemed(world, neighbour, mandate, account):
    member = account("resident", VILLAGE, person_id=persons_of(world.household)[0].id)
    world.redeem(code_of(neighbour, mandate), (world.salt, 2))
    notice = Notice.get(Notice.account_id == member.id)
    assert notice.kind == "points_store.proxy"
    assert "李四" in notice.params


def test_a_redemption_by_the_household_itself_asks_nothing_about_proxies(world, mandate, monkeypatch):
    asked = []
    execute = database.obj.execute_sql
    monkeypatch.setattr(database.obj, "execute_sql", lambda sql, *a: asked.append(sql) or execute(sql, *a))
    world.redeem(world.code().code, (world.salt, 1))
    assert asked
    assert not [sql for sql in asked if "points_store_proxy" in sql]
