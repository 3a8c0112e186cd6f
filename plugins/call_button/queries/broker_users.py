"""Devices that come to the broker by themselves, with the passwords that they come with."""

from collections.abc import Iterator

from core.county import county
from plugins.call_button.models.devices import ACTIVE, Device

DRIVER = "call_button.generic_mqtt"
SEALED = "call_button_secret"
_WHY = "the broker is told of every device of the county; no page shows this"


def broker_users() -> Iterator[tuple[str, str]]:
    """Name and password of every active device with a secret that speaks MQTT itself."""
    rows = (
        Device.unscoped(_WHY, Device.source, Device.secret)
        .where((Device.driver == DRIVER) & (Device.state == ACTIVE) & Device.secret.is_null(False))
        .order_by(Device.source)
    )
    keys = county().keys
    for row in rows:
        assert row.secret is not None
        yield row.source, keys.unseal(bytes(row.secret), SEALED)
