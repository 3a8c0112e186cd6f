"""Requests that gridgov sends to other systems: short, bounded, to the address that was looked at.

No redirect is followed, no proxy of the environment used, no more than a little of the answer read; and
the whole exchange has an end, even with a server that answers one byte a second.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from core.text import N_
from core.value_classes import value_class

SECONDS = 10.0
MOST_ANSWER_BYTES = 64 * 1024
TOO_LATE, NOT_REACHED = N_("对方没有及时应答"), N_("连接不上对方")
NO_HOST, NO_TRUST = N_("找不到这台主机"), N_("对方的证书不可信")
CUT_OFF, NOT_ALLOWED = N_("对方中断了连接"), N_("这个地址不允许发送")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Whether a request may go to this host at this address (of every address that its name leads to).
Guard = Callable[[str, Address], bool]


class SendFailed(Exception):
    """A request that came to nothing. The message is a text of the catalogue, without any of the payload."""


class Forbidden(SendFailed):
    """An address that requests may not go to."""


@value_class
class Answer:
    """What came back: status, headers in small letters, and the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def anywhere(_host: str, _address: Address) -> bool:
    """A guard that allows all: for addresses that stand in the county's own config."""
    return True


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = SECONDS,
    guard: Guard = anywhere,
) -> Answer:
    """Send `body` to `url` by POST and come back within `seconds`. Raises SendFailed, Forbidden."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise Forbidden(NOT_ALLOWED)
    deadline = time.monotonic() + seconds
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = _checked_address(parts.hostname, port, guard, seconds)
        left = max(deadline - time.monotonic(), 0.1)
        connection = _Connection(parts.hostname, port, address, left, secure=parts.scheme == "https")
    except (OSError, ValueError, UnicodeError) as error:
        raise SendFailed(_words(error)) from None
    # The limits of a socket count from byte to byte; this one counts from the beginning.
    closer = threading.Timer(left, connection.cut)
    closer.daemon = True
    closer.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {**headers, "Connection": "close"})
        response = connection.getresponse()
        known = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, known, response.read(MOST_ANSWER_BYTES))
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        raise SendFailed(TOO_LATE if time.monotonic() >= deadline else _words(error)) from None
    finally:
        closer.cancel()
        connection.close()
    if time.monotonic() >= deadline:
        raise SendFailed(TOO_LATE)
    return answer


def _words(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return TOO_LATE
    if isinstance(error, ssl.SSLError):
        return NO_TRUST
    # A connection that was there and broke off; all else of the system means that there is none.
    broken = not isinstance(error, OSError) or isinstance(error, ConnectionResetError | BrokenPipeError)
    return CUT_OFF if broken else NOT_REACHED


def _checked_address(host: str, port: int, guard: Guard, seconds: float) -> str:
    """An address of `host` to connect to. All of them must be allowed: a name may lead to several places."""
    found = _resolved(host, port, seconds)
    if not found:
        raise SendFailed(NO_HOST)
    for each in found:
        if not guard(host, ipaddress.ip_address(each.partition("%")[0])):
            raise Forbidden(NOT_ALLOWED)
    return found[0]


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    # The system's resolver has no time limit of its own, so it is asked in a thread.
    found: list[str] = []

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(row[4][0]) for row in rows))

    asker = threading.Thread(target=look_up, daemon=True)
    asker.start()
    asker.join(seconds)
    return found if not asker.is_alive() else []


class _Connection(http.client.HTTPConnection):
    """A connection to the address that was checked, under the name that was meant."""

    def __init__(self, host: str, port: int, address: str, seconds: float, *, secure: bool) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._secure = address, secure

    def connect(self) -> None:
        """Connect, and under https make sure who answers."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            try:
                context = ssl.create_default_context()
                self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
            except BaseException:
                self.sock.close()
                raise

    def cut(self) -> None:
        """End the exchange from another thread."""
        sock = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
