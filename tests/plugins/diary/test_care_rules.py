"""Who is due, and why: the rules alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.diary.care_rules import due
from plugins.diary.settings import DiarySettings
from plugins.diary.words import MUST

DAYS = DiarySettings().load({})
DAY = date(2026, 3, 2)
ALL_DAYS = st.dates(date(2024, 1, 1), date(2026, 3, 2))


def of(last_visit=None, revisit_on=None, marks=(), tags=(), risk_levels=(), day=DAY):
    found = due(
        day,
        last_visit=last_visit,
        revisit_on=revisit_on,
        marks=marks,
        tags=tags,
        risk_levels=risk_levels,
        days=DAYS,
    )
    return found.on, found.reason


def test_everybody_is_visited_once_a_year():
    assert of() == (date(2026, 12, 31), "yearly")
    assert of(date(2025, 12, 30)) == (date(2026, 12, 31), "yearly")
    assert of(date(2026, 1, 1)) == (date(2027, 12, 31), "yearly")


@pytest.mark.parametrize(
    ("given_", "days", "reason"),
    [
        ({"marks": ["veteran"]}, 90, "must:veteran"),
        ({"tags": ["disabled"]}, 60, "tag:disabled"),
        ({"risk_levels": ["mid"]}, 60, "risk:mid"),
        ({"risk_levels": ["mid_high"]}, 30, "risk:mid_high"),
        ({"risk_levels": ["mid", "high"]}, 7, "risk:high"),
        # In hardship by the register: one of the five kinds, and a special group, which comes sooner.
        ({"tags": ["minimum_living"]}, 60, "tag:minimum_living"),
    ],
)
def test_groups_have_their_own_intervals(given_, days, reason):
    last = date(2026, 2, 1)
    assert of(last, **given_) == (last + timedelta(days=days), reason)


def test_somebody_special_who_was_never_visited_is_due_at_once():
    assert of(tags=["empty_nest"]) == (DAY, "tag:empty_nest")


@pytest.mark.parametrize("level", ["low", "mid_low"])
def test_low_risks_are_visited_like_everybody(level):
    assert of(risk_levels=[level])[1] == "yearly"


def test_an_agreed_day_comes_first_where_it_is_earlier():
    assert of(date(2026, 3, 1), revisit_on=date(2026, 3, 5)) == (date(2026, 3, 5), "revisit")
    assert of(date(2026, 3, 1), revisit_on=date(2026, 4, 1), risk_levels=["high"])[1] == "risk:high"


@given(
    last=st.none() | ALL_DAYS,
    revisit=st.none() | st.dates(date(2026, 3, 3), date(2027, 3, 1)),
    marks=st.sets(st.sampled_from(sorted(MUST))),
    tags=st.sets(st.sampled_from(["disabled", "minimum_living", "empty_nest"])),
    risks=st.sets(st.sampled_from(["mid_low", "mid", "mid_high", "high"])),
)
def test_more_reasons_never_make_a_visit_later(last, revisit, marks, tags, risks):
    on, _ = of(last, revisit, marks, tags, risks)
    assert on <= of(last, None, (), (), ())[0]
    if revisit is not None:
        assert on <= revisit
    for fewer in (
        {"marks": (), "tags": tags, "risk_levels": risks},
        {"marks": marks, "tags": (), "risk_levels": ()},
    ):
        assert on <= of(last, revisit, **fewer)[0]
