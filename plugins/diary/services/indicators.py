"""Figures of villages are entered with their source and corrected by versions; the county adds indicators."""

import re
from datetime import date
from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.clock import now, today
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.indicators import IndicatorThere, ValueChanged, ValueThere
from plugins.diary.models.indicators import Indicator, IndicatorValue
from plugins.diary.queries.indicators import indicator_kinds, value_row

ENTER, DEFINE = "diary.indicator", "diary.indicator_define"
_PERIOD = re.compile(r"(20[0-9]{2})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")
_AMOUNT = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,2}))?")
_NARROW = str.maketrans("０１２３４５６７８９．－，", "0123456789.-,")


@value_class
class Source:
    """Where a figure comes from: which document, whose word, of what day."""

    document: str
    person: str
    day: date


def record_value(
    actor: Actor, area_code: str, *, indicator: str, period: str, value: str, source: Source
) -> int:
    """Enter a village's figure of a period (2026, 2026-Q1, 2026-03); returns its id.

    Raises NotFound, Invalid (fields), ValueThere.
    """
    actor.demand(ENTER, area_code)
    wrong: dict[str, list[str]] = {}
    hundredths, kept = _read(value, source, wrong)
    if indicator not in {kind.code for kind in indicator_kinds()}:
        wrong["indicator"] = [N_("请选择指标。")]
    if not _has_begun(period):
        wrong["period"] = [N_("期间写年（2026）、季度（2026-Q1）或月（2026-03），不能在以后。")]
    if len(area_code) != 12 or not is_current(area_code, "village"):
        wrong["area_code"] = [N_("请选择现有的村或社区。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        row = _write(
            actor,
            ValueThere(),
            area_code=area_code,
            indicator=indicator,
            period=period,
            version=1,
            hundredths=hundredths,
            **kept,
        )
        _record(actor, "diary.record_indicator", row)
    return int(row.id)


def correct_value(actor: Actor, value_id: int, *, value: str, reason: str, source: Source) -> int:
    """Put another version in the place of the one that was seen; returns the new one's id.

    Raises NotFound, Invalid (fields), ValueChanged.
    """
    scope = actor.demand(ENTER)
    why = cleaned(reason)
    wrong: dict[str, list[str]] = {}
    hundredths, kept = _read(value, source, wrong)
    if not 1 <= len(why) <= 200:
        wrong["reason"] = [N_("请写明更正的原因，至多 200 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        before = value_row(scope, value_id)
        row = _write(
            actor,
            ValueChanged(version=before.version + 1),
            area_code=before.area_code,
            indicator=before.indicator,
            period=before.period,
            version=before.version + 1,
            hundredths=hundredths,
            reason=why,
            **kept,
        )
        _record(actor, "diary.correct_indicator", row, before=before.id)
    return int(row.id)


def _write(actor: Actor, there: Exception, **values: Any) -> IndicatorValue:
    try:
        with unit_of_work(housekeeping="the figure's line follows"):
            row: IndicatorValue = IndicatorValue.create(account_id=actor.account_id, at=now(), **values)
    except IntegrityError:
        raise there from None
    return row


def _read(value: str, source: Source, wrong: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
    found = _AMOUNT.fullmatch(value.strip().translate(_NARROW).replace(",", ""))
    if found is None:
        wrong["value"] = [N_("请写数字，小数最多两位。")]
    document, person = cleaned(source.document), cleaned(source.person)
    if not 1 <= len(document) <= 100:
        wrong["document"] = [N_("请写明依据的文件或台账，至多 100 个字。")]
    if not 1 <= len(person) <= 60:
        wrong["person"] = [N_("请写明由谁提供，至多 60 个字。")]
    if source.day > today():
        wrong["day"] = [N_("日期不能在以后。")]
    hundredths = 0
    if found is not None:
        sign, whole, part = found.groups()
        hundredths = (int(whole) * 100 + int((part or "").ljust(2, "0"))) * (-1 if sign else 1)
    return hundredths, {"document": document, "person": person, "day": source.day}


def _has_begun(period: str) -> bool:
    found = _PERIOD.fullmatch(period)
    if found is None:
        return False
    year, month, quarter = found.groups()
    first = int(month) if month else int(quarter) * 3 - 2 if quarter else 1
    return date(int(year), first, 1) <= today()


def add_indicator(actor: Actor, *, title: str, unit: str) -> int:
    """The county keeps one more; returns its id. Raises Forbidden, NotFound, Invalid, IndicatorThere."""
    actor.demand(DEFINE, county().settings.county_code)
    name, counted = cleaned(title), cleaned(unit)
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(name) <= 30:
        wrong["title"] = [N_("请写指标的名称，至多 30 个字。")]
    if not 1 <= len(counted) <= 10:
        wrong["unit"] = [N_("请写计量单位，至多 10 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    if any(kind.title == name for kind in indicator_kinds()):
        raise IndicatorThere(fields={"title": [IndicatorThere.text]})
    with unit_of_work():
        try:
            with unit_of_work(housekeeping="the indicator's line follows"):
                row = Indicator.create(title=name, unit=counted, account_id=actor.account_id, added_at=now())
        except IntegrityError:
            raise IndicatorThere(fields={"title": [IndicatorThere.text]}) from None
        _record_kind(actor, "diary.add_indicator", row.id)
    return int(row.id)


def end_indicator(actor: Actor, indicator_id: int) -> None:
    """Nothing more is entered of it; its figures stay. Raises Forbidden, NotFound."""
    actor.demand(DEFINE, county().settings.county_code)
    with unit_of_work():
        ended = (
            Indicator.update(ended_at=now())
            .where((Indicator.id == indicator_id) & Indicator.ended_at.is_null())
            .execute()
        )
        if not ended:
            raise NotFound
        _record_kind(actor, "diary.end_indicator", indicator_id)


def _record_kind(actor: Actor, action: str, indicator_id: int) -> None:
    place = county().settings.county_code
    audit.record(actor, action, area_code=place, subject=f"diary_indicator:{indicator_id}")


def _record(actor: Actor, action: str, row: IndicatorValue, **detail: Any) -> None:
    audit.record(
        actor,
        action,
        area_code=row.area_code,
        subject=f"diary_indicator_value:{row.id}",
        indicator=row.indicator,
        period=row.period,
        version=row.version,
        hundredths=row.hundredths,
        **detail,
    )
