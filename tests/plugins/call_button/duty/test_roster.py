"""The duty roster: who has it, at every minute; one account once; only who holds a post there."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import CHINA, now
from core.errors import Forbidden, Invalid, NotFound
from core.security import Actor
from core.testing import COUNTY_CODE, GRID, OTHER_TOWN, TOWN, VILLAGE

MONDAY = date(2026, 3, 2)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _stopped(frozen_clock: Callable[[datetime], None]) -> None:
    """The clock stands."""


@pytest.fixture
def town(actor: Callable[..., Actor]) -> Actor:
    return actor("town_official", TOWN)


def test_duty_begins_and_ends_at_its_minute_also_over_midnight(town: Actor) -> None:
    from plugins.call_button.services.duty import on_duty, set_shift

    assert town.account_id is not None
    set_shift(town, TOWN, day=MONDAY, since=17 * 60, until=1440 + 8 * 60, account_id=town.account_id)
    asked = [
        at(MONDAY, 16, 59),
        at(MONDAY, 17),
        at(MONDAY + timedelta(1), 7, 59),
        at(MONDAY + timedelta(1), 8),
    ]
    assert [on_duty(TOWN, each) for each in asked] == [[], [town.account_id], [town.account_id], []]
    assert on_duty(VILLAGE, at(MONDAY, 18)) == on_duty(OTHER_TOWN, at(MONDAY, 18)) == []


def test_one_account_has_one_shift_at_a_time_over_midnight_too(town: Actor) -> None:
    from plugins.call_button.errors.duty import ShiftClash
    from plugins.call_button.services.duty import set_shift

    mine = town.account_id
    assert mine is not None
    set_shift(town, TOWN, day=MONDAY, since=17 * 60, until=1440 + 8 * 60, account_id=mine)
    with pytest.raises(ShiftClash):
        set_shift(town, TOWN, day=MONDAY + timedelta(1), since=7 * 60, until=9 * 60, account_id=mine)
    set_shift(town, TOWN, day=MONDAY + timedelta(1), since=8 * 60, until=9 * 60, account_id=mine)


def test_only_who_holds_a_post_at_the_place_and_may_answer_gets_a_shift(
    town: Actor, actor: Callable[..., Actor]
) -> None:
    from plugins.call_button.errors.duty import NoDutyPost
    from plugins.call_button.services.duty import set_shift

    others = [
        actor("secretary", VILLAGE),
        actor("town_official", OTHER_TOWN),
        actor("county_admin", COUNTY_CODE),
        actor("resident", TOWN),
    ]
    for each in others:
        assert each.account_id is not None
        with pytest.raises(NoDutyPost):
            set_shift(town, TOWN, day=MONDAY, since=0, until=1440, account_id=each.account_id)
    with pytest.raises(NoDutyPost):
        set_shift(town, TOWN, day=MONDAY, since=0, until=1440, account_id=9_999)


def test_a_roster_is_made_in_ones_own_areas_for_towns_and_villages(
    town: Actor, actor: Callable[..., Actor]
) -> None:
    from plugins.call_button.services.duty import set_shift

    def give(who: Actor, area_code: str) -> None:
        set_shift(who, area_code, day=MONDAY, since=0, until=1440, account_id=town.account_id or 0)

    for wrong in (OTHER_TOWN, GRID, COUNTY_CODE):
        with pytest.raises(NotFound):
            give(town, wrong)
    with pytest.raises(NotFound):
        give(actor("secretary", VILLAGE), TOWN)
    with pytest.raises(Forbidden):
        give(actor("assistant", GRID), TOWN)


@pytest.mark.parametrize(("since", "until"), [(-1, 60), (1440, 1500), (600, 600), (600, 2041), (700, 600)])
def test_a_shift_begins_on_its_day_and_lasts_a_day_at_most(town: Actor, since: int, until: int) -> None:
    from plugins.call_button.services.duty import set_shift

    with pytest.raises(Invalid):
        set_shift(town, TOWN, day=MONDAY, since=since, until=until, account_id=town.account_id or 0)


def test_who_is_on_leave_or_has_left_the_post_is_not_on_duty(town: Actor) -> None:
    from core.accounts.api import disable_account, operator
    from plugins.call_button.queries.duty import month_roster
    from plugins.call_button.services.duty import is_away, on_duty, remove_leave, set_leave, set_shift

    mine = town.account_id
    assert mine is not None
    set_shift(town, TOWN, day=MONDAY, since=600, until=1440, account_id=mine)
    leave_id = set_leave(town, account_id=mine, since=MONDAY, until=MONDAY + timedelta(2), reason="sick")
    around = [MONDAY + timedelta(each) for each in (-1, 0, 2, 3)]
    assert [is_away(mine, each) for each in around] == [False, True, True, False]
    assert on_duty(TOWN, at(MONDAY, 12)) == []
    assert month_roster(town, TOWN, MONDAY)[1].gaps == ((0, 1440),)
    remove_leave(town, leave_id)
    assert on_duty(TOWN, at(MONDAY, 12)) == [mine]
    assert month_roster(town, TOWN, MONDAY)[1].gaps == ((0, 600),)
    disable_account(operator(), mine)
    assert on_duty(TOWN, at(MONDAY, 12)) == []


def test_leave_is_written_by_oneself_or_by_whoever_makes_the_roster(
    town: Actor, actor: Callable[..., Actor]
) -> None:
    from plugins.call_button.errors.duty import LeaveClash
    from plugins.call_button.services.duty import set_leave

    helper, secretary = actor("assistant", GRID), actor("secretary", VILLAGE)
    days: dict[str, Any] = {"since": MONDAY, "until": MONDAY + timedelta(1), "reason": "annual"}
    set_leave(helper, account_id=helper.account_id or 0, **days)
    with pytest.raises(LeaveClash):
        set_leave(secretary, account_id=helper.account_id or 0, **days)
    for stranger, whom in (
        (helper, secretary),
        (secretary, town),
        (actor("town_official", OTHER_TOWN), secretary),
    ):
        with pytest.raises(NotFound):
            set_leave(stranger, account_id=whom.account_id or 0, **days)
    resident = actor("resident", VILLAGE)
    with pytest.raises(NotFound):
        set_leave(resident, account_id=resident.account_id or 0, **days)


def test_leave_that_has_begun_ends_yesterday_and_the_past_stays(
    town: Actor, frozen_clock: Callable[[datetime], None]
) -> None:
    from plugins.call_button.errors.duty import LeaveOver
    from plugins.call_button.services.duty import is_away, remove_leave, set_leave

    mine = town.account_id or 0
    leave_id = set_leave(town, account_id=mine, since=MONDAY, until=MONDAY + timedelta(5), reason="annual")
    frozen_clock(now() + timedelta(days=2))
    remove_leave(town, leave_id)
    assert [is_away(mine, MONDAY + timedelta(each)) for each in (0, 1, 2)] == [True, True, False]
    with pytest.raises(LeaveOver):
        remove_leave(town, leave_id)


def test_a_week_is_repeated_once_and_leaves_out_who_is_gone(town: Actor, actor: Callable[..., Actor]) -> None:
    from core.accounts.api import disable_account, operator
    from plugins.call_button.errors.duty import NothingToCopy
    from plugins.call_button.queries.duty import list_shifts
    from plugins.call_button.services.duty import repeat_week, set_shift

    second = actor("town_official", TOWN)
    set_shift(town, TOWN, day=MONDAY, since=1020, until=1920, account_id=town.account_id or 0)
    set_shift(
        town, TOWN, day=MONDAY + timedelta(6), since=1020, until=1920, account_id=second.account_id or 0
    )
    assert repeat_week(town, TOWN, MONDAY + timedelta(3), 2) == (4, 0)
    found = [(s.day, s.name) for s in list_shifts(town, TOWN, MONDAY, MONDAY + timedelta(60))]
    assert [(day - MONDAY).days for day, _ in found] == [0, 6, 7, 13, 14, 20]
    with pytest.raises(NothingToCopy):
        repeat_week(town, TOWN, MONDAY, 2)
    disable_account(operator(), second.account_id or 0)
    assert repeat_week(town, TOWN, MONDAY, 3) == (1, 1)


def test_last_month_is_copied_weekday_by_weekday_into_all_days_of_the_next(town: Actor) -> None:
    from plugins.call_button.queries.duty import month_roster
    from plugins.call_button.services.duty import copy_month, repeat_week, set_shift

    for weekday in range(7):
        since = 600 + weekday
        day = MONDAY + timedelta(weekday)
        set_shift(town, TOWN, day=day, since=since, until=since + 60, account_id=town.account_id or 0)
    repeat_week(town, TOWN, MONDAY, 4)
    copy_month(town, TOWN, date(2026, 4, 30))
    for each in month_roster(town, TOWN, date(2026, 4, 1)):
        assert [s.since for s in each.shifts] == [600 + each.day.weekday()]


def test_a_shift_that_is_over_stays(town: Actor, frozen_clock: Callable[[datetime], None]) -> None:
    from plugins.call_button.errors.duty import ShiftOver
    from plugins.call_button.services.duty import remove_shift, set_shift

    who = {"account_id": town.account_id or 0}
    shift_id = set_shift(town, TOWN, day=MONDAY, since=600, until=1920, **who)
    frozen_clock(at(MONDAY + timedelta(1), 7, 59))
    with pytest.raises(ShiftOver):
        set_shift(town, TOWN, day=MONDAY, since=0, until=400, **who)
    frozen_clock(at(MONDAY + timedelta(1), 8))
    with pytest.raises(ShiftOver):
        remove_shift(town, shift_id)


def test_the_calendar_marks_days_off_and_make_up_days(town: Actor) -> None:
    from plugins.call_button.queries.duty import month_roster

    off = {each.day.day: each.off for each in month_roster(town, TOWN, date(2026, 10, 1))}
    assert [off[day] for day in (1, 9, 10)] == [True, False, False]
    assert month_roster(town, TOWN, date(2031, 1, 1))[0].off is None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1439), st.integers(1, 1440)), max_size=6))
def test_gaps_are_the_minutes_without_anybody(spans: list[tuple[int, int, int]]) -> None:
    from plugins.call_button.queries.duty import ShiftView, gaps_of

    def view(since: int, length: int) -> ShiftView:
        return ShiftView(1, TOWN, "", MONDAY, since, since + length, 1, "", absent=False)

    before = [view(since, length) for day, since, length in spans if day == 0]
    present = [view(since, length) for day, since, length in spans if day == 1]
    covered = {m - 1440 for s in before for m in range(s.since, s.until)}
    covered |= {m for s in present for m in range(s.since, s.until)}
    missing = {m for since, until in gaps_of(before, present) for m in range(since, until)}
    assert missing == set(range(1440)) - covered
