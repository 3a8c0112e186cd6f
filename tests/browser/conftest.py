"""A real server with the acceptance county, and a real Chromium."""

import base64
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tools.running import Site, make_county, serving

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
NARROW = {"width": 320, "height": 700}
INTRANET = "gridgov.county.test"
ROOT = Path(__file__).parents[2]
VENDOR = json.loads((ROOT / "core/static/vendor/vendor.json").read_text())
# The shell is Chromium without the windows, menus and own pages that a person needs, which take more than
# half of the processor's time; pages are the same in both.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NewCounty = Callable[[Path], dict[str, Any]]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, quiet: it must not look for anybody outside."""
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            # A name that is not this machine's own, so that the browser treats the site as what it
            # is in a county hall: plain HTTP, without camera, service worker or randomUUID.
            f"--host-resolver-rules=MAP {INTRANET} 127.0.0.1",
        ],
    }


@pytest.fixture(scope="session")
def new_county(tmp_path_factory: pytest.TempPathFactory) -> NewCounty:
    """Fills a folder with the acceptance county, and says who lives there.

    It is seeded once, by whichever process of the run comes first; every other one is a copy.
    """
    base = tmp_path_factory.getbasetemp()
    first = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "first-county"
    people = first / "people.json"

    def fill(data: Path) -> dict[str, Any]:
        first.mkdir(exist_ok=True)
        with (first / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not people.exists():
                people.write_text(json.dumps(make_county(first / "data")))
        shutil.copytree(first / "data", data)
        known: dict[str, Any] = json.loads(people.read_text())
        return known

    return fill


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, new_county: NewCounty) -> Iterator[Site]:
    """The acceptance county behind `gridgov serve`, on a free port of this machine."""
    data = tmp_path_factory.mktemp("county") / "data"
    seed = new_county(data)
    with serving(data) as url:
        yield Site(url.replace("127.0.0.1", INTRANET), seed)


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


def violations(page: Page, axe_source: str, rules: Sequence[str] = RULES) -> list[tuple[str, list[str]]]:
    """What axe finds wrong with a page: each rule, and the elements that break it. `rules`: sets of them.

    axe is asked for nothing else: to name all elements that keep a rule takes it as long as to judge them.
    """
    page.evaluate(axe_source)
    options = {"resultTypes": ["violations"], "runOnly": list(rules)}
    found = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    return [(broken["id"], [node["html"] for node in broken["nodes"]]) for broken in found]
