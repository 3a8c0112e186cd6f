"""A month's figures: exact against a second reckoning, and every number leads to as many calls."""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.clock import CHINA, now
from core.db import unit_of_work
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.call_button.charts import WIDTH, share_bars
from plugins.call_button.queries.figures import (
    PARTS,
    Counts,
    month_calls,
    month_figures,
    month_of,
    months_back,
)
from tests.plugins.call_button.calls.callers import Callers

MARCH = month_of("2026-03")
COUNTY = AreaScope((COUNTY_CODE,))


@pytest.fixture
def call(callers: Callers) -> Callable[..., None]:
    """Writes a call that rang so many seconds ago, was answered after so many, or never."""
    made: list[int] = []

    def write(
        area_code: str, answered: float | None, state: str = "done", ago: int = 86_400, **more: Any
    ) -> None:
        from plugins.call_button.models.calls import Call

        made.append(1)
        rung_at = more.pop("rung_at", now() - timedelta(seconds=ago))
        is_over = state in ("done", "cancelled")
        with unit_of_work(housekeeping="a call of the past for a test"):
            Call.create(
                area_code=area_code,
                device_id=len(made),
                household_id=callers.people[0].id,
                kind="button",
                state=state,
                changed=len(made),
                rung_at=rung_at,
                answered_at=None if answered is None else rung_at + timedelta(seconds=answered),
                ended_at=rung_at + timedelta(hours=1) if is_over else None,
                **more,
            )

    return write


def test_calls_are_held_against_both_marks(call: Callable[..., None]) -> None:
    call(VILLAGE, 5, thumb="up")
    call(VILLAGE, 60)
    call(VILLAGE, 60.001)
    call(VILLAGE, 180, thumb="down")
    call(VILLAGE, 180.001)
    call(VILLAGE, None, state="cancelled")
    call(VILLAGE, 10, state="cancelled")
    call(VILLAGE, None, state="ringing", ago=100)
    call(VILLAGE, None, state="ringing", ago=181)
    call(SISTER_VILLAGE, 20, state="answered")
    call(VILLAGE, 1, rung_at=datetime(2026, 2, 28, 23, 59, 59, tzinfo=CHINA))
    call(VILLAGE, 1, rung_at=datetime(2026, 4, 1, tzinfo=CHINA))
    found = month_figures(COUNTY, MARCH)
    here, sister = found.areas
    assert here.counts == Counts(calls=9, due=7, first=3, second=5, cancelled=1, up=1, down=1)
    assert (here.counts.late, here.counts.share(0), here.counts.share(1)) == (2, 428, 714)
    assert (sister.code, sister.counts.share(0), sister.counts.is_kept(0)) == (SISTER_VILLAGE, 1000, True)
    assert found.whole.calls == 10
    for row in (*found.areas, None):
        scope = AreaScope((row.code,)) if row else COUNTY
        counts = row.counts if row else found.whole
        for part in PARTS:
            calls, total = month_calls(scope, MARCH, part, page_size=100)
            assert len(calls) == total == counts.of(part), part


def test_a_promise_that_is_not_kept_never_looks_kept() -> None:
    almost = Counts(calls=1999, due=1999, first=1949, second=1979)
    assert (almost.share(0), almost.is_kept(0)) == (974, False)
    assert (almost.share(1), almost.is_kept(1)) == (989, False)
    assert Counts().share(0) is None
    assert Counts().is_kept(1) is None


def test_nobody_counts_calls_of_another_area(call: Callable[..., None], api_as: Callable[..., Any]) -> None:
    call(VILLAGE, 5)
    call(FAR_VILLAGE, 5)
    assert [row.code for row in month_figures(AreaScope((TOWN,)), MARCH).areas] == [VILLAGE]
    town = api_as("town_official", TOWN)
    found = town.get("/call-figures?month=2026-03").get_json()
    assert [(row["id"], row["calls"], row["within_first"], row["share_first"]) for row in found] == [
        (VILLAGE, 1, 1, 1000)
    ]
    assert town.get(f"/call-figures?area_code={FAR_VILLAGE}").status_code == 404
    assert town.get("/call-figures?month=2026-13").status_code == 422
    assert api_as("grid_member", VILLAGE).get("/call-figures").status_code == 403


def test_the_page_its_lists_and_its_file_say_the_same(
    call: Callable[..., None], as_role: Callable[..., FlaskClient], submit: Callable[..., Any]
) -> None:
    for seconds in (5, 70, 200):
        call(VILLAGE, seconds)
    call(SISTER_VILLAGE, None, state="cancelled")
    town = as_role("town_official", TOWN)
    page = town.get("/call-button/figures?month=2026-03").text
    links = {
        link.replace("&amp;", "&") for link in re.findall(r'href="(/call-button/figures/calls[^"]+)"', page)
    }
    assert len(links) >= 20
    for link in links:
        number = re.search(rf'href="{re.escape(link.replace("&", "&amp;"))}">(\d+)<', page)
        assert number is not None, link
        assert f"共 {number.group(1)} 条" in town.get(link).text, link
    file = submit(town, "/call-button/figures", "/call-button/figures/export", month="2026-03")
    assert file.headers["Content-Disposition"] == 'attachment; filename="calls-2026-03.csv"'
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == [VILLAGE, SISTER_VILLAGE, ""]
    assert rows[-1][2:] == ["4", "3", "1", "2", "1", "1", "0", "0", "0", "33.3%", "66.6%"]
    assert town.get(f"/call-button/figures?area={FAR_VILLAGE}").status_code == 404


def test_a_list_offers_no_way_to_a_call_that_its_reader_may_not_open(
    call: Callable[..., None], as_role: Callable[..., FlaskClient]
) -> None:
    call(VILLAGE, 5)
    for role, area_code in (("supervisor", COUNTY_CODE), ("town_official", TOWN)):
        browser = as_role(role, area_code)
        page = browser.get("/call-button/figures/calls?month=2026-03").text
        for link in set(re.findall(r'href="(/call-button/calls/\d+)"', page)):
            assert browser.get(link).status_code == 200, (role, link)


def test_months_are_months() -> None:
    assert month_of("2026-13") == now().date().replace(day=1)
    assert month_of("x") == now().date().replace(day=1)
    assert str(months_back(month_of("2026-01"), 1)) == "2025-12-01"
    assert str(months_back(month_of("2026-12"), -1)) == "2027-01-01"


def test_bars_that_are_all_high_are_still_told_apart() -> None:
    high = share_bars([("甲", 990), ("乙", 970), ("丙", None)], 975)
    assert high.begins == 800
    assert [bar.width for bar in high.rows] == [WIDTH * 190 // 200, WIDTH * 170 // 200, 0]
    assert [bar.is_kept for bar in high.rows] == [True, False, False]
    assert share_bars([("甲", 0), ("乙", 1000)], 975).rows[0].width == 2
    assert share_bars([], 975).rows == ()
