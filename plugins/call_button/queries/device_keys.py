"""What the keys of a device mean, which model it is, and whether anything is heard at all."""

from datetime import timedelta

from peewee import fn

from core.clock import now
from core.county import device_drivers, plugin_settings
from core.db import rows
from core.devices import DeviceDriver, DeviceModel
from plugins.call_button.meanings import meanings
from plugins.call_button.models.devices import ACTIVE, Device

# Where so many devices are all silent for so long, it is we who hear nothing.
_MANY, DEAF_AFTER = 20, timedelta(hours=6)


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


def is_deaf() -> bool:
    """Whether nothing at all is heard of any of many devices: the broker or the bridge is down."""
    found = Device.unscoped(
        "whether anything is heard in the county", fn.COUNT(Device.id), fn.MAX(Device.seen_at)
    )
    ((count, newest),) = rows(found.where(Device.state == ACTIVE))
    return bool(count > _MANY and newest is not None and newest < now() - DEAF_AFTER)
