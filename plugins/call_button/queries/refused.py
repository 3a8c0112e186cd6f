"""Messages that were not obeyed, for whoever mends it."""

from datetime import datetime
from typing import Any

from core.county import county
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.call_button.models.devices import Device, RefusedMessage

LONGEST_SHOWN = 4_096


@value_class
class RefusedView:
    """A message that was not obeyed.

    `payload` as text (`payload_name` payload), or as hexadecimal digits where it is none (payload_hex).
    """

    id: int
    at: datetime
    driver: str
    topic: str
    source: str
    why: str
    detail: str
    times: int
    payload_name: str
    payload: str


def list_refused(
    scope: AreaScope, *, why: str = "", page: int = 1, page_size: int = 50
) -> tuple[list[RefusedView], int]:
    """Refused messages of the devices of one's areas, newest first; how many.

    What belongs to no device is for whoever has the whole county.
    """
    query: Any = RefusedMessage.select()
    if not scope.covers(county().settings.county_code):
        own = Device.within(scope, Device.source).where(Device.driver == RefusedMessage.driver)
        query = query.where(RefusedMessage.source.in_(own))
    if why:
        query = query.where(RefusedMessage.why == why)
    found = query.order_by(RefusedMessage.id.desc()).paginate(page, page_size)
    return [_refused(row) for row in found], query.count()


def _refused(row: RefusedMessage) -> RefusedView:
    payload = bytes(row.payload)[:LONGEST_SHOWN]
    try:
        name, text = "payload", payload.decode()
    except UnicodeDecodeError:
        name, text = "payload_hex", payload.hex()
    return RefusedView(
        row.id, row.at, row.driver, row.topic, row.source, row.why, row.detail, row.times, name, text
    )
