"""A lean load generator: prebuilt requests, one thread, kept-alive connections, in a process of its own.

It shares the machine with the server it measures, so it must cost next to nothing: bytes are made
beforehand, an answer is read only for its status and length. `bench.generator` says how much of the
machine it takes.
"""

import itertools
import json
import pickle
import resource
import select
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_WARM_SECONDS = 0.5
_BUFFER = 1 << 18


def warm_seconds(seconds: float) -> float:
    """How long answers are not counted yet, before a measurement of so many seconds."""
    return min(_WARM_SECONDS, seconds)


@dataclass(frozen=True)
class Answered:
    """What came back: answers a second, milliseconds, how many of which status, the share of a core used."""

    rate: float
    p50: float
    p99: float
    worst: float
    statuses: dict[int, int]
    core: float

    def demand(self, status: int) -> "Answered":
        """Itself, when every answer had this status. Raises RuntimeError."""
        if set(self.statuses) != {status}:
            raise RuntimeError(f"expected {status} only: {self.statuses}")
        return self


@dataclass(frozen=True)
class Load:
    """Sent by `clients` connections, each waiting for its answer; `requests` in turn, once or over and over.

    `seconds` None: until all were sent once.
    """

    port: int
    clients: int
    seconds: float | None
    requests: Sequence[bytes]
    again: bool


def drive(
    url: str, requests: Sequence[bytes], *, clients: int, seconds: float, again: bool = False
) -> Answered:
    """Send `requests` for `seconds` (after a short warm-up). Raises RuntimeError when they do not suffice."""
    return begin(url, requests, clients=clients, seconds=seconds, again=again).result()


def send_all(url: str, requests: Sequence[bytes], *, clients: int) -> Answered:
    """Send every request once, however long it takes. Raises RuntimeError unless all go well."""
    answered = Driving(Load(_port(url), clients, None, requests, again=False)).result()
    if not set(answered.statuses) <= {200, 201}:
        raise RuntimeError(f"expected 200 and 201: {answered.statuses}")
    return answered


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


class Driving:
    """A generator at work, for what is to be measured beside it."""

    def __init__(self, load: Load) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        pickle.dump(load, self._process.stdin)
        self._process.stdin.close()

    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def result(self) -> Answered:
        """Wait for the end."""
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            text = stream.read()
        if self._process.wait():
            raise RuntimeError("the load generator failed; its error stands above")
        shown = json.loads(text)
        return Answered(**{**shown, "statuses": {int(k): n for k, n in shown["statuses"].items()}})


def begin(
    url: str, requests: Sequence[bytes], *, clients: int, seconds: float, again: bool = False
) -> Driving:
    """As `drive`, without waiting."""
    return Driving(Load(_port(url), clients, seconds, requests, again))


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in headers.items())]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._rest = b""
        self._needed = 0

    def send(self, message: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(message)

    def receive(self) -> bytes | None:
        """The answer's three digits when it is complete."""
        piece = self.socket.recv(_BUFFER)
        if not piece:
            raise ConnectionError("the server closed a connection that was to be kept")
        self._rest = data = self._rest + piece if self._rest else piece
        if not self._needed:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                return None
            self._needed = end + 4 + _length(data[:end])
        if len(data) < self._needed:
            return None
        self._rest, self._needed = b"", 0
        return data[9:12]


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    if not found and head[9:12] == b"204":
        return 0
    if not found:
        raise ValueError("an answer without Content-Length: this generator reads no chunks")
    return int(rest.partition(b"\r\n")[0])


def _run(load: Load) -> dict[str, object]:
    links = {link.socket.fileno(): link for link in (_Connection(load.port) for _ in range(load.clients))}
    watch = select.epoll()
    for number in links:
        watch.register(number, select.EPOLLIN)
    now, used, began = time.perf_counter, _core_seconds(), time.perf_counter()
    # Without a time, all is counted and the requests are the end.
    starts_at = began + warm_seconds(load.seconds or 0)
    ends_at = starts_at + (load.seconds or float("inf"))
    waiting_requests = itertools.cycle(load.requests) if load.again else iter(load.requests)
    times: list[float] = []
    statuses: Counter[bytes] = Counter()
    waiting = 0
    for message, link in zip(itertools.islice(waiting_requests, load.clients), links.values(), strict=False):
        link.send(message)
        waiting += 1
    while waiting:
        for number, _ in watch.poll(10):
            link = links[number]
            status = link.receive()
            if status is None:
                continue
            at = now()
            waiting -= 1
            statuses[status] += 1
            # At least one counts, however slow it is.
            if starts_at <= at and (at < ends_at or not times):
                times.append(at - link.sent_at)
            if at < ends_at and (following := next(waiting_requests, None)) is not None:
                link.send(following)
                waiting += 1
    if load.seconds and now() < ends_at:
        raise RuntimeError(f"{len(load.requests)} requests did not suffice")
    return _shown(times, statuses, load.seconds or now() - began, (_core_seconds() - used) / (now() - began))


def _shown(times: list[float], statuses: Counter[bytes], seconds: float, core: float) -> dict[str, object]:
    times.sort()
    return {
        "rate": len(times) / seconds,
        "p50": 1000 * times[len(times) // 2],
        "p99": 1000 * times[int(len(times) * 0.99)],
        "worst": 1000 * times[-1],
        "statuses": {int(status): n for status, n in statuses.items()},
        "core": core,
    }


def _core_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    json.dump(_run(pickle.load(sys.stdin.buffer)), sys.stdout)
