"""Requests to other systems have an end, go where they were checked to go, and read little."""

import time
from collections.abc import Callable

import pytest

from core.outgoing import MOST_ANSWER_BYTES, Forbidden, SendFailed, post
from tests.core.notices.conftest import OtherSystem, other_system

__all__ = ["other_system"]
Start = Callable[[], OtherSystem]


def test_an_answer_comes_back_with_its_status_headers_and_body(other_system: Start) -> None:
    system = other_system()
    system.answers = [(201, {"X-Kind": "test"}, b"taken")]
    answer = post(f"{system.url}/a?b=c", b"{}", {"Content-Type": "application/json"})
    assert (answer.status, answer.headers["x-kind"], answer.body) == (201, "test", b"taken")
    assert system.requests[0][0] == "/a?b=c"


@pytest.mark.parametrize("deed", ["hang", "drip", "drop"])
def test_an_exchange_that_does_not_end_is_ended(other_system: Start, deed: str) -> None:
    system = other_system()
    system.answers = [deed]
    began = time.monotonic()
    with pytest.raises(SendFailed):
        post(system.url, b"{}", {}, seconds=0.5)
    assert time.monotonic() - began < 3


def test_a_long_answer_is_read_no_further_than_needed(other_system: Start) -> None:
    system = other_system()
    system.answers = [(200, {}, b"x" * 1_000_000)]
    assert len(post(system.url, b"{}", {}).body) == MOST_ANSWER_BYTES


def test_nobody_there_is_one_error() -> None:
    with pytest.raises(SendFailed, match="连接不上"):
        post("http://127.0.0.1:1/", b"{}", {})
    with pytest.raises(SendFailed):
        post("http://no-such-host.invalid/", b"{}", {}, seconds=3)


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "http://", "http://a:b@127.0.0.1/", "file:///etc/passwd"]
)
def test_other_kinds_of_addresses_are_refused(url: str) -> None:
    with pytest.raises(Forbidden):
        post(url, b"{}", {})


def test_every_address_of_a_name_must_be_allowed(other_system: Start) -> None:
    system = other_system()
    with pytest.raises(Forbidden):
        post(system.url, b"{}", {}, guard=lambda host, address: not address.is_loopback)
    assert system.connections == 0


def test_a_server_without_a_certificate_is_no_https(other_system: Start) -> None:
    system = other_system()
    with pytest.raises(SendFailed):
        post(system.url.replace("http://", "https://"), b"{}", {}, seconds=3)
