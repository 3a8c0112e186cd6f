"""The power list as a workbook: one row a step, checked as a whole, then taken over all or nothing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from core.clock import today
from core.county import county
from core.db import unit_of_work
from core.security import Actor
from core.sheets import UNREADABLE, Column, Mistakes, Outcome, Table, Upload, reading
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.errors.powers import ShippedTaken
from plugins.supervision.power_words import CLASSES
from plugins.supervision.queries.powers import Step, known_codes, newest
from plugins.supervision.services.powers import (
    CODE,
    KEEP,
    PowerText,
    add_power,
    change_power,
    is_same,
    mistakes_in,
    step_mistakes,
)

COLUMNS = (
    Column("code", N_("编码")),
    Column("power_class", N_("类别"), required=False),
    Column("title", N_("事项名称"), required=False),
    Column("post", N_("责任岗位"), required=False),
    Column("ground", N_("依据"), required=False),
    Column("step", N_("步骤")),
    Column("who", N_("责任人")),
    Column("documents", N_("材料"), required=False),
    Column("days", N_("时限（工作日）"), required=False),
    Column("back_to", N_("退回第几步"), required=False),
    Column("back_when", N_("退回情形"), required=False),
)
CODES, CLASS, TITLE, POST, GROUND, STEP, WHO, DOCUMENTS, DAYS, BACK_TO, BACK_WHEN = (
    column.title for column in COLUMNS
)
SHIPPED = Path(__file__).parents[1] / "shipped_powers.csv"
_PLACES = {"title": TITLE, "post": POST, "ground": GROUND, "steps": STEP}


@value_class
class ListedPower:
    """An item as a table gives it; `row`: where it begins."""

    row: int
    code: str
    power_class: str
    text: PowerText


def import_powers(actor: Actor, upload: Upload, *, valid_from: date, note: str, dry_run: bool) -> Outcome:
    """Read a table of items and, unless `dry_run` or wrong, take it over.

    New ones are added, those that say something else get a version from `valid_from` on; those that are
    equal stay, and so do those that the table lacks. Returns what was found.
    Raises Forbidden, Invalid, SheetRefused.
    """
    actor.demand(KEEP, county().settings.county_code)
    with reading(upload, COLUMNS) as table:
        check = _Check(table)
        listed = check.read()
    mistakes, before, known = check.mistakes, newest(), known_codes()
    fresh = [each for each in listed if each.code not in known]
    changed = [each for each in listed if each.code in before and not is_same(before[each.code], each.text)]
    for each in listed:
        old = before.get(each.code)
        if old is not None and old.power_class != each.power_class:
            mistakes.add(each.row, CLASS, N_("事项的类别不能改。请停用后另用新编码。"))
        if old is not None and old.until is not None:
            mistakes.add(each.row, CODES, N_("这个编码的事项已停用，不能再用。"))
    late = [each for each in changed if valid_from < max(today(), before[each.code].valid_from)]
    for each in late:
        mistakes.add(each.row, CODES, N_("已有事项的新版本最早从今天、且不早于上一版起生效。"))
    mistakes.sort()
    if mistakes.total == 0 and not dry_run:
        with unit_of_work():
            for each in fresh:
                add_power(actor, each.code, each.power_class, each.text, valid_from=valid_from)
            for each in changed:
                change_power(
                    actor,
                    each.code,
                    each.text,
                    valid_from=valid_from,
                    version=before[each.code].version,
                    note=note,
                )
    return Outcome(
        dry_run=dry_run,
        digest=upload.digest,
        rows=check.rows,
        counts={
            "added": len(fresh),
            "changed": len(changed),
            "same": len(listed) - len(fresh) - len(changed),
        },
        mistakes=tuple(mistakes.kept),
        mistake_count=mistakes.total,
    )


def take_over_shipped(actor: Actor, *, valid_from: date) -> int:
    """Add the shipped items that the county's list has not; returns how many. What the county wrote stays.

    Raises Forbidden, ShippedTaken.
    """
    actor.demand(KEEP, county().settings.county_code)
    known, added = known_codes(), 0
    with unit_of_work():
        for each in shipped():
            if each.code not in known:
                add_power(actor, each.code, each.power_class, each.text, valid_from=valid_from)
                added += 1
        if not added:
            raise ShippedTaken
    return added


def shipped() -> list[ListedPower]:
    """The list that comes with the program. Its grounds are to be looked over by the county."""
    check = _Check(Table(Upload(SHIPPED.name, SHIPPED.read_bytes()), COLUMNS))
    listed = check.read()
    assert check.mistakes.total == 0, check.mistakes.kept
    return listed


class _Check:
    """One walk through a table: rows of one code that follow each other are the steps of one item."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.mistakes: Mistakes = table.mistakes
        self.rows = 0
        self._classes = {title: name for name, title in CLASSES.items()} | {name: name for name in CLASSES}

    def read(self) -> list[ListedPower]:
        """The items that can be made out; mistakes are collected."""
        listed: list[ListedPower] = []
        seen: set[str] = set()
        for group in self._groups():
            row, cells = group[0]
            code = cells[0].upper()
            if code in seen:
                self.mistakes.add(row, CODES, N_("这个编码在前面已经出现过；同一事项的步骤要连在一起。"))
                continue
            seen.add(code)
            if (item := self._item(code, group)) is not None:
                listed.append(item)
        return listed

    def _groups(self) -> Iterator[list[tuple[int, list[str]]]]:
        group: list[tuple[int, list[str]]] = []
        for row, cells in self._table.rows():
            self.rows += 1
            if group and cells[0] and cells[0] != group[0][1][0]:
                yield group
                group = []
            group.append((row, cells))
        if group:
            yield group

    def _item(self, code: str, group: list[tuple[int, list[str]]]) -> ListedPower | None:
        before = self.mistakes.total
        row, (_, class_text, title, post, ground, *_) = group[0]
        for later, cells in group[1:]:
            for place in range(1, 5):
                if cells[place] and cells[place] != group[0][1][place]:
                    self.mistakes.add(later, COLUMNS[place].title, N_("与这个事项第一行写的不一样。"))
        if not CODE.fullmatch(code):
            self.mistakes.add(row, CODES, N_("编码为 2 到 20 位大写字母、数字和短横，以字母开头。"))
        power_class = self._classes.get(class_text, "")
        if not power_class:
            self.mistakes.add(
                row, CLASS, N_("没有这个类别。可用的类别：%(classes)s"), classes="、".join(CLASSES.values())
            )
        steps = tuple(self._step(number, at, cells) for number, (at, cells) in enumerate(group, 1))
        text = PowerText(title, post, steps, ground)
        said_of_steps = any(step_mistakes(number, step) for number, step in enumerate(steps, 1))
        for name, sentences in mistakes_in(text).items():
            if name != "steps" or not said_of_steps:
                self.mistakes.add(row, _PLACES[name], sentences[0])
        return ListedPower(row, code, power_class, text) if self.mistakes.total == before else None

    def _step(self, number: int, row: int, cells: list[str]) -> Step:
        title, who, documents, days, back_to, back_when = cells[5:11]
        step = Step(
            title,
            who,
            documents,
            self._number(row, DAYS, days),
            self._number(row, BACK_TO, back_to),
            back_when,
        )
        if UNREADABLE not in cells:
            for sentence in step_mistakes(number, step):
                self.mistakes.add(row, STEP, sentence)
        return step

    def _number(self, row: int, column: str, text: str) -> int | None:
        if text in ("", UNREADABLE):
            return None
        if text.isdecimal() and len(text) <= 3:
            return int(text)  # full-width digits too
        self.mistakes.add(row, column, N_("应为整数。"))
        return None
