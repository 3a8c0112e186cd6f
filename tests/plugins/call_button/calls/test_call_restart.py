"""The service is killed while presses come in: what was acknowledged is there, and once."""

import subprocess
import sys
from pathlib import Path

from core.county import county
from plugins.call_button.models.calls import Call, CallStep, Press
from tests.plugins.call_button.calls.callers import Callers

ROOT = Path(__file__).parents[4]
# Stores one press after the other and says so when each is safe.
LISTENER = """
import sys
from pathlib import Path

from core.app import load_plugins
from core.clock import now
from core.county import open_county
from core.db import unit_of_work
from core.devices import Reading
from plugins.call_button.models.devices import Device
from plugins.call_button.services.presses import store_press

load_plugins(open_county(Path(sys.argv[1])))
device = Device.unscoped("test").where(Device.id == int(sys.argv[2])).get()
for number in range(100_000):
    with unit_of_work(housekeeping="a message came"):
        store_press(device, Reading(device.source, "green", message_id=f"m{number}"), now())
    print(number, flush=True)
"""


def killed_after(device_id: int, presses: int) -> int:
    """A process that listens is killed when it has acknowledged so many; the last one that it did."""
    command = [sys.executable, "-c", LISTENER, str(county().data), str(device_id)]
    last = -1
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = int(line)
            if last == presses:
                process.kill()
    return last


def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_doubled(callers: Callers) -> None:
    device = callers.device(keys='{"green": "call"}')
    for blow in (3, 30):
        acknowledged = killed_after(device.id, blow)
        assert acknowledged >= blow
        stored = Press.unscoped("test").count()
        # One more may have been stored when the blow fell between the commit and the word.
        assert acknowledged + 1 <= stored <= acknowledged + 2
        again = [callers.press(device, message_id=f"m{number}")[1] for number in range(acknowledged + 2)]
        assert not any(again[: acknowledged + 1])
    presses = list(Press.unscoped("test"))
    (call,) = Call.unscoped("test")
    assert {press.call_id for press in presses} == {call.id}
    assert [press.outcome for press in presses].count("called") == 1
    assert CallStep.select().where((CallStep.call_id == call.id) & (CallStep.deed == "ring")).count() == 1
