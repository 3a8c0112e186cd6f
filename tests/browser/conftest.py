"""A real server with the acceptance county, and a real Chromium."""

import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
NARROW = {"width": 320, "height": 700}
ROOT = Path(__file__).parents[2]
VENDOR = json.loads((ROOT / "core/static/vendor/vendor.json").read_text())


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, quiet: it must not look for anybody outside."""
    return {
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@dataclass
class Site:
    """The running server and who lives in its county."""

    url: str
    seed: dict[str, Any]

    def account(self, role: str, village: int = 0) -> dict[str, Any]:
        """The first account of a role, in the first village that has one (or the given one)."""
        villages = [area["code"] for area in self.seed["areas"] if area["level"] == "village"]
        found = [a for a in self.seed["accounts"] if a["role"] == role]
        here = [a for a in found if a["area_code"] == villages[village]]
        return (here or found)[0]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The acceptance county behind `gridgov serve`, on a free port of this machine."""
    data = tmp_path_factory.mktemp("county") / "data"
    gridgov = str(Path(sys.executable).with_name("gridgov"))
    made = subprocess.run(
        [gridgov, "seed", "--profile", "acceptance", "--seed", "1", "--data", str(data)],
        capture_output=True,
        text=True,
        check=True,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (data.parent / "server.log").open("w")
    server = subprocess.Popen(
        [gridgov, "serve", "--data", str(data), "--port", str(port)], stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, server)
        yield Site(url, json.loads(made.stdout))
    finally:
        server.terminate()
        server.wait(15)
        log.close()


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended at once"
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not become ready within 30 s")


class Visitor:
    """Somebody at a screen: a page that notes every request to another host and every error."""

    def __init__(self, site: Site, context: BrowserContext) -> None:
        self.site = site
        self.context = context
        self.page: Page = context.new_page()
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", self._note_host)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note_console)

    def _note_host(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(self.site.url).netloc:
            self.strangers.append(request.url)

    def _note_console(self, message: Any) -> None:
        # A refused form answers 4xx on purpose, and the browser logs that as an error of loading.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def go(self, path: str) -> Page:
        """Open a path of the site."""
        self.page.goto(self.site.url + path)
        return self.page

    def log_in(self, account: dict[str, Any]) -> "Visitor":
        """Log in by the form, as people do."""
        self.go("/accounts/login")
        self.page.fill("input[name=username]", account["username"])
        self.page.fill("input[name=password]", account["password"])
        with self.page.expect_navigation():
            self.page.click("form:has(input[name=password]) button[type=submit]")
        assert "/accounts/login" not in self.page.url, self.page.inner_text("body")
        return self


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Any]:
    """Make visitors: visit(role, size) is logged in; every one of them is looked over at the end."""
    visitors: list[Visitor] = []

    def make(role: str | None = None, size: dict[str, int] = PHONE, **options: Any) -> Visitor:
        visitor = Visitor(site, browser.new_context(viewport=size, locale="zh-CN", **options))
        visitors.append(visitor)
        return visitor.log_in(site.account(role)) if role else visitor

    yield make
    for visitor in visitors:
        assert visitor.strangers == [], "a page asked another host"
        assert visitor.complaints == [], "a page complained in the console"
        visitor.context.close()


@pytest.fixture(scope="session")
def decode_qr(browser: Browser) -> Any:
    """Read a QR code from a PNG with jsQR, the decoder that clerks' phones run."""
    source = next(ROOT / row["file"] for row in VENDOR if row["file"].endswith("jsQR.js")).read_text()
    context = browser.new_context()
    page = context.new_page()
    page.goto("about:blank")
    # A single expression that is a function would be called by the driver, so it goes in a block.
    page.evaluate("() => {" + source + "; window.jsQR = window.jsQR || this.jsQR || self.jsQR; }")

    def decode(png: bytes) -> str:
        script = """async (data) => {
            const image = new Image(); image.src = 'data:image/png;base64,' + data; await image.decode();
            const canvas = document.createElement('canvas');
            canvas.width = image.width; canvas.height = image.height;
            const drawing = canvas.getContext('2d'); drawing.drawImage(image, 0, 0);
            const pixels = drawing.getImageData(0, 0, image.width, image.height);
            const found = window.jsQR(pixels.data, pixels.width, pixels.height);
            return found ? found.data : '';
        }"""
        return str(page.evaluate(script, base64.b64encode(png).decode()))

    return decode


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The accessibility checker."""
    return next(ROOT / row["file"] for row in VENDOR if row["file"].endswith("axe.min.js")).read_text()
