"""Spot checks are announced with a frozen list and a seed, drawn a day later, and found true or not."""

from datetime import date, timedelta
from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.cases.api import spot_check_case
from core.clock import now, today
from core.db import insert_rows, unit_of_work
from core.errors import DomainError, Invalid
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary import check_rules
from plugins.diary.errors.checks import (
    AlreadyDrawn,
    BeaconNeeded,
    ListTooLong,
    NothingToDraw,
    OwnDeed,
    TooEarlyToDraw,
)
from plugins.diary.library_words import CHECKED, RESULTS, TRUE, UNREACHABLE
from plugins.diary.models.checks import CheckDraw, CheckItem, CheckResult, SpotCheck
from plugins.diary.queries.checks import CHECK, check_row, has_handled, item_row, labels, population

MOST_DRAWN, MOST_LISTED = 200, 100_000
LONGEST_PERIOD, LATEST_DRAW = timedelta(days=366), timedelta(days=60)
_COLUMNS = ("check_id", "area_code", "place", "subject_id", "label", "lot")


@value_class
class NewCheck:
    """What is to be drawn: `wanted` of a `kind` (words.CHECKED) of an area and period.

    `seed`: any text that is made public now; `source`: where the public number will come from that is added
    at the draw, so that nobody can know the outcome before; `draw_on`: the first day of the draw (tomorrow).
    """

    area_code: str
    kind: str
    since: date
    until: date
    wanted: int
    seed: str
    source: str = ""
    draw_on: date | None = None


def announce_check(actor: Actor, new: NewCheck) -> int:
    """Freeze the list and publish its fingerprint with the seed; returns the spot check's id.

    Raises NotFound, Invalid (fields), NothingToDraw, ListTooLong.
    """
    actor.demand(CHECK, new.area_code)
    seed, source = " ".join(cleaned(new.seed).split()), cleaned(new.source)
    draw_on = new.draw_on or today() + timedelta(days=1)
    _check(new, seed, source, draw_on)
    with unit_of_work():
        ids = population(new.area_code, new.kind, new.since, new.until)
        if len(ids) < new.wanted:
            raise NothingToDraw(size=len(ids))
        if len(ids) > MOST_LISTED:
            raise ListTooLong(size=len(ids), most=MOST_LISTED)
        text = check_rules.list_text(ids)
        row = SpotCheck.create(
            area_code=new.area_code,
            kind=new.kind,
            since=new.since,
            until=new.until,
            wanted=new.wanted,
            size=len(ids),
            population=text,
            list_hash=check_rules.fingerprint(text),
            seed=seed,
            source=source,
            draw_on=draw_on,
            account_id=actor.account_id,
            at=now(),
        )
        _record(actor, "diary.announce_check", row, size=row.size, list=row.list_hash)
    return int(row.id)


def _check(new: NewCheck, seed: str, source: str, draw_on: date) -> None:
    wrong: dict[str, list[str]] = {}
    if new.kind not in CHECKED:
        wrong["kind"] = [N_("请选择抽查什么。")]
    if not new.since <= new.until <= today() or new.until - new.since >= LONGEST_PERIOD:
        wrong["until"] = [N_("时段应在一年以内，结束不早于开始、不晚于今天。")]
    if not 1 <= new.wanted <= MOST_DRAWN:
        wrong["wanted"] = [N_("一次抽取 1 到 200 件。")]
    if not 4 <= len(seed) <= 200:
        wrong["seed"] = [N_("种子应为 4 到 200 个字。")]
    if len(source) > 100:
        wrong["source"] = [N_("至多 100 个字。")]
    if not today() < draw_on <= today() + LATEST_DRAW:
        wrong["draw_on"] = [N_("种子要先公布：最早明天抽取，最迟 60 天以内。")]
    if len(new.area_code) < 6 or not is_current(new.area_code):
        wrong["area_code"] = [N_("请选择现有的区域。")]
    if wrong:
        raise Invalid(fields=wrong)


def draw_check(actor: Actor, check_id: int, *, beacon: str = "") -> None:
    """Draw, once: what comes out follows from what was published. `beacon`: the agreed public number.

    Raises NotFound, TooEarlyToDraw, AlreadyDrawn, BeaconNeeded, Invalid.
    """
    scope = actor.demand(CHECK)
    number = " ".join(cleaned(beacon).split())
    if len(number) > 100:
        raise Invalid(fields={"beacon": [N_("至多 100 个字。")]})
    with unit_of_work():
        row = check_row(scope, check_id)
        if today() < row.draw_on:
            raise TooEarlyToDraw(day=row.draw_on.isoformat())
        if bool(number) != bool(row.source):
            raise BeaconNeeded(fields={"beacon": [BeaconNeeded.text]})
        try:
            with unit_of_work(housekeeping="the draw's line follows"):
                CheckDraw.create(
                    check_id=row.id,
                    area_code=row.area_code,
                    beacon=number,
                    account_id=actor.account_id,
                    at=now(),
                )
        except IntegrityError:
            raise AlreadyDrawn from None
        drawn = check_rules.draw(row.population, row.wanted, seed=row.seed, beacon=number)
        known = labels(row.kind, [subject for _, subject in drawn])
        items = []
        for place, (lot, subject) in enumerate(drawn, 1):
            label, area_code = known.get(subject, (str(subject), row.area_code))
            items.append((row.id, area_code, place, subject, label, lot))
        insert_rows(CheckItem, _COLUMNS, items)
        _record(actor, "diary.draw_check", row, drawn=[subject for _, subject in drawn])


def record_result(actor: Actor, item_id: int, *, result: str, remark: str = "") -> None:
    """What was found of something that was drawn; said again, the later one stands and both are kept.

    A case's own timeline gets it too where the actor may check cases, so that nobody says it twice; a case
    found untrue is reopened there. Raises NotFound, OwnDeed, Invalid.
    """
    scope = actor.demand(CHECK)
    words = cleaned(remark)
    wrong: dict[str, list[str]] = {}
    if result not in RESULTS:
        wrong["result"] = [N_("请选择核实的结果。")]
    if result != TRUE and not words:
        wrong["remark"] = [N_("不属实或联系不上的，请写明情况。")]
    if len(words) > 500:
        wrong["remark"] = [N_("至多 500 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        item, row = item_row(scope, item_id)
        if has_handled(actor, row.kind, item.subject_id):
            raise OwnDeed
        CheckResult.create(
            check_id=row.id,
            item_id=item.id,
            area_code=row.area_code,
            result=result,
            remark=words,
            account_id=actor.account_id,
            at=now(),
        )
        if row.kind == "case" and result != UNREACHABLE and actor.may("cases.check", item.area_code):
            _tell_case(actor, item.subject_id, passed=result == TRUE, note=words)
        _record(actor, "diary.record_check", row, item=item.id, subject=item.subject_id, result=result)


def _tell_case(actor: Actor, case_id: int, *, passed: bool, note: str) -> None:
    try:
        with unit_of_work(housekeeping="the result's line follows"):
            spot_check_case(actor, case_id, passed=passed, note=note)
    except DomainError as refusal:
        if refusal.code != "case_moved_on":  # reopened meanwhile: it is looked at there anyhow
            raise


def _record(actor: Actor, action: str, row: SpotCheck, **detail: Any) -> None:
    # `subject` of a line is the spot check; what it drew stands in the detail.
    detail = {("of" if name == "subject" else name): value for name, value in detail.items()}
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_check:{row.id}", **detail)
