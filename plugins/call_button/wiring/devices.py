"""Callers and other devices: what they add to the county."""

from core.parts import Part
from plugins.call_button.drivers import DRIVERS
from plugins.call_button.models.devices import Device, DeviceContact, RefusedMessage, TestDay, UnknownDevice

PART = Part(
    models=(Device, DeviceContact, UnknownDevice, RefusedMessage, TestDay),
    device_drivers=DRIVERS,
)
