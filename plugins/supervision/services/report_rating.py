"""The reporter's word, by the tracking number alone: rating, a second one later on, and urging."""

from typing import Any

from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.security import ANONYMOUS
from core.text import N_
from plugins.supervision.errors.reports import RatingOver, ReportMovedOn
from plugins.supervision.queries.report_tracking import may_rate, row_of_number
from plugins.supervision.report_words import ANSWERED, DOWN, ENDED, OPEN, RATE, REOPEN, STATES, THUMBS
from plugins.supervision.services.report_handling import urge
from plugins.supervision.services.report_steps import (
    change,
    is_at_county,
    move_up,
    record,
    setting,
    write_step,
)

LONGEST_NOTE = 500


def rate_report(number: str, *, is_solved: bool, thumb: str, note: str = "") -> None:
    """Say how it was. What is not solved goes one level up, at the county to another handler.

    Some time after "solved" it may be said once more that it is not (回访). At the county, after so many
    rounds as are set, the word stands on the timeline and the report is over. Nobody is on record as who
    rated: whoever holds the number is the reporter. Raises NumberUnknown, RatingOver, ReportMovedOn, Invalid.
    """
    words = cleaned(note)
    if thumb not in THUMBS:
        raise Invalid(fields={"thumb": [N_("请点“满意”或“不满意”。")]})
    if len(words) > LONGEST_NOTE:
        raise Invalid(fields={"note": [N_("至多 500 个字。")]})
    with unit_of_work():
        row = row_of_number(number)
        if row.state in OPEN:
            raise ReportMovedOn(state=STATES[row.state])
        if not may_rate(row):
            raise RatingOver
        said: dict[str, Any] = {"is_solved": is_solved, "thumb": thumb, "rated_at": now()}
        goes_on = not is_solved and (not is_at_county(row) or row.round < setting("report_rounds"))
        if not goes_on:
            ended = {"state": ENDED, "ended_at": now()} if row.state == ANSWERED else {}
            change(row, **said, **ended)
        write_step(ANONYMOUS, row, RATE, words)
        if goes_on:
            # What was answered before stays on the timeline.
            move_up(ANONYMOUS, row, REOPEN, **said, round=row.round + 1, ended_at=None)
        record(ANONYMOUS, "supervision.rate_report", row, solved=is_solved, unhappy=thumb == DOWN)


def urge_by_number(number: str) -> None:
    """The reporter urges what is late, once a day. Raises NumberUnknown, ReportMovedOn, UrgedJustNow."""
    with unit_of_work():
        row = row_of_number(number)
        if row.due_at is None or row.due_at > now():
            raise ReportMovedOn(state=STATES[row.state])
        urge(ANONYMOUS, row)
        record(ANONYMOUS, "supervision.urge_report", row)
