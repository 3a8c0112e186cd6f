"""What stands on a card "how to use the four keys": the keys as they lie, whom to expect, where to ring."""

from core.accounts.api import holdings
from core.areas.api import get_area, is_current, path_name
from core.county import plugin_settings
from core.errors import NotFound
from core.security import Actor
from core.value_classes import value_class
from plugins.call_button.device_words import VIEW
from plugins.call_button.models.devices import ACTIVE, Device
from plugins.call_button.queries.device_keys import meanings_of
from plugins.call_button.settings import MEANINGS

_DRAWN = frozenset(MEANINGS)


@value_class
class KeyCard:
    """A card of a village, or of one device there. `keys`: meanings, left to right, of what does something.

    `secretary`: who comes; `phone`: the county's duty telephone, empty if none is set.
    """

    area_code: str
    village: str
    place: str
    keys: tuple[str, ...]
    secretary: str
    phone: str


def key_card(actor: Actor, area_code: str) -> KeyCard:
    """The card of a village with the county's keys. Raises Forbidden, NotFound."""
    actor.demand(VIEW, area_code)
    if not is_current(area_code, "village"):
        raise NotFound
    return _card(area_code, tuple(plugin_settings("call_button")["keys"]))


def device_card(actor: Actor, device_id: int) -> KeyCard:
    """The card of one device, with its own keys. Raises Forbidden, NotFound."""
    row: Device | None = Device.within(actor.demand(VIEW)).where(Device.id == device_id).get_or_none()
    if row is None or row.state != ACTIVE or row.kind != "button":
        raise NotFound
    return _card(row.area_code[:12], tuple(meanings_of(row).values()))


def _card(village: str, keys: tuple[str, ...]) -> KeyCard:
    found = get_area(village)
    names = [each.name for each in holdings(at=[village]) if each.role == "secretary"]
    return KeyCard(
        village,
        found.name if found else "",
        path_name(village),
        tuple(each for each in keys if each in _DRAWN),
        "、".join(names),
        plugin_settings("call_button")["duty_phone"],
    )
