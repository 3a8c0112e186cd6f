"""The gate: every pair of approvals and roll in integers, every day against the State Council's calendar."""

from datetime import date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest

from core.clock import CHINA, CalendarMissing, now
from core.testing import VILLAGE
from plugins.supervision.models.decisions import SEATS
from plugins.supervision.queries import gate as gates
from plugins.supervision.queries.decisions import current_version, decision
from plugins.supervision.services.publishing import earliest_day, publish_decision

# The State Council's notices: the days off that are no weekend, and the weekends that are worked.
# 国办发明电〔2023〕7号 (2024), 国办发明电〔2024〕12号 (2025), 国办发明电〔2025〕7号 (2026).
OFF = """
2024-01-01..2024-01-01 2024-02-10..2024-02-17 2024-04-04..2024-04-06 2024-05-01..2024-05-05
2024-06-10..2024-06-10 2024-09-15..2024-09-17 2024-10-01..2024-10-07
2025-01-01..2025-01-01 2025-01-28..2025-02-04 2025-04-04..2025-04-06 2025-05-01..2025-05-05
2025-05-31..2025-06-02 2025-10-01..2025-10-08
2026-01-01..2026-01-03 2026-02-15..2026-02-23 2026-04-04..2026-04-06 2026-05-01..2026-05-05
2026-06-19..2026-06-21 2026-09-25..2026-09-27 2026-10-01..2026-10-07
"""
WORKED = """
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""


def days_off():
    found = set()
    for span in OFF.split():
        first, last = (date.fromisoformat(text) for text in span.split(".."))
        while first <= last:
            found.add(first)
            first += timedelta(days=1)
    return found


def reckoned(published, off, worked):
    """The first day of execution, counted by hand: three worked days must have ended."""
    day, ended = published, 0
    while True:
        day += timedelta(days=1)
        if ended == 3:
            return day
        if day.year > 2026:
            return None
        if day in worked or (day.weekday() < 5 and day not in off):
            ended += 1


def test_every_day_of_three_years_against_an_independent_reckoning(village):
    off, worked = days_off(), {date.fromisoformat(text) for text in WORKED.split()}
    day = date(2024, 1, 1)
    checked = refused = 0
    while day.year < 2027:
        expected = reckoned(day, off, worked)
        if expected is None:
            with pytest.raises(CalendarMissing):
                earliest_day(day)
            refused += 1
        else:
            assert earliest_day(day) == expected, day
        checked += 1
        day += timedelta(days=1)
    assert (checked, refused) == (366 + 365 + 365, 3)


@pytest.mark.parametrize(
    ("published", "earliest"),
    [
        ("2026-03-02T00:00", "2026-03-06"),  # the first minute of a Monday: Tuesday to Thursday
        ("2026-03-02T23:59", "2026-03-06"),  # and its last one
        ("2026-03-03T00:00", "2026-03-07"),
        ("2025-12-30T23:59", "2026-01-06"),  # Wednesday, then the Sunday that is worked, then Monday
        ("2025-12-31T00:00", "2026-01-07"),
        ("2025-12-31T23:59", "2026-01-07"),
        ("2026-01-01T00:00", "2026-01-07"),
        ("2026-09-19T12:00", "2026-09-23"),  # the Sunday before the Mid-Autumn days off is worked
        ("2026-12-28T23:59", "2027-01-01"),  # ends on New Year's Eve: needs no calendar of 2027
    ],
)
def test_the_minute_of_publication_around_days_off(village, published, earliest):
    for person_id in village.persons[:5]:
        village.seat(person_id)
    decision_id = village.draft()
    at = datetime.fromisoformat(published).replace(tzinfo=CHINA)
    village.move_clock(at)
    publish_decision(village.secretary, decision_id)
    row = decision(village.secretary.scope("supervision.view"), decision_id)
    assert current_version(row).earliest_day.isoformat() == earliest
    village.vote(decision_id, 5)
    opens = datetime.combine(date.fromisoformat(earliest), datetime.min.time(), CHINA)
    assert [gates.gate(row, opens + timedelta(minutes=step)).is_open for step in (-1, 0, 1)] == [
        False,
        True,
        True,
    ]


def test_a_year_without_calendar_is_not_guessed(village):
    village.seat(village.persons[0])
    decision_id = village.draft()
    village.move_clock(datetime(2026, 12, 29, 0, 0, tzinfo=CHINA))
    with pytest.raises(CalendarMissing) as refusal:
        publish_decision(village.secretary, decision_id)
    assert refusal.value.params == {"year": 2027}
    assert decision(village.secretary.scope("supervision.view"), decision_id).state == "draft"


def counted(agree, base):
    needed = -(-80 * base // 100)
    return SimpleNamespace(
        agree=agree,
        base=base,
        needed=needed,
        short=max(0, needed - agree),
        is_met=base > 0 and agree >= needed,
    )


def test_every_share_up_to_five_hundred_against_integers(village, monkeypatch):
    """All pairs of approvals and roll: open exactly where 5 x agree >= 4 x base, and n more would open it."""
    decision_id = village.published()
    row = decision(village.secretary.scope("supervision.view"), decision_id)
    version, later = current_version(row), now() + timedelta(days=10)
    monkeypatch.setattr(gates, "current_version", lambda _: version)
    monkeypatch.setattr(gates, "undecided", lambda _: 0)
    monkeypatch.setattr(gates, "unchecked_changes", lambda _: 0)
    now_counted = SimpleNamespace()
    module = import_module("plugins.supervision.queries.tally")
    monkeypatch.setattr(module, "tally", lambda _: now_counted.value)
    nobody = {seat: counted(0, 0) for seat in SEATS}
    for base in range(501):
        for agree in range(base + 1):
            now_counted.value = counted(agree, base)
            now_counted.value.by_seat = nobody
            found = gates.gate(row, later)
            assert found.is_open == (base > 0 and 5 * agree >= 4 * base), (agree, base)
            short = found.short
            assert 5 * (agree + short) >= 4 * base
            assert short == 0 or 5 * (agree + short - 1) < 4 * base


def test_only_the_version_that_counts_is_looked_at(village):
    from plugins.supervision.services.decisions import Draft
    from plugins.supervision.services.publishing import update_decision

    decision_id = village.published()
    village.vote(decision_id, 5)
    village.pass_days(4)
    row = decision(village.secretary.scope("supervision.view"), decision_id)
    assert gates.gate(row, now()).is_open
    update_decision(village.secretary, decision_id, Draft(row.title, row.text + "（改）", row.budget_fen))
    row = decision(village.secretary.scope("supervision.view"), decision_id)
    assert not gates.gate(row, now()).is_open
    assert row.area_code == VILLAGE
