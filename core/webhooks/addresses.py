"""Where events may be sent: to https in the open, or to hosts that the county's config names.

So that nobody who may only make a subscription can make the server speak to the inside of the county's
network. Asked when a subscription is made, and again of the address that its name leads to at each try.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from core.county import plugin_settings
from core.outgoing import Address
from core.webhooks.errors import WebhookUrlRefused

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
LONGEST = 500


def check_url(raw_url: str) -> str:
    """The address as it is stored. Raises WebhookUrlRefused."""
    url = raw_url.strip()
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise WebhookUrlRefused(fields={"url": [WebhookUrlRefused.text]}) from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= LONGEST
    known = parts.scheme == "https" or (parts.scheme == "http" and is_allowed(host))
    if not (plain and host and known) or parts.username or parts.password or parts.fragment:
        raise WebhookUrlRefused(fields={"url": [WebhookUrlRefused.text]})
    if not may_connect(host, None) and not is_allowed(host):
        raise WebhookUrlRefused(fields={"url": [WebhookUrlRefused.text]})
    return url


def is_allowed(host: str) -> bool:
    """Whether the county's config names this host."""
    allowed = plugin_settings("webhooks")["allowed_hosts"]
    return host.lower() in {each.lower() for each in allowed}


def may_connect(host: str, address: Address | None) -> bool:
    """Whether an event may go to `host` at `address` (None: that the host itself says, if it is one)."""
    if is_allowed(host):
        return True
    if address is None:
        address = _address_of(host)
        if address is None:
            return not host.lower().rstrip(".").endswith(("localhost", ".local", ".internal"))
    return _is_public(address)


def _address_of(host: str) -> Address | None:
    """The address that a host is, if it is one: 127.1, 0x7f.1, 2130706433 and 127.0.0.1. are all the same."""
    plain = host.rstrip(".")
    try:
        return ipaddress.ip_address(plain)
    except ValueError:
        pass
    try:
        # What the system's resolver takes for an address too.
        return ipaddress.IPv4Address(socket.inet_aton(plain))
    except (OSError, UnicodeError):
        return None


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        # Other ways to write an address of the old kind.
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
