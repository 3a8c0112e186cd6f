"""What every step of a call does: one conditional update, a number for the boards, a line of its history."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from core import audit
from core.clock import now
from core.county import plugin_settings
from core.db import Statement, milliseconds
from core.notices.api import Accounts, notify
from core.security import Actor
from core.text import N_
from plugins.call_button.call_words import STATES, page_of, subject_of
from plugins.call_button.errors.calls import CallMovedOn
from plugins.call_button.models.calls import Call, CallStep
from plugins.call_button.services.changes import next_change
from plugins.call_button.services.press_rows import plain

NOTICE, NOTICE_OVER, NOTICE_ASK = (
    "call_button.call_rang",
    "call_button.call_was_over",
    "call_button.thumb_was_missing",
)
RINGS = N_("有人按键呼叫，请马上接听。")
RINGS_AGAIN = N_("呼叫的人又按了键，请尽快处理。")
PRESSED_RED = N_("呼叫的人按了红键，请与本人核实是否还需要帮助。")
UNTAKEN = N_("有一个呼叫一直无人接听，请马上接听。")
WAS_CANCELLED = N_("刚才的呼叫已按红键取消。")
PLEASE_ASK = N_("有一户的呼叫办结后没有评价，请上门或打电话问一问。")


_WRITE = Statement(
    lambda p: CallStep.insert(
        {name: p(name) for name in ("call_id", "number", "at", "deed", "account_id", "words")}
    )
)
# Which columns -> the statement that changes them: a dozen deeds, each always the same ones.
_UPDATES: dict[tuple[str, ...], Statement] = {}


def _update_of(columns: tuple[str, ...]) -> Statement:
    return Statement(
        lambda p: Call.update({name: p(name) for name in columns}).where(
            (Call.id == p("id")) & (Call.version == p("seen"))
        )
    )


def seconds(name: str) -> timedelta:
    """A length of time of the county's [plugin.call_button], which is set in seconds."""
    return timedelta(seconds=plugin_settings("call_button")[name])


def minutes(name: str) -> timedelta:
    """The same of one that is set in minutes."""
    return timedelta(minutes=plugin_settings("call_button")[name])


def change(row: Call, **changes: Any) -> None:
    """Change a call that nobody has changed meanwhile, within a unit of work. Raises CallMovedOn."""
    changes |= {"version": row.version + 1, "changed": next_change()}
    columns = tuple(changes)
    if columns not in _UPDATES:
        _UPDATES[columns] = _update_of(columns)
    if not _UPDATES[columns].run(id=row.id, seen=row.version, **plain(changes)):
        raise CallMovedOn(state=STATES[row.state])
    for name, value in changes.items():
        setattr(row, name, value)


def write_step(actor: Actor, row: Call, deed: str, words: str = "", *, at: datetime | None = None) -> None:
    """A line of the history, numbered by the version that the call now has."""
    _WRITE.run(
        call_id=row.id,
        number=row.version,
        at=milliseconds(at or now()),
        deed=deed,
        account_id=actor.account_id,
        words=words,
    )


def advance(actor: Actor, row: Call, deed: str, words: str = "", **changes: Any) -> None:
    """One step of a call, inside a unit of work: the change, its line of the history, the line on record.

    Raises CallMovedOn.
    """
    change(row, **changes)
    write_step(actor, row, deed, words)
    record(actor, f"call_button.{deed}_call", row)


def record(actor: Actor, action: str, row: Call, **detail: Any) -> None:
    """A line on record about a call."""
    audit.record(actor, action, area_code=row.area_code, subject=subject_of(row.id), **detail)


def told(who: str, account_ids: Iterable[int]) -> str:
    """The words of a line that says who was told: the rung, then the accounts."""
    return " ".join([who, *map(str, account_ids)])


def tell(row: Call, account_ids: Iterable[int], text: str, kind: str = NOTICE) -> None:
    """A message about a call, past all quiet hours; without names, and the same words for everybody."""
    if ids := tuple(account_ids):
        notify(
            Accounts(ids),
            kind,
            text,
            {},
            subject=subject_of(row.id),
            url=page_of(row.id),
            urgent=kind != NOTICE_ASK,
            area_code=row.area_code,
        )
