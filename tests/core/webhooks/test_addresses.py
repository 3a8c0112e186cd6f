"""Nobody can make the server speak to the inside of the county's network by a subscription."""

import ipaddress
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from core.outgoing import NOT_ALLOWED
from core.webhooks.addresses import check_url, may_connect
from core.webhooks.errors import WebhookUrlRefused
from core.webhooks.models import Delivery
from core.webhooks.services import ping, send_due
from tests.core.notices.conftest import OtherSystem

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
]


@pytest.fixture
def nothing_allowed(app: Flask, allow: Callable[[list[str]], None]) -> None:
    allow([])


@pytest.mark.usefixtures("nothing_allowed")
@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_the_inside_is_refused_however_it_is_written(address: str) -> None:
    found = ipaddress.ip_address(address)
    assert not may_connect("name.example.cn", found)
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(WebhookUrlRefused):
        check_url(f"https://{host}/hook")


@pytest.mark.usefixtures("nothing_allowed")
def test_public_addresses_are_allowed() -> None:
    for address in ("8.8.8.8", "2400:3200::1"):
        assert may_connect("name.example.cn", ipaddress.ip_address(address))
    assert check_url("https://8.8.8.8/hook")
    assert check_url("https://hooks.example.cn./hook")
    assert check_url(" https://hooks.example.cn:8443/a?key=1 ") == "https://hooks.example.cn:8443/a?key=1"


@pytest.mark.usefixtures("nothing_allowed")
@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.cn/",
        "ftp://hooks.example.cn/",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@hooks.example.cn/",
        "https://hooks.example.cn/#part",
        "https://hooks.example.cn\\@127.0.0.1/",
        "https://hooks.example.cn:99999/",
        "https://localhost/",
        "https://localhost./",
        "https://printer.local/",
        "https://printer.local./",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://10.65793/",
        "https://0/",
        "https://例子.cn/",
        "https://hooks.example.cn/" + "x" * 500,
        "https://hooks.example.cn/\r\nHost: inside",
        "javascript:alert(1)",
    ],
)
def test_a_strange_address_is_refused(url: str) -> None:
    with pytest.raises(WebhookUrlRefused):
        check_url(url)


def test_a_host_that_the_config_names_may_be_inside_and_without_encryption(
    app: Flask, allow: Callable[[list[str]], None]
) -> None:
    allow(["10.20.0.5", "Hooks.County.Test"])
    assert check_url("http://10.20.0.5:8080/x")
    assert check_url("http://hooks.county.test/x")
    assert may_connect("10.20.0.5", ipaddress.ip_address("10.20.0.5"))
    with pytest.raises(WebhookUrlRefused):
        check_url("http://10.20.0.6/x")


def test_a_name_that_leads_inside_later_is_refused_at_the_try(
    subscribe: Callable[..., Any],
    receiver: OtherSystem,
    admin: Any,
    allow: Callable[[list[str]], None],
) -> None:
    made = subscribe()
    ping(admin, made.id)
    allow([])  # as if the name had led elsewhere when it was checked
    send_due(seconds=10)
    assert receiver.connections == 0
    assert Delivery.select().get().error == NOT_ALLOWED
