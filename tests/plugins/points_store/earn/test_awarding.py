"""Rules in versions, caps, and awards that were a mistake."""

import re
import threading
from datetime import date, timedelta

import pytest
from peewee import IntegrityError

from core.areas.api import children
from core.areas.services import close_area, open_area
from core.clock import today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.services import update_household
from core.scope import AreaScope
from plugins.points_store.errors import (
    AlreadyWithdrawn,
    CapReached,
    InsufficientPoints,
    NotAnAward,
    OtherPersonNeeded,
    OwnAffair,
    RuleForDeduction,
    RuleNotHere,
    RuleReplaced,
)
from plugins.points_store.models import ClaimStep, Earned, Rule, Transfer
from plugins.points_store.queries.books import village_books
from plugins.points_store.services import awards, caps, rules
from plugins.points_store.services.rules import Terms
from tests.plugins.points_store.test_races import at_once
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting

COUNTY = AreaScope(("341504",))


def capped(world, **more):
    """A rule with caps, and awarding by it."""
    rule = rules.create_rule(
        world.admin, area_code=VILLAGE, title="封顶", points_min=1, points_max=50, **more
    )

    def give(points, household=None):
        return awards.award(
            world.reviewer,
            household_id=household or world.household,
            rule_id=rule.id,
            points=points,
            reason="清扫",
        )

    return rule, give


def test_a_change_is_a_new_version_and_claims_keep_theirs(desk, world):
    key = desk.file(points=50)
    desk.publish(key)
    new = rules.change_rule(world.admin, rule_id=desk.rule.id, terms=Terms("志愿服务", 1, 10))
    assert (new.version, new.key) == (2, desk.rule.id)
    with pytest.raises(RuleNotHere):
        desk.file()
    with pytest.raises(RuleReplaced):
        rules.change_rule(world.admin, rule_id=desk.rule.id, terms=Terms("志愿服务", 1, 20))
    desk.pass_days(4)
    award = Transfer.unscoped("test").where(Transfer.kind == "award").get()
    assert (world.balance(), award.rule_id) == (50, desk.rule.id)


def test_the_committee_is_told_of_claims_by_a_rule_that_is_stopped(desk, world, monkeypatch):
    key = desk.file()
    desk.publish(key)
    told = []
    monkeypatch.setattr(
        rules, "notify", lambda to, kind, text, values, **_: told.append((to.role, values["count"]))
    )
    rules.stop_rule(world.admin, rule_id=desk.rule.id)
    assert told == [("reviewer", 1), ("secretary", 1)]
    assert desk.pass_days(4) == 1
    assert desk.claim(key).state == "credited"


def test_a_rule_makes_sense_or_is_refused(world):
    for wrong in (
        {"points_min": 5, "points_max": 4},
        {"cap_day": 2, "points_min": 5},
        {"effect": "gift"},
        {"filed_by": ()},
        {"publicity_days": 0},
        {"review": "nobody"},
    ):
        values = {"area_code": VILLAGE, "title": "错", "points_min": 1, "points_max": 9} | wrong
        with pytest.raises(Invalid):
            rules.create_rule(world.admin, **values)


def test_the_database_refuses_to_change_a_rule_or_a_step(desk):
    desk.file()
    for change in (
        Rule.update(points_max=999),
        Rule.delete(),
        ClaimStep.update(reason="别的"),
        ClaimStep.delete(),
    ):
        with pytest.raises(IntegrityError), unit_of_work(housekeeping="test"):
            change.execute()


def test_caps_bind_by_day_month_and_year_of_the_act(world, desk):
    _, give = capped(world, cap_day=10, cap_month=15, cap_year=20)
    give(10)
    with pytest.raises(CapReached, match="每天"):
        give(1)
    give(10, world.other_household)
    desk.on(today() + timedelta(days=1))
    with pytest.raises(CapReached, match="每月"):
        give(6)
    give(5)
    desk.on(date(2026, 12, 1))
    with pytest.raises(CapReached, match="每年"):
        give(6)
    give(5)
    desk.on(date(2027, 1, 1))
    give(10)


def test_an_act_of_the_old_year_counts_in_it_though_it_is_credited_in_the_new_one(desk, world):
    rule, _ = capped(world, cap_year=20, publicity_days=5)
    desk.on(date(2026, 12, 31))
    key = desk.file(rule_id=rule.id, points=15)
    desk.publish(key)
    desk.on(date(2027, 1, 2))
    late = desk.file(rule_id=rule.id, points=10, day=date(2026, 12, 31))
    new = desk.file(rule_id=rule.id, points=10)
    desk.publish(late)
    desk.publish(new)
    desk.pass_days(9)
    assert [desk.claim(each).state for each in (key, late, new)] == ["credited", "refused", "credited"]
    assert desk.claim(late).problem == "cap_reached"
    assert world.balance() == 25


def test_two_reviewers_at_once_do_not_pass_a_cap(world):
    _, give = capped(world, cap_day=20)
    results = at_once(lambda _: give(5))
    assert sum(isinstance(result, CapReached) for result in results) == 4
    assert world.balance() == 20


def test_control_checking_a_cap_outside_of_the_unit_passes_it(world):
    rule, give = capped(world, cap_day=20)
    wallet, _ = give(15)
    gap = threading.Barrier(4, timeout=10)

    def careless(number):
        caps.demand_room(rule, wallet.id, today(), 5)
        gap.wait()  # everybody has looked before anybody writes
        with unit_of_work(housekeeping="control"):
            caps.note(-number - 1, wallet.id, rule.key, today(), 5)

    assert at_once(careless, 4) == [None] * 4
    assert sum(row.points for row in Earned.select().where(Earned.rule_key == rule.key)) > 20


def test_every_row_of_the_printed_book_can_be_added_up_by_hand(world, as_role):
    _, give = capped(world, cap_day=30)
    _, booked = give(10)
    give(7)
    awards.withdraw_award(acting(41, "reviewer", VILLAGE), transfer_id=booked.transfer_id, reason="发错了人")
    world.redeem(world.code().code, (world.salt, 1))
    for path, sums in (
        (
            "/points-store/office/summary",
            ("已发放 -已撤回 -已兑换 已冲正 -居民结余", "预算 -已发放 已撤回 -预算还剩"),
        ),
        ("/points-store/office/funds", ("已下达 -已发放 撤回、到期、扣减 -还剩",)),
    ):
        page = as_role("county_admin", VILLAGE[:6]).get(path).text
        cells = re.findall(r'data-label="([^"]+)">(?:<[^>]+>)?([\d,]+)', page)
        row = {label: int(number.replace(",", "")) for label, number in reversed(cells)}
        for terms in sums:
            parts = [(-1 if term[0] == "-" else 1) * row[term.removeprefix("-")] for term in terms.split()]
            assert sum(parts) == 0, (path, terms, row)
            assert any(parts)


def test_a_mistake_is_taken_back_by_a_second_person_and_frees_the_cap(world):
    _, give = capped(world, cap_day=10)
    _, booked = give(10)
    second = acting(41, "reviewer", VILLAGE)
    take = {"transfer_id": booked.transfer_id, "reason": "发错了人"}
    with pytest.raises(OtherPersonNeeded):
        awards.withdraw_award(world.reviewer, **take)
    with pytest.raises(OwnAffair):
        awards.withdraw_award(acting(42, "reviewer", VILLAGE, world.household), **take)
    with pytest.raises(NotFound):
        awards.withdraw_award(acting(43, "reviewer", SIBLING), **take)
    done = awards.withdraw_award(second, **take)
    assert (done.points, done.short, world.balance()) == (10, 0, 0)
    with pytest.raises(AlreadyWithdrawn):
        awards.withdraw_award(second, **take)
    with pytest.raises(NotAnAward):
        awards.withdraw_award(second, transfer_id=done.transfer_id, reason="再撤")
    give(10)
    (book,) = village_books(world.secretary.scope("points_store.view"))
    assert (book.withdrawn, book.balanced) == (10, True)


def test_what_was_spent_is_not_taken_back_and_is_said(world):
    _, give = capped(world)
    _, booked = give(30)
    world.redeem(world.code().code, (world.bus, 2))
    second = acting(41, "secretary", VILLAGE)
    done = awards.withdraw_award(second, transfer_id=booked.transfer_id, reason="发错")
    assert (done.points, done.short, world.balance()) == (10, 20, 0)
    _, again = give(10)
    world.redeem(world.code().code, (world.bus, 1))
    with pytest.raises(InsufficientPoints):
        awards.withdraw_award(second, transfer_id=again.transfer_id, reason="发错")


def test_a_deduction_rule_credits_nothing(desk, world):
    with pytest.raises(RuleForDeduction):
        awards.award(
            world.reviewer, household_id=world.household, rule_id=desk.fine.id, points=10, reason="错"
        )


def test_a_household_that_has_moved_is_credited_by_the_village_where_it_was_done(desk, world):
    key = desk.file(points=20)
    desk.publish(key)
    update_household(world.admin, world.household, area_code=SIBLING, number="901")
    desk.pass_days(4)
    books = {book.area_code: book for book in village_books(world.admin.scope("points_store.view"))}
    assert (books[VILLAGE].issued, books[VILLAGE].outstanding, books[SIBLING].outstanding) == (20, 0, 20)
    assert all(book.balanced for book in books.values())
    transfer = desk.claim(key).transfer_id
    awards.withdraw_award(acting(41, "secretary", VILLAGE), transfer_id=transfer, reason="发错")
    books = {book.area_code: book for book in village_books(world.admin.scope("points_store.view"))}
    assert (books[VILLAGE].fund, books[SIBLING].outstanding) == (1000, 0)
    assert all(book.balanced for book in books.values())


def test_claims_of_a_merged_village_go_on_in_the_one_that_took_its_place(desk, world):
    key = desk.file(points=20)
    desk.publish(key)
    awards.grant_budget(world.admin, area_code=SIBLING, points=100, reason="追加")
    for home in (world.household, world.other_household, desk.bystander.household_id):
        update_household(world.admin, home, area_code=SIBLING, number=f"9{home}")
    new_grid = open_area(world.admin, COUNTY, parent_code=SIBLING, name="新网格", since=today())
    for grid in children(COUNTY, VILLAGE):
        close_area(world.admin, COUNTY, grid.code, last_day=today(), successor_code=new_grid)
    close_area(world.admin, COUNTY, VILLAGE, last_day=today(), successor_code=SIBLING)
    assert desk.pass_days(4) == 1
    assert desk.claim(key).area_code == SIBLING
    assert desk.deeds(key)[-2:] == [("follow", None), ("credit", None)]
    books = {book.area_code: book for book in village_books(world.admin.scope("points_store.view"))}
    assert (books[SIBLING].issued, books[SIBLING].outstanding) == (20, 20)
