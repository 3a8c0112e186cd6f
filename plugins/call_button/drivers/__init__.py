"""Families of devices: what their messages say. No state, no database, no clock."""

from typing import Final

from core.devices import DeviceDriver
from plugins.call_button.drivers import chirpstack, generic_mqtt, http, simulator, sms, zigbee2mqtt

DRIVERS: Final[tuple[DeviceDriver, ...]] = tuple(
    each.DRIVER for each in (zigbee2mqtt, chirpstack, generic_mqtt, http, sms, simulator)
)
