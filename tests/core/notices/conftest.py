"""Other systems' servers on this machine, a plugin with kinds of messages, people with phones."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.county import County
from core.testing import COUNTY_CODE, VILLAGE

PLUGIN = """
from core.hookspecs import Channel, NoticeKind, hookimpl

SENT = []


@hookimpl
def register_notice_kinds():
    ways = ("sms", "dingtalk", "wecom", "trial")
    return {
        "trial.told": NoticeKind("有新事项", ways),
        "trial.gathered": NoticeKind("有新提醒", ("sms", "dingtalk"), digest=True),
        "trial.quiet": NoticeKind("只在站内"),
    }


@hookimpl
def register_channels():
    return [Channel("trial", "试验渠道", SENT.append, "phone", 60, 120)]
"""
PHONE = "13800000001"
Answer = tuple[int, dict[str, str], bytes]
OK: Answer = (200, {}, b'{"errcode": 0}')


@dataclass
class OtherSystem:
    """A real HTTP server. `answers` are given one after the other, then `OK`; `hang` and `drop` are deeds."""

    url: str = ""
    answers: list[Answer | str] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    raw: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def bodies(self) -> list[Any]:
        """What was posted, as JSON."""
        return [body for _, _, body in self.requests]

    @property
    def texts(self) -> list[str]:
        """The texts of what was posted, whatever the channel."""
        parts = [body["text"] for body in self.bodies]
        return [part["content"] if isinstance(part, dict) else part for part in parts]


class _Handler(BaseHTTPRequestHandler):
    system: OtherSystem

    def do_POST(self) -> None:
        system = self.system
        system.connections += 1
        deed = system.answers.pop(0) if system.answers else OK
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if deed == "drop":
            self.close_connection = True
            return
        if deed == "hang":
            system.release.wait(30)
            return
        if deed == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not system.release.wait(0.05):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return
            return
        assert not isinstance(deed, str)
        if deed[0] < 300:
            system.raw.append((dict(self.headers), body))
            system.requests.append((self.path, dict(self.headers), json.loads(body)))
        self.send_response(deed[0])
        for name, value in deed[1].items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(deed[2])))
        self.end_headers()
        self.wfile.write(deed[2])

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def other_system() -> Iterator[Callable[[], OtherSystem]]:
    """Starts a server on a free port of this machine."""
    running: list[tuple[ThreadingHTTPServer, threading.Thread, OtherSystem]] = []

    def start() -> OtherSystem:
        system = OtherSystem()
        handler = type("Handler", (_Handler,), {"system": system})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        system.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        running.append((server, thread, system))
        return system

    yield start
    for server, thread, system in running:
        system.release.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def sms(other_system: Callable[[], OtherSystem]) -> OtherSystem:
    return other_system()


@pytest.fixture
def dingtalk(other_system: Callable[[], OtherSystem]) -> OtherSystem:
    return other_system()


@pytest.fixture
def wecom(other_system: Callable[[], OtherSystem]) -> OtherSystem:
    return other_system()


@pytest.fixture
def configured(
    county: County,
    sms: OtherSystem,
    dingtalk: OtherSystem,
    wecom: OtherSystem,
    plugin_folder: Callable[..., Path],
) -> County:
    """The county with a gateway, two robots, and the plugin `trial`."""
    file = county.data / "config.toml"
    file.write_text(
        file.read_text("utf-8").replace("[county]", '[county]\npublic_url = "https://grid.example.cn"')
        + f'[plugin.notices]\nsms_url = "{sms.url}/send"\nsms_token = "gateway-secret"\n'
        f'[[plugin.notices.robots]]\nname = "县群"\nchannel = "dingtalk"\narea = "{COUNTY_CODE}"\n'
        f'group = "duty"\nurl = "{dingtalk.url}/robot/send?access_token=t"\nsecret = "SECxyz"\n'
        f'[[plugin.notices.robots]]\nname = "村群"\nchannel = "wecom"\narea = "{VILLAGE}"\n'
        f'url = "{wecom.url}/cgi-bin/webhook/send?key=k"\n',
        "utf-8",
    )
    plugin_folder("trial", {"plugin.py": PLUGIN})
    return county


@pytest.fixture
def app(configured: County, build_app: Callable[[], Flask]) -> Flask:
    """The app that the fixtures of core.testing use."""
    return build_app()


@pytest.fixture
def reader(app: Flask, frozen_clock: Any, account: Callable[..., Any]) -> Callable[..., int]:
    """Makes an account with a phone: `reader(phone)`; without one for an empty number."""
    from core.accounts.api import operator
    from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, persons_of

    made = 0

    def make(phone: str = PHONE, role: str = "secretary", area: str = VILLAGE) -> int:
        nonlocal made
        made += 1
        head = PersonRow("钱秘密", phone=phone, is_head=True)
        row = HouseholdRow(VILLAGE, f"9{made:02d}", "前街", persons=[head])
        (household,) = bulk_insert_households(operator(), [row])
        (person,) = persons_of(household)
        return int(account(role, area, person_id=person.id).id)

    return make
