"""What the keys of a device mean, and which model it is."""

from datetime import timedelta

from core.county import device_drivers, plugin_settings
from core.devices import DeviceDriver, DeviceModel
from plugins.call_button.meanings import meanings
from plugins.call_button.models.devices import Device


def model_of(driver: str, model: str) -> DeviceModel | None:
    """A model of a driver; None where the driver's plugin is off or knows it no more."""
    found: DeviceDriver | None = device_drivers().get(driver)
    return found.model(model) if found is not None else None


def meanings_of(device: Device) -> dict[str, str]:
    """Key -> meaning, of all keys of a device."""
    return meanings(
        model_of(device.driver, device.model), device.keys, plugin_settings("call_button")["keys"]
    )


def silent_after(driver: str, model: str) -> timedelta | None:
    """When a device of a model counts as unavailable; None: never."""
    found = model_of(driver, model)
    return found.silent_after if found is not None else None
