"""A key was pressed: it becomes a press, and a call or a part of one, in the same transaction.

The press of a green key always ends in a call that rings or is in somebody's hands: no limit and no window
keeps it from that, nor anything that is wrong with posts, roster or messages.
"""

from datetime import datetime, timedelta
from typing import Final

from core import audit
from core.county import plugin_settings
from core.devices import Reading
from core.events import announce
from core.plugin_manager import SYSTEM
from plugins.call_button.call_words import (
    AGAIN,
    ALARM,
    ARRIVE,
    CALLED,
    COUNTED,
    HANG_UP,
    HANG_UP_LATE,
    HUNG_UP,
    JOINED,
    NOTHING,
    PRESS_AGAIN,
    RATED,
    RING,
    RING_AGAIN,
    TAKE,
    TAKE_OVER,
    TOLD,
    UNKNOWN,
    subject_of,
)
from plugins.call_button.meanings import own_meanings
from plugins.call_button.models.calls import CANCELLED, DOWN, RINGING, UP, Call, CallStep, Press
from plugins.call_button.models.devices import Device
from plugins.call_button.queries.device_keys import meanings_of
from plugins.call_button.services.call_steps import (
    NOTICE_OVER,
    PRESSED_RED,
    RINGS_AGAIN,
    WAS_CANCELLED,
    change,
    minutes,
    seconds,
    tell,
    write_step,
)
from plugins.call_button.services.changes import next_change
from plugins.call_button.services.ladder import BELOW, Ladder, climb_now
from plugins.call_button.services.press_clocks import believed_at, late_since
from plugins.call_button.services.press_rows import (
    call_over_between,
    open_call,
    presses_between,
    write_call,
    write_press,
)
from plugins.call_button.services.same_press import Packet, remember, same_press
from plugins.call_button.services.thumbs import put_device_thumb
from plugins.call_button.settings import CALL, CANCEL, DISSATISFIED, SATISFIED

_MINUTE = timedelta(minutes=1)
_THUMBS: Final = {SATISFIED: UP, DISSATISFIED: DOWN}


def store_press(
    device: Device, reading: Reading, received_at: datetime, packet: Packet | None = None
) -> tuple[Press, bool]:
    """Store the press of a key, within the caller's unit of work; False: it is the same press again.

    `packet`: the broker's delivery that it came by, if it may be repeated.

    Whoever is on the first rung of the ladder is told, and `CallButtonPressed` is announced. Where a device
    is pressed more often than the county's `presses_per_minute`, further presses are counted with its call
    and nothing else happens; without an open call they ring all the same.
    """
    digest, same = same_press(device, reading, received_at, packet)
    if same is not None:
        remember(packet, same, received_at)
        return same, False
    meaning = meaning_of(device, reading)
    pressed_at = believed_at(device, reading, received_at)
    outcome, call = _deed(device, meaning, received_at, late_since(reading, pressed_at, received_at))
    press = write_press(
        area_code=device.area_code,
        device_id=device.id,
        digest=digest,
        key=reading.key[:40],
        gesture=reading.gesture,
        meaning=meaning,
        outcome=outcome,
        pressed_at=pressed_at,
        received_at=received_at,
        call_id=call.id if call else None,
    )
    remember(packet, press, received_at)
    if outcome != COUNTED:
        _announce(device, press, call)
    return press, True


def meaning_of(device: Device, reading: Reading) -> str:
    """What the key means on this device; where its driver is not there any more, what was set for it."""
    if known := meanings_of(device):
        return known.get(reading.key, UNKNOWN)
    return own_meanings(device.keys).get(reading.key) or (ALARM if device.kind != "button" else UNKNOWN)


def _deed(device: Device, meaning: str, at: datetime, pressed_at: datetime | None) -> tuple[str, Call | None]:
    """What the press does; its outcome, and the call that it belongs to."""
    call = open_call(device.id)
    if meaning in (CALL, ALARM):
        if call is None:
            return CALLED, _ring(device, at, pressed_at)
        if _is_flood(device, at):
            return COUNTED, call
        return JOINED, _join(call, at)
    if meaning == UNKNOWN or _is_flood(device, at):
        return NOTHING, None
    if meaning == CANCEL:
        return _hang_up(call, at)
    rated = put_device_thumb(device.id, _THUMBS[meaning], at)
    return (RATED, rated) if rated else (NOTHING, None)


def _is_flood(device: Device, at: datetime) -> bool:
    most = int(plugin_settings("call_button")["presses_per_minute"])
    return presses_between(device.id, at - _MINUTE, at, most=most) >= most


def _ring(device: Device, at: datetime, pressed_at: datetime | None) -> Call:
    call = write_call(
        area_code=device.area_code,
        device_id=device.id,
        household_id=device.household_id,
        follows_id=_just_over(device, at),
        kind=device.kind,
        state=RINGING,
        changed=next_change(),
        rung_at=at,
        pressed_at=pressed_at,
        rung=BELOW,
        climbs_at=at,
        wake_at=at + minutes("case_minutes"),
    )
    write_step(SYSTEM, call, RING, at=at)
    # What may be wrong with posts, roster or messages must not cost the press: then the ladder's next round
    # finds a call that is due.
    climb_now(call, Ladder(at))
    return call


def _just_over(device: Device, at: datetime) -> int | None:
    """The call of the same device that ended within `repeat_seconds`: this one may be the same trouble."""
    window = seconds("repeat_seconds")
    return call_over_between(device.id, at - window, at + window)


def _join(call: Call, at: datetime) -> Call:
    """One more press of an open call: more urgent; whoever was told last, or has it, is told again.

    Whoever took it `ring_again_minutes` ago may not be with the resident any more: then it rings anew.
    """
    urgency = call.urgency + 1
    if call.state == RINGING and call.climbs_at is None:
        # The ladder's end was reached and nobody came: it begins anew.
        change(call, urgency=urgency, rung=BELOW, climbs_at=at)
        write_step(SYSTEM, call, PRESS_AGAIN, at=at)
        climb_now(call, Ladder(at))
        return call
    if call.state != RINGING and _is_left(call, at):
        return _ring_again(call, at, urgency)
    last = _last(call, (*TOLD, PRESS_AGAIN))
    change(call, urgency=urgency)
    if last is not None and abs(at - last.at) < seconds("tell_again_seconds"):
        return call
    if call.state != RINGING:
        write_step(SYSTEM, call, PRESS_AGAIN, at=at)
        tell(call, [call.taken_by or 0], RINGS_AGAIN)
    else:
        words = last.words if last else ""
        write_step(SYSTEM, call, AGAIN, words, at=at)
        tell(call, accounts_in(words), RINGS_AGAIN)
    return call


def _is_left(call: Call, at: datetime) -> bool:
    """Whether nobody has taken the call, or come, lately; so too where the clock was put back."""
    last = _last(call, (TAKE, TAKE_OVER, ARRIVE))
    return last is None or abs(at - last.at) >= minutes("ring_again_minutes")


def _ring_again(call: Call, at: datetime, urgency: int) -> Call:
    """From the first rung on, until somebody takes it; who had it stands in the history and is told as well.

    When it was answered first, and when somebody first came, stays.
    """
    taker = call.taken_by or 0
    change(
        call,
        urgency=urgency,
        state=RINGING,
        taken_by=None,
        taken_how="",
        rung=BELOW,
        climbs_at=at,
        wake_at=at + minutes("case_minutes"),
    )
    write_step(SYSTEM, call, RING_AGAIN, at=at)
    tell(call, [taker], RINGS_AGAIN)
    climb_now(call, Ladder(at))
    return call


def _last(call: Call, deeds: tuple[str, ...]) -> CallStep | None:
    steps = CallStep.select().where((CallStep.call_id == call.id) & CallStep.deed.in_(deeds))
    found: CallStep | None = steps.order_by(CallStep.number.desc()).first()
    return found


def accounts_in(words: str) -> list[int]:
    """The accounts in the words of a line that says who was told."""
    return [int(each) for each in words.split()[1:]]


def _hang_up(call: Call | None, at: datetime) -> tuple[str, Call | None]:
    """Red: within `cancel_seconds` of a call that nobody ever took it is over; later it is noted only,
    and whoever has the call is told."""
    if call is None:
        return NOTHING, None
    is_fresh = call.state == RINGING and call.answered_at is None
    if is_fresh and abs(at - call.rung_at) <= seconds("cancel_seconds"):
        over = {"state": CANCELLED, "ended_at": at, "cancelled_at": at, "climbs_at": None, "wake_at": None}
        change(call, **over)
        write_step(SYSTEM, call, HANG_UP, at=at)
        tell(call, _all_told(call), WAS_CANCELLED, NOTICE_OVER)
        return HUNG_UP, call
    last = _last(call, (HANG_UP_LATE,))
    change(call)
    write_step(SYSTEM, call, HANG_UP_LATE, at=at)
    if call.taken_by is not None and (last is None or abs(at - last.at) >= seconds("tell_again_seconds")):
        tell(call, [call.taken_by], PRESSED_RED)
    return NOTHING, call


def _all_told(call: Call) -> list[int]:
    steps = CallStep.select().where((CallStep.call_id == call.id) & CallStep.deed.in_(TOLD))
    return sorted({each for step in steps for each in accounts_in(step.words)})


def _announce(device: Device, press: Press, call: Call | None) -> None:
    subject = subject_of(call.id) if call else f"call_button_device:{device.id}"
    payload = {
        "device": device.id,
        "press": press.id,
        "call": call.id if call else None,
        "device_kind": device.kind,
        "meaning": press.meaning,
        "outcome": press.outcome,
    }
    announce(SYSTEM, "call_button.CallButtonPressed", area_code=device.area_code, subject=subject, **payload)
    audit.record(SYSTEM, "call_button.press", area_code=device.area_code, subject=subject, **payload)
