"""What a key of a device means: what was set for it, else the county's word for its place."""

import json
from collections.abc import Sequence

from core.devices import DeviceModel
from plugins.call_button.settings import MEANINGS

ALARM, UNKNOWN = "alarm", "unknown"


def meanings(model: DeviceModel | None, own_keys: str, county_keys: Sequence[str]) -> dict[str, str]:
    """Key -> meaning, of all keys of a model. `own_keys`: `Device.keys`; `county_keys`: from the settings.

    A model with one key calls: nobody hangs up with the only key they have. A sensor's states are alarms,
    but for those that say that one is over.
    """
    if model is None:
        return {}
    own = own_meanings(own_keys)
    if model.kind != "button":
        return {key: UNKNOWN if key in model.calm else ALARM for key in model.keys}
    given = dict(zip(model.keys, county_keys, strict=False)) if len(model.keys) > 1 else {}
    first = {model.keys[0]: MEANINGS[0]} if len(model.keys) == 1 else {}
    return {key: own.get(key) or first.get(key) or given.get(key) or UNKNOWN for key in model.keys}


def own_meanings(keys: str) -> dict[str, str]:
    """What stands in `Device.keys`."""
    return {str(key): str(value) for key, value in json.loads(keys).items()} if keys else {}
