"""The companion `call_button.bridge`: listener, storing, ladder and pulse together."""

import logging
import threading
from collections.abc import Mapping
from typing import Any

from core.county import county, device_drivers, plugin_settings
from plugins.call_button.bridge import pulse as figures
from plugins.call_button.bridge.address import broker_address
from plugins.call_button.bridge.climbing import keep_climbing
from plugins.call_button.bridge.listener import Listener, is_filter
from plugins.call_button.bridge.pulse import keep_beating, last_pulse
from plugins.call_button.bridge.storing import Storing
from plugins.call_button.services.ladder import climb
from plugins.call_button.services.readings import take_all

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0


def run(stopping: threading.Event) -> None:
    """Work until `stopping`. Where the county has no broker, calls climb all the same.

    Raises BrokerAddressWrong, BrokerFileUnreadable.
    """
    settings = plugin_settings("call_button")
    address = broker_address(settings["broker"], county().data)
    pulse = last_pulse()
    listener = storing = None
    if address is not None:
        listener = Listener(address, _topics(settings), pulse)
        storing = Storing(listener.messages, take_all, listener.acknowledge, pulse)
        pulse.say(figures.CONFIGURED, 1)
    waiting = listener.messages.qsize if listener is not None else int
    beside = [
        threading.Thread(target=keep_beating, args=(pulse, waiting, stopping), name="pulse", daemon=True),
        threading.Thread(target=keep_climbing, args=(climb, stopping), name="ladder", daemon=True),
    ]
    for thread in beside:
        thread.start()
    if listener is not None and storing is not None:
        storing.start()
        listener.start()
        while not stopping.wait(_LOOK_SECONDS):
            listener.look_after()
        storing.stop()
        listener.stop()
    stopping.wait()
    for thread in beside:
        thread.join()


def _topics(settings: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Driver -> filters; a driver of somebody else's that breaks here costs only its own devices."""
    topics = {}
    for name, driver in device_drivers().items():
        try:
            found = tuple(driver.topics(settings))
        except Exception:
            log.exception("the driver %s does not say what it listens to", name)
            continue
        topics[name] = tuple(each for each in found if is_filter(each))
        if wrong := set(found) - set(topics[name]):
            log.error("the driver %s names what is no topic filter: %s", name, sorted(map(repr, wrong)))
    return topics
