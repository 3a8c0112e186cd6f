"""What an area table must fulfil before a single row of it is written."""

from collections.abc import Mapping
from datetime import date

from core.areas.levels import DIGITS, TITLES, parent_code
from core.scope import AreaScope
from core.sheets.tables import UNREADABLE, Column, Mistakes, Table, parse_date
from core.text import N_
from core.value_classes import value_class

COLUMNS = (
    Column("code", N_("区划代码")),
    Column("name", N_("名称")),
    Column("level", N_("级别")),
    Column("valid_from", N_("生效日期")),
    Column("valid_to", N_("失效日期"), required=False),
    Column("successor_code", N_("继任区划代码"), required=False),
)
CODE, NAME, LEVEL, FROM, TO, SUCCESSOR = (column.title for column in COLUMNS)
_LEVELS = {**{level: level for level in DIGITS}, **{title: level for level, title in TITLES.items()}}


@value_class
class AreaRow:
    """One checked row, ready to be written."""

    code: str
    name: str
    level: str
    valid_from: date
    valid_to: date | None
    successor_code: str | None


def check_rows(
    table: Table, known: Mapping[str, AreaRow], county_code: str, scope: AreaScope
) -> dict[int, AreaRow]:
    """The rows of `table` by row number, as far as each can be read; all that is wrong is in its mistakes.

    `known` are the areas already in the database, `county_code` the root that every code lies under,
    `scope` where the actor may change areas.
    """
    mistakes = table.mistakes
    rows: dict[int, AreaRow] = {}
    first: dict[str, int] = {}
    for number, cells in table.rows():
        row = _check_one(number, cells, mistakes, county_code, scope)
        if row is None:
            continue
        if row.code in first:
            mistakes.add(number, CODE, N_("与第 %(other)d 行的代码重复。"), other=first[row.code])
            continue
        first[row.code] = number
        rows[number] = row
    _check_neighbours(rows, known, county_code, mistakes)
    return rows


def _check_one(
    number: int, cells: list[str], mistakes: Mistakes, county_code: str, scope: AreaScope
) -> AreaRow | None:
    before = mistakes.total
    code, name, level_text, from_text, to_text, successor = cells
    if UNREADABLE in cells:
        return None
    level = _LEVELS.get(level_text)
    if level is None:
        mistakes.add(
            number,
            LEVEL,
            N_("级别应为 市、县区、镇街、村社、网格 之一（或 city、county、town、village、grid）。"),
        )
    if not (code.isascii() and code.isdigit()):
        mistakes.add(number, CODE, N_("代码应只有数字。"))
    elif level is not None and len(code) != DIGITS[level]:
        mistakes.add(
            number,
            CODE,
            N_("这一级的代码应为 %(digits)d 位，这里是 %(found)d 位。"),
            digits=DIGITS[level],
            found=len(code),
        )
    elif not code.startswith(county_code) or not scope.covers(code):
        mistakes.add(number, CODE, N_("不在您负责维护的区域内。"))
    if not 1 <= len(name) <= 60:
        mistakes.add(number, NAME, N_("名称应为 1 到 60 个字。"))
    start, end = _check_dates(number, from_text, to_text, mistakes)
    if successor and end is None:
        mistakes.add(number, SUCCESSOR, N_("填了继任代码，也应填失效日期。"))
    if mistakes.total > before or start is None or level is None:
        return None
    return AreaRow(code, name, level, start, end, successor or None)


def _check_dates(
    number: int, from_text: str, to_text: str, mistakes: Mistakes
) -> tuple[date | None, date | None]:
    start, end = parse_date(from_text), parse_date(to_text)
    if start is None:
        mistakes.add(number, FROM, N_("日期应写成 2023-06-30 的样子。"))
    if to_text and end is None:
        mistakes.add(number, TO, N_("日期应写成 2023-06-30 的样子。"))
    if start and end and end < start:
        mistakes.add(number, TO, N_("失效日期早于生效日期。"))
    return start, end


def _check_neighbours(
    rows: Mapping[int, AreaRow], known: Mapping[str, AreaRow], county_code: str, mistakes: Mistakes
) -> None:
    together = {**known, **{row.code: row for row in rows.values()}}
    for number, row in rows.items():
        parent = parent_code(row.code)
        if row.code != county_code and parent not in together:
            mistakes.add(number, CODE, N_("上级 %(parent)s 不在文件里，也不在系统里。"), parent=parent or "")
        if row.successor_code is None:
            continue
        heir = together.get(row.successor_code)
        if heir is None:
            mistakes.add(number, SUCCESSOR, N_("继任代码不在文件里，也不在系统里。"))
        elif heir.level != row.level:
            mistakes.add(number, SUCCESSOR, N_("继任区域应为同一级。"))
        elif _leads_in_a_circle(row.code, together):
            mistakes.add(number, SUCCESSOR, N_("继任代码绕成了圈，找不到现在的区域。"))


def _leads_in_a_circle(code: str, areas: Mapping[str, AreaRow]) -> bool:
    seen = {code}
    while (row := areas.get(code)) is not None and row.successor_code is not None:
        code = row.successor_code
        if code in seen:
            return True
        seen.add(code)
    return False
