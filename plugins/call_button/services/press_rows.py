"""The statements of a press: what is asked and written at every one of them, compiled once."""

from datetime import datetime, timedelta
from typing import Any, Final

from core.db import Statement, milliseconds
from plugins.call_button.models.calls import Call, Press

_ONE_DEVICE: Final = "the presses and calls of one device, which was found by what it sent"
_EMPTY: Final = ("taken_how", "reason", "result", "thumb")
_CALL_COLUMNS: Final = (
    *("area_code", "device_id", "household_id", "follows_id", "kind", "state", "urgency", "version"),
    *("changed", "rung_at", "pressed_at", "rung", "climbs_at", "wake_at", "asked", *_EMPTY),
)
_PRESS_COLUMNS: Final = (
    *("area_code", "device_id", "digest", "key", "gesture", "meaning", "outcome", "pressed_at"),
    *("received_at", "call_id"),
)
_WITH_DIGEST = Statement(lambda p: Press.unscoped(_ONE_DEVICE).where(Press.digest == p("digest")))
_NEAR = Statement(
    lambda p: (
        Press.unscoped(_ONE_DEVICE)
        .where(
            (Press.device_id == p("device_id"))
            & (Press.received_at > p("since"))
            & (Press.received_at < p("until"))
            & (Press.key == p("key"))
            & (Press.gesture == p("gesture"))
        )
        .order_by(Press.received_at.desc())
        .limit(1)
    )
)
_HEARD_NEAR = Statement(
    lambda p: (
        Press.unscoped(_ONE_DEVICE)
        .where(
            (Press.device_id == p("device_id"))
            & (Press.received_at > p("earliest"))
            & (Press.key == p("key"))
            & (Press.gesture == p("gesture"))
            & (
                ((Press.pressed_at > p("heard_since")) & (Press.pressed_at < p("heard_until")))
                | (
                    Press.pressed_at.is_null()
                    & (Press.received_at > p("since"))
                    & (Press.received_at < p("until"))
                )
            )
        )
        .order_by(Press.received_at.desc())
        .limit(1)
    )
)
_LATELY = Statement(
    lambda p: (
        Press.unscoped(_ONE_DEVICE, Press.id)
        .where(
            (Press.device_id == p("device_id"))
            & (Press.received_at > p("since"))
            & (Press.received_at <= p("until"))
        )
        .limit(p("most"))
    )
)
_OPEN = Statement(
    lambda p: Call.unscoped(_ONE_DEVICE).where((Call.device_id == p("device_id")) & Call.ended_at.is_null())
)
_JUST_OVER = Statement(
    lambda p: (
        Call.unscoped(_ONE_DEVICE, Call.id)
        .where(
            (Call.device_id == p("device_id")) & (Call.ended_at >= p("since")) & (Call.ended_at <= p("until"))
        )
        .order_by(Call.rung_at.desc())
        .limit(1)
    )
)
_LAST_ANSWERED = Statement(
    lambda p: (
        Call.unscoped(_ONE_DEVICE)
        .where((Call.device_id == p("device_id")) & Call.answered_at.is_null(False))
        .order_by(Call.rung_at.desc(), Call.id.desc())
        .limit(1)
    )
)
_WRITE_CALL = Statement(lambda p: Call.insert({name: p(name) for name in _CALL_COLUMNS}).returning(Call))
_WRITE_PRESS = Statement(lambda p: Press.insert({name: p(name) for name in _PRESS_COLUMNS}).returning(Press))


def press_with(digest: bytes) -> Press | None:
    """The press with this digest."""
    found: Press | None = _WITH_DIGEST.get(digest=digest)
    return found


def press_near(device_id: int, key: str, gesture: str, since: datetime, until: datetime) -> Press | None:
    """The last press of a key between two moments, both exclusive."""
    moments = {"since": milliseconds(since), "until": milliseconds(until)}
    found: Press | None = _NEAR.get(device_id=device_id, key=key, gesture=gesture, **moments)
    return found


def press_heard_near(
    device_id: int,
    key: str,
    gesture: str,
    heard_at: datetime,
    at: datetime,
    *,
    window: timedelta,
    earliest: datetime,
) -> Press | None:
    """The last press of a key that was heard within `window` of a moment; one of which nobody knows when it
    was heard counts as it came. Only what came after `earliest` is looked at."""
    moments = {
        "heard_since": heard_at - window,
        "heard_until": heard_at + window,
        "since": at - window,
        "until": at + window,
        "earliest": earliest,
    }
    values = {name: milliseconds(moment) for name, moment in moments.items()}
    found: Press | None = _HEARD_NEAR.get(device_id=device_id, key=key, gesture=gesture, **values)
    return found


def presses_between(device_id: int, since: datetime, until: datetime, *, most: int) -> int:
    """How many presses of a device there were after a moment until another one, counted up to `most`."""
    moments = {"since": milliseconds(since), "until": milliseconds(until)}
    return len(_LATELY.all(device_id=device_id, most=most, **moments))


def open_call(device_id: int) -> Call | None:
    """The call of a device that is not over; there is at most one."""
    found: Call | None = _OPEN.get(device_id=device_id)
    return found


def call_over_between(device_id: int, since: datetime, until: datetime) -> int | None:
    """The last call of a device that ended between two moments."""
    row = _JUST_OVER.first(device_id=device_id, since=milliseconds(since), until=milliseconds(until))
    return int(row[0]) if row else None


def last_answered_call(device_id: int) -> Call | None:
    """The last call of a device that somebody has answered."""
    found: Call | None = _LAST_ANSWERED.get(device_id=device_id)
    return found


def write_call(**values: Any) -> Call:
    """Insert a call; what is not given is as it begins."""
    begins = {"urgency": 1, "version": 1, "asked": False, **dict.fromkeys(_EMPTY, "")}
    found: Call = _WRITE_CALL.get(**begins, **plain(values))
    return found


def write_press(**values: Any) -> Press:
    """Insert a press."""
    found: Press = _WRITE_PRESS.get(**plain(values))
    return found


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as they go to the database: moments as milliseconds."""
    return {
        name: milliseconds(value) if isinstance(value, datetime) else value for name, value in values.items()
    }
