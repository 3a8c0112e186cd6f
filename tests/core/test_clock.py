"""Working days after the State Council's calendar; a year without one is never guessed."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import CHINA, CalendarMissing, WorkCalendar, frozen, now, today
from core.errors import ConfigError

CALENDAR = WorkCalendar()
# 国务院办公厅关于2026年部分节假日安排的通知 (国办发明电〔2025〕7号).
OFF_2026 = {
    *(date(2026, 1, day) for day in (1, 2, 3)),
    *(date(2026, 2, day) for day in range(15, 24)),
    *(date(2026, 4, day) for day in (4, 5, 6)),
    *(date(2026, 5, day) for day in range(1, 6)),
    *(date(2026, 6, day) for day in (19, 20, 21)),
    *(date(2026, 9, day) for day in (25, 26, 27)),
    *(date(2026, 10, day) for day in range(1, 8)),
}
MADE_UP_2026 = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}


def test_every_day_of_2026_is_as_the_notice_says() -> None:
    for offset in range(365):
        day = date(2026, 1, 1) + timedelta(days=offset)
        expected = day in MADE_UP_2026 or (day.weekday() < 5 and day not in OFF_2026)
        assert CALENDAR.is_working_day(day) is expected, day


@pytest.mark.parametrize(
    ("published", "third"),
    [
        (date(2026, 3, 2), date(2026, 3, 5)),  # a plain week
        (date(2026, 2, 12), date(2026, 2, 24)),  # Friday, made-up Saturday, then the Spring Festival
        (date(2026, 2, 13), date(2026, 2, 25)),
        (date(2026, 4, 30), date(2026, 5, 8)),  # Labour Day
        (date(2026, 9, 30), date(2026, 10, 10)),  # the third is a made-up Saturday
        (date(2026, 10, 1), date(2026, 10, 10)),
        (date(2026, 3, 7), date(2026, 3, 11)),  # published on a Saturday
    ],
)
def test_the_day_of_publication_does_not_count_and_make_up_days_do(published: date, third: date) -> None:
    assert CALENDAR.add_working_days(published, 3) == third


def test_no_working_days_later_is_the_same_day() -> None:
    assert CALENDAR.add_working_days(date(2026, 2, 17), 0) == date(2026, 2, 17)


def test_a_notice_that_leads_into_2027_is_refused_and_says_so() -> None:
    with pytest.raises(CalendarMissing) as caught:
        CALENDAR.add_working_days(date(2026, 12, 30), 3)
    assert "2027 年的放假安排尚未导入" in caught.value.sentence()
    assert CALENDAR.add_working_days(date(2026, 12, 28), 3) == date(2026, 12, 31)


HOLIDAYS_2027 = """date,is_workday
2027-01-01,0
2027-02-05,0
2027-02-08,0
2027-02-14,1
2027-10-01,0
2027-10-09,1
2028-01-03,0
"""


def test_a_countys_own_file_adds_a_year(tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(HOLIDAYS_2027, "utf-8-sig")
    calendar = WorkCalendar((file,))
    assert calendar.add_working_days(date(2026, 12, 30), 3) == date(2027, 1, 5)
    assert calendar.is_working_day(date(2027, 2, 14))
    assert not calendar.is_working_day(date(2027, 2, 5))
    assert not calendar.is_working_day(date(2027, 3, 6))
    # 2026 goes on as it is known, and the stray day of 2028 is no calendar of 2028.
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert not calendar.is_working_day(date(2028, 1, 3))
    with pytest.raises(CalendarMissing):
        calendar.is_working_day(date(2028, 1, 4))


def test_one_day_corrected_later_leaves_the_rest_of_a_known_year_alone(tmp_path: Path) -> None:
    file = tmp_path / "correction.csv"
    file.write_text("date,is_workday\n2026-09-03,0\n", "utf-8")
    calendar = WorkCalendar((file,))
    assert not calendar.is_working_day(date(2026, 9, 3))
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_working_day(date(2026, 10, 10))


def test_every_unreadable_line_of_a_holiday_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(
        "date,is_workday\n2027-13-01,0\n2027-01-01,maybe\n\n2027-10-01,0,x\n2027-10-02,0\n", "utf-8"
    )
    with pytest.raises(ConfigError) as caught:
        WorkCalendar((file,))
    assert [mistake.partition("：")[0] for mistake in caught.value.mistakes] == [
        f"{file} 第 {line} 行" for line in (2, 3, 5)
    ]


def test_a_holiday_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_bytes("date,is_workday\n# 国庆".encode("gb18030"))
    with pytest.raises(ConfigError, match="读不出来"):
        WorkCalendar((file,))


def test_time_is_chinas_wherever_the_server_stands() -> None:
    assert now().utcoffset() == timedelta(hours=8)
    with frozen(datetime.fromisoformat("2026-03-01T16:30:00+00:00")) as move:
        assert today() == date(2026, 3, 2)
        assert now().isoformat() == "2026-03-02T00:30:00+08:00"
        move(datetime.fromisoformat("2026-03-01T15:59:59+00:00"))
        assert today() == date(2026, 3, 1)
    assert abs(now() - datetime.now(CHINA)) < timedelta(seconds=5)
