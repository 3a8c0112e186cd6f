"""Photos in a form: collected shot by shot, shrunk in the browser, sent, seen; without scripts too."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NewCounty
from tools.running import Site, serving

pytestmark = pytest.mark.browser
MANIFEST = 'name = "album"\ntitle = "相册"\ntitle_en = "Album"\nversion = "1.0"\napi = ">=1.0,<2"\n'
PLUGIN = """
from flask import Blueprint, render_template, request
from core.access import signed_in
from core.files.api import files_of, keep_prepared, prepared_photos
from core.hookspecs import hookimpl
from core.security import current_actor

pages = Blueprint("album", __name__, url_prefix="/album")


@pages.route("/", methods=["GET", "POST"])
@signed_in
def album():
    uploads = request.files.getlist("photos")
    sizes = []
    for upload in uploads:
        upload.stream.seek(0, 2)
        sizes.append(upload.stream.tell())
        upload.stream.seek(0)
    for photo in prepared_photos(uploads):
        keep_prepared(current_actor(), photo, subject="album:1", area_code="341504")
    sizes = [size for size in sizes if size]
    return render_template("album/page.html", files=files_of("album:1"), sizes=sizes)


@hookimpl
def register_pages():
    return [pages]


@hookimpl
def register_file_owners():
    return {"album": lambda actor, subject: not actor.is_anonymous}
"""
TEMPLATE = """{% extends "core/phone.html" %}
{% from "core/macros.html" import csrf with context %}
{% from "files/_photos.html" import photo_strip with context %}
{% from "files/_photo_input.html" import photo_input with context %}
{% block content %}
<div id="kept">{{ photo_strip(files) }}</div>
<form class="form card" method="post" enctype="multipart/form-data">{{ csrf() }}{{ photo_input(most=3) }}
<button class="button" type="submit">OK</button></form><p id="sizes">{{ sizes|join(',') }}</p>
{% endblock %}"""


def shot(seed: int, width: int = 4000, height: int = 3000) -> bytes:
    """A photo of some megabytes with a position in it."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 51.0, 33.0)})
    grain = os.urandom(300 * 225 * 3)
    image = Image.frombytes("RGB", (300, 225), grain).resize((width, height))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory, new_county: NewCounty) -> Iterator[Site]:
    """A county with a page that takes photos."""
    base = tmp_path_factory.mktemp("album")
    place = base / "plugins" / "album"
    (place / "templates/album").mkdir(parents=True)
    (place / "plugin.toml").write_text(MANIFEST, "utf-8")
    (place / "plugin.py").write_text(PLUGIN, "utf-8")
    (place / "templates/album/page.html").write_text(TEMPLATE, "utf-8")
    seed = new_county(base / "data")
    config = base / "data/config.toml"
    text = config.read_text("utf-8").replace('["points_store"', '["album", "points_store"')
    config.write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRIDGOV_PLUGINS", str(place.parent))
        with serving(base / "data") as url:
            yield Site(url, seed)


def open_album(album: Site, browser: Browser, *, scripts: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", java_script_enabled=scripts
    )
    page = context.new_page()
    account = album.account("secretary")
    page.goto(f"{album.url}/accounts/login")
    page.fill("input[name=username]", account["username"])
    page.fill("input[name=password]", account["password"])
    with page.expect_navigation():
        page.click("form:has(input[name=password]) button[type=submit]")
    page.goto(f"{album.url}/album/")
    return page


def picked(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def test_photos_are_collected_shrunk_sent_and_shown(album: Site, browser: Browser, tmp_path: Path) -> None:
    page = open_album(album, browser)
    first = shot(1)
    page.set_input_files("#f-photos-camera", [picked("1.jpg", first)])  # type: ignore[list-item]
    expect(page.locator("[data-chosen] .photo")).to_have_count(1)
    page.set_input_files("#f-photos-camera", [picked("2.jpg", shot(2))])  # type: ignore[list-item]
    page.set_input_files("#f-photos", [picked(f"{n}.jpg", shot(n)) for n in (3, 4)])  # type: ignore[misc]
    # The second shot did not take the first one's place; the fourth is one too many, and is said to be.
    expect(page.locator("[data-chosen] .photo")).to_have_count(3)
    expect(page.locator("[data-full]")).to_be_visible()
    page.locator("[data-chosen] button").first.click()
    expect(page.locator("[data-chosen] .photo")).to_have_count(2)
    with page.expect_navigation():
        page.click("form:has([data-photo-input]) button[type=submit]")
    sizes = [int(size) for size in page.inner_text("#sizes").split(",")]
    assert len(sizes) == 2
    assert all(size < len(first) / 2 for size in sizes), (sizes, len(first))
    page.locator("#kept a").first.click()
    viewer = page.locator("dialog.photo-viewer")
    expect(viewer).to_be_visible()
    before = viewer.locator("img").get_attribute("src")
    page.keyboard.press("ArrowRight")
    assert viewer.locator("img").get_attribute("src") != before
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    page.context.close()


def test_a_form_that_is_sent_at_once_waits_until_its_photos_are_small(album: Site, browser: Browser) -> None:
    page = open_album(album, browser)
    data = shot(5)
    page.set_input_files("#f-photos", [picked("5.jpg", data)])  # type: ignore[list-item]
    with page.expect_navigation():
        page.click("form:has([data-photo-input]) button[type=submit]")
    (size,) = page.inner_text("#sizes").split(",")
    assert int(size) < len(data) / 2
    page.context.close()


def test_without_scripts_the_inputs_send_what_was_chosen(album: Site, browser: Browser) -> None:
    page = open_album(album, browser, scripts=False)
    data = shot(6)
    page.set_input_files("#f-photos", [picked("6.jpg", data)])  # type: ignore[list-item]
    with page.expect_navigation():
        page.click("form:has([data-photo-input]) button[type=submit]")
    assert page.inner_text("#sizes") == str(len(data))
    link = page.locator("#kept a").last.get_attribute("href")
    page.goto(f"{album.url}{link}")
    assert page.url.endswith(str(link))  # a tap leads to the picture itself
    page.context.close()
