"""Clients that cost little: threads with a plain socket each, which keep what was answered.

They share the machine with the server that they load, so nothing is parsed but what is needed.
"""

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.proofs.sizes import CLIENTS

PATIENCE = 90.0


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire; `account_id` and `key` say whose deed it is."""

    account_id: int
    key: str
    wire: bytes


@dataclass(frozen=True)
class Answer:
    """What came back. Status 0: nothing did, and the deed may or may not be done."""

    request: Request
    status: int
    head: bytes
    body: bytes
    seconds: float

    @property
    def is_honest(self) -> bool:
        """Whether it is one of the answers that a server in trouble may give."""
        if self.status == 503:
            return b"\r\nretry-after:" in self.head.lower()
        return 200 <= self.status < 500

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The short code of a refusal."""
        return str(self.json["code"])


def post(account: dict[str, Any], path: str, body: Any, key: str | None = None) -> Request:
    """A write of `account` (as `gridgov seed` shows it) to `path` below /api/v1."""
    key, content = key or uuid.uuid4().hex, json.dumps(body).encode()
    head = (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {account['token']}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return Request(int(account["id"]), key, head.encode() + content)


def get(account: dict[str, Any], path: str) -> Request:
    """A read of `account` from `path` below /api/v1."""
    head = (
        f"GET /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {account['token']}\r\n\r\n"
    )
    return Request(int(account["id"]), "", head.encode())


class Link:
    """One kept connection; it is made anew when it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, request: Request) -> Answer:
        """Send and wait. A connection that breaks is an answer too: status 0."""
        started = time.perf_counter()
        try:
            status, head, body = self._exchange(request.wire)
        except OSError:
            self.close()
            status, head, body = 0, b"", b""
        return Answer(request, status, head, body, time.perf_counter() - started)

    def _exchange(self, wire: bytes) -> tuple[int, bytes, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(wire)
        head, _, body = self._read(b"", b"\r\n\r\n").partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        return int(head[9:12]), head, body

    def _read(self, got: bytes, until: bytes) -> bytes:
        while until not in got:
            got += self._more()
        return got

    def _more(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(65_536)
        if not part:
            raise ConnectionResetError("the server hung up")
        return part

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None


@dataclass
class Load:
    """Many clients that send `requests`, each its next one when the last was answered.

    Use it in a `with`, whose end stops them. With `until_cut` a client ends at its first lost
    connection: what it had asked last is then the only thing whose fate is open.
    """

    ports: list[int]
    requests: Iterable[Request]
    clients: int = CLIENTS
    until_cut: bool = False
    answers: list[Answer] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._source: Iterator[Request] = iter(self.requests)
        self._guard, self._stopped = threading.Lock(), threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(self.ports[n % len(self.ports)],), daemon=True)
            for n in range(self.clients)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self.wait()

    def wait(self) -> list[Answer]:
        """Until every client has ended; returns all answers."""
        for thread in self._threads:
            thread.join()
        return self.answers

    def wait_for(self, count: int, status: int = 201, seconds: float = PATIENCE) -> None:
        """Until `count` answers have this status, or no client is left."""
        deadline = time.monotonic() + seconds
        while sum(answer.status == status for answer in list(self.answers)) < count:
            if not any(thread.is_alive() for thread in self._threads):
                return
            assert time.monotonic() < deadline, f"{len(self.answers)} answers, not {count} of {status}"
            time.sleep(0.005)

    def _next(self) -> Request | None:
        with self._guard:
            return None if self._stopped.is_set() else next(self._source, None)

    def _work(self, port: int) -> None:
        link = Link(port)
        while (request := self._next()) is not None:
            answer = link.ask(request)
            self.answers.append(answer)
            if answer.status == 0:
                if self.until_cut:
                    return
                self._stopped.wait(0.02)
        link.close()


def send(port: int, requests: Iterable[Request], *, clients: int = CLIENTS) -> list[Answer]:
    """Send all `requests`; returns the answers."""
    with Load([port], requests, clients) as load:
        return load.wait()


def ask(port: int, request: Request) -> Answer:
    """Send one request."""
    link = Link(port)
    try:
        return link.ask(request)
    finally:
        link.close()
