"""A press becomes a call, or a part of one; never nothing without a reason."""

from core.clock import now
from tests.plugins.call_button.calls.callers import Callers


def test_green_rings_with_the_secretary(callers: Callers) -> None:
    device = callers.device()
    press, is_new = callers.press(device)
    call = callers.row(press.call_id)
    assert is_new
    assert (press.outcome, press.meaning, call.state, call.kind) == ("called", "call", "ringing", "button")
    assert (call.area_code, call.household_id, call.rung) == (device.area_code, device.household_id, 0)
    assert call.rung_at == now()
    assert callers.told() == [callers.secretary.account_id]
    assert callers.steps(call.id) == ["ring", "tell"]
