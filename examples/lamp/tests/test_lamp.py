"""A press switches the lamp of its village on, an answer switches it off: on a real broker."""

from datetime import timedelta

import pytest
from marshmallow import ValidationError

from core.clock import now
from core.county import plugins
from core.testing import VILLAGE
from lamp.settings import LampSettings

ON, OFF = (f"lamps/{VILLAGE}/set", "ON"), (f"lamps/{VILLAGE}/set", "OFF")


def test_the_core_has_switched_it_on(app):
    assert "lamp" in plugins().loaded


def test_a_press_switches_the_lamp_on(press, lamp, outbox):
    press(1)
    outbox()
    lamp.wait_until(lambda: lamp.heard == [ON])


def test_an_answer_switches_it_off(press, lamp, outbox):
    from plugins.call_button.services.calls import answer_call

    call = press(1)
    outbox()
    answer_call(press.secretary, call, how="calling_back")
    outbox()
    lamp.wait_until(lambda: lamp.heard == [ON, OFF])


def test_the_same_press_again_is_told_once(press, lamp, outbox):
    press(1)
    press(1)
    outbox()
    outbox()
    press(2)
    outbox()
    lamp.wait_until(lambda: lamp.heard == [ON, ON])


def test_a_thumb_switches_nothing(press, lamp, outbox):
    press(1, key="3")
    press(2)
    outbox()
    lamp.wait_until(lambda: lamp.heard == [ON])


def test_without_a_broker_it_is_told_again_later(frozen_clock, press, outbox, request):
    press(1)
    outbox()  # nobody is there: noted as failed
    lamp = request.getfixturevalue("lamp")
    frozen_clock(now() + timedelta(minutes=1))
    outbox()
    lamp.wait_until(lambda: lamp.heard == [ON])


def test_a_failing_neighbour_does_not_matter(press, lamp, outbox, failing_neighbour):
    press(1)
    outbox()
    lamp.wait_until(lambda: lamp.heard == [ON])


def test_without_a_host_nothing_is_sent(press, lamp, outbox, monkeypatch):
    monkeypatch.setitem(plugins().loaded["lamp"].settings, "host", "")
    press(1)
    outbox()
    monkeypatch.undo()
    press(2)
    outbox()
    lamp.wait_until(lambda: lamp.heard == [ON])


@pytest.mark.parametrize("topic", ["lamps/#", "lamps/+/set", ""])
def test_a_topic_that_nobody_can_write_to_is_pointed_out(topic):
    with pytest.raises(ValidationError):
        LampSettings().load({"topic": topic})


def test_a_misspelt_setting_is_pointed_out():
    with pytest.raises(ValidationError):
        LampSettings().load({"hostname": "here"})
