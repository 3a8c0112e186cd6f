"""Indicators: figures with their source, corrected by versions; rates with the cases behind them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import DatabaseError

from core.cases.api import (
    NewCase,
    accept_case,
    cancel_case,
    create_case,
    list_cases,
    rate_case,
    resolve_case,
)
from core.clock import today
from core.db import unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.indicators import IndicatorThere, ValueChanged, ValueThere
from plugins.diary.models.indicators import IndicatorValue
from plugins.diary.queries.indicators import (
    amount,
    evaluations,
    indicator_kinds,
    list_values,
    periods_of,
    versions_of,
    village_lines,
)
from plugins.diary.services.indicators import (
    Source,
    add_indicator,
    correct_value,
    end_indicator,
    record_value,
)

HERE = AreaScope((COUNTY_CODE,))
SOURCE = Source("2025 年村财务公开表", "王会计", MONDAY_MORNING.date())
INCOME = "collective_income"


def enter(who, value="12.5", area_code=VILLAGE, indicator=INCOME, period="2025"):
    return record_value(who, area_code, indicator=indicator, period=period, value=value, source=SOURCE)


def correct(who, number, value="13", reason="漏记一笔租金"):
    return correct_value(who, number, value=value, reason=reason, source=SOURCE)


@given(st.integers(-(10**12), 10**12))
def test_hundredths_are_written_as_people_write_them(hundredths):
    text = amount(hundredths)
    assert round(float(text) * 100) == hundredths
    assert not text.endswith(".")
    assert "." not in text or not text.endswith("0")


def test_a_figure_is_entered_once_and_corrected_by_versions(village):
    number = enter(village.secretary)
    with pytest.raises(ValueThere):
        enter(village.town, "99")
    newer = correct(village.secretary, number)
    with pytest.raises(ValueChanged):
        correct(village.town, number, "14")
    assert [(row.version, row.value, row.reason) for row in versions_of(HERE, number)] == [
        (2, "13", "漏记一笔租金"),
        (1, "12.5", ""),
    ]
    (row,) = list_values(HERE)[0]
    assert (row.id, row.value, row.document, row.person) == (newer, "13", SOURCE.document, SOURCE.person)
    for statement in (IndicatorValue.update(hundredths=1), IndicatorValue.delete()):
        with pytest.raises(DatabaseError), unit_of_work(housekeeping="a test"):
            statement.execute()


def test_the_table_is_villages_by_periods(village):
    for period, value in (("2023", "8"), ("2024", "9"), ("2025", "10")):
        enter(village.chief, value, period=period)
    enter(village.chief, "-0.25", SISTER_VILLAGE)
    enter(village.chief, "7", FAR_VILLAGE, period="2025-Q4")
    periods = periods_of(HERE, TOWN, INCOME)
    assert periods == ["2023", "2024", "2025"]
    lines, total = village_lines(HERE, TOWN, INCOME, periods)
    shown = {line.area_code: [view and view.value for view in line.values] for line in lines}
    assert shown[VILLAGE] == ["8", "9", "10"]
    assert shown[SISTER_VILLAGE] == [None, None, "-0.25"]
    assert FAR_VILLAGE not in shown
    assert total == len(lines)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "很多"},
        {"value": "1.234"},
        {"value": ""},
        {"period": "2027"},
        {"period": "2025-13"},
        {"period": "2026-Q2"},
        {"indicator": "x"},
        {"area_code": TOWN},
    ],
)
def test_what_makes_no_sense_is_refused(village, wrong):
    with pytest.raises((Invalid, NotFound)):
        enter(village.chief, **wrong)
    assert list_values(HERE)[1] == 0


def test_a_source_is_always_named(village):
    for source in (
        Source("", "王会计", today()),
        Source("表", " ", today()),
        Source("表", "王会计", today() + timedelta(days=1)),
    ):
        with pytest.raises(Invalid):
            record_value(village.chief, VILLAGE, indicator=INCOME, period="2025", value="1", source=source)
    with pytest.raises(Invalid):
        correct(village.chief, enter(village.chief), reason=" ")


def test_the_county_keeps_its_own_list(village):
    number = add_indicator(village.chief, title="返乡创业", unit="户")
    with pytest.raises(IndicatorThere):
        add_indicator(village.chief, title="返乡创业", unit="人")
    with pytest.raises(Forbidden):
        add_indicator(village.town, title="x", unit="x")
    enter(village.secretary, "3", indicator=f"own:{number}")
    end_indicator(village.chief, number)
    with pytest.raises(NotFound):
        end_indicator(village.chief, number)
    with pytest.raises(Invalid):
        enter(village.secretary, "4", indicator=f"own:{number}", period="2024")
    assert [kind.title for kind in indicator_kinds()] == ["村集体经济收入", "矛盾纠纷", "绿化率"]
    assert list_values(HERE)[0][0].title == "返乡创业"


def test_walls(village, actor):
    number = enter(village.secretary)
    other = actor("secretary", FAR_VILLAGE)
    for deed in (
        lambda: enter(other),
        lambda: correct(other, number),
        lambda: versions_of(other.scope("diary.view"), number),
        lambda: village_lines(other.scope("diary.view"), VILLAGE, INCOME, ["2025"]),
        lambda: evaluations(other.scope("diary.view"), TOWN, today(), today()),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(Forbidden):
        enter(village.cadre)
    assert list_values(other.scope("diary.view"))[1] == 0


@pytest.fixture
def answered(village, actor):
    """Five cases: three were answered, one of them rated up, one down (and reopened); one is taken back."""
    person = village.house.person_ids[0]
    resident = actor("resident", VILLAGE, person_id=person)
    new = NewCase("cases.report", "路灯", VILLAGE, on_behalf_of=person)
    numbers = [create_case(village.secretary, new) for _ in range(5)]
    for number in numbers[:3]:
        accept_case(village.secretary, number)
        resolve_case(village.secretary, number, outcome="solved", answer="好了")
    rate_case(resident, numbers[0], thumb="up", solved=True)
    rate_case(resident, numbers[1], thumb="down", solved=True)
    cancel_case(village.secretary, numbers[4], reason="重复")
    return village


def test_rates_say_what_they_are_made_of_and_lead_to_it(answered):
    (row,) = evaluations(HERE, TOWN, today(), today())
    n = row.numbers
    assert (row.area_code, n.received, n.cancelled, row.due, n.answered) == (VILLAGE, 5, 1, 4, 2)
    assert (row.resolution, n.rated, n.satisfied, row.satisfaction) == (500, 2, 1, 500)
    for part in ("received", "cancelled", "answered", "rated", "satisfied"):
        found, total = list_cases(
            AreaScope((VILLAGE,)), reported=(today(), today()), fact="" if part == "received" else part
        )
        assert len(found) == total == getattr(n, part), part
    assert evaluations(HERE, TOWN, date(2025, 1, 1), date(2025, 12, 31)) == []


def test_pages_and_tables_to_take_away(answered, as_role, api_as, submit):
    browser = as_role("county_admin", COUNTY_CODE)
    days = f"since={today()}&until={today()}"
    page = browser.get(f"/diary/evaluation?area={TOWN}&{days}").text
    assert "50.0%" in page
    assert "part=satisfied" in page
    assert "路灯" in browser.get(f"/diary/evaluation/cases?area={VILLAGE}&part=rated&{days}").text
    assert ",5,1,4,2,50.0%,2,1,50.0%" in browser.get(f"/diary/evaluation.csv?area={TOWN}&{days}").text
    refused = submit(browser, "/diary/indicators", "/diary/indicator-kinds", title="甲", unit="")
    assert refused.status_code == 422
    assert 'value="甲"' in refused.text
    form = {
        "area_code": VILLAGE,
        "indicator": INCOME,
        "period": "2025",
        "value": "１２.５",
        "document": "财务公开表",
        "person": "王会计",
        "day": today().isoformat(),
    }
    made = submit(browser, "/diary/indicators/new", "/diary/indicators", **form)
    assert made.status_code == 303
    again = submit(browser, "/diary/indicators/new", "/diary/indicators", **form)
    assert again.status_code == 409
    place = made.headers["Location"]
    fixed = form | {"value": "14", "reason": "漏记"}
    del fixed["area_code"], fixed["indicator"], fixed["period"]
    assert submit(browser, place, place + "/correct", **fixed).status_code == 303
    page = browser.get(f"/diary/indicators?area={TOWN}").text
    assert "第 2 版" in page
    assert "bar-value" in page
    assert "一村,村集体经济收入,万元,2025,14,2" in browser.get("/diary/indicators.csv").text
    program = api_as("secretary", VILLAGE)
    assert program.get("/indicators?indicator=collective_income").json[0]["value"] == "14"
    body = {**form, "period": "2024", "value": "11"}
    assert program.post("/indicators", body).status_code == 201
    assert program.post("/indicators", body).json["code"] == "diary_indicator_there"
    shown = program.get(f"/evaluations?area_code={VILLAGE}&{days}").json
    assert [(row["answered"], row["due"]) for row in shown] == [(2, 4)]
    assert program.get(f"/evaluations?area_code={FAR_VILLAGE}&{days}").status_code == 404
