"""A message on its way from the broker into the database."""

from core.devices import DeviceInput
from core.value_classes import value_class


@value_class
class Message:
    """What came over connection number `connection`, for these drivers. `mid`: the broker's number of it.

    A number is only good on the connection over which it came: on the next one it may be another message's.
    """

    drivers: tuple[str, ...]
    content: DeviceInput
    connection: int
    mid: int
    qos: int
