"""Duty and leave: rights, words and limits that several rooms share."""

from typing import Final

from core.text import N_

VIEW, ANSWER, DUTY = "call_button.view", "call_button.answer", "call_button.duty"
LEAVE_REASONS: Final = {
    "annual": N_("年休假"),
    "sick": N_("病假"),
    "official": N_("公出"),
    "other": N_("其他"),
}
MINUTES_A_DAY: Final = 1_440
# How far ahead a roster or leave may be written, and how long one shift or one leave may be.
DAYS_AHEAD, LONGEST_LEAVE_DAYS = 400, 366


def clock_time(minute: int) -> str:
    """A minute of a day as people write it: 510 is 08:30; 1,500 is 01:00 (of the next day)."""
    hour, rest = divmod(minute % MINUTES_A_DAY, 60)
    return f"{hour:02}:{rest:02}"


WEEKDAYS: Final = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
