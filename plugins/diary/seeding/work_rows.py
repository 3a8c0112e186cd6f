"""A county's small works of a year as rows, spread evenly over villages and days. Deterministic."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from core.db import advance_ids, insert_rows, milliseconds
from plugins.diary.meeting_words import APPROVED, CHECKED, DONE, DROPPED, PROPOSED, UNDER_WAY
from plugins.diary.models.works import Work, WorkStep

# Zibo's 微实事 (document 001).
WORKS = 28_000
_DAYS = 330
_TITLES = (
    ("装太阳能路灯", "老街", 480_000),
    ("改后山脚排水沟", "后山脚", 920_000),
    ("修破损的机耕路", "村西田头", 1_350_000),
    ("老年活动室换门窗", "祠堂边", 150_000),
    ("河边装护栏", "小学门口河边", 260_000),
)
_STEPS = (PROPOSED, APPROVED, UNDER_WAY, DONE, CHECKED)
# How far works of a year are: most are checked, few were given up.
_STATES = (PROPOSED, APPROVED, UNDER_WAY, DONE, CHECKED, DROPPED)
_WEIGHTS = (6, 5, 9, 8, 68, 4)
_WORK_COLUMNS = (
    "id", "area_code", "title", "place", "budget_fen", "cost_fen", "contractor", "state", "account_id",
    "proposed_on", "done_on", "done_by",
)  # fmt: skip
_STEP_COLUMNS = ("work_id", "area_code", "state", "account_id", "at", "note")


def add_work_rows(
    secretaries: Mapping[str, int], chief_id: int, at: datetime, chance: Random, *, count: int = WORKS
) -> int:
    """`count` works of the villages whose secretaries (account ids) are given; returns how many."""
    villages = sorted(secretaries)
    if not villages:
        return 0
    first = int(Work.unscoped("rows go behind those that are there").count()) + 1
    works: list[tuple[Any, ...]] = []
    steps: list[tuple[Any, ...]] = []
    for number in range(first, first + count):
        village = villages[number * 7919 % len(villages)]
        secretary = secretaries[village]
        title, place, budget = _TITLES[chance.randrange(len(_TITLES))]
        state = chance.choices(_STATES, _WEIGHTS)[0]
        began = at - timedelta(days=chance.randrange(1, _DAYS))
        ended = min(at, began + timedelta(days=chance.randrange(5, 90)))
        is_done = state in (DONE, CHECKED)
        cost = budget - chance.randrange(0, 50) * 1_000 if is_done else None
        works.append(
            (
                *(number, village, f"{title}（模拟）", place, budget, cost),
                *("便民工程队（模拟）" if state in (UNDER_WAY, DONE, CHECKED) else "", state, secretary),
                *(began.date().isoformat(), ended.date().isoformat() if is_done else None),
                secretary if is_done else None,
            )
        )
        for step in (PROPOSED, DROPPED) if state == DROPPED else _STEPS[: _STEPS.index(state) + 1]:
            decides = step in (APPROVED, CHECKED, DROPPED)
            when = milliseconds(ended if step in (DONE, CHECKED) else began)
            steps.append((number, village, step, chief_id if decides else secretary, when, ""))
    insert_rows(Work, _WORK_COLUMNS, works)
    insert_rows(WorkStep, _STEP_COLUMNS, steps)
    advance_ids(Work, WorkStep)
    return count
