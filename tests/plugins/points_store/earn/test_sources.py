"""Points by an event of another plugin, by an activity's code, and what honour makes of them."""

from dataclasses import replace

import pytest

from core.app import load_plugins
from core.burdens import BurdenOff
from core.cases.api import NewCase, accept_case, close_case, create_case, rate_case, resolve_case
from core.clock import today
from core.county import plugins
from core.db import unit_of_work
from core.errors import NotFound
from core.events import Delivery, announce
from core.people.api import persons_of
from core.plugin_manager import SYSTEM
from plugins.points_store.errors import ActivityOver, AlreadyHere
from plugins.points_store.models import Claim
from plugins.points_store.queries import honour as honour_queries
from plugins.points_store.queries.notice_board import credited_rows, publicity_rows
from plugins.points_store.services import activities, honour, rules
from tests.plugins.points_store.village import VILLAGE, acting

EARN = """
[[plugin.points_store.earn]]
event = "bell.Rung"
where = {loud = true}
rule = "敲钟"
points = 8

[[plugin.points_store.earn]]
event = "cases.CaseClosed"
where = {case_kind = "cases.snapshot", outcome = "solved"}
rule = "上报安全隐患"
points = 5
to = "case_id"

[[plugin.points_store.honour]]
title = "文明户"
from = 5
benefits = ["优先体检"]

[[plugin.points_store.honour]]
title = "星级户"
from = 100
"""
BELL = """
name = "bell"
title = "钟"
title_en = "Bell"
version = "1.0"
api = ">=1.0,<2"
[announces]
Rung = "敲了钟"
"""


@pytest.fixture
def county_sections():
    """What the county lets earn points, and its levels of honour."""
    return EARN


@pytest.fixture
def bell(desk, world, county, plugin_folder):
    """A plugin that announces, and a rule that its event earns by; rings it."""
    plugin_folder("bell", {"plugin.toml": BELL, "plugin.py": ""})
    load_plugins(county)
    rules.create_rule(world.admin, area_code=VILLAGE, title="敲钟", points_min=1, points_max=8, cap_month=8)

    def ring(subject="bell:1", **payload):
        with unit_of_work(housekeeping="test"):
            announce(
                SYSTEM,
                "bell.Rung",
                area_code=VILLAGE,
                subject=subject,
                **{"loud": True, "household_id": world.household} | payload,
            )

    return ring


def test_an_event_of_any_plugin_earns_by_config_alone_and_once(bell, world, outbox):
    assert plugins().listeners("bell.Rung", VILLAGE) == ("points_store",)
    bell()
    bell(loud=False, subject="bell:2")
    outbox()
    assert world.balance() == 8
    Delivery.update(state="waiting", done_at=None).where(Delivery.plugin == "points_store").execute()
    outbox()
    bell()
    outbox()
    assert world.balance() == 8
    (claim,) = Claim.unscoped("test")
    assert (claim.filed_as, claim.state, claim.text) == ("event", "credited", "按约定的事自动记分")


def test_what_an_event_could_not_earn_stays_visible_with_its_reason(bell, world, outbox):
    bell()
    bell(subject="bell:2")
    bell(subject="bell:3", household_id=10**6)
    outbox()
    assert world.balance() == 8
    refused = Claim.unscoped("test").where(Claim.state == "refused").get()
    assert refused.problem == "cap_reached"


def test_a_snapshot_report_that_was_solved_earns_for_whoever_sent_it(world, outbox):
    rules.create_rule(world.admin, area_code=VILLAGE, title="上报安全隐患", points_min=5, points_max=5)
    sender = persons_of(world.household)[0].id
    resident, secretary = replace(world.resident, person_id=sender), world.secretary

    def sent(**more):
        new = NewCase(**{"kind": "cases.snapshot", "text": "井盖坏了", "area_code": VILLAGE} | more)
        case_id = create_case(resident, new)
        accept_case(secretary, case_id)
        return case_id

    for case_id, outcome in (
        (sent(), "solved"),
        (sent(), "explained"),
        (sent(kind="cases.report"), "solved"),
    ):
        resolve_case(
            secretary, case_id, outcome=outcome, answer="已看过", reason="" if outcome == "solved" else "无"
        )
        rate_case(resident, case_id, thumb="up", solved=True)
        close_case(secretary, case_id)
    outbox()
    assert world.balance() == 5
    (claim,) = Claim.unscoped("test")
    assert (claim.filed_as, claim.state, claim.household_id) == ("event", "credited", world.household)


def test_a_check_in_puts_forward_once_a_person_on_the_day(desk, world):
    activity = activities.create_activity(
        desk.leader,
        area_code=VILLAGE,
        title="清河",
        place="村口",
        day=today(),
        rule_id=desk.rule.id,
        points=10,
    )
    claim = activities.check_in(world.resident, activity.code)
    assert (claim.state, claim.points, claim.filed_as) == ("filed", 10, "activity")
    with pytest.raises(AlreadyHere):
        activities.check_in(world.resident, activity.code)
    old = acting(0, "resident", VILLAGE, world.other_household).person_id
    activities.check_in(desk.leader, activity.code, person_id=old)
    with pytest.raises(AlreadyHere):
        activities.check_in(desk.neighbour, activity.code)
    with pytest.raises(NotFound):
        activities.check_in(desk.neighbour, "ZZZZZZZZ")
    desk.publish(claim.id)
    desk.pass_days(4)
    assert world.balance() == 10
    with pytest.raises(ActivityOver):
        activities.check_in(desk.bystander, activity.code)


def test_honour_counts_what_was_earned_and_not_what_is_left(desk, world):
    world.award(30)
    world.redeem(world.code().code, (world.bus, 3))
    own, joined = honour_queries.own_honour(world.resident)
    assert (own.earned, own.title, own.benefits, own.next_from, joined) == (
        30,
        "文明户",
        ["优先体检"],
        100,
        False,
    )
    world.award(40)
    desk.public_fine(30)
    desk.pass_days(4)
    own, _ = honour_queries.own_honour(world.resident)
    assert (own.awarded, own.taken, own.earned) == (70, 30, 40)
    table = honour_queries.honour_table(world.secretary.scope("points_store.view"), VILLAGE)
    assert [(row.head_name, row.earned) for row in table] == [("张三", 40)]


def test_a_list_of_honour_needs_a_legal_ground(world):
    world.award(30)
    honour.set_consent(world.resident, joins=True)
    with pytest.raises(BurdenOff):
        honour_queries.village_list(world.secretary.scope("points_store.view"), VILLAGE, 1, 20)


def test_the_board_shows_masked_names_acts_and_days_and_no_more(desk, world):
    key = desk.file(points=20, text="电话13800000001")
    desk.publish(key)
    (row,) = publicity_rows(VILLAGE)
    assert (row.name, row.act, row.points, row.claim_id) == ("张*", "志愿服务", 20, key)
    assert "138" not in repr(row)
    world.award(7)
    desk.pass_days(4)
    rows = credited_rows(VILLAGE, today().replace(day=1))
    assert [(row.name, row.points) for row in rows] == [("张*", 7), ("张*", 20)]
    assert publicity_rows(VILLAGE) == []
