"""The table of voters from a sheet: looked at first, imported whole or not at all."""

import unicodedata
from collections import Counter
from datetime import date
from typing import Any

from core import audit
from core.areas.api import list_areas
from core.clock import now, today
from core.db import unit_of_work
from core.errors import DomainError
from core.people.api import check_citizen_id, persons_by_citizen_id
from core.scope import AreaScope
from core.security import Actor
from core.sheets import UNREADABLE, Column, Mistakes, Outcome, Table, Upload, parse_date, reading
from core.text import N_
from plugins.supervision.decision_words import SEAT_TITLES
from plugins.supervision.models.voting import VoterBatch
from plugins.supervision.queries.voters import seats_held_in
from plugins.supervision.services.voter_notices import tell_town
from plugins.supervision.services.voters import VOTERS, NewVoter, give_seat

COLUMNS = (
    Column("area_code", N_("村社代码"), digits=True),
    Column("name", N_("姓名")),
    Column("citizen_id", N_("公民身份号码"), digits=True),
    Column("seat", N_("表决身份")),
    Column("since", N_("起始日期")),
    Column("until", N_("截止日期"), required=False),
)
AREA, NAME, CITIZEN_ID, SEAT, SINCE, UNTIL = (column.title for column in COLUMNS)
_SEATS = {**{code: code for code in SEAT_TITLES}, **{title: code for code, title in SEAT_TITLES.items()}}
_MOST_VILLAGES = 10_000


class VoterTable:
    """One walk through a table: the seats it asks for, and all that is wrong in it."""

    def __init__(self, table: Table, scope: AreaScope) -> None:
        self._table, self._scope = table, scope
        self.mistakes: Mistakes = table.mistakes
        found, _ = list_areas(scope, level="village", on_date=today(), page_size=_MOST_VILLAGES)
        self._villages = {area.code for area in found}
        self._seats: dict[int, dict[str, Any]] = {}
        self._names: dict[int, str] = {}
        self._first: dict[tuple[str, str, str], int] = {}
        self.rows = 0

    def read(self, source: str) -> list[NewVoter]:
        """The seats in the table's order, complete only when nothing was marked."""
        for number, cells in self._table.rows():
            self.rows += 1
            self._read_row(number, [unicodedata.normalize("NFKC", cell) for cell in cells])
        known = self._known_persons()
        return [
            NewVoter(person_id=known[seat.pop("citizen_id")], source=source, **seat)
            for seat in self._seats.values()
            if seat["citizen_id"] in known
        ]

    def _read_row(self, row: int, cells: list[str]) -> None:
        village, name, citizen_id, seat_word, since_text, until_text = cells
        before = self.mistakes.total
        if village not in self._villages and village != UNREADABLE:
            self.mistakes.add(row, AREA, N_("没有这个村社，或不在您负责的区域内。"))
        seat = _SEATS.get(seat_word, "")
        if not seat:
            self.mistakes.add(row, SEAT, N_("表决身份应为 党员、村民代表、网格监督员 之一。"))
        number = self._checked_number(row, citizen_id)
        since = self._day(row, SINCE, since_text)
        until = self._day(row, UNTIL, until_text) if until_text else None
        if since and until and until < since:
            self.mistakes.add(row, UNTIL, N_("止期不能早于起期。"))
        if self.mistakes.total > before or UNREADABLE in cells or since is None:
            return
        first = self._first.setdefault((village, number, seat), row)
        if first != row:
            self.mistakes.add(row, CITIZEN_ID, N_("与第 %(other)d 行重复。"), other=first)
            return
        self._seats[row] = {
            "area_code": village,
            "citizen_id": number,
            "seat": seat,
            "since": since,
            "until": until,
        }
        self._names[row] = name

    def _checked_number(self, row: int, text: str) -> str:
        if text == UNREADABLE:
            return ""
        try:
            return str(check_citizen_id(text))
        except DomainError as error:
            self.mistakes.add(row, CITIZEN_ID, error.text)
            return ""

    def _day(self, row: int, column: str, text: str) -> date | None:
        day = parse_date(text)
        if day is None and text != UNREADABLE:
            self.mistakes.add(row, column, N_("日期应写成 2023-06-30 的样子。"))
        return day

    def _known_persons(self) -> dict[str, int]:
        found = persons_by_citizen_id(self._scope, {seat["citizen_id"] for seat in self._seats.values()})
        held = seats_held_in({seat["area_code"] for seat in self._seats.values()})
        for row, seat in self._seats.items():
            person = found.get(seat["citizen_id"])
            if person is None:
                self.mistakes.add(row, CITIZEN_ID, N_("户籍里没有这个人，或不在您负责的区域内。"))
            elif person[1] != self._names[row]:
                self.mistakes.add(row, NAME, N_("姓名与户籍登记的不一致。"))
            elif (seat["area_code"], person[0], seat["seat"]) in held:
                self.mistakes.add(row, SEAT, N_("这个人在这个村社已有这一表决身份。"))
        return {number: key for number, (key, _) in found.items()}


def import_voters(actor: Actor, upload: Upload, *, dry_run: bool) -> Outcome:
    """Read a table of voters and, without `dry_run` and without mistakes, write all of it.

    People are found by their ID number in the register of the actor's areas, and the name must agree.
    A look is on record too, since it answers questions about numbers. Raises SheetRefused.
    """
    scope = actor.demand(VOTERS)
    with reading(upload, COLUMNS) as table:
        check = VoterTable(table, scope)
        found = check.read(f"表格 {upload.digest[:8]}")
    check.mistakes.sort()
    clean = check.mistakes.total == 0
    writes = clean and not dry_run and bool(found)
    with unit_of_work():
        if writes:
            batch = VoterBatch.create(
                area_code=scope.prefixes[0],
                digest=upload.digest,
                rows=len(found),
                account_id=actor.account_id,
                imported_at=now(),
            )
            for new in found:
                give_seat(new, batch.id)
            for area_code, count in sorted(Counter(new.area_code for new in found).items()):
                tell_town(actor, area_code, given=count)
        audit.record(
            actor,
            "supervision.import_voters" if writes else "supervision.check_voter_table",
            area_code=scope.prefixes[0],
            subject=f"file:{upload.digest[:16]}",
            rows=check.rows,
            mistakes=check.mistakes.total,
        )
    return Outcome(
        dry_run=dry_run,
        digest=upload.digest,
        rows=check.rows,
        counts={"voters": len(found) if clean else 0},
        mistakes=tuple(check.mistakes.kept),
        mistake_count=check.mistakes.total,
    )
