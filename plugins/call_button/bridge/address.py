"""Where the broker is: the county's config, or GRIDGOV_MQTT instead."""

import os
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from core.value_classes import value_class
from plugins.call_button.errors.bridge import BrokerAddressWrong, BrokerFileUnreadable

VARIABLE = "GRIDGOV_MQTT"
_PORTS = {"mqtt": 1883, "mqtts": 8883}


@value_class
class Address:
    """A broker, and who comes to it. `ca_file`: who vouches for its certificate (None: the system knows)."""

    host: str
    port: int
    client_id: str
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = True
    ca_file: Path | None = None


def broker_address(broker: Mapping[str, Any], data: Path) -> Address | None:
    """Where the broker is, by the config's section and the environment; None: there is none.

    Files named without a full path lie in `data`. Raises BrokerAddressWrong, BrokerFileUnreadable.
    """
    ca_file = data / broker["ca_file"] if broker["ca_file"] else None
    if ca_file is not None:
        _read(ca_file)
    named = Address(
        broker["host"],
        broker["port"],
        broker["client_id"],
        username=broker["username"],
        password=_read(data / broker["password_file"]).strip() if broker["password_file"] else "",
        tls=broker["tls"],
        ca_file=ca_file,
    )
    if url := os.environ.get(VARIABLE, "").strip():
        return _by_url(url, named)
    return named if named.host else None


def _by_url(url: str, named: Address) -> Address:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise BrokerAddressWrong from None
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise BrokerAddressWrong
    found = replace(named, host=parts.hostname, port=port, tls=parts.scheme == "mqtts")
    if parts.username is not None:
        return replace(found, username=unquote(parts.username), password=unquote(parts.password or ""))
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BrokerFileUnreadable(file=file, reason=reason) from None
