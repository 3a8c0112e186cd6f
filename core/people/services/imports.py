"""Bringing in a table of residents: one row a person, all or nothing."""

import re
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from core import audit
from core.areas.api import is_current
from core.clock import today
from core.county import county
from core.db import unit_of_work
from core.people.errors import BadCitizenId, BadPhone, CitizenIdOfLeft, CitizenIdTaken
from core.people.identity import are_phones, are_right, check_citizen_id, check_phone
from core.people.models import Household, Person
from core.people.rows import HouseholdRow, PersonRow
from core.people.sealing import index_citizen_id
from core.people.services.batches import record_batch
from core.people.services.bulk import bulk_insert_households
from core.people.services.input import HOUSEHOLD_DIGITS, LONGEST_ADDRESS, LONGEST_NAME, LONGEST_NUMBER
from core.people.services.residence import batches
from core.people.words import RISK_LEVELS, TAGS
from core.scope import AreaScope
from core.security import Actor
from core.sheets import UNREADABLE, Column, Mistakes, Outcome, Table, Upload, reading
from core.text import N_

COLUMNS = (
    Column("area_code", N_("区划代码")),
    Column("household_number", N_("户编号")),
    Column("name", N_("姓名")),
    Column("is_head", N_("是否户主"), required=False),
    Column("citizen_id", N_("公民身份号码"), required=False, digits=True),
    Column("phone", N_("电话"), required=False, digits=True),
    Column("address", N_("住址"), required=False),
    Column("risk_level", N_("风险等级"), required=False),
    Column("tags", N_("标签"), required=False),
)
AREA, NUMBER, NAME, HEAD, CITIZEN_ID, PHONE, ADDRESS, RISK, TAG = (column.title for column in COLUMNS)
_YES_NO = {"": False, "是": True, "否": False, "1": True, "0": False, "户主": True, "y": True, "n": False}
_RISKS = {
    "": "low",
    **{code: code for code in RISK_LEVELS},
    **{title: code for code, title in RISK_LEVELS.items()},
}
_TAG_CODES = {word: code for code, title in TAGS.items() for word in (code, title)}
_TAG_BREAKS = re.compile("[、，,;；]")
_BATCH = 500
# A table tells of whole lists of numbers whether the county knows them; of those who live outside the
# actor's areas it tells this many at most, and not that they are known.
MAX_FOREIGN = 20


def import_households(actor: Actor, upload: Upload, *, dry_run: bool) -> Outcome:
    """Read a table of residents and, without `dry_run` and without mistakes, register all of them.

    Rows with the same area and household number are one household, which must be new; without a
    marked head its first person becomes it. A look without an import is on the record too, since it
    answers questions about numbers. Raises SheetRefused for a file that is no table, SheetBusy.
    """
    scope = actor.demand("people.import")
    outcome = _import(actor, upload, scope, dry_run=dry_run)
    if dry_run or not outcome.clean:
        with unit_of_work():
            audit.record(
                actor,
                "people.check_table",
                area_code=scope.prefixes[0],
                subject=f"file:{upload.digest[:16]}",
                persons=outcome.rows,
                mistakes=outcome.mistake_count,
            )
    return outcome


def install_households(actor: Actor, upload: Upload, *, dry_run: bool = False) -> Outcome:
    """The same for whoever runs the command line: they own the county, so no permission is asked."""
    return _import(actor, upload, AreaScope((county().settings.county_code,)), dry_run=dry_run)


def _import(actor: Actor, upload: Upload, scope: AreaScope, *, dry_run: bool) -> Outcome:
    with reading(upload, COLUMNS) as table:
        check = _Check(table, scope)
        households = check.read()
    persons, mistakes = check.persons, check.mistakes
    del check  # its look-ups are large, and writing needs the room
    mistakes.sort()
    batch = None
    if mistakes.total == 0 and households and not dry_run:
        batch = _write(actor, scope.prefixes[0], upload.digest, households, persons)
    return Outcome(
        dry_run=dry_run,
        digest=upload.digest,
        rows=persons,
        counts={"households": len(households), "persons": persons},
        mistakes=tuple(mistakes.kept),
        mistake_count=mistakes.total,
        batch=batch,
    )


def _write(actor: Actor, area_code: str, digest: str, households: list[HouseholdRow], persons: int) -> int:
    with unit_of_work():
        ids = bulk_insert_households(actor, households, area_code=area_code, subject=f"file:{digest[:16]}")
        return record_batch(actor, area_code, digest, ids, persons)


class _Check:
    """One walk through a table: builds the households and marks all that is wrong."""

    def __init__(self, table: Table, scope: AreaScope) -> None:
        self._table = table
        self._scope = scope
        self._today = today()
        self.mistakes: Mistakes = table.mistakes
        self._areas: dict[str, bool] = {}
        self._households: dict[tuple[str, str], HouseholdRow] = {}
        self._first_row: dict[tuple[str, str], int] = {}
        self._row_of: dict[str, int] = {}
        self.persons = 0

    def read(self) -> list[HouseholdRow]:
        """The households, complete only when nothing was marked."""
        # A county's workbook takes 120 MB in the reader. Its columns as bytes take 25, and vanish one by
        # one while the households grow.
        packed = deque(_packed(block) for block in batches(self._table.rows(), _BATCH))
        self._table.release()
        while packed:
            numbers, *columns = packed.popleft()
            self._read_block(numbers, [column.decode().split("\x1f") for column in columns])
        self._mark_known_households()
        self._mark_known_persons()
        for household in self._households.values():
            if not any(person.is_head for person in household.persons):
                household.persons[0].is_head = True
        return list(self._households.values())

    def _read_block(self, rows: Sequence[int], columns: Sequence[Sequence[str]]) -> None:
        self.persons += len(rows)
        areas, numbers, names, heads, citizen_ids, phones, addresses, risks, tags = columns
        if not self._is_right(columns):
            for row, *cells in zip(rows, *columns, strict=True):
                self._read_row(row, cells)
            return
        self._row_of.update(pair for pair in zip(citizen_ids, rows, strict=True) if pair[0])
        codes = {text: _read_tags(text)[0] for text in set(tags)}
        persons = map(
            PersonRow,
            names,
            citizen_ids,
            phones,
            map(_YES_NO.__getitem__, heads),
            map(_RISKS.__getitem__, risks),
            map(codes.__getitem__, tags),
        )
        keys = zip(areas, numbers, strict=True)
        for each in zip(rows, keys, addresses, persons, strict=True):
            self._put(*each)

    def _is_right(self, columns: Sequence[Sequence[str]]) -> bool:
        """Whether `_read_row` would mark none of these cells and take each as it is; a column at once."""
        areas, numbers, names, heads, citizen_ids, phones, addresses, risks, tags = columns
        given = [number for number in citizen_ids if number]
        return (
            all(map(self._area_is_good, set(areas)))
            and _lengths_are_within(numbers, 1, LONGEST_NUMBER)
            and _lengths_are_within(names, 1, LONGEST_NAME)
            and _lengths_are_within(addresses, 0, LONGEST_ADDRESS)
            and _YES_NO.keys() >= set(heads)
            and _RISKS.keys() >= set(risks)
            and not any(unknown for _, unknown in map(_read_tags, set(tags)))
            and are_right(given, on=self._today)
            and len(set(given)) == len(given)
            and self._row_of.keys().isdisjoint(given)
            and are_phones([phone for phone in phones if phone])
        )

    def _read_row(self, row: int, cells: list[str]) -> None:
        area, number, name, head, citizen_id, phone, address, risk, tags = cells
        if not self._area_is_good(area) and area != UNREADABLE:
            self.mistakes.add(row, AREA, N_("没有这个村社或网格，或不在您负责的区域内。"))
        if not 1 <= len(number) <= LONGEST_NUMBER:
            self.mistakes.add(row, NUMBER, N_("户编号应为 1 到 30 个字。"))
        if not 1 <= len(name) <= LONGEST_NAME:
            self.mistakes.add(row, NAME, N_("姓名应为 1 到 60 个字。"))
        if len(address) > LONGEST_ADDRESS:
            self.mistakes.add(row, ADDRESS, N_("住址最多 200 个字。"))
        if risk not in _RISKS and risk != UNREADABLE:
            self.mistakes.add(row, RISK, N_("风险等级应为 低、中低、中、中高、高 之一。"))
        person = PersonRow(
            name,
            self._citizen_id(row, citizen_id),
            self._phone(row, phone),
            self._head(row, head),
            _RISKS.get(risk, "low"),
            self._tags(row, tags) if tags else (),
        )
        self._put(row, (area, number), address, person)

    def _put(self, row: int, key: tuple[str, str], address: str, person: PersonRow) -> None:
        household = self._households.get(key)
        if household is None:
            self._households[key] = HouseholdRow(*key, address=address, persons=[person])
            self._first_row[key] = row
            return
        if address and household.address and address != household.address:
            self.mistakes.add(
                row, ADDRESS, N_("与同户第 %(other)d 行的住址不同。"), other=self._first_row[key]
            )
        household.address = household.address or address
        if person.is_head and any(member.is_head for member in household.persons):
            self.mistakes.add(row, HEAD, N_("这一户已有户主，一户只有一位户主。"))
        household.persons.append(person)

    def _area_is_good(self, code: str) -> bool:
        known = self._areas.get(code)
        if known is None:
            known = len(code) in HOUSEHOLD_DIGITS and self._scope.covers(code) and is_current(code)
            self._areas[code] = known
        return known

    def _citizen_id(self, row: int, text: str) -> str:
        if text in ("", UNREADABLE):
            return ""
        try:
            number = check_citizen_id(text, on=self._today)
        except BadCitizenId as error:
            self.mistakes.add(row, CITIZEN_ID, error.text)
            return ""
        first = self._row_of.setdefault(number, row)
        if first != row:
            self.mistakes.add(row, CITIZEN_ID, N_("与第 %(other)d 行重复。"), other=first)
        return number

    def _phone(self, row: int, text: str) -> str:
        if text in ("", UNREADABLE):
            return ""
        try:
            return check_phone(text)
        except BadPhone as error:
            self.mistakes.add(row, PHONE, error.text)
            return ""

    def _head(self, row: int, text: str) -> bool:
        if text == UNREADABLE:
            return False
        known = _YES_NO.get(text.lower())
        if known is None:
            self.mistakes.add(row, HEAD, N_("请填 是 或 否。"))
        return bool(known)

    def _tags(self, row: int, text: str) -> tuple[str, ...]:
        if text == UNREADABLE:
            return ()
        codes, unknown = _read_tags(text)
        if unknown:
            self.mistakes.add(row, TAG, N_("没有这个标签：%(words)s"), words="、".join(unknown)[:100])
        return codes

    def _mark_known_households(self) -> None:
        areas = sorted(area for area, good in self._areas.items() if good)
        for some in batches(areas, _BATCH):
            rows: Any = Household.within(self._scope, Household.area_code, Household.number)
            for key in rows.where(Household.area_code.in_(some)).tuples().iterator():
                if key in self._first_row:
                    self.mistakes.add(
                        self._first_row[key], NUMBER, N_("系统里已有这一户；导入只登记新的户。")
                    )

    def _mark_known_persons(self) -> None:
        everybody: Any = Person.unscoped(
            "an ID number is unique in the county", Person.citizen_id_index, Person.area_code, Person.left_at
        )
        if not everybody.where(Person.citizen_id_index.is_null(False)).exists():
            return
        foreign = 0
        for some in batches(self._row_of, _BATCH):
            by_index = {index_citizen_id(number): number for number in some}
            for index, area, left_at in everybody.where(Person.citizen_id_index.in_(list(by_index))).tuples():
                row = self._row_of[by_index[bytes(index)]]
                if self._scope.covers(area):
                    taken = CitizenIdTaken if left_at is None else CitizenIdOfLeft
                    self.mistakes.add(row, CITIZEN_ID, taken.text)
                    continue
                foreign += 1
                if foreign <= MAX_FOREIGN:
                    self.mistakes.add(row, CITIZEN_ID, N_("这个号码不能在这里登记，请联系县区核实。"))
        if foreign > MAX_FOREIGN:
            self.mistakes.add(1, CITIZEN_ID, N_("还有其他号码不能在这里登记，没有逐一列出，请联系县区核实。"))


def _packed(block: Sequence[tuple[int, Sequence[str]]]) -> tuple[Any, ...]:
    """Row numbers, then each column in one piece."""
    numbers, cells = zip(*block, strict=True)
    return (numbers, *("\x1f".join(column).encode() for column in zip(*cells, strict=True)))


def _lengths_are_within(texts: Sequence[str], shortest: int, longest: int) -> bool:
    lengths = set(map(len, texts))
    return shortest <= min(lengths) and max(lengths) <= longest


@lru_cache(maxsize=1_000)
def _read_tags(text: str) -> tuple[tuple[str, ...], list[str]]:
    """The codes of the tags in a cell, and the words that are none."""
    words = [word.strip() for word in _TAG_BREAKS.split(text)]
    codes = dict.fromkeys(_TAG_CODES[word] for word in words if word in _TAG_CODES)
    return tuple(codes), [word for word in words if word and word not in _TAG_CODES]
