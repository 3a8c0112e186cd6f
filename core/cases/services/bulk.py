"""Cases of the past, written at the speed of the database: for synthetic counties and for measuring.

They follow the same rules as real ones: digests, clocks, one open lead; the proof of the timelines holds.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from peewee import fn

from core import audit
from core.cases.clocks import Clock, clock_until, days_from, hours_from
from core.cases.desks import Desk
from core.cases.digest import added, step_digest
from core.cases.models import Assignment, Case, Rule, Step
from core.cases.queries.rules import first_fitting, open_rules
from core.cases.words import (
    ACCEPT,
    CANCEL,
    CLOSE,
    CREATE,
    DISPATCH,
    ESCALATE,
    LEAD,
    NO_RULE,
    OPEN,
    RATE,
    RATE_FOR,
    REOPEN,
    RESOLVE,
    RESOLVED,
    RETURN,
    START,
    TRANSFER,
    UNACCEPTED,
)
from core.clock import now
from core.county import county
from core.db import advance_ids, database, milliseconds, unit_of_work
from core.qr import ALPHABET
from core.security import Actor
from core.value_classes import value_class

SEED_ACTION = "cases.seed"
_AT_ONCE = 2_000
_GIVING = (CREATE, DISPATCH, TRANSFER, RETURN, ESCALATE, REOPEN)


@value_class
class PastStep:
    """A step as it was done."""

    deed: str
    at: datetime
    account_id: int | None
    state: str
    desk: Desk
    note: str = ""


@value_class
class PastCase:
    """A case with all that happened to it. `thumb`: the last rating; `subject`: `thing:id`, its origin."""

    kind: str
    text: str
    area_code: str
    steps: Sequence[PastStep]
    place: str = ""
    difficulty: str = "small"
    person_id: int | None = None
    household_id: int | None = None
    public: bool = False
    urgent: bool = False
    on_the_spot: bool = False
    outcome: str = ""
    answer: str = ""
    thumb: str = ""
    on_behalf: bool = False
    channel: str = "page"
    subject: str = ""


def write_past_cases(actor: Actor, cases: Iterable[PastCase], chance: random.Random) -> range:
    """Write cases with their timelines; returns their ids in that order. One unit of work, one audit line.

    It checks nothing: callers make the data themselves. `chance` draws the tracking numbers.
    """
    with unit_of_work():
        writer = _Writer(chance)
        waiting = iter(cases)
        while chunk := list(islice(waiting, _AT_ONCE)):
            writer.write(chunk)
        advance_ids(Case)
        audit.record(
            actor,
            SEED_ACTION,
            area_code=county().settings.county_code,
            subject="cases:bulk",
            cases=writer.cases,
            steps=writer.steps,
            digests=f"{writer.digests:064x}",
        )
    return writer.ids


class _Writer:
    def __init__(self, chance: random.Random) -> None:
        self.cases = self.steps = self.digests = 0
        self._chance = chance
        highest = Case.unscoped("the next free id", fn.MAX(Case.id)).scalar()
        self._first = self._next = int(highest or 0) + 1
        self._resolve_by: dict[tuple[date, int], datetime] = {}
        self._rules = open_rules()

    @property
    def ids(self) -> range:
        """The cases that were written."""
        return range(self._first, self._next)

    def write(self, chunk: list[PastCase]) -> None:
        """A few thousand cases."""
        numbered = list(enumerate(chunk, self._next))
        self._next += len(chunk)
        self.cases += len(chunk)
        _insert(Case, (self._case(case_id, past) for case_id, past in numbered))
        _insert(Assignment, (row for case_id, past in numbered for row in self._leads(case_id, past)))
        _insert(Step, (row for case_id, past in numbered for row in self._timeline(case_id, past)))

    def _timeline(self, case_id: int, past: PastCase) -> Iterator[dict[str, Any]]:
        previous = ""
        for number, step in enumerate(past.steps, 1):
            parts = (step.at, step.account_id, step.deed, step.state)
            desk = (step.desk.level, step.desk.area_code, step.desk.unit_id)
            digest = step_digest(previous, case_id, number, *parts, *desk, step.note)
            yield {
                "case_id": case_id,
                "number": number,
                **dict(zip(("at", "account_id", "deed", "state"), parts, strict=True)),
                **dict(zip(("level", "desk_area", "unit_id"), desk, strict=True)),
                "note": step.note,
                "previous": previous,
                "digest": digest,
            }
            previous = digest
            self.steps += 1
            self.digests = added(self.digests, digest)

    def _leads(self, case_id: int, past: PastCase) -> Iterator[dict[str, Any]]:
        lead: dict[str, Any] = {}
        for step in past.steps:
            if step.deed in _GIVING:
                if lead:
                    yield lead | {"ended_at": step.at, "ended_why": step.deed}
                lead = self._lead(case_id, past, step)
            elif step.deed == ACCEPT:
                lead |= {"accepted_at": step.at, "worker_id": step.account_id}
            elif step.deed == RESOLVE:
                lead["done_at"] = step.at
            elif step.deed in (CLOSE, CANCEL):
                lead |= {"ended_at": step.at, "ended_why": step.deed}
        if past.steps[-1].state in UNACCEPTED:
            # Its page shows both, so it is the very deadline of the case.
            lead["accept_by"] = self._to_accept(past, lead["given_at"]).due_at
        yield lead

    def _rule(self, past: PastCase) -> Rule | None:
        return first_fitting(self._rules, past.kind, past.difficulty, past.area_code)

    def _to_accept(self, past: PastCase, given_at: datetime) -> Clock:
        rule = self._rule(past)
        return hours_from(given_at, rule.accept_hours if rule else county().settings.cases.accept_hours)

    def _to_resolve(self, past: PastCase, given_at: datetime) -> datetime:
        rule = self._rule(past)
        return self._promise(given_at, rule.resolve_days if rule else county().settings.cases.resolve_days)

    def _lead(self, case_id: int, past: PastCase, step: PastStep) -> dict[str, Any]:
        return {
            "case_id": case_id,
            "part": LEAD,
            "level": step.desk.level,
            "desk_area": step.desk.area_code,
            "unit_id": step.desk.unit_id,
            "given_at": step.at,
            "given_by": step.account_id,
            "accept_by": self._promise(step.at, 1),
            "accepted_at": None,
            "worker_id": None,
            "resolve_by": self._to_resolve(past, step.at),
            "done_at": None,
            "ended_at": None,
            "ended_why": "",
        }

    def _promise(self, at: datetime, days: int) -> datetime:
        # Most cases begin on a few hundred days.
        key = (at.date(), days)
        if key not in self._resolve_by:
            self._resolve_by[key] = days_from(at, days).due_at
        return self._resolve_by[key]

    def _case(self, case_id: int, past: PastCase) -> dict[str, Any]:
        first, last = past.steps[0], past.steps[-1]
        at = {step.deed: step for step in past.steps}
        resolved = at.get(RESOLVE) if last.state not in OPEN else None
        rated = at.get(RATE) or at.get(RATE_FOR)
        worker = at.get(ACCEPT) or at.get(START) or at.get(RESOLVE)
        accepted = last.state not in UNACCEPTED and worker is not None
        return {
            "id": case_id,
            "number": f"{first.at:%y%m%d}-{self._signs(6)}",
            "key": self._signs(8),
            "version": len(past.steps),
            "kind": past.kind,
            "text": past.text,
            "place": past.place,
            "difficulty": past.difficulty,
            "area_code": past.area_code,
            "state": last.state,
            "outcome": past.outcome,
            "answer": past.answer,
            "person_id": past.person_id,
            "household_id": past.household_id,
            "filed_by": first.account_id,
            "on_behalf": past.on_behalf,
            "channel": past.channel,
            "external_id": "",
            "subject": past.subject,
            "public": past.public,
            "urgent": past.urgent,
            "on_the_spot": past.on_the_spot,
            "flags": "" if (rule := self._rule(past)) else NO_RULE,
            "rule_id": rule.id if rule else None,
            "level": last.desk.level,
            "desk_area": last.desk.area_code,
            "unit_id": last.desk.unit_id,
            "worker_id": worker.account_id if accepted and worker else None,
            "returns": sum(step.deed == RETURN for step in past.steps),
            "reopens": sum(step.deed == REOPEN for step in past.steps),
            "urges": 0,
            "reported_at": first.at,
            "thumb": past.thumb,
            "rating_note": "",
            "rated_at": rated.at if rated and last.state not in OPEN else None,
            "resolved_at": resolved.at if resolved else None,
            "closed_at": last.at if last.deed in (CLOSE, CANCEL) else None,
            **self._clock(past, last),
        }

    def _clock(self, past: PastCase, last: PastStep) -> dict[str, Any]:
        given = [step for step in past.steps if step.deed in _GIVING][-1]
        resolve_by = self._to_resolve(past, given.at)
        stopped = {"due_at": None, "yellow_at": None, "resolve_by": resolve_by, "wake_at": None, "rung": 0}
        if last.state not in OPEN:
            answered = [step.at for step in past.steps if step.deed == RESOLVE]
            return stopped | {
                "wake_at": self._promise(last.at, county().settings.cases.rate_days)
                if last.state == RESOLVED
                else None,
                "late": bool(answered) and answered[-1] > resolve_by,
            }
        clock = self._running(past, given, resolve_by)
        return stopped | {
            "due_at": clock.due_at,
            "yellow_at": clock.yellow_at,
            "wake_at": clock.yellow_at,
            "late": clock.due_at < now(),
        }

    def _running(self, past: PastCase, given: PastStep, resolve_by: datetime) -> Clock:
        if past.steps[-1].state in UNACCEPTED:
            return self._to_accept(past, given.at)
        return clock_until(given.at, resolve_by)

    def _signs(self, count: int) -> str:
        return "".join(self._chance.choices(ALPHABET, k=count))


def _insert(model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    """`executemany`: building a statement a row through the model costs four times the insert."""
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return
    columns = tuple(first)
    marks = ", ".join([database.param] * len(columns))
    sql = f"INSERT INTO {model._meta.table_name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608

    def values() -> Iterator[tuple[Any, ...]]:
        for row in (first, *waiting):
            yield tuple(
                milliseconds(value) if isinstance(value, datetime) else value
                for value in (row[column] for column in columns)
            )

    database.cursor().executemany(sql, values())
