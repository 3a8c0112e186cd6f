"""Funds, assets and resources (三资公开) from a workbook: checked to the fen, then frozen.

Nothing is stored before opening + income - spending = closing holds, and the opening is what the period
before closed with. A published period is corrected only by a version that says what changed.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.events import announce
from core.fields import cleaned
from core.files.api import keep_prepared, prepare
from core.security import Actor
from core.sheets import UNREADABLE, Column, Mistakes, Outcome, Table, Upload, parse_date, reading
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.errors.powers import AssetsFileKind, AssetsNotOver, AssetsSame, AssetsThere
from plugins.supervision.models.assets import AssetsRow, AssetsSheet
from plugins.supervision.periods import before, days_of
from plugins.supervision.power_words import CLOSING, INCOME, OPENING, ROW_KINDS, SPENDING
from plugins.supervision.queries.assets import PUBLISH, SUBJECT, newest_row

COLUMNS = (
    Column("kind", N_("类型")),
    Column("category", N_("类别"), required=False),
    Column("text", N_("摘要"), required=False),
    Column("amount", N_("金额（元）")),
    Column("day", N_("日期"), required=False),
    Column("note", N_("备注"), required=False),
)
KIND, CATEGORY, TEXT, AMOUNT, DAY, NOTE = (column.title for column in COLUMNS)
# 10 thousand million yuan: more than any village has.
_MOST_FEN = 10**12
_YUAN = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,10})(?:\.([0-9]{1,2})0*)?")
_ZIP = b"PK\x03\x04"


@value_class
class Line:
    """A line of the workbook; amount in fen."""

    row: int
    kind: str
    category: str
    text: str
    fen: int
    day: date | None
    note: str


def publish_assets(
    actor: Actor, upload: Upload, *, area_code: str, period: str, note: str = "", dry_run: bool
) -> Outcome:
    """Read a village's workbook of a period and, unless `dry_run` or wrong, publish it.

    `note`: what changed, for a period that is published already. Returns what was found (`counts` in fen);
    its `batch` is the publication's id.
    Raises NotFound, Invalid, AssetsNotOver, AssetsThere, AssetsSame, AssetsFileKind, SheetRefused.
    """
    actor.demand(PUBLISH, area_code)
    since, until = _days(area_code, period)
    if not upload.data.startswith(_ZIP):
        raise AssetsFileKind
    words, last = cleaned(note), newest_row(area_code, period)
    if len(words) > 300:
        raise Invalid(fields={"note": [N_("至多 300 个字。")]})
    if last is not None and not words:
        raise AssetsThere(fields={"note": [AssetsThere.text]})
    if last is not None and last.digest == upload.digest:
        raise AssetsSame
    earlier = newest_row(area_code, before(period))
    with reading(upload, COLUMNS) as table:
        check = _Check(table, earlier.closing_fen if earlier else None, since, until)
        lines = list(check.read())
        check.demand_equation()
    check.mistakes.sort()
    sheet_id = None
    if check.mistakes.total == 0 and not dry_run:
        file = prepare(upload.name or f"{period}.xlsx", upload.data)
        with unit_of_work():
            values = {
                "area_code": area_code,
                "period": period,
                "since": since,
                "until": until,
                "version": last.version + 1 if last else 1,
                "note": words if last else "",
                "digest": upload.digest,
                **check.sums(),
            }
            sheet = _store(actor, values, lines)
            subject = f"{SUBJECT}:{sheet.id}"
            keep_prepared(actor, file, subject=subject, area_code=area_code)
            facts: dict[str, str | int] = {"period": period, "version": sheet.version}
            audit.record(actor, "supervision.publish_assets", area_code=area_code, subject=subject, **facts)
            announce(actor, "supervision.AssetsPublished", area_code=area_code, subject=subject, **facts)
        sheet_id = int(sheet.id)
    return Outcome(
        dry_run=dry_run,
        digest=upload.digest,
        rows=check.rows,
        counts=check.sums() | {"lines": len(lines)},
        mistakes=tuple(check.mistakes.kept),
        mistake_count=check.mistakes.total,
        batch=sheet_id,
    )


def fen_of(text: str) -> int | None:
    """An amount in yuan as fen: 1,234.5 or full-width digits too; None for anything else, below zero too."""
    match = _YUAN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    fen = int(match[1].replace(",", "")) * 100 + int((match[2] or "0").ljust(2, "0"))
    return fen if fen <= _MOST_FEN else None


def _days(area_code: str, period: str) -> tuple[date, date]:
    days = days_of(period)
    if days is None or days[0].year < 2000:
        raise Invalid(fields={"period": [N_("期别应为 2026-Q1 或 2026-03 的样子。")]})
    if not is_current(area_code, "village"):
        raise NotFound
    if days[1] >= today():
        raise AssetsNotOver(fields={"period": [AssetsNotOver.text]})
    return days


def _store(actor: Actor, values: dict[str, Any], lines: list[Line]) -> AssetsSheet:
    try:
        with unit_of_work(housekeeping="the publication's line follows"):
            sheet: AssetsSheet = AssetsSheet.create(account_id=actor.account_id, at=now(), **values)
    except IntegrityError:
        raise AssetsThere from None  # another one committed meanwhile
    for line in lines:
        AssetsRow.create(
            sheet_id=sheet.id,
            area_code=sheet.area_code,
            place=line.row,
            kind=line.kind,
            category=line.category,
            text=line.text,
            fen=line.fen,
            day=line.day,
            note=line.note,
        )
    return sheet


class _Check:
    """One walk through a workbook: its lines, its sums, all that is wrong in it."""

    def __init__(self, table: Table, opening_fen: int | None, since: date, until: date) -> None:
        self._table = table
        self.mistakes: Mistakes = table.mistakes
        self.rows = 0
        self._expected = opening_fen
        self._since, self._until = since, until
        self._kinds = {title: name for name, title in ROW_KINDS.items()} | {name: name for name in ROW_KINDS}
        # Opening and closing: in which row, how much.
        self._ends: dict[str, tuple[int, int]] = {}
        self._sum = {INCOME: 0, SPENDING: 0}

    def read(self) -> Iterator[Line]:
        """The lines that are right, without opening and closing, whose amounts are noted."""
        for row, (kind_text, category, text, amount, day_text, note) in self._table.rows():
            self.rows += 1
            before = self.mistakes.total
            kind = self._kinds.get(kind_text, "")
            if not kind and kind_text != UNREADABLE:
                self.mistakes.add(
                    row, KIND, N_("没有这个类型。可用的类型：%(kinds)s"), kinds="、".join(ROW_KINDS.values())
                )
            fen = self._amount(row, amount)
            day = self._day(row, day_text)
            if kind in (OPENING, CLOSING):
                if kind in self._ends:
                    self.mistakes.add(row, KIND, N_("期初结余和期末结余各写一行。"))
                elif fen is not None:
                    self._ends[kind] = row, fen
                continue
            if kind in self._sum and fen is not None:
                self._sum[kind] += fen
            self._words(row, category, text, note)
            if fen is not None and self.mistakes.total == before:
                yield Line(row, kind, category, text, fen, day, note)

    def demand_equation(self) -> None:
        """Mark what does not add up; only where every amount could be read."""
        for kind in (OPENING, CLOSING):
            if kind not in self._ends and self.mistakes.total == 0:
                self.mistakes.add(1, KIND, N_("缺少“%(kind)s”这一行。"), kind=ROW_KINDS[kind])
        if self.mistakes.total:
            return
        (opening_row, opening), (closing_row, closing) = self._ends[OPENING], self._ends[CLOSING]
        right = opening + self._sum[INCOME] - self._sum[SPENDING]
        if right != closing:
            self.mistakes.add(
                closing_row,
                AMOUNT,
                N_(
                    "期初 %(opening)s 加收入 %(income)s 减支出 %(spending)s 为 %(right)s，"
                    "与期末 %(closing)s 不符。"
                ),
                opening=_yuan(opening),
                income=_yuan(self._sum[INCOME]),
                spending=_yuan(self._sum[SPENDING]),
                right=_yuan(right),
                closing=_yuan(closing),
            )
        if self._expected is not None and opening != self._expected:
            self.mistakes.add(
                opening_row, AMOUNT, N_("与上一期公开的期末结余 %(fen)s 不符。"), fen=_yuan(self._expected)
            )

    def sums(self) -> dict[str, int]:
        """Opening, income, spending and closing in fen, as far as they could be read."""
        return {
            "opening_fen": self._ends.get(OPENING, (0, 0))[1],
            "income_fen": self._sum[INCOME],
            "spending_fen": self._sum[SPENDING],
            "closing_fen": self._ends.get(CLOSING, (0, 0))[1],
        }

    def _amount(self, row: int, text: str) -> int | None:
        fen = None if text == UNREADABLE else fen_of(text)
        if fen is None and text != UNREADABLE:
            self.mistakes.add(row, AMOUNT, N_("金额应为不小于 0 的数，最多两位小数；红字冲减请记为另一方。"))
        return fen

    def _day(self, row: int, text: str) -> date | None:
        if text in ("", UNREADABLE):
            return None
        day = parse_date(unicodedata.normalize("NFKC", text))
        if day is None:
            self.mistakes.add(row, DAY, N_("日期应写成 2026-03-01 的样子。"))
        elif not self._since <= day <= self._until:
            self.mistakes.add(row, DAY, N_("这一天不在本期内。"))
        return day

    def _words(self, row: int, category: str, text: str, note: str) -> None:
        for column, words, longest in ((CATEGORY, category, 40), (TEXT, text, 120)):
            if words != UNREADABLE and not 1 <= len(words) <= longest:
                self.mistakes.add(row, column, N_("请填写，至多 %(longest)d 个字。"), longest=longest)
        if len(note) > 200:
            self.mistakes.add(row, NOTE, N_("至多 200 个字。"))


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
