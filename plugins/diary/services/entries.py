"""Entries are written, changed, made public, linked and removed; a problem in one becomes a case."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.cases.api import NewCase, create_case, without_numbers
from core.clock import now, today
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.events import announce
from core.fields import cleaned
from core.files.api import attach_files, remove_files_of
from core.people.api import household_brief, person_brief
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.entries import (
    EntryChanged,
    EntryHasCase,
    EntryTooOld,
    LinkUnknown,
    NoLonger,
    NotYourEntry,
)
from plugins.diary.lines import lines
from plugins.diary.models.entries import Entry, EntryCase, EntryLink, EntryVersion
from plugins.diary.queries.entries import PURPOSE, entry_row, too_old
from plugins.diary.queries.establishments import establishment_row
from plugins.diary.services.signs import keep_signs, signs_of_row
from plugins.diary.words import KINDS, LINKS, PRIVATE, PUBLISHED

WRITE = "diary.write"
PROBLEM_KIND = "diary.problem"
LONGEST = 20_000
# A paper diary that is typed in goes back to the first one (Yahuang, March 1998) and a little further.
FIRST_DAY = date(1990, 1, 1)
MOST_LINKS = 50
# Cases hold less; what is longer is filed from its beginning, and the entry has the rest.
LONGEST_CASE = 5_000


@value_class
class NewEntry:
    """A day's text. `links`: kind and target (an id, of an area its code) of what it is about."""

    area_code: str
    text: str
    kind: str = "village"
    line: str = ""
    day: date | None = None
    state: str = PUBLISHED
    visit_id: int | None = None
    links: Sequence[tuple[str, str]] = ()
    files: Sequence[str] = ()


def write_entry(actor: Actor, new: NewEntry) -> int:
    """Write an entry down, in the caller's unit of work or one of its own; returns its id.

    ID numbers and phones are taken out of what others read; the original is sealed.
    Raises NotFound, Invalid (fields), LinkUnknown, and what attaching files raises.
    """
    actor.demand(WRITE, new.area_code)
    text, day = cleaned(new.text), new.day or today()
    _check(new, text, day)
    with unit_of_work():
        at = now()
        row = Entry.create(
            area_code=new.area_code,
            account_id=actor.account_id,
            kind=new.kind,
            line=new.line,
            day=day,
            state=new.state,
            visit_id=new.visit_id,
            created_at=at,
            updated_at=at,
            **_text(text),
        )
        keep_signs(row, {})
        for kind, target in dict.fromkeys(new.links):
            _link(actor, row, kind, target)
        attach_files(actor, new.files, f"diary_entry:{row.id}", row.area_code)
        _record(actor, "diary.write_entry", row, day=day.isoformat(), state=row.state)
        if row.state == PUBLISHED:
            _announce(actor, row)
    return int(row.id)


def _check(new: NewEntry, text: str, day: date) -> None:
    wrong = _wrong_text(text)
    if new.kind not in KINDS:
        wrong["kind"] = [N_("请选择驻村、驻社或驻企。")]
    if new.line and new.line not in lines():
        wrong["line"] = [N_("没有这个条线。")]
    if new.state not in (PRIVATE, PUBLISHED):
        wrong["state"] = [N_("请选择公开或私记。")]
    if not FIRST_DAY <= day <= today():
        wrong["day"] = [N_("日期应在 1990 年以后、今天以前。")]
    if len(new.area_code) < 9 or not is_current(new.area_code):
        wrong["area_code"] = [N_("请选择现有的镇街、村社或网格。")]
    if len(new.links) > MOST_LINKS:
        wrong["links"] = [N_("一篇日记最多关联 50 处。")]
    if wrong:
        raise Invalid(fields=wrong)


def _wrong_text(text: str) -> dict[str, list[str]]:
    if 1 <= len(text) <= LONGEST:
        return {}
    return {"text": [N_("请写下情况；一篇最多 20000 个字，太长请分几篇写。")]}


def _text(text: str) -> dict[str, Any]:
    shown = without_numbers(text)
    sealed = county().keys.seal(text, PURPOSE) if shown != text else None
    return {"text": shown, "original_sealed": sealed}


def change_entry(
    actor: Actor,
    entry_id: int,
    *,
    text: str,
    version: int,
    state: str | None = None,
    day: date | None = None,
) -> Entry:
    """Save another text of one's own entry; the one before is kept. `version`: the one that was read.

    Raises NotFound, NotYourEntry, EntryTooOld, EntryChanged (somebody saved meanwhile), NoLonger, Invalid.
    """
    words = cleaned(text)
    wrong = _wrong_text(words)
    if day is not None and not FIRST_DAY <= day <= today():
        wrong["day"] = [N_("日期应在 1990 年以后、今天以前。")]
    if state not in (None, PRIVATE, PUBLISHED):
        wrong["state"] = [N_("请选择公开或私记。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        row = _own(actor, entry_id)
        if row.version != version:
            raise EntryChanged(version=row.version)
        if row.state == PUBLISHED and state == PRIVATE:
            raise NoLonger
        if row.state == PUBLISHED and too_old(row.created_at):
            raise EntryTooOld(days=_edit_days())
        becomes_public = row.state == PRIVATE and state == PUBLISHED
        _keep_version(row)
        before = signs_of_row(row)
        changes = {
            **_text(words),
            "day": day or row.day,
            "state": state or row.state,
            "version": version + 1,
            "updated_at": now(),
        }
        Entry.update(**changes).where(Entry.id == row.id).execute()
        for name, value in changes.items():
            setattr(row, name, value)
        keep_signs(row, before)
        _record(actor, "diary.change_entry", row, version=row.version, state=row.state)
        if becomes_public:
            _announce(actor, row)
    return row


def _edit_days() -> int:
    return int(plugin_settings("diary")["edit_days"])


def _keep_version(row: Entry) -> None:
    EntryVersion.create(
        entry_id=row.id,
        area_code=row.area_code,
        version=row.version,
        text=row.text,
        original_sealed=row.original_sealed,
        state=row.state,
        account_id=row.account_id,
        at=row.updated_at,
    )


def remove_entry(actor: Actor, entry_id: int) -> None:
    """Remove one's own entry: text, older versions, links and photos are gone; that it was there stays.

    Raises NotFound, NotYourEntry, EntryHasCase (what became a case stays readable from it).
    """
    with unit_of_work():
        row = _own(actor, entry_id)
        if row.cases:
            raise EntryHasCase
        before = signs_of_row(row)
        row.removed_at = now()
        Entry.update(text="", original_sealed=None, removed_at=row.removed_at).where(
            Entry.id == row.id
        ).execute()
        keep_signs(row, before)
        EntryVersion.delete().where(EntryVersion.entry_id == row.id).execute()
        EntryLink.delete().where(EntryLink.entry_id == row.id).execute()
        remove_files_of(actor, f"diary_entry:{row.id}")
        _record(actor, "diary.remove_entry", row)


def link_entry(actor: Actor, entry_id: int, *, kind: str, target: str) -> None:
    """Say what one's own entry is about; the same link twice is one.

    Raises NotFound, NotYourEntry, LinkUnknown.
    """
    with unit_of_work():
        row = _own(actor, entry_id)
        _link(actor, row, kind, target)
        _record(actor, "diary.link_entry", row, kind=kind, target=target)


def unlink_entry(actor: Actor, entry_id: int, *, kind: str, target: str) -> None:
    """Take a link back. Raises NotFound, NotYourEntry."""
    with unit_of_work():
        row = _own(actor, entry_id)
        gone = (
            EntryLink.delete()
            .where((EntryLink.entry_id == row.id) & (EntryLink.kind == kind) & (EntryLink.target == target))
            .execute()
        )
        if not gone:
            raise NotFound
        _record(actor, "diary.unlink_entry", row, kind=kind, target=target)


def _link(actor: Actor, row: Entry, kind: str, target: str) -> None:
    _demand_target(actor, kind, target)
    try:
        with unit_of_work(housekeeping="the entry's line follows"):
            EntryLink.create(
                entry_id=row.id,
                area_code=row.area_code,
                kind=kind,
                target=target,
                word="",
                account_id=actor.account_id,
                at=now(),
            )
    except IntegrityError:
        return  # it is linked already


def _demand_target(actor: Actor, kind: str, target: str) -> None:
    if kind not in LINKS or not (target.isascii() and target.isdigit() and len(target) <= 16):
        raise LinkUnknown
    people = actor.scope("people.view")
    if kind == "area":
        known = is_current(target)
    elif kind == "person":
        known = person_brief(people, int(target)) is not None
    elif kind == "household":
        known = household_brief(people, int(target)) is not None
    else:
        try:
            known = establishment_row(actor.scope("diary.view"), int(target)) is not None
        except NotFound:
            known = False
    if not known:
        raise LinkUnknown


@value_class
class Problem:
    """A problem of an entry. An empty `text` is the entry's own; `person_id`: for whom it is filed."""

    text: str = ""
    person_id: int | None = None
    place: str = ""
    urgent: bool = False
    solved_on_spot: bool = False
    answer: str = ""
    difficulty: str | None = None


def raise_problem(actor: Actor, entry_id: int, problem: Problem) -> int:
    """A problem in an entry becomes a case, linked both ways; returns the case's id.

    An entry may hold several. Without a text of its own it gets the entry's as others read it; a private note
    stays private, so its problem needs words of its own. Raises NotFound, NotYourEntry, Invalid, and what
    filing a case raises.
    """
    with unit_of_work():
        row = _own(actor, entry_id)
        text = cleaned(problem.text)
        if not text and row.state == PRIVATE:
            raise Invalid(fields={"text": [N_("私记只有自己能看，请写明要办的事。")]})
        case_id = create_case(
            actor,
            NewCase(
                kind=PROBLEM_KIND,
                text=(text or row.text)[:LONGEST_CASE],
                area_code=row.area_code,
                place=problem.place,
                difficulty=problem.difficulty,
                on_behalf_of=problem.person_id,
                urgent=problem.urgent,
                solved_on_spot=problem.solved_on_spot,
                answer=problem.answer,
                channel="diary",
                subject=f"diary_entry:{row.id}",
            ),
        )
        EntryCase.create(entry_id=row.id, case_id=case_id, area_code=row.area_code, at=now())
        Entry.update(cases=Entry.cases + 1).where(Entry.id == row.id).execute()
        _record(actor, "diary.raise_problem", row, case_id=case_id)
    return case_id


def _own(actor: Actor, entry_id: int) -> Entry:
    actor.demand(WRITE)
    row = entry_row(actor, entry_id)
    if row.account_id != actor.account_id:
        raise NotYourEntry
    return row


def _announce(actor: Actor, row: Entry) -> None:
    announce(
        actor,
        "diary.EntryPublished",
        area_code=row.area_code,
        subject=f"diary_entry:{row.id}",
        posting=row.kind,
    )


def _record(actor: Actor, action: str, row: Entry, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_entry:{row.id}", **detail)
